import { html, LitElement } from "lit";

/**
 * @typedef {object} Unit
 * @property {string} title "dense_1 unit 2"
 * @property {{ name: string, value: number }[]} weights one per input of the neuron
 * @property {number} bias
 * @property {(values: { weights: (number | null)[], bias: number | null }) => void} apply null: leave it
 */

/**
 * A dialog with every incoming weight and the bias of one neuron as numbers: what the lines and squares offer to a
 * mouse, for the keyboard.
 */
export class UnitSheet extends LitElement {
  static properties = { unit: { state: true } };

  constructor() {
    super();
    /** @type {Unit | null} */
    this.unit = null;
  }

  createRenderRoot() {
    return this;
  }

  /** @param {Unit} unit */
  async open(unit) {
    this.unit = unit;
    await this.updateComplete;
    this.querySelector("form")?.reset();
    this.querySelector("dialog")?.showModal();
  }

  render() {
    if (!this.unit) return html``;
    const { title, weights, bias } = this.unit;
    return html`
      <dialog class="unit-sheet" aria-labelledby="unit-sheet-title">
        <form method="dialog" @submit=${this.#apply}>
          <h2 id="unit-sheet-title">${title}</h2>
          <div class="values">
            ${weights.map(({ name, value }) => field(`from ${name}`, value))}
            ${field("bias", bias)}
          </div>
          <p class="buttons">
            <button type="submit" value="apply" class="primary">Set</button>
            <button type="submit" value="cancel" formnovalidate>Cancel</button>
          </p>
        </form>
      </dialog>`;
  }

  /** @param {SubmitEvent} event */
  #apply({ submitter, currentTarget }) {
    if (!(submitter instanceof HTMLButtonElement) || submitter.value !== "apply") return;
    if (!(currentTarget instanceof HTMLFormElement) || !this.unit) return;
    const inputs = [...currentTarget.querySelectorAll("input")];
    const values = inputs.map((input) => (input.value === input.defaultValue ? null : input.valueAsNumber));
    this.unit.apply({ weights: values.slice(0, -1), bias: values[values.length - 1] });
  }
}

/** @param {string} name @param {number} value */
function field(name, value) {
  return html`<label>${name}
    <input type="number" step="any" required autocomplete="off" value=${Number(value.toPrecision(4))}
      @focus=${select}></label>`;
}

/** @param {FocusEvent} event */
function select({ target }) {
  if (target instanceof HTMLInputElement) target.select();
}
customElements.define("unit-sheet", UnitSheet);
