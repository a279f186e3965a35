import { html, LitElement, nothing } from "lit";
import { prefersReducedMotion } from "../drawing/tokens.js";

/** @typedef {import("../live/types.js").Frame} Frame */
/** @typedef {import("../live/types.js").View} View */

/** The parts of a step, in their order. */
export const STAGES = /** @type {const} */ ([
  ["forward", "Forward", "the batch runs through the layers"], ["loss", "Loss", "how wrong are the answers?"],
  ["backward", "Backward", "each layer's share in the error"], ["update", "Update", "every weight moves a little"],
]);

const SLOW = 5; // steps a second; faster ones cannot be followed
const LONGEST = 2400; // milliseconds for all stages
const RESTING = 0.15; // of the time between two steps

/**
 * How long the stages of a step may take altogether, in milliseconds; 0 where they cannot be followed.
 * @param {number} steps since the last picture
 * @param {boolean} playing
 * @param {number | null} speed asked for, in steps a second
 */
export function timeFor(steps, playing, speed) {
  if (steps !== 1) return 0;
  if (!playing) return LONGEST;
  return speed !== null && speed <= SLOW ? Math.min(LONGEST, ((1 - RESTING) * 1000) / speed) : 0;
}

/** In slow motion, and after a single step: what the step did, one stage after the other; the network lights up with it. */
export class StageStrip extends LitElement {
  static properties = {
    view: { attribute: false },
    stage: { state: true },
  };

  #step = -1;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  constructor() {
    super();
    /** @type {View | null} */
    this.view = null;
    /** Which stage is lit, −1 for none. */
    this.stage = -1;
  }

  createRenderRoot() {
    return this;
  }

  /** A frame of the next step starts the stages. @param {Frame | null} frame */
  set frame(frame) {
    if (!frame) return;
    const [before, playing] = [this.#step, frame.phase === "playing"];
    this.#step = frame.step;
    if (before < 0 || frame.step === before) return;
    const time = prefersReducedMotion() ? 0 : timeFor(frame.step - before, playing, this.view?.speed ?? null);
    clearTimeout(this.#timer);
    if (time > 0) this.#light(0, time / STAGES.length);
    else this.stage = -1;
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  /** @param {number} stage @param {number} time of each, in milliseconds */
  #light(stage, time) {
    this.stage = stage < STAGES.length ? stage : -1;
    this.parentElement?.style.setProperty("--stage-time", `${Math.round(time)}ms`);
    if (this.stage >= 0) this.#timer = setTimeout(() => this.#light(stage + 1, time), time);
  }

  render() {
    const shown = STAGES[this.stage];
    if (this.parentElement) this.parentElement.dataset.stage = shown?.[0] ?? "";
    return shown ? html`<ol aria-hidden="true">${STAGES.map(([name, title, words]) => html`
      <li class=${name === shown[0] ? "lit" : ""}><b>${title}</b>${name === shown[0] ? html` ${words}` : nothing}</li>`)}</ol>` : nothing;
  }
}
customElements.define("stage-strip", StageStrip);
