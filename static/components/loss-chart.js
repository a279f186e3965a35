import { html, LitElement, nothing } from "lit";
import { SPLIT_NAMES } from "../charts/colour-legend.js";
import { CurvePlot, LINES } from "../charts/curve-plot.js";
import { smooth } from "../charts/smoothing.js";
import { curve, positions, splitsOf, withHead } from "../charts/timeline.js";
import { onResize } from "../drawing/canvas.js";
import { formatCount, formatLoss, formatPercent, formatRate } from "../drawing/numbers.js";
import { choice } from "./choice.js";

/** @typedef {import("../live/types.js").Divergence} Divergence */
/** @typedef {import("../live/types.js").Metrics} Metrics */
/** @typedef {import("../live/types.js").View} View */
/** @typedef {import("../charts/timeline.js").Measure} Measure */
/** @typedef {import("../charts/timeline.js").Split} Split */

/** @type {Record<Measure, string>} */
const TITLES = { loss: "Loss", accuracy: "Accuracy", r2: "R²" };
/** @type {Record<string, number>} keys that move the reading along the curve */
const MOVES = { ArrowLeft: -1, ArrowRight: 1, PageUp: -20, PageDown: 20, Home: -Infinity, End: Infinity };
const PAUSE = 60; // least time between two drawings in milliseconds: curves move slowly and are long

/** How loss and accuracy (or R²) have gone: curves with a table of their numbers, now or at the pointer. */
export class LossChart extends LitElement {
  static properties = {
    view: { attribute: false },
    task: { attribute: false },
    divergence: { attribute: false },
    measure: { state: true },
    axis: { state: true },
    zoomed: { state: true },
    splits: { state: true },
    em: { state: true },
  };

  /** The curves come with every frame; nothing more is watched. */
  static probes() {
    return {};
  }

  /** @type {readonly Metrics[]} */
  #history = [];
  /** @type {Metrics | null} */
  #live = null;
  /** @type {readonly Metrics[]} what is drawn: the history and its head */
  #entries = [];
  /** @type {CurvePlot | null} */
  #plot = null;
  /** @type {number | null} the entry that is pointed at */
  #index = null;
  #request = 0;
  #drawn = ""; // what the curves show
  #drawnAt = 0;
  #stopMeasuring = () => {};

  constructor() {
    super();
    /** @type {View | null} */
    this.view = null;
    /** @type {"binary" | "multiclass" | "regression" | null} */
    this.task = null;
    /** @type {Divergence | null} */
    this.divergence = null;
    /** @type {Measure} what the curves show */
    this.measure = "loss";
    /** @type {import("../charts/timeline.js").Axis} */
    this.axis = "step";
    /** Whether only a part is shown. */
    this.zoomed = false;
    /** @type {Split[]} those that hold anything */
    this.splits = [];
    /** The size of letters in CSS pixels. */
    this.em = 15;
  }

  createRenderRoot() {
    return this;
  }

  /** What was recorded, in the order of training. */
  get history() {
    return this.#history;
  }

  set history(history) {
    this.#history = history;
    this.#redraw();
  }

  /** The newest state: the head of the curves. */
  get live() {
    return this.#live;
  }

  set live(live) {
    this.#live = live;
    this.#redraw();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    cancelAnimationFrame(this.#request);
    this.#request = 0;
    this.#stopMeasuring();
    this.#plot?.destroy();
    this.#plot = null;
  }

  connectedCallback() {
    super.connectedCallback();
    this.requestUpdate();
  }

  willUpdate() {
    const second = this.#second;
    if (this.measure !== "loss" && this.measure !== second) this.measure = second;
  }

  /** What is measured beside the loss. @returns {Measure} */
  get #second() {
    return this.task === "regression" ? "r2" : "accuracy";
  }

  updated() {
    const host = this.querySelector(".curves");
    if (!(host instanceof HTMLElement) || !this.view) return;
    if (!this.#plot) this.#begin(host);
    this.#redraw();
  }

  /** @param {HTMLElement} host */
  #begin(host) {
    this.#plot = new CurvePlot(host);
    this.#plot.pointed = (index) => {
      this.#index = index;
      this.#write();
    };
    this.#plot.zoomed = (zoomed) => (this.zoomed = zoomed);
    this.#stopMeasuring = onResize(host, (width, height) => {
      if (width === 0 || height === 0) return; // in a tab that is not showing
      this.em = parseFloat(getComputedStyle(this).fontSize);
      this.#plot?.resize(Math.floor(width), Math.floor(height));
      this.#drawn = "";
      this.#redraw();
    });
  }

  #redraw() {
    this.#request ||= requestAnimationFrame((now) => this.#draw(now));
  }

  /** @param {number} now */
  #draw(now) {
    this.#request = 0;
    if (now - this.#drawnAt < PAUSE) return this.#redraw();
    if (!this.#plot || !this.view) return;
    this.#entries = withHead(this.#history, this.#live);
    const splits = splitsOf(this.#entries);
    if (splits.join() !== this.splits.join()) this.splits = splits;
    const { measure, axis, em } = this;
    const log = measure === "loss" && this.view.log_loss;
    const { smoothing } = this.view;
    const signature = JSON.stringify([this.#entries.length, this.#history[0], this.#entries.at(-1), measure, axis, em, log,
      smoothing, this.divergence?.step]);
    if (signature === this.#drawn) return;
    [this.#drawn, this.#drawnAt] = [signature, now];
    this.#plot.style = { measure, axis, em, log, splits };
    this.#plot.draw(this.#curves(splits, log, smoothing));
    this.#write();
  }

  /** @param {Split[]} splits @param {boolean} log @param {number} smoothing */
  #curves(splits, log, smoothing) {
    const x = positions(this.#entries, this.axis);
    const raw = splits.map((split) => curve(this.#entries, split, this.measure, log));
    const smoothed = smoothing > 0 ? raw.map((values) => smooth(x, values, smoothing)) : raw;
    return { x, raw, smoothed, broken: this.divergence ? this.#place(this.divergence.step, x) : null };
  }

  /** Where a step lies on the axis. @param {number} step @param {number[]} x */
  #place(step, x) {
    if (this.axis === "step") return step;
    return x[this.#entries.findLastIndex((entry) => entry.step <= step)] ?? null;
  }

  render() {
    if (!this.view) return nothing;
    const second = this.#second;
    return html`
      <header class="chart-header">
        <h2 class="visually-hidden">Loss and ${TITLES[second]} while training</h2>
        ${choice({
          name: "measure", label: "Curve", values: [["loss", TITLES.loss], [second, TITLES[second]]],
          chosen: this.measure, choose: (measure) => (this.measure = measure === "loss" ? "loss" : second),
        })}
        <label class="check" data-help="log_loss"><input type="checkbox" .checked=${this.view.log_loss} ?disabled=${this.measure !== "loss"}
          @change=${(/** @type {Event} */ event) => this.#emit({ log_loss: input(event).checked })} /> log</label>
        <label class="smoothing" data-help="smoothing">smooth
          <input type="range" min="0" max="0.99" step="0.01" .value=${String(this.view.smoothing)}
            aria-valuetext=${`β = ${this.view.smoothing}`} title="β of the exponentially weighted average"
            @input=${(/** @type {Event} */ event) => this.#emit({ smoothing: input(event).valueAsNumber })} />
          <output>${this.view.smoothing.toFixed(2)}</output></label>
      </header>
      <div class="curves" tabindex="0" role="application" data-help=${this.measure} @keydown=${this.#key}
        aria-label=${`Curve of the ${TITLES[this.measure]} by ${this.axis}. Left and right read values, plus and minus zoom, 0 shows all.`}></div>
      <footer>
        ${this.#table()}
        <label class="axis">by <select @change=${this.#chooseAxis} aria-label="Horizontal axis">
          ${["step", "epoch"].map((name) => html`<option ?selected=${name === this.axis}>${name}</option>`)}</select></label>
        <button class="unzoom" ?hidden=${!this.zoomed} @click=${() => this.#plot?.unzoom()}>Show all</button>
      </footer>`;
  }

  /** The numbers: filled in as they change, without rendering anew. */
  #table() {
    const measures = /** @type {Measure[]} */ (["loss", this.#second]);
    return html`
      <table class="numbers">
        <caption></caption>
        <thead><tr><th scope="col"><span class="visually-hidden">Measure</span></th>${this.splits.map((split) => html`
          <th scope="col">${sample(split)} ${SPLIT_NAMES[split]}</th>`)}</tr></thead>
        <tbody>${measures.map((measure) => html`
          <tr><th scope="row">${TITLES[measure]}</th>${this.splits.map((split) => html`
            <td data-split=${split} data-measure=${measure}></td>`)}</tr>`)}</tbody>
      </table>`;
  }

  #write() {
    const entry = (this.#index === null ? null : this.#entries[this.#index]) ?? this.#entries.at(-1);
    const caption = this.querySelector("caption");
    if (!entry || !caption) return;
    const when = `step ${formatCount(entry.step)}, epoch ${formatCount(entry.epoch)}`;
    setText(caption, this.#index === null ? `Now: ${when}` : `At ${when}`);
    for (const cell of this.querySelectorAll("td")) {
      const { split, measure } = /** @type {{ split: Split, measure: Measure }} */ (cell.dataset);
      setText(cell, formatMeasure(measure, entry[split]?.[measure]));
    }
  }

  /** @param {Event} event */
  #chooseAxis({ target }) {
    if (target instanceof HTMLSelectElement) this.axis = target.value === "epoch" ? "epoch" : "step";
    this.#plot?.unzoom();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const move = MOVES[event.key];
    const done = move === undefined ? this.#zoomBy(event.key) : this.#move(move);
    if (done) event.preventDefault();
  }

  /** @param {number} move */
  #move(move) {
    const last = this.#entries.length - 1;
    this.#plot?.point(Math.max(0, Math.min(last, (this.#index ?? last) + move)));
    return true;
  }

  /** @param {string} key */
  #zoomBy(key) {
    if (key === "0" || key === "Escape") this.#plot?.unzoom();
    else if (key === "+" || key === "=") this.#plot?.zoom(0.5);
    else if (key === "-") this.#plot?.zoom(2);
    else return false;
    return true;
  }

  /** @param {Partial<View>} detail */
  #emit(detail) {
    this.dispatchEvent(new CustomEvent("view-change", { detail, bubbles: true }));
  }
}
customElements.define("loss-chart", LossChart);

/** A piece of a split's line. @param {Split} split */
function sample(split) {
  const { token, dash } = LINES[split];
  return html`<svg class="line" viewBox="0 0 24 8" aria-hidden="true"><line x1="1" x2="23" y1="4" y2="4"
    style=${`stroke:var(${token});stroke-width:2;stroke-dasharray:${dash.map((part) => 2 * part).join()}`}></line></svg>`;
}

/** @param {Measure} measure @param {number | null | undefined} value */
function formatMeasure(measure, value) {
  if (measure === "accuracy") return formatPercent(value);
  return measure === "loss" ? formatLoss(value) : formatRate(typeof value === "number" ? Number(value.toFixed(3)) : value);
}

/** @param {Element} element @param {string} text */
function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** @param {Event} event */
function input({ target }) {
  if (!(target instanceof HTMLInputElement)) throw new TypeError("not an input");
  return target;
}
