import { html, LitElement } from "lit";
import { divergingTable, rampTable, toByte } from "../drawing/colours.js";
import { paintMap } from "../drawing/heatmap.js";
import { formatWeight } from "../drawing/numbers.js";
import { onThemeChange } from "../drawing/tokens.js";

/** Numbers in rows as a map, one pixel each. */
export class ValueMap extends LitElement {
  static properties = {
    rows: { attribute: false },
    scale: { attribute: false },
    bands: { attribute: false },
    label: { attribute: false },
  };

  constructor() {
    super();
    /** @type {(number | null)[][]} row 0 on top; null where a number is not finite */
    this.rows = [];
    /** The size of a number that has the full colour. */
    this.scale = 1;
    /** From 0 to 1 in so many steps of one colour, instead of from −scale to scale. @type {number | null} */
    this.bands = null;
    /** What it shows, in words. */
    this.label = "";
    this.addEventListener("pointermove", this.#point);
  }

  createRenderRoot() {
    return this;
  }

  #stop = () => {};

  connectedCallback() {
    super.connectedCallback();
    this.#stop = onThemeChange(() => this.#draw());
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#stop();
  }

  render() {
    return html`<canvas width="1" height="1" role="img" aria-label=${this.label}></canvas>`;
  }

  updated() {
    this.#draw();
  }

  #draw() {
    const canvas = this.querySelector("canvas");
    const [height, width] = [this.rows.length, this.rows[0]?.length ?? 0];
    if (!canvas || height * width === 0) return;
    const { bands, scale } = this;
    const byte = (/** @type {number | null} */ value) => bands === null ? toByte((value ?? 0) / (scale || 1))
      : Math.round((255 * Math.min(bands - 1, Math.floor((value ?? 1) * bands))) / (bands - 1));
    const bytes = Uint8Array.from(this.rows.flat(), byte);
    paintMap(canvas, bytes, width, height, bands === null ? divergingTable() : rampTable());
  }

  /** Say the number under the pointer. @param {PointerEvent} event */
  #point({ offsetX, offsetY }) {
    if (this.bands !== null) return;
    const [row, column] = [(offsetY / this.clientHeight) * this.rows.length, (offsetX / this.clientWidth) * (this.rows[0]?.length ?? 0)];
    this.title = formatWeight(this.rows[Math.floor(row)]?.[Math.floor(column)]);
  }
}
customElements.define("value-map", ValueMap);
