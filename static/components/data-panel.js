import { html, nothing } from "lit";
import { onResize } from "../drawing/canvas.js";
import { formatCount, formatFeature } from "../drawing/numbers.js";
import { onThemeChange } from "../drawing/tokens.js";
import { entryOf, fieldAt, isPending, isSuited, problemAt } from "../forms/catalogue.js";
import { fieldControl, hasControl } from "../forms/field.js";
import { fold } from "../forms/fold.js";
import { FormPanel } from "../forms/form-panel.js";
import { changeDataset, patchAt, takeExamples } from "../forms/patches.js";
import { helpButton } from "../forms/row.js";
import { choice } from "./choice.js";
import { availableFeatures, toggled } from "./data/chosen-features.js";
import { FAMILIES, ofFamily } from "./data/families.js";
import { drawExamples, drawMap } from "./data/thumbnails.js";
import { RowsEditor } from "./rows-editor.js";
import * as icons from "./icons.js";
import "./split-bar.js";

/** @typedef {import("../live/types.js").Catalogue} Catalogue */
/** @typedef {import("../live/types.js").SessionDocument} SessionDocument */
/** @typedef {import("../forms/field.js").Form} Form */

const SEEDS = 10_000;

/** The dataset of the learner's own rows. */
const OWN = "inline";

/** What of the data has its place in the panel; whatever else the catalogue has is folded away at its end. */
const PLACED = ["dataset", "features", "split", "scaling"];

/** What the network learns from: the dataset, its examples, how they are split and which features are given. */
export class DataPanel extends FormPanel {
  static properties = {
    family: { state: true },
    lastFeature: { state: true },
  };

  constructor() {
    super();
    /** @type {import("../live/types.js").Family | null} whose datasets are shown; null is that of the chosen one */
    this.family = null;
    /** Whether somebody tried to remove the only feature. */
    this.lastFeature = false;
  }

  connectedCallback() {
    super.connectedCallback();
    this.addEventListener("field-change", this.#change);
    this.addEventListener("examples-change", this.#take);
    this.#stop = [onThemeChange(() => this.#draw()), onResize(this, () => this.#draw())];
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    for (const stop of this.#stop) stop();
  }

  /** @type {(() => void)[]} */
  #stop = [];

  render() {
    const { catalogue, session, pending, errors } = this;
    if (!catalogue || !session) return nothing;
    const form = { catalogue, session, pending, errors };
    const dataset = entryOf(catalogue, "datasets", session.experiment.data.dataset.kind);
    return html`
      <h2>Data</h2>
      ${this.#datasets(form)}
      ${session.experiment.data.dataset.kind === OWN ? this.#own(form) : nothing}
      ${(dataset?.fields ?? []).map((field) => fieldControl(field, `data.dataset.${field.name}`, form))}
      ${this.#split(form)}
      ${this.#experimentField("batch_size", form)}
      ${this.#features(form)}
      ${this.#experimentField("data.scaling", form)}
      ${this.#rest(form)}`;
  }

  updated() {
    this.#draw();
  }

  /** @param {string} path @param {Form} form */
  #experimentField(path, form) {
    const field = fieldAt(form.catalogue, form.session.experiment, path);
    return field ? fieldControl(field, path, form) : nothing;
  }

  /** @param {Form} form */
  #rest(form) {
    const { catalogue, session } = form;
    const fields = fieldAt(catalogue, session.experiment, "data")?.fields ?? [];
    const rest = fields.filter((field) => !PLACED.includes(field.name) && hasControl(field) && isSuited(catalogue, session, field))
      .map((field) => ({ field, path: `data.${field.name}` }));
    return rest.length === 0 ? nothing : fold(rest, form, ({ field, path }) => fieldControl(field, path, form));
  }

  /** @param {Form} form */
  #datasets({ catalogue, session, pending, errors }) {
    const chosen = session.experiment.data.dataset.kind;
    const { fields = [] } = entryOf(catalogue, "datasets", chosen) ?? {};
    const problem = problemAt(errors, "data.dataset", fields.filter(hasControl).map(({ name }) => name));
    const family = this.family ?? entryOf(catalogue, "datasets", chosen)?.family ?? "points";
    return html`
      ${choice({ name: "family", label: "Kind of data", values: FAMILIES, chosen: family,
        choose: (value) => (this.family = /** @type {typeof family} */ (value)) })}
      <fieldset class="datasets" ?data-pending=${isPending(pending, "data.dataset")}>
        <legend class="visually-hidden">Dataset</legend>
        ${ofFamily(catalogue, family).map(({ kind, title, task, preview }) => html`
          <label class="thumbnail" title="${title}: ${TASKS[task ?? ""] ?? "rows of numbers"}; training starts again"
            data-help="kind:datasets.${kind}">
            <input type="radio" name="dataset" value=${kind} aria-label=${title} .checked=${kind === chosen}
              ?disabled=${!session.can_control} @change=${() => this.#choose(kind)}>
            ${preview ? html`<canvas data-kind=${kind} aria-hidden="true"></canvas>` : icons.TABLE}
          </label>`)}
      </fieldset>
      <p class="chosen-dataset" data-help="kind:datasets.${chosen}">
        <strong>${entryOf(catalogue, "datasets", chosen)?.title}</strong>${helpButton("the dataset")}
        ${chosen === OWN ? nothing : html`<button type="button" class="regenerate" data-help="regenerate" ?disabled=${!session.can_control}
          title="A new seed: other examples, other first weights" @click=${this.#regenerate}>New examples</button>`}</p>
      ${problem ? html`<p class="problem" role="alert">${problem}</p>` : nothing}`;
  }

  /** @param {Form} form */
  #own({ catalogue, session, errors }) {
    const { dataset } = session.experiment.data;
    const edit = () => {
      const editor = this.querySelector("rows-editor");
      if (editor instanceof RowsEditor) editor.open(dataset, problemAt(errors, "data.dataset") !== "");
    };
    if (!dataset.inputs) return nothing; // just chosen: the server has not said which ones it begins with
    return html`
      <p class="own"><span>${formatCount(dataset.inputs.length)} rows, ${dataset.inputs[0]?.length} inputs</span>
        <button type="button" ?disabled=${!session.can_control} @click=${edit}>Paste or edit rows …</button></p>
      <rows-editor .catalogue=${catalogue}></rows-editor>`;
  }

  /** @param {Form} form */
  #split({ catalogue, session, pending, errors }) {
    const { split, dataset } = session.experiment.data;
    const field = fieldAt(catalogue, session.experiment, "data.split");
    if (!split || !field) return nothing;
    const problem = ["data.split", "data.split.train", "data.split.validation", "data.split.test"]
      .map((path) => errors[path]).find(Boolean) ?? "";
    return html`
      <div class="field wide split" data-path="data.split" data-help="field:data.split"
        ?data-pending=${isPending(pending, "data.split")}>
        <span class="name">${field.title}</span>${helpButton(field.title)}
        <div class="method">${this.#experimentField("data.split.method", { catalogue, session, pending, errors })}</div>
        <split-bar .split=${split} .fields=${field.fields ?? []} .problem=${problem}
          .examples=${dataset.samples ?? dataset.inputs?.length ?? 0} .disabled=${!session.can_control}></split-bar>
      </div>`;
  }

  /** @param {Form} form */
  #features({ catalogue, session, pending, errors }) {
    const chosen = session.experiment.data.features;
    if (!chosen) return nothing; // images and sequences are given whole
    const field = fieldAt(catalogue, session.experiment, "data.features");
    const available = availableFeatures(catalogue, session);
    const named = available.some((name) => !entryOf(catalogue, "features", name));
    const problem = this.lastFeature ? "The network needs at least one feature." : errors["data.features"];
    return html`
      <div class="field wide features" role="group" aria-label=${field?.title ?? "Features"} data-path="data.features"
        data-help="field:data.features" ?data-pending=${isPending(pending, "data.features")}>
        <span class="name">${field?.title}</span>${helpButton(field?.title ?? "Features")}
        <div class="chips ${named ? "named" : ""}">
          ${available.map((name) => this.#chip(name, chosen, catalogue, session))}
        </div>
        ${problem ? html`<p class="problem" role="alert">${problem}</p>` : nothing}
      </div>`;
  }

  /** @param {string} name @param {string[]} chosen @param {Catalogue} catalogue @param {SessionDocument} session */
  #chip(name, chosen, catalogue, session) {
    const entry = entryOf(catalogue, "features", name);
    const press = () => {
      const features = toggled(availableFeatures(catalogue, session), chosen, name);
      this.lastFeature = features === null;
      if (features) this.#send({ data: { features } }, "data.features");
    };
    return html`
      <button type="button" class="chip" aria-pressed=${chosen.includes(name)} aria-label=${entry?.title ?? name}
        title=${entry?.title ?? name} data-help=${entry ? `kind:features.${name}` : "field:data.features"}
        ?disabled=${!session.can_control} @click=${press}>
        ${entry?.map ? html`<canvas data-feature=${name} aria-hidden="true"></canvas>` : nothing}
        <span>${entry?.symbol ?? formatFeature(name)}</span>
      </button>`;
  }

  /** @param {string} kind */
  #choose(kind) {
    const { catalogue, session } = this;
    if (catalogue && session) this.#send(changeDataset(catalogue, session.experiment, kind), "data.dataset");
  }

  /** @param {Event} event */
  #take(event) {
    const { catalogue, session } = this;
    if (!(event instanceof CustomEvent) || !catalogue || !session) return;
    this.#send(takeExamples(catalogue, session.experiment, event.detail), "data.dataset");
  }

  #regenerate() {
    this.#send({ seed: Math.floor(Math.random() * SEEDS) }, "seed");
  }

  /** @param {Event} event */
  #change(event) {
    if (!(event instanceof CustomEvent) || !this.session) return;
    const { path, value } = event.detail;
    this.#send(patchAt(this.session.experiment, path, value), path);
  }

  /** @param {Record<string, any>} patch @param {string} field */
  #send(patch, field) {
    this.#emit("experiment-change", { patch, field });
  }

  /** @param {string} name @param {object} detail */
  #emit(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
  }

  #draw() {
    if (!this.catalogue) return;
    for (const canvas of this.querySelectorAll("canvas")) {
      const { kind, feature } = canvas.dataset;
      const entry = entryOf(this.catalogue, kind ? "datasets" : "features", kind ?? feature);
      if (entry) (kind ? drawExamples : drawMap)(canvas, entry);
    }
  }
}
customElements.define("data-panel", DataPanel);

/** @type {Record<string, string>} */
const TASKS = { binary: "two classes", multiclass: "several classes", regression: "a number" };
