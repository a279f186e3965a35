/**
 * The moving part of the network graph: lines, maps and bias squares of the newest frame, drawn once per screen frame
 * and only when something has changed.
 */

import { divergingColour } from "../../drawing/colours.js";
import { onThemeChange, prefersReducedMotion } from "../../drawing/tokens.js";
import { paintCurves } from "./curve-painter.js";
import { EdgePainter } from "./edge-painter.js";
import { outputTables, paintColumn, valueTable } from "./map-painter.js";

/** @typedef {import("../../live/types.js").Frame} Frame */
/** @typedef {import("../../live/types.js").Notes} Notes */
/** @typedef {import("./columns.js").Column} Column */
/** @typedef {import("./edge-painter.js").Edge} Edge */
/** @typedef {import("./layout.js").Layout} Layout */
/** @typedef {import("./steps.js").Neuron} Neuron */

export class Picture {
  /** @type {Frame | null} */
  #frame = null;
  /** @type {Column[]} */
  #columns = [];
  /** @type {Notes | null} */
  #notes = null;
  #edges = new EdgePainter();
  #request = 0;
  #stale = true; // maps and squares differ from the frame
  #whole = true; // every line must be drawn, not only those that have changed
  #last = 0;
  /** @type {HTMLCanvasElement | null} */
  #canvas = null;
  /** @type {HTMLCanvasElement[][]} */
  #maps = [];
  /** @type {HTMLElement[][]} */
  #squares = [];
  /** @type {Neuron | null} the neuron whose weights stand out */
  neuron = null;
  /** @type {Edge | null} the weight that stands out */
  edge = null;
  discretize = false;
  /** Called after each painting. */
  painted = () => {};

  /** @param {HTMLElement} host what the elements with `data-column` are in */
  constructor(host) {
    this.host = host;
    onThemeChange(() => this.refresh());
  }

  get frame() {
    return this.#frame;
  }

  set frame(frame) {
    this.#frame = frame;
    this.#edges.update((layer) => this.kernel(layer));
    this.#stale = true;
    this.#next();
  }

  /**
   * Take a new layout.
   * @param {Column[]} columns
   * @param {Layout} layout
   * @param {Notes} notes
   */
  arrange(columns, layout, notes) {
    this.#columns = columns;
    this.#notes = notes;
    this.#edges.arrange(layout);
    this.#edges.update((layer) => this.kernel(layer));
  }

  /** Find the elements again after the page has changed. */
  attach() {
    this.#canvas = this.host.querySelector("canvas.edges");
    this.#maps = this.#columns.map((_, i) =>
      /** @type {HTMLCanvasElement[]} */ ([...this.host.querySelectorAll(`.neuron[data-column="${i}"] canvas`)]));
    this.#squares = this.#columns.map((_, i) =>
      /** @type {HTMLElement[]} */ ([...this.host.querySelectorAll(`.bias[data-column="${i}"]`)]));
    this.refresh();
  }

  /** Paint everything again with the next screen frame. */
  refresh() {
    this.#stale = this.#whole = true;
    this.#next();
  }

  /** Draw all lines again with the next screen frame. */
  redraw() {
    this.#whole = true;
    this.#next();
  }

  #next() {
    this.#request ||= requestAnimationFrame((now) => this.#paint(now));
  }

  /** Draw nothing more until the next `redraw`. */
  stop() {
    cancelAnimationFrame(this.#request);
    this.#request = 0;
  }

  /**
   * The newest kernel of a layer, row-major (inputs, units).
   * @param {string} layer
   */
  kernel(layer) {
    return this.#frame?.arrays[`weights.${layer}.kernel`]?.data ?? null;
  }

  /**
   * The newest biases of a layer.
   * @param {string} layer
   */
  bias(layer) {
    return this.#frame?.arrays[`weights.${layer}.bias`]?.data ?? null;
  }

  /** @param {number} now */
  #paint(now) {
    this.#request = 0;
    if (!this.#canvas) return;
    const waiting = !this.#whole && now - this.#last < this.#edges.pace - 4; // a screen frame comes a little early
    const moving = waiting || this.#paintLines(this.#canvas, now);
    if (this.#stale) this.#paintColumns();
    this.#stale = false;
    this.painted();
    if (moving) this.#next();
  }

  /** @param {HTMLCanvasElement} canvas @param {number} now */
  #paintLines(canvas, now) {
    const { neuron, edge } = this;
    const moving = this.#edges.paint(canvas, now, { all: this.#whole, still: prefersReducedMotion(), neuron, edge });
    this.#whole = false;
    this.#last = now;
    return moving;
  }

  #paintColumns() {
    for (const [i, column] of this.#columns.entries()) {
      const maps = this.#frame?.arrays[`neurons.${column.name}`];
      const curves = this.#frame?.arrays[`neuron_curves.${column.name}`];
      if (maps) paintColumn(this.#maps[i], maps, this.#tables(column));
      else if (curves) paintCurves(this.#maps[i], curves, this.#frame?.probes.neuron_curves?.scale?.[column.name] ?? 1);
      else if (!this.#notes?.domain) for (const map of this.#maps[i]) map.width = 1; // of another dataset, before
      const bias = this.bias(column.name);
      for (const [unit, square] of this.#squares[i].entries()) {
        square.style.setProperty("--value-colour", divergingColour(bias?.[unit] ?? 0));
      }
    }
  }

  /** @param {Column} column */
  #tables({ role, name }) {
    const scale = this.#frame?.probes.neurons?.scale?.[name]?.[0] ?? 1;
    if (role === "output" && this.#notes) return outputTables(this.#notes, scale, this.discretize);
    return [valueTable(this.discretize)];
  }
}
