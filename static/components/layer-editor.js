import { html, nothing } from "lit";
import { entryOf } from "../forms/catalogue.js";
import { fieldControl } from "../forms/field.js";
import { FormPanel } from "../forms/form-panel.js";
import { moved, patchAt } from "../forms/patches.js";
import { addLayer, removeLayer } from "./network/patches.js";

/** @typedef {import("../live/types.js").Experiment} Experiment */
/** @typedef {import("../live/types.js").Field} Field */
/** @typedef {import("../forms/field.js").Form} Form */

const GAP = 8;

/** @type {Field} the choice of a layer's kind, as a field like any other */
const KIND = { name: "kind", type: "component", registry: "layers", title: "Kind", help: "", symbol: "", default: null };

/** All settings of one layer, in a popover beside it: what it is, its fields, its place; of the output too. */
export class LayerEditor extends FormPanel {
  static properties = {
    index: { state: true },
  };

  constructor() {
    super();
    /** @type {number | null} of the layer; as many as there are layers means the output */
    this.index = null;
  }

  connectedCallback() {
    super.connectedCallback();
    this.popover = "auto";
    this.setAttribute("role", "dialog");
    this.setAttribute("aria-labelledby", "layer-editor-title");
    this.addEventListener("field-change", this.#change);
    this.addEventListener("toggle", this.#toggled);
  }

  /**
   * Open below whatever had the focus: the button that asked for it.
   * @param {number} index
   */
  async open(index) {
    const opener = document.activeElement?.getBoundingClientRect();
    this.index = index;
    await this.updateComplete;
    this.showPopover();
    if (opener?.width) this.#place(opener);
    this.querySelector("select")?.focus();
  }

  /** @param {DOMRect} opener */
  #place({ left, bottom }) {
    this.style.left = `${Math.max(GAP, Math.min(left, innerWidth - this.offsetWidth - GAP))}px`;
    this.style.top = `${Math.max(GAP, Math.min(bottom + GAP, innerHeight - this.offsetHeight - GAP))}px`;
  }

  render() {
    const { catalogue, session, pending, errors, index } = this;
    if (!catalogue || !session || index === null || index > session.experiment.layers.length) return nothing;
    const form = { catalogue, session, pending, errors };
    return html`
      <div class="head">
        <h2 id="layer-editor-title">${this.#title(form, index)}</h2>
        <button type="button" class="close" aria-label="Close" @click=${() => this.hidePopover()}>×</button>
      </div>
      ${index === session.experiment.layers.length ? this.#output(form) : this.#layer(form, index)}`;
  }

  /** @param {Form} form @param {number} index */
  #title({ catalogue, session: { experiment } }, index) {
    if (index === experiment.layers.length) return "Output layer";
    const { kind } = experiment.layers[index];
    return `Layer ${index + 1}: ${entryOf(catalogue, "layers", kind)?.title ?? kind}`;
  }

  /** @param {Form} form @param {number} index */
  #layer(form, index) {
    const { layers } = form.session.experiment;
    const fixed = !form.session.can_control;
    const edit = (/** @type {Experiment["layers"]} */ changed, /** @type {number | null} */ shown) => {
      this.index = shown;
      this.#send({ layers: changed }, "layers");
      if (shown === null) this.hidePopover();
    };
    return html`
      ${fieldControl(KIND, `layers.${index}`, form)}
      <div class="foot">
        <button type="button" ?disabled=${fixed || index === 0}
          title="Move towards the inputs" aria-label="Move towards the inputs"
          @click=${() => edit(moved(layers, index, index - 1), index - 1)}>←</button>
        <button type="button" ?disabled=${fixed || index === layers.length - 1}
          title="Move towards the output" aria-label="Move towards the output"
          @click=${() => edit(moved(layers, index, index + 1), index + 1)}>→</button>
        <button type="button" ?disabled=${fixed}
          @click=${() => edit(addLayer(layers, index + 1), index + 1)}>Add after</button>
        <button type="button" ?disabled=${fixed} @click=${() => edit(removeLayer(layers, index), null)}>Remove</button>
      </div>`;
  }

  /** @param {Form} form */
  #output(form) {
    const fields = form.catalogue.experiment.fields.find(({ name }) => name === "output")?.fields ?? [];
    const { task, classes } = form.session.notes;
    const units = task === "multiclass" ? `${classes} units, one for each class` : "One unit";
    return html`
      <p class="quiet">${units}: as the task needs.</p>
      ${fields.map((field) => fieldControl(field, `output.${field.name}`, form))}`;
  }

  /** @param {Event} event */
  #change(event) {
    if (!(event instanceof CustomEvent) || !this.session) return;
    const { path, value } = event.detail;
    this.#send(patchAt(this.session.experiment, path, value), path);
  }

  /** @param {Event} event */
  #toggled(event) {
    if (event instanceof ToggleEvent && event.target === this && event.newState === "closed") this.index = null;
  }

  /** @param {Record<string, any>} patch @param {string} field */
  #send(patch, field) {
    this.dispatchEvent(new CustomEvent("experiment-change", { detail: { patch, field }, bubbles: true }));
  }
}
customElements.define("layer-editor", LayerEditor);
