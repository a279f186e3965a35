import { html, LitElement, nothing } from "lit";
import { formatCount } from "../drawing/numbers.js";
import { row } from "./row.js";

/** @typedef {import("../live/types.js").Field} Field */

const LINES = 2; // it grows with what is written, where the browser can

/**
 * A longer text of the learner's own. It counts when the learner says so; until then, and when it is refused, what is
 * written stays.
 */
export class TextField extends LitElement {
  static properties = {
    field: { attribute: false },
    path: { attribute: false },
    value: { attribute: false },
    pending: { attribute: false },
    error: { attribute: false },
    disabled: { attribute: false },
    draft: { state: true },
  };

  constructor() {
    super();
    /** @type {Field | null} */
    this.field = null;
    this.path = "";
    this.value = "";
    this.pending = false;
    this.error = "";
    this.disabled = false;
    /** @type {string | null} what is written and not yet used */
    this.draft = null;
  }

  createRenderRoot() {
    return this;
  }

  willUpdate() {
    if (!this.pending && this.value === this.draft) this.draft = null; // not before: it could still be refused
  }

  render() {
    const { field, path, pending, disabled } = this;
    if (!field) return nothing;
    const text = this.draft ?? this.value;
    const problem = tooLong(field, text) || this.error;
    return row({ field, path, pending, problem, wide: true }, (id) => html`
      <textarea id=${id} rows=${LINES} spellcheck="false" placeholder="Your own text" ?disabled=${disabled} .value=${text}
        aria-invalid=${problem ? "true" : "false"} aria-describedby="${id}-count${problem ? ` ${id}-problem` : ""}"
        @input=${this.#write} @keydown=${this.#key}></textarea>
      <span class="below">
        <span class="quiet" id="${id}-count">${lengthWords(field, text)}</span>
        ${text === this.value ? nothing : html`
          <button type="button" @click=${() => (this.draft = null)}>Undo</button>
          <button type="button" class="primary" ?disabled=${disabled || tooLong(field, text) !== ""} title="Ctrl and Enter"
            @click=${this.#use}>Use it</button>`}
      </span>`);
  }

  /** @param {Event} event */
  #write({ target }) {
    if (target instanceof HTMLTextAreaElement) this.draft = target.value === this.value ? null : target.value;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    this.#use();
  }

  #use() {
    if (!this.field || this.draft === null || tooLong(this.field, this.draft)) return;
    const detail = { path: this.path, value: this.draft };
    this.dispatchEvent(new CustomEvent("field-change", { detail, bubbles: true }));
  }
}
customElements.define("text-field", TextField);

/** As the server counts: whole characters. @param {string} text */
const lengthOf = (text) => [...text].length;

/** @param {Field} field @param {string} text */
export function lengthWords({ maximum_length: most }, text) {
  const count = formatCount(lengthOf(text));
  return most === undefined ? `${count} letters` : `${count} of ${formatCount(most)} letters`;
}

/** Why a text is not sent; empty if it may be. @param {Field} field @param {string} text */
export function tooLong({ maximum_length: most = Infinity }, text) {
  const extra = lengthOf(text) - most;
  return extra > 0 ? `${formatCount(extra)} letters too many. At most ${formatCount(most)} are allowed.` : "";
}
