import { html, LitElement, nothing } from "lit";
import { formatCount } from "../drawing/numbers.js";
import { borders, moveBorder, PARTS, percents, setPart } from "../forms/split.js";

/** @typedef {import("../live/types.js").Field} Field */
/** @typedef {import("../forms/split.js").Part} Part */
/** @typedef {import("../forms/split.js").Split} Split */

const STEP = 5; // percent per key press and when dragged; typed numbers are exact

/** @type {Record<string, number>} percent */
const KEYS = { ArrowRight: STEP, ArrowUp: STEP, ArrowLeft: -STEP, ArrowDown: -STEP, Home: -100, End: 100 };

/** How the examples are dealt: three parts of one bar, their borders draggable, each share also a number. */
export class SplitBar extends LitElement {
  static properties = {
    split: { attribute: false },
    fields: { attribute: false },
    examples: { attribute: false },
    problem: { attribute: false },
    disabled: { attribute: false },
    draft: { state: true },
  };

  constructor() {
    super();
    /** @type {Split} */
    this.split = { train: 1, validation: 0, test: 0 };
    /** @type {Field[]} the catalogue's names of the parts */
    this.fields = [];
    this.examples = 0;
    this.problem = "";
    this.disabled = false;
    /** @type {Split | null} while a border moves */
    this.draft = null;
  }

  createRenderRoot() {
    return this;
  }

  /** @param {import("lit").PropertyValues} changed */
  willUpdate(changed) {
    if (changed.has("split")) this.draft = null;
  }

  render() {
    const split = this.draft ?? this.split;
    const shares = percents(split);
    return html`
      <div class="bar">
        ${PARTS.map((part) => html`<span class="part ${part}" style="inline-size:${shares[part]}%"></span>`)}
        ${this.#border(split, 0, "End of the training part")}
        ${this.#border(split, 1, "End of the validation part")}
      </div>
      <div class="shares">
        ${PARTS.map((part) => html`
          <label class=${part} title="${formatCount((this.examples * shares[part]) / 100)} examples">
            <span class="name">${this.fields.find(({ name }) => name === part)?.title ?? part}</span>
            <span><input type="number" min="0" max="100" step=${STEP}
              .value=${String(shares[part])} ?disabled=${this.disabled}
              @change=${(/** @type {Event} */ event) => this.#type(part, event)}>%</span>
          </label>`)}
      </div>
      ${this.problem ? html`<p class="problem" role="alert">${this.problem}</p>` : nothing}`;
  }

  /** @param {Split} split @param {0 | 1} border @param {string} label */
  #border(split, border, label) {
    const at = borders(split)[border];
    return html`<span class="border" role="slider" tabindex=${this.disabled ? -1 : 0} aria-label=${label}
      aria-valuemin="0" aria-valuemax="100" aria-valuenow=${at} aria-valuetext="${at} %" aria-disabled=${this.disabled}
      style="inset-inline-start:${at}%;--shift:${border === 0 ? -3 : 3}px"
      @keydown=${(/** @type {KeyboardEvent} */ event) => this.#key(split, border, event)}
      @pointerdown=${(/** @type {PointerEvent} */ event) => this.#grab(border, event)}></span>`;
  }

  /** @param {Split} split @param {0 | 1} border @param {KeyboardEvent} event */
  #key(split, border, event) {
    const steps = KEYS[event.key];
    if (steps === undefined || this.disabled) return;
    event.preventDefault();
    this.#send(moveBorder(split, border, borders(split)[border] + steps));
  }

  /** @param {0 | 1} border @param {PointerEvent} event */
  #grab(border, { currentTarget, pointerId }) {
    const bar = this.querySelector(".bar");
    if (!(currentTarget instanceof HTMLElement) || !bar || this.disabled) return;
    const { left, width } = bar.getBoundingClientRect();
    currentTarget.setPointerCapture(pointerId);
    currentTarget.onpointermove = ({ clientX }) => {
      const percent = Math.round((100 * (clientX - left)) / width / STEP) * STEP;
      this.draft = moveBorder(this.draft ?? this.split, border, percent);
    };
    currentTarget.onlostpointercapture = () => {
      currentTarget.onpointermove = null;
      if (this.draft) this.#send(this.draft);
    };
  }

  /** @param {Part} part @param {Event} event */
  #type(part, { target }) {
    if (!(target instanceof HTMLInputElement)) return;
    const percent = target.valueAsNumber;
    const split = Number.isFinite(percent) ? setPart(this.split, part, percent) : this.split;
    target.value = String(percents(split)[part]);
    this.#send(split);
  }

  /** @param {Split} split */
  #send(split) {
    this.draft = split;
    const detail = { path: "data.split", value: split };
    this.dispatchEvent(new CustomEvent("field-change", { detail, bubbles: true }));
  }
}
customElements.define("split-bar", SplitBar);
