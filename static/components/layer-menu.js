import { html, LitElement, nothing } from "lit";
import { kindsOf } from "../forms/catalogue.js";
import { misfit } from "./network/patches.js";

/** @typedef {import("../live/types.js").Catalogue} Catalogue */

/**
 * @typedef {object} Place where a layer is to be put
 * @property {number} index among the layers
 * @property {string} before what will follow it, in words
 * @property {number[] | null} shape of what will reach it, where it is known
 */

const GAP = 4;
/** @type {Record<string, number>} */
const MOVES = { ArrowDown: 1, ArrowUp: -1 };

/** Every kind of layer that the catalogue has, to be put somewhere; what cannot read what arrives there says why. Sends `layer-add` {index, kind}. */
export class LayerMenu extends LitElement {
  static properties = {
    catalogue: { attribute: false },
    place: { state: true },
  };

  constructor() {
    super();
    /** @type {Catalogue | null} */
    this.catalogue = null;
    /** @type {Place | null} */
    this.place = null;
  }

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    this.popover = "auto";
    this.setAttribute("role", "dialog");
    this.addEventListener("keydown", this.#key);
  }

  /** @param {Place} place @param {Element} opener */
  async open(place, opener) {
    this.place = place;
    this.setAttribute("aria-label", `Add a layer before ${place.before}`);
    await this.updateComplete;
    this.showPopover();
    const { left, bottom } = opener.getBoundingClientRect();
    this.style.left = `${Math.max(GAP, Math.min(left, innerWidth - this.offsetWidth - GAP))}px`;
    this.style.top = `${Math.max(GAP, Math.min(bottom + GAP, innerHeight - this.offsetHeight - GAP))}px`;
    this.querySelector("button")?.focus();
  }

  render() {
    const { catalogue, place } = this;
    if (!catalogue || !place) return nothing;
    return html`
      <p class="quiet">The weights of the other layers stay.</p>
      <ul>${kindsOf(catalogue, "layers").map((entry) => {
        const why = misfit(entry, place.shape);
        return html`<li><button type="button" ?disabled=${why !== ""} data-help="kind:layers.${entry.kind}"
          @click=${() => this.#add(entry.kind)}>${entry.title}${why ? html` <small>${why}</small>` : nothing}</button></li>`;
      })}</ul>`;
  }

  /** @param {string} kind */
  #add(kind) {
    this.hidePopover();
    this.dispatchEvent(new CustomEvent("layer-add", { detail: { index: this.place?.index, kind }, bubbles: true }));
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const move = MOVES[event.key];
    if (!move) return;
    event.preventDefault();
    const buttons = [...this.querySelectorAll("button")].filter(({ disabled }) => !disabled);
    const at = buttons.findIndex((button) => button === document.activeElement);
    buttons.at((at + move) % buttons.length)?.focus();
  }
}
customElements.define("layer-menu", LayerMenu);
