import { html, LitElement } from "lit";
import { paintRidgeline } from "../charts/histogram-ridgeline.js";
import { ridgeAt, spanOf, thinned } from "../charts/ridgeline.js";
import { onResize } from "../drawing/canvas.js";
import { formatCount, formatWeight } from "../drawing/numbers.js";
import { onThemeChange } from "../drawing/tokens.js";

/** @typedef {import("../charts/ridgeline.js").Mode} Mode */
/** @typedef {import("../charts/ridgeline.js").Ridge} Ridge */
/** @typedef {import("../charts/ridgeline.js").Row} Row */

/** @type {Record<string, number>} keys that choose an older or newer ridge */
const MOVES = { ArrowUp: -1, ArrowLeft: -1, ArrowDown: 1, ArrowRight: 1, Home: -Infinity, End: Infinity };

/** The histograms of one layer over time; pointing at a ridge reads its step and moments. */
export class RidgeLine extends LitElement {
  static properties = {
    layer: { attribute: false },
    rows: { attribute: false },
    mode: { attribute: false },
    chosen: { state: true },
  };

  /** @type {Ridge[]} */
  #ridges = [];
  #request = 0;
  /** @type {(() => void)[]} */
  #stop = [];

  constructor() {
    super();
    this.layer = "";
    /** @type {Row[]} oldest first */
    this.rows = [];
    /** @type {Mode} */
    this.mode = "offset";
    /** Which of the drawn ridges is read, −1 for the newest. */
    this.chosen = -1;
  }

  createRenderRoot() {
    return this;
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    cancelAnimationFrame(this.#request);
    this.#request = 0;
    for (const stop of this.#stop) stop();
    this.#stop = [];
  }

  updated() {
    const canvas = this.querySelector("canvas");
    if (canvas && this.#stop.length === 0) {
      this.#stop = [onResize(canvas, () => this.#redraw()), onThemeChange(() => this.#redraw())];
    }
    this.#redraw();
  }

  #redraw() {
    this.#request ||= requestAnimationFrame(() => {
      this.#request = 0;
      const canvas = this.querySelector("canvas");
      if (canvas) this.#ridges = paintRidgeline(canvas, this.rows, this.mode, this.chosen);
    });
  }

  render() {
    if (this.rows.length === 0) return html``;
    const shown = thinned(this.rows);
    const row = shown[this.chosen] ?? shown[shown.length - 1];
    const [low, high] = spanOf(shown);
    return html`
      <figure class="histogram">
        <figcaption>${this.layer} <output>step ${formatCount(row.step)}</output></figcaption>
        <canvas tabindex="0" role="img" aria-label=${this.#words(shown)}
          @pointermove=${this.#point} @pointerleave=${() => (this.chosen = -1)}
          @keydown=${this.#key} @blur=${() => (this.chosen = -1)}></canvas>
        <p class="ends"><span>${formatWeight(low)}</span><span>${formatWeight(high)}</span></p>
        <p class="moments">μ ${formatWeight(row.mean)} · σ ${formatWeight(row.std)}</p>
      </figure>`;
  }

  /** @param {Row[]} shown */
  #words(shown) {
    const [first, last] = [shown[0], shown[shown.length - 1]];
    return `${this.layer} over time. Standard deviation ${formatWeight(first.std)} at step ${formatCount(first.step)}, `
      + `${formatWeight(last.std)} at step ${formatCount(last.step)}. Up and down read other steps.`;
  }

  /** @param {PointerEvent} event */
  #point({ offsetX, offsetY }) {
    this.chosen = ridgeAt(this.#ridges, offsetX, offsetY);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const move = MOVES[event.key];
    if (move === undefined) return;
    event.preventDefault();
    const newest = this.#ridges.length - 1;
    this.chosen = Math.max(0, Math.min(newest, (this.chosen < 0 ? newest : this.chosen) + move));
  }
}
customElements.define("ridge-line", RidgeLine);
