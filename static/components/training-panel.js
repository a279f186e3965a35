import { html, nothing } from "lit";
import { isSuited } from "../forms/catalogue.js";
import { fieldControl, hasControl } from "../forms/field.js";
import { fold } from "../forms/fold.js";
import { FormPanel } from "../forms/form-panel.js";
import { patchAt } from "../forms/patches.js";

/** @typedef {import("../live/types.js").Field} Field */

/** What other panels show: the data, the layers and their output, and the batch beside the split it divides. */
const ELSEWHERE = ["data", "layers", "output", "batch_size"];

/** What every run has to choose, in the order of a step: how it moves, how far, along what. The rest is folded away. */
const ALWAYS = ["optimizer", "schedule", "loss", "regularizer"];

/** How the network learns: every choice of the experiment that is not data or architecture. */
export class TrainingPanel extends FormPanel {
  connectedCallback() {
    super.connectedCallback();
    this.addEventListener("field-change", this.#change);
  }

  render() {
    const { catalogue, session, pending, errors } = this;
    if (!catalogue || !session) return nothing;
    const form = { catalogue, session, pending, errors };
    const shown = catalogue.experiment.fields.filter((field) =>
      !ELSEWHERE.includes(field.name) && hasControl(field) && isSuited(catalogue, session, field));
    const draw = (/** @type {Field} */ field) => fieldControl(field, field.name, form);
    return html`
      <h2>Training</h2>
      <div class="choices">
        ${ALWAYS.flatMap((name) => shown.filter((field) => field.name === name)).map(draw)}
        ${folds(shown).map((fields) => fold(fields.map((field) => ({ field, path: field.name })), form, ({ field }) => draw(field)))}
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
 * What is not always open: the other components, whatever the catalogue has, and the plain fields.
 * @param {Field[]} fields
 */
function folds(fields) {
  const rest = fields.filter(({ name }) => !ALWAYS.includes(name));
  const isComponent = (/** @type {Field} */ { type }) => type === "component";
  return [rest.filter(isComponent), rest.filter((field) => !isComponent(field))].filter((part) => part.length > 0);
}
