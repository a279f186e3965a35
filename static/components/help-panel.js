import { html, LitElement, nothing } from "lit";
import { curvePlot } from "../help/curve-plot.js";
import { explain } from "../help/explanation.js";
import "../help/formula.js";
import { liveNumbers } from "../help/live-numbers.js";

/** @typedef {import("../live/types.js").Catalogue} Catalogue */
/** @typedef {import("../live/types.js").Frame} Frame */
/** @typedef {import("../live/types.js").SessionDocument} SessionDocument */
/** @typedef {import("../help/topics.js").Topic} Topic */

/** @type {Topic} what stands here before anything was asked */
const FIRST = { picture: "network" };

/** The help of whatever is focused or under the pointer: a sentence, the formula, what to try, numbers of this run. */
export class HelpPanel extends LitElement {
  static properties = {
    catalogue: { attribute: false },
    topic: { attribute: false },
    session: { attribute: false },
    frame: { attribute: false },
  };

  constructor() {
    super();
    /** @type {Catalogue | null} */
    this.catalogue = null;
    /** @type {Topic | null} */
    this.topic = null;
    /** @type {SessionDocument | null} */
    this.session = null;
    /** @type {Frame | null} */
    this.frame = null;
  }

  createRenderRoot() {
    return this;
  }

  render() {
    const { catalogue, session } = this;
    if (!catalogue || !session) return nothing;
    const topic = this.topic ?? FIRST;
    const text = explain(topic, catalogue, session.experiment);
    if (!text) return nothing;
    return html`
      <section aria-label="Help">
        ${text.curve ? curvePlot(text.title, text.curve) : nothing}
        <h2>${text.title}</h2>
        ${text.lead ? html`<p class="lead">${text.lead}</p>` : nothing}
        <p class="sentence">${text.help}</p>
        ${formulas(text)}
        ${text.range ? html`<p class="range">Takes ${text.range}.</p>` : nothing}
        ${readings(liveNumbers(topic, session, this.frame))}
        ${text.try_this ? html`<p class="try"><strong>Try:</strong> ${text.try_this}</p>` : nothing}
        ${text.source ? html`<p class="source">${text.source}</p>` : nothing}
      </section>`;
  }
}
customElements.define("help-panel", HelpPanel);

/** @param {import("../help/explanation.js").Explanation} text */
function formulas({ formula, derivative }) {
  if (!formula) return nothing;
  return html`
    <p class="formulas"><math-formula .tex=${formula}></math-formula>
      ${derivative ? html`<math-formula .tex=${derivative}></math-formula>` : nothing}</p>`;
}

/** @param {import("../help/live-numbers.js").Reading[]} numbers */
function readings(numbers) {
  if (numbers.length === 0) return nothing;
  return html`
    <dl class="readings">${numbers.map(([label, value]) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`)}</dl>`;
}
