import { html, LitElement, nothing } from "lit";
import { formatRate } from "../drawing/numbers.js";
import { allowed, complaint, nudged, parseNumber, POSITIONS, toPosition, toValue } from "./numbers.js";
import { row } from "./row.js";

/** @typedef {import("../live/types.js").Field} Field */

const DRAGGING = 80; // milliseconds between two values sent while a slider moves
const UP = ["ArrowUp", "ArrowRight"];
const DOWN = ["ArrowDown", "ArrowLeft"];
const SIDEWAYS = ["ArrowLeft", "ArrowRight"];

/**
 * A number: an exact field, with a slider if the catalogue says what is worth trying, or − and + if it is a count.
 * Arrow keys move both in the same steps; what is typed counts on Enter or when the field is left.
 */
export class NumberField extends LitElement {
  static properties = {
    field: { attribute: false },
    path: { attribute: false },
    value: { attribute: false },
    pending: { attribute: false },
    error: { attribute: false },
    disabled: { attribute: false },
    draft: { state: true },
    refused: { state: true },
  };

  #sent = 0;
  #dragging = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #later;

  constructor() {
    super();
    /** @type {Field | null} */
    this.field = null;
    this.path = "";
    this.value = 0;
    this.pending = false;
    this.error = "";
    this.disabled = false;
    /** @type {number | null} what the hand has set and the server has not yet answered */
    this.draft = null;
    /** Why the typed text was not sent. */
    this.refused = "";
  }

  createRenderRoot() {
    return this;
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.#later);
  }

  /** @param {import("lit").PropertyValues} changed */
  willUpdate(changed) {
    const answered = changed.get("pending") === true && !this.pending;
    if (!this.#dragging && (answered || changed.has("value"))) this.draft = null;
  }

  render() {
    const { field, path, pending, disabled } = this;
    if (!field) return nothing;
    const problem = this.refused || this.error;
    const shown = this.draft ?? this.value;
    return row({ field, path, pending, problem, wide: false }, (id) => html`
      ${field.slider ? this.#slider(field.slider, shown) : nothing}
      ${this.#stepper(field, -1, "−", shown)}
      <input id=${id} type="number" step="any" autocomplete="off" ?disabled=${disabled}
        title=${`${field.title}: ${allowed(field)}`}
        aria-invalid=${problem ? "true" : "false"} aria-describedby=${problem ? `${id}-problem` : nothing}
        .value=${plain(shown)} @change=${this.#type} @keydown=${this.#key}>
      ${this.#stepper(field, 1, "+", shown)}`);
  }

  /** @param {NonNullable<Field["slider"]>} slider @param {number} shown */
  #slider(slider, shown) {
    return html`<input type="range" min="0" max=${POSITIONS} step="1" ?disabled=${this.disabled} tabindex="-1"
      aria-label="${this.field?.title}, slider" aria-valuetext=${formatRate(shown)}
      .value=${String(toPosition(slider, shown))}
      @input=${(/** @type {InputEvent} */ event) => this.#drag(toValue(slider, positionOf(event)))}
      @change=${(/** @type {Event} */ event) => this.#set(toValue(slider, positionOf(event)))} @keydown=${this.#key}>`;
  }

  /** @param {Field} field @param {1 | -1} direction @param {string} sign @param {number} shown */
  #stepper(field, direction, sign, shown) {
    if (field.slider || field.type !== "integer") return nothing;
    const next = nudged(field, shown, direction);
    return html`<button type="button" class="stepper" ?disabled=${this.disabled || next === shown} tabindex="-1"
      aria-label="${field.title}, one ${direction > 0 ? "more" : "less"}"
      @click=${() => this.#set(next)}>${sign}</button>`;
  }

  /** @param {Event} event */
  #type({ target }) {
    if (!this.field || !(target instanceof HTMLInputElement)) return;
    const value = target.value === "" ? NaN : parseNumber(target.value);
    const problem = complaint(this.field, value);
    if (problem) this.refused = problem;
    else this.#set(value);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const { key, target } = event;
    if (key === "Escape" && this.refused && target instanceof HTMLInputElement) {
      this.refused = "";
      target.value = plain(this.value);
    }
    const exact = target instanceof HTMLInputElement && target.type === "number"; // there ← and → move the caret
    const direction = UP.includes(key) ? 1 : DOWN.includes(key) ? -1 : 0;
    if (!this.field || !direction || (exact && SIDEWAYS.includes(key))) return;
    event.preventDefault();
    this.#set(nudged(this.field, this.draft ?? this.value, direction));
  }

  /** While the slider moves: often enough to see it act, seldom enough not to flood. @param {number} value */
  #drag(value) {
    this.#dragging = true;
    this.refused = "";
    this.draft = value;
    const wait = this.#sent + DRAGGING - performance.now();
    clearTimeout(this.#later);
    if (wait <= 0) this.#send(value);
    else this.#later = setTimeout(() => this.#send(value), wait);
  }

  /** @param {number} value */
  #set(value) {
    clearTimeout(this.#later);
    this.#dragging = false;
    this.refused = "";
    this.draft = value;
    if (value !== this.value || this.error) this.#send(value);
  }

  /** @param {number} value */
  #send(value) {
    this.#sent = performance.now();
    this.dispatchEvent(new CustomEvent("field-change", { detail: { path: this.path, value }, bubbles: true }));
  }
}
customElements.define("number-field", NumberField);

/** As a number field shows it: short, without a true minus sign. @param {number} value */
function plain(value) {
  return formatRate(value).replace("−", "-");
}

/** @param {Event} event */
function positionOf({ target }) {
  return target instanceof HTMLInputElement ? target.valueAsNumber : 0;
}
