import { html, LitElement, nothing } from "lit";
import { pictureOf } from "../charts/probes/pictures.js";
import { entryOf } from "../forms/catalogue.js";
import { fieldControl, hasControl } from "../forms/field.js";
import { fold } from "../forms/fold.js";
import { Inquiry } from "../live/inquiry.js";
import "./value-map.js";

/** @typedef {import("../live/types.js").Catalogue} Catalogue */
/** @typedef {import("../live/types.js").Field} Field */
/** @typedef {import("../live/types.js").Frame} Frame */
/** @typedef {import("../live/types.js").SessionDocument} SessionDocument */
/** @typedef {import("../charts/probes/answer.js").Answer} Answer */

/** What is not asked: all layers are shown, as finely as the server thinks right. */
const UNASKED = ["layer", "resolution", "encoding"];

/** One probe that is measured now and then, as a picture, with the choices that the catalogue gives it. */
export class ProbePicture extends LitElement {
  static properties = {
    catalogue: { attribute: false },
    session: { attribute: false },
    kind: { attribute: false },
    large: { attribute: false },
    api: { attribute: false },
    settings: { state: true },
  };

  /** @type {Frame | null} */
  #frame = null;
  #waited = ""; // why nothing was asked when it was drawn last
  /** @type {Inquiry<Answer>} */
  #inquiry = new Inquiry(() => this.requestUpdate());

  constructor() {
    super();
    /** @type {Catalogue | null} */
    this.catalogue = null;
    /** @type {SessionDocument | null} */
    this.session = null;
    this.kind = "";
    /** Whether there is much room. */
    this.large = false;
    /** @type {((kind: string, settings: Record<string, string>) => Promise<Answer>) | null} asks a probe over REST */
    this.api = null;
    /** What was chosen for each kind. @type {Record<string, Record<string, any>>} */
    this.settings = {};
    this.addEventListener("field-change", this.#choose);
  }

  createRenderRoot() {
    return this;
  }

  /** The newest frame: when it is of another step, the probe is asked again. */
  get frame() {
    return this.#frame;
  }

  set frame(frame) {
    this.#frame = frame;
    this.#ask();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#inquiry.stop();
  }

  updated() {
    this.#ask();
  }

  /** What was chosen for this kind, as it stands in an address. */
  get #chosen() {
    return Object.fromEntries(Object.entries(this.settings[this.kind] ?? {}).map(([name, value]) => [name, String(value)]));
  }

  /** Why there is nothing to ask yet. */
  get #waits() {
    const step = (this.#frame ?? this.session)?.step ?? 0;
    return pictureOf(this.kind)?.waits?.(this.#chosen, step) ?? "";
  }

  #ask() {
    const { api, kind, session } = this;
    if (!api || !session || !this.isConnected || !this.checkVisibility()) return;
    const chosen = this.#chosen;
    const { step, version } = this.#frame ?? session;
    if (this.#waits !== this.#waited) {
      this.#waited = this.#waits;
      this.requestUpdate();
    }
    if (this.#waits) return;
    this.#inquiry.ask(`${session.id} ${kind} ${JSON.stringify(chosen)}`, `${step} ${version}`, () => api(kind, chosen));
  }

  render() {
    const { catalogue, session, kind } = this;
    if (!catalogue || !session) return nothing;
    const { answer } = this.#inquiry;
    const refusal = this.#waits || this.#inquiry.refusal;
    return html`
      ${this.#choices(catalogue, session)}
      <div class="picture" tabindex="0" role="group" aria-label=${entryOf(catalogue, "probes", kind)?.title ?? kind} data-help=${kind}>
        ${refusal ? html`<p class="unavailable">${refusal}</p>` : answer?.kind === kind ? this.#drawn(answer, session)
          : html`<p class="unavailable">Measuring …</p>`}
      </div>`;
  }

  /** @param {Answer} answer @param {SessionDocument} session */
  #drawn(answer, { experiment, notes }) {
    const classes = notes.task === "regression" ? [] : Array.from({ length: notes.classes ?? 2 }, (_, i) => notes.class_names?.[i] ?? String(i));
    const rate = this.#frame?.learning_rate ?? experiment.optimizer.learning_rate;
    return pictureOf(this.kind)?.draw(answer, { classes, rate, large: this.large });
  }

  /** @param {Catalogue} catalogue @param {SessionDocument} session */
  #choices(catalogue, session) {
    const fields = (entryOf(catalogue, "probes", this.kind)?.fields ?? []).filter((field) => hasControl(field) && !UNASKED.includes(field.name));
    if (fields.length === 0) return nothing;
    const asked = /** @type {any} */ ({ probes: this.settings });
    const form = { catalogue, session: { ...session, experiment: asked, can_control: true }, pending: new Set(), errors: {} };
    const placed = fields.map((field) => ({ field, path: `probes.${this.kind}.${field.name}` }));
    const draw = (/** @type {import("../forms/fold.js").Placed} */ { field, path }) => fieldControl(field, path, /** @type {any} */ (form));
    return this.large ? html`<div class="choices">${placed.map(draw)}</div>` : fold(placed, /** @type {any} */ (form), draw);
  }

  /** @param {Event} event */
  #choose(event) {
    if (!(event instanceof CustomEvent)) return;
    event.stopPropagation();
    const [, kind, name] = event.detail.path.split(".");
    this.settings = { ...this.settings, [kind]: { ...this.settings[kind], [name]: event.detail.value } };
  }
}
customElements.define("probe-picture", ProbePicture);
