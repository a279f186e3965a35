/**
 * The moving part of the output picture: the map of the newest frame and the examples on it, drawn with the screen's
 * frames; the examples only when they, their size or the theme have changed.
 */

import { classTable } from "../drawing/colours.js";
import { fitCanvas } from "../drawing/canvas.js";
import { paintClasses, paintMap } from "../drawing/heatmap.js";
import { onThemeChange } from "../drawing/tokens.js";
import { paintExamples } from "./examples.js";
import { tableOf } from "./map-source.js";

/** @typedef {import("../live/types.js").Example} Example */
/** @typedef {import("../live/types.js").Notes} Notes */
/** @typedef {import("./map-reading.js").Range} Range */
/** @typedef {import("./map-source.js").MapSource} MapSource */

/**
 * @typedef {object} Marks what the layer of examples is drawn from
 * @property {readonly Example[]} examples
 * @property {Notes} notes
 * @property {Range[]} domain
 * @property {number} side in CSS pixels
 * @property {number} radius
 * @property {number} reach
 */

export class OutputPicture {
  /** @type {HTMLCanvasElement | null} */
  #map = null;
  /** @type {HTMLCanvasElement | null} */
  #points = null;
  /** @type {MapSource | null} */
  #source = null;
  /** @type {Marks | null} */
  #marks = null;
  #discretize = false;
  #request = 0;
  #stale = { map: true, points: true };
  #stopTheme = () => {};

  /** @param {() => void} painted called after each painting */
  constructor(painted) {
    this.painted = painted;
  }

  /** @param {HTMLCanvasElement} map @param {HTMLCanvasElement} points */
  attach(map, points) {
    if (map === this.#map) return;
    [this.#map, this.#points] = [map, points];
    this.#stopTheme();
    this.#stopTheme = onThemeChange(() => this.#refresh({ map: true, points: true }));
    this.#refresh({ map: true, points: true });
  }

  /** @param {MapSource | null} source @param {boolean} discretize */
  show(source, discretize) {
    [this.#source, this.#discretize] = [source, discretize];
    this.#refresh({ map: true });
  }

  /** @param {Marks} marks */
  mark(marks) {
    const before = this.#marks;
    const same = before && Object.entries(marks).every(([name, value]) => before[/** @type {keyof Marks} */ (name)] === value);
    if (same) return;
    this.#marks = marks;
    this.#refresh({ points: true });
  }

  stop() {
    cancelAnimationFrame(this.#request);
    this.#request = 0;
    this.#stopTheme();
    this.#map = null;
  }

  /** @param {Partial<{ map: boolean, points: boolean }>} what */
  #refresh(what) {
    Object.assign(this.#stale, what);
    if (this.#map) this.#request ||= requestAnimationFrame(() => this.#paint());
  }

  #paint() {
    this.#request = 0;
    if (this.#stale.map) this.#paintMap();
    if (this.#stale.points) this.#paintPoints();
    this.#stale = { map: false, points: false };
    this.painted();
  }

  #paintMap() {
    const [canvas, source] = [this.#map, this.#source];
    if (!canvas) return;
    canvas.hidden = !source;
    if (!source) return;
    const { bytes, classes, count, resolution } = source;
    if (!classes) return paintMap(canvas, bytes, resolution, resolution, tableOf(source, this.#discretize));
    const tables = Array.from({ length: count }, (_, index) => classTable(index));
    paintClasses(canvas, classes, this.#discretize ? decided(bytes) : bytes, resolution, resolution, tables);
  }

  #paintPoints() {
    if (!this.#points || !this.#marks || this.#marks.side === 0) return;
    const { examples, side } = this.#marks;
    const context = fitCanvas(this.#points, side, side);
    context.clearRect(0, 0, side, side);
    paintExamples(context, examples, this.#marks);
  }
}

const DECIDED = 176; // strong, and still paler than the marks on it

/** Every pixel equally certain. @param {Uint8Array} certainty */
function decided(certainty) {
  return new Uint8Array(certainty.length).fill(DECIDED);
}
