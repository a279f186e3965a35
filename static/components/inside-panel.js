import { html, LitElement, nothing } from "lit";
import { rowsByLayer } from "../charts/distributions.js";
import { histogramNow, histogramsOf } from "../charts/histogram-now.js";
import { thinned } from "../charts/ridgeline.js";
import { offered } from "../charts/probes/pictures.js";
import { Inquiry } from "../live/inquiry.js";
import { choice } from "./choice.js";
import * as icons from "./icons.js";
import { ProbePicture } from "./probe-picture.js";
import "./ridge-line.js";

/** @typedef {import("../live/types.js").Catalogue} Catalogue */
/** @typedef {import("../live/types.js").Frame} Frame */
/** @typedef {import("../live/types.js").SessionDocument} SessionDocument */
/** @typedef {import("../live/types.js").View} View */
/** @typedef {import("../charts/distributions.js").Distributions} Distributions */

/** @type {readonly (readonly [View["inside_quantity"], string])[]} */
const QUANTITIES = [
  ["weights", "Weights"], ["biases", "Biases"], ["activations", "Activations"], ["gradients", "Gradients"],
];
/** @type {readonly (readonly [View["inside_tab"], string])[]} */
const TIMES = [["now", "Now"], ["offset", "Over time"], ["overlay", "Overlaid"]];
const NOW = "Bars: how many values. Line: mean μ. Bracket: ± one standard deviation σ.";
const OVER_TIME = {
  offset: ", the newest in front; high where values are dense.",
  overlay: ", the newest strongest; high where values are dense.",
};
/** The first picture of the menu: the only one that comes with every frame. */
const SPREAD = "spread";

/** What is inside the network: how weights, biases, activations and gradients are spread, or any other probe as a picture. */
export class InsidePanel extends LitElement {
  static properties = {
    catalogue: { attribute: false },
    session: { attribute: false },
    view: { attribute: false },
    api: { attribute: false },
  };

  /**
   * What the panel watches; the records over time are asked for when there are more of them.
   * @param {View} view
   */
  static probes({ inside_picture: picture, inside_tab: tab, inside_quantity: quantity }) {
    return picture === SPREAD && tab === "now" ? { histograms: { quantity } } : {};
  }

  /** @type {Frame | null} */
  #frame = null;
  #request = 0;
  /** @type {Inquiry<Distributions>} the records over time */
  #records = new Inquiry(() => this.requestUpdate());

  constructor() {
    super();
    /** @type {Catalogue | null} */
    this.catalogue = null;
    /** @type {SessionDocument | null} */
    this.session = null;
    /** @type {View | null} */
    this.view = null;
    /** @type {((kind: string, settings: Record<string, string>) => Promise<any>) | null} asks a probe over REST */
    this.api = null;
  }

  createRenderRoot() {
    return this;
  }

  /** The newest frame: drawn with the next screen frame. */
  get frame() {
    return this.#frame;
  }

  set frame(frame) {
    this.#frame = frame;
    this.#request ||= requestAnimationFrame(() => {
      this.#request = 0;
      const picture = this.querySelector("probe-picture");
      if (picture instanceof ProbePicture) picture.frame = frame;
      else if (this.view?.inside_tab === "now") this.requestUpdate();
      else this.#ask();
    });
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    cancelAnimationFrame(this.#request);
    this.#records.stop();
    this.#request = 0;
  }

  updated() {
    if (this.view && this.#picture === SPREAD && this.view.inside_tab !== "now") this.#ask();
  }

  /** Which picture is shown: the chosen one while it has anything to show. */
  get #picture() {
    const chosen = this.view?.inside_picture ?? SPREAD;
    return this.#offered.some(({ kinds }) => kinds.some(({ kind }) => kind === chosen)) ? chosen : SPREAD;
  }

  get #offered() {
    return this.catalogue && this.session ? offered(this.catalogue, this.session) : [];
  }

  /** Ask for the records if there are others than those at hand. */
  #ask() {
    const { api, session, view } = this;
    if (!api || !session || !view || !this.#frame) return;
    const { inside_quantity: quantity } = view;
    const { distribution_rows: rows, version } = this.#frame;
    this.#records.ask(`${session.id} ${quantity}`, `${rows} ${version}`, () => api("distributions", { quantity }));
  }

  render() {
    const { view, catalogue, session } = this;
    if (!view) return nothing;
    const picture = this.#picture;
    return html`
      <header class="inside-header">
        <h2 class="visually-hidden">Inside the layers</h2>
        ${this.#menu(picture)}
        ${picture === SPREAD ? this.#times(view) : nothing}
        <button type="button" class="quiet enlarge" aria-pressed=${view.inside_large} aria-label="Enlarge" data-help="enlarge"
          title=${view.inside_large ? "Back to the network" : "As large as the network"} @click=${() => this.#emit({ inside_large: !view.inside_large })}>${icons.ENLARGE}</button>
        ${picture === SPREAD ? this.#quantities(view) : nothing}
        ${picture === SPREAD ? html`<p class="caption">${view.inside_tab === "now" ? NOW : this.#count() + OVER_TIME[view.inside_tab]}</p>` : nothing}
      </header>
      ${picture === SPREAD ? this.#spread(view)
        : html`<probe-picture .catalogue=${catalogue} .session=${session} .kind=${picture}
          .large=${view.inside_large} .api=${this.api}></probe-picture>`}`;
  }

  /** @param {string} picture */
  #menu(picture) {
    const choose = (/** @type {Event} */ { target }) => {
      if (target instanceof HTMLSelectElement) this.#emit({ inside_picture: target.value });
    };
    return html`
      <select aria-label="Picture" data-help=${picture === SPREAD ? "histograms" : picture} @change=${choose}>
        <option value=${SPREAD} .selected=${picture === SPREAD}>Spread of values</option>
        ${this.#offered.map(({ heading, kinds }) => html`<optgroup label=${heading}>${kinds.map(({ kind, title }) => html`
          <option value=${kind} .selected=${kind === picture}>${title}</option>`)}</optgroup>`)}
      </select>`;
  }

  /** @param {View} view */
  #times({ inside_tab: chosen }) {
    return choice({
      name: "inside-tab", label: "Time", values: TIMES, chosen,
      choose: (value) => this.#emit({ inside_tab: /** @type {View["inside_tab"]} */ (value) }),
    });
  }

  /** @param {View} view */
  #quantities({ inside_quantity: chosen }) {
    return choice({
      name: "inside-quantity", label: "Quantity", values: QUANTITIES, chosen,
      choose: (value) => this.#emit({ inside_quantity: /** @type {View["inside_quantity"]} */ (value) }),
    });
  }

  /** @param {View} view */
  #spread({ inside_quantity: quantity, inside_tab: tab }) {
    return html`
      <div class="layers" tabindex="0" role="group" aria-label="Layers" data-help=${tab === "now" ? "histograms" : "distributions"}>
        ${tab === "now" ? this.#now(quantity) : this.#overTime(quantity, tab)}</div>`;
  }

  /** How many of the records are drawn. */
  #count() {
    const count = this.#records.answer?.arrays.steps.length ?? 0;
    const shown = thinned(Array(count).fill(0)).length;
    return shown < count ? `${shown} of ${count} records` : `${count} records`;
  }

  /** @param {string} quantity */
  #now(quantity) {
    const histograms = histogramsOf(this.#frame, quantity);
    if (!histograms) return nothing;
    return Array.isArray(histograms) ? histograms.map(histogramNow) : note(histograms.unavailable);
  }

  /** @param {string} quantity @param {"offset" | "overlay"} mode */
  #overTime(quantity, mode) {
    const { answer, refusal } = this.#records;
    if (refusal) return note(refusal);
    if (answer?.meta.quantity !== quantity) return note("Fetching what was recorded …");
    return rowsByLayer(answer).map(({ layer, rows }) => html`
      <ridge-line .layer=${layer} .rows=${rows} .mode=${mode}></ridge-line>`);
  }

  /** @param {Partial<View>} detail */
  #emit(detail) {
    this.dispatchEvent(new CustomEvent("view-change", { detail, bubbles: true }));
  }
}
customElements.define("inside-panel", InsidePanel);

/** @param {string} text */
function note(text) {
  return html`<p class="unavailable">${text}</p>`;
}
