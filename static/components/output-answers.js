import { html, LitElement, nothing } from "lit";
import { answersOf, confusion, curvePath, pairs, targetRange } from "../charts/answers.js";
import { axes } from "../charts/axes.js";
import { splitMarks, SPLIT_NAMES } from "../charts/colour-legend.js";
import { confusionTable } from "../charts/confusion-table.js";
import { paintExamples } from "../charts/examples.js";
import { fitCanvas, onResize } from "../drawing/canvas.js";
import { formatFeature } from "../drawing/numbers.js";
import { colour, onThemeChange } from "../drawing/tokens.js";

/** @typedef {import("../live/types.js").Data} Data */
/** @typedef {import("../live/types.js").Example} Example */
/** @typedef {import("../live/types.js").Frame} Frame */
/** @typedef {import("../live/types.js").Notes} Notes */
/** @typedef {import("../live/types.js").SessionDocument} SessionDocument */
/** @typedef {import("../live/types.js").View} View */
/** @typedef {import("../charts/map-reading.js").Range} Range */

const PACE = 100; // milliseconds from one drawing to the next: numbers that change faster cannot be read
const AXES = { across: 2.6, down: 3 }; // room for their words, in em
const MARK = 0.16; // radius of an example, in em
/** @type {readonly Example[]} */
const NONE = [];

/** What the network answers for its examples, where there is no plane to map: a curve, a table of classes, or numbers. */
export class OutputAnswers extends LitElement {
  static properties = {
    session: { attribute: false },
    examples: { attribute: false },
    view: { attribute: false },
    room: { state: true },
  };

  /** What the picture watches. @param {Notes} notes */
  static probes({ interval }) {
    return interval ? { curve: { resolution: 200 } } : { predictions: {} };
  }

  /** @type {Frame | null} */
  #frame = null;
  #waiting = 0;
  /** @type {Element | null} */
  #measured = null;
  /** @type {(() => void)[]} */
  #stop = [];

  constructor() {
    super();
    /** @type {SessionDocument | null} */
    this.session = null;
    /** @type {Data | null} */
    this.examples = null;
    /** @type {View | null} */
    this.view = null;
    /** The side of the picture in CSS pixels, and the size of its letters. */
    this.room = { side: 0, em: 15 };
  }

  createRenderRoot() {
    return this;
  }

  /** The newest frame: drawn with the next tick. */
  get frame() {
    return this.#frame;
  }

  set frame(frame) {
    this.#frame = frame;
    this.#waiting ||= window.setTimeout(() => {
      this.#waiting = 0;
      this.requestUpdate();
    }, PACE);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.#waiting);
    this.#waiting = 0;
    for (const stop of this.#stop) stop();
    this.#stop = [];
    this.#measured = null;
  }

  updated() {
    this.#measure();
    this.#draw();
  }

  #measure() {
    const stage = this.querySelector(".stage");
    if (!stage || stage === this.#measured) return;
    for (const stop of this.#stop) stop();
    this.#measured = stage;
    this.#stop = [onThemeChange(() => this.#draw()), onResize(stage, (width, height) => {
      if (width === 0) return; // in a tab that is not showing
      const em = parseFloat(getComputedStyle(this).fontSize);
      const side = Math.max(0, Math.floor(Math.min(width - AXES.across * em, height - AXES.down * em)));
      if (side !== this.room.side || em !== this.room.em) this.room = { side, em };
    })];
  }

  get #all() {
    return this.examples?.examples ?? NONE;
  }

  render() {
    if (!this.session || !this.view) return nothing;
    const { notes } = this.session;
    if (this.#all.some(({ target }) => Array.isArray(target))) return said("An answer is due after every time step: watch the loss and the accuracy.");
    return notes.task === "regression" ? this.#numbers(notes) : this.#classes(notes, this.view);
  }

  /** @param {Notes} notes @param {View} view */
  #classes(notes, { show_test: test }) {
    const answers = answersOf(this.#frame, this.#all);
    if (!answers) return said("Waiting for the network's answers …");
    const split = test ? "test" : "train";
    const names = Array.from({ length: notes.classes ?? 2 }, (_, index) => notes.class_names?.[index] ?? String(index));
    const shown = names.map((name) => name.trim() || "␣");
    return html`<div class="answers" tabindex="0" role="group" aria-label="Confusion matrix" data-help="confusion">
      ${confusionTable(confusion(this.#all, answers, notes, split), shown, SPLIT_NAMES[split])}</div>`;
  }

  /** @param {Notes} notes */
  #numbers({ interval }) {
    const { side } = this.room;
    const range = targetRange(this.#all);
    const names = interval ? [formatFeature(this.examples?.input_names[0] ?? "x1"), "y"] : ["y", "ŷ"];
    const path = interval ? curvePath(this.#frame, interval, range, side) : `M0 ${side}L${side} 0`;
    const words = interval ? `The network's curve over ${names[0]}, with ${this.#marks.length} examples`
      : `Predicted against true numbers of ${this.#marks.length} examples; right ones lie on the diagonal`;
    return html`
      <div class="stage">
        <div class="plane" role="img" aria-label=${words} data-help=${interval ? "curve" : "scatter"} style="inline-size:${side}px;block-size:${side}px">
          <canvas class="points" width="1" height="1"></canvas>
          <svg class="axes" width=${side} height=${side} aria-hidden="true">
            <path class=${interval ? "fit" : "ideal"} d=${path}></path>${axes([interval ?? range, range], names, side)}</svg>
        </div>
      </div>
      <div class="legend">
        <span class="line-sample"><i class=${interval ? "fit" : "ideal"}></i> ${interval ? "the network's answer" : "all right"}</span>
        ${splitMarks(new Set(this.#marks.map(({ split }) => split)))}
      </div>`;
  }

  /** The examples that are drawn. */
  get #marks() {
    return this.#all.filter(({ split }) => this.view?.show_test || split !== "test");
  }

  #draw() {
    const canvas = this.querySelector("canvas.points");
    const { side, em } = this.room;
    if (!(canvas instanceof HTMLCanvasElement) || !this.session || side === 0) return;
    const { notes } = this.session;
    const context = fitCanvas(canvas, side, side);
    context.clearRect(0, 0, side, side);
    const range = targetRange(this.#all);
    paintExamples(context, this.#placed(notes.interval ?? null, range), {
      notes, domain: [notes.interval ?? range, range], side, radius: MARK * em, reach: 1, ink: colour("--text-quiet"),
    });
  }

  /** The examples where they are drawn. @param {Range | null} interval @param {Range} range @returns {Example[]} */
  #placed(interval, range) {
    const shown = (/** @type {Example} */ { split }) => this.view?.show_test || split !== "test";
    if (interval) return this.#marks.map((example) => ({ ...example, inputs: [example.inputs[0], example.target] }));
    const answers = answersOf(this.#frame, this.#all);
    return answers ? pairs(this.#all, answers, range).filter(shown) : [];
  }
}
customElements.define("output-answers", OutputAnswers);

/** @param {string} text */
function said(text) {
  return html`<p class="unavailable">${text}</p>`;
}
