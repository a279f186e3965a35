import { html, LitElement, nothing } from "lit";
import { rowsByLayer } from "../charts/distributions.js";
import { histogramNow, histogramsOf } from "../charts/histogram-now.js";
import { thinned } from "../charts/ridgeline.js";
import { choice } from "./choice.js";
import "./ridge-line.js";

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
const PATIENCE = 500; // least time between two questions for the records, in milliseconds

/** What is inside the network: how weights, biases, activations and gradients of each layer are spread, now and over time. */
export class InsidePanel extends LitElement {
  static properties = {
    session: { attribute: false },
    view: { attribute: false },
    api: { attribute: false },
    distributions: { state: true },
    unavailable: { state: true },
  };

  /**
   * What the panel watches; the records over time are asked for when there are more of them.
   * @param {View} view
   */
  static probes({ inside_tab: tab, inside_quantity: quantity }) {
    return tab === "now" ? { histograms: { quantity } } : {};
  }

  /** @type {Frame | null} */
  #frame = null;
  #request = 0;
  #asked = ""; // what the records at hand, or on their way, are of
  #waiting = 0;

  constructor() {
    super();
    /** @type {SessionDocument | null} */
    this.session = null;
    /** @type {View | null} */
    this.view = null;
    /** @type {((kind: "distributions", settings: { quantity: string }) => Promise<Distributions>) | null} asks a probe over REST */
    this.api = null;
    /** @type {Distributions | null} */
    this.distributions = null;
    /** @type {string | null} */
    this.unavailable = null;
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
      if (this.view?.inside_tab === "now") this.requestUpdate();
      else this.#ask();
    });
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    cancelAnimationFrame(this.#request);
    clearTimeout(this.#waiting);
    this.#request = this.#waiting = 0;
  }

  updated() {
    if (this.view && this.view.inside_tab !== "now") this.#ask();
  }

  /** Ask for the records if there are others than those at hand; not more often than one can look. */
  #ask() {
    const quantity = this.view?.inside_quantity ?? "weights";
    const wanted = `${this.session?.id} ${quantity} ${this.#frame?.distribution_rows} ${this.#frame?.version}`;
    if (!this.api || !this.#frame || wanted === this.#asked || this.#waiting) return;
    this.#asked = wanted;
    this.#waiting = window.setTimeout(() => {
      this.#waiting = 0;
      this.#ask();
    }, PATIENCE);
    this.api("distributions", { quantity }).then(
      (distributions) => Object.assign(this, { distributions, unavailable: null }),
      (error) => (this.unavailable = String(error.message ?? error)),
    );
  }

  render() {
    if (!this.view) return nothing;
    const { inside_quantity: quantity, inside_tab: tab } = this.view;
    return html`
      <header class="inside-header">
        <h2 class="visually-hidden">Inside the layers</h2>
        ${choice({
          name: "inside-quantity", label: "Quantity", values: QUANTITIES, chosen: quantity,
          choose: (value) => this.#emit({ inside_quantity: /** @type {View["inside_quantity"]} */ (value) }),
        })}
        ${choice({
          name: "inside-tab", label: "Time", values: TIMES, chosen: tab,
          choose: (value) => this.#emit({ inside_tab: /** @type {View["inside_tab"]} */ (value) }),
        })}
        <p class="caption">${tab === "now" ? NOW : this.#records() + OVER_TIME[tab]}</p>
      </header>
      <div class="layers" tabindex="0" role="group" aria-label="Layers" data-help=${tab === "now" ? "histograms" : "distributions"}>
        ${tab === "now" ? this.#now(quantity) : this.#overTime(quantity, tab)}</div>`;
  }

  /** How many of the records are drawn. */
  #records() {
    const count = this.distributions?.arrays.steps.length ?? 0;
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
    if (this.unavailable) return note(this.unavailable);
    if (this.distributions?.meta.quantity !== quantity) return note("Fetching what was recorded …");
    return rowsByLayer(this.distributions).map(({ layer, rows }) => html`
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
