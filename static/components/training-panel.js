import { html, nothing } from "lit";
import { fieldControl } from "../forms/field.js";
import { FormPanel } from "../forms/form-panel.js";
import { patchAt } from "../forms/patches.js";

/** @typedef {import("../live/types.js").Field} Field */

/** What other panels show: the data, the layers and their output, and the batch beside the split it divides. */
const ELSEWHERE = ["data", "layers", "output", "batch_size"];

/** In the order of a step: how it moves, how far, along what; everything new in the catalogue comes after. */
const ORDER = ["optimizer", "schedule", "loss", "regularizer"];

/** How the network learns: every choice of the experiment that is not data or architecture. */
export class TrainingPanel extends FormPanel {
  connectedCallback() {
    super.connectedCallback();
    this.addEventListener("field-change", this.#change);
  }

  render() {
    const { catalogue, session, pending, errors } = this;
    if (!catalogue || !session) return nothing;
    const { components, others } = grouped(catalogue.experiment.fields);
    const form = { catalogue, session, pending, errors };
    const draw = (/** @type {Field} */ field) => fieldControl(field, field.name, form);
    return html`
      <h2>Training</h2>
      <div class="choices">
        ${components.map(draw)}
        ${others.length === 0 ? nothing : html`
          <details class="more">
            <summary>${others.map(({ title }) => title).join(", ")}</summary>${others.map(draw)}
          </details>`}
      </div>`;
  }

  /** @param {Event} event */
  #change(event) {
    if (!(event instanceof CustomEvent) || !this.session) return;
    const { path, value } = event.detail;
    const detail = { patch: patchAt(this.session.experiment, path, value), field: path };
    this.dispatchEvent(new CustomEvent("experiment-change", { detail, bubbles: true }));
  }
}
customElements.define("training-panel", TrainingPanel);

/**
 * The experiment's own fields: components, each with its fields, and the few plain ones.
 * @param {Field[]} fields
 */
function grouped(fields) {
  const rank = (/** @type {Field} */ { name }) => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length);
  const shown = fields.filter(({ name }) => !ELSEWHERE.includes(name)).sort((a, b) => rank(a) - rank(b));
  return {
    components: shown.filter(({ type }) => type === "component"),
    others: shown.filter(({ type }) => type !== "component"),
  };
}
