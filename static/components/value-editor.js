import { html, LitElement } from "lit";

/** @typedef {{ title: string, value: number, apply: (value: number) => void }} Edited */

const REACH = 5; // of the slider; the number field takes any value

/**
 * A small popover in which one weight or bias is typed or dragged: Enter applies, Escape or a click outside cancels.
 */
export class ValueEditor extends LitElement {
  static properties = { edited: { state: true } };

  constructor() {
    super();
    /** @type {Edited | null} */
    this.edited = null;
  }

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    this.popover = "auto";
  }

  /**
   * Open beside a point of the window.
   * @param {Edited} edited
   * @param {{ clientX: number, clientY: number }} point
   */
  async open(edited, { clientX: x, clientY: y }) {
    this.edited = edited;
    await this.updateComplete;
    this.showPopover();
    this.style.left = `${Math.max(8, Math.min(x + 12, innerWidth - this.offsetWidth - 8))}px`;
    this.style.top = `${Math.max(8, Math.min(y + 12, innerHeight - this.offsetHeight - 8))}px`;
    const number = this.querySelector("input");
    number?.focus();
    number?.select();
  }

  render() {
    if (!this.edited) return html``;
    const { title, value } = this.edited;
    const shown = Number(value.toPrecision(4));
    return html`
      <form class="value-editor" @submit=${this.#apply} @input=${this.#mirror}>
        <label>${title}
          <input type="number" name="number" step="any" required autocomplete="off" .value=${String(shown)}>
        </label>
        <input type="range" name="slider" min=${-REACH} max=${REACH} step="0.01" .value=${String(shown)}
          aria-label="${title}, slider from ${-REACH} to ${REACH}">
        <span class="buttons">
          <button type="submit" class="primary">Set</button>
          <button type="button" @click=${() => this.hidePopover()}>Cancel</button>
        </span>
      </form>`;
  }

  /** The two inputs show one value. @param {Event} event */
  #mirror({ target, currentTarget }) {
    if (!(target instanceof HTMLInputElement) || !(currentTarget instanceof HTMLFormElement)) return;
    const other = currentTarget.elements.namedItem(target.name === "number" ? "slider" : "number");
    if (other instanceof HTMLInputElement) other.value = target.value;
  }

  /** @param {SubmitEvent} event */
  #apply(event) {
    event.preventDefault();
    const number = this.querySelector("input");
    this.hidePopover();
    if (number) this.edited?.apply(number.valueAsNumber);
  }
}
customElements.define("value-editor", ValueEditor);
