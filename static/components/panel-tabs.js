import { html, LitElement, nothing } from "lit";

/** @typedef {import("../live/types.js").View} View */

/** @type {[View["panel"], string][]} */
const PANELS = [
  ["network", "Network"], ["output", "Output"], ["data", "Data"], ["training", "Training"], ["inside", "Inside"], ["help", "Help"],
];

/** Which panel a narrow screen shows; a wide one shows all and hides this. */
export class PanelTabs extends LitElement {
  static properties = {
    view: { attribute: false },
  };

  constructor() {
    super();
    /** @type {View | null} */
    this.view = null;
  }

  createRenderRoot() {
    return this;
  }

  render() {
    const { view } = this;
    if (!view) return nothing;
    return html`
      <nav aria-label="Panels">${PANELS.map(([panel, title]) => html`
        <button type="button" aria-current=${panel === view.panel ? "true" : nothing} @click=${() => this.#choose(panel)}>${title}</button>`)}
      </nav>`;
  }

  /** @param {View["panel"]} panel */
  #choose(panel) {
    this.dispatchEvent(new CustomEvent("view-change", { detail: { panel }, bubbles: true }));
  }
}
customElements.define("panel-tabs", PanelTabs);
