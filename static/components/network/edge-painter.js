/**
 * Draws all weights on one canvas and moves each smoothly to its newest value.
 */

import { fitCanvas } from "../../drawing/canvas.js";
import { NEGATIVE_DASH, weightColour, weightWidth } from "../../drawing/weights.js";
import { trace } from "./curves.js";

/** @typedef {import("./layout.js").Gap} Gap */
/** @typedef {import("./layout.js").Layout} Layout */
/** @typedef {{ column: number, unit: number }} Neuron */
/** @typedef {{ gap: Gap, input: number, unit: number }} Edge */

/**
 * @typedef {object} Bundle the lines of one gap
 * @property {Gap} gap
 * @property {Path2D[]} paths
 * @property {Float32Array} shown weights as they are drawn, on their way to
 * @property {ArrayLike<number> | null} target
 * @property {Int16Array} looks what of each weight can be seen: with the same looks nothing is drawn again
 */

const SETTLING = 50; // milliseconds to cover 63 % of the way: 95 % after 150
/** @type {number[]} */
const SOLID = [];
const CROWD = 150; // so many lines are drawn 30 times a second, not 60: the eye is content, and the processor too
const FADED = 0.12;
const NORMAL = 15; // pixels of text in which lines have their plain width

export class EdgePainter {
  /** @type {Bundle[]} */
  #bundles = [];
  #width = 0;
  #height = 0;
  #scale = 1;
  #zoom = 1;
  #last = 0;

  /**
   * Take a new layout; weights that were shown for the same layer go on from where they are.
   * @param {Layout} layout
   */
  arrange({ gaps, width, height, size, em }) {
    const before = new Map(this.#bundles.map((bundle) => [bundle.gap.layer, bundle]));
    this.#bundles = gaps.map((gap) => bundleOf(gap, before.get(gap.layer)));
    this.#width = width;
    this.#height = height;
    const most = Math.max(0, ...gaps.map(({ y0, y1 }) => Math.max(y0.length, y1.length)));
    this.#zoom = em / NORMAL;
    this.#scale = Math.min(1, size / (9 * most * this.#zoom));
  }

  /**
   * Take the newest weights. A kernel of another shape than drawn belongs to settings not yet adopted: left out.
   * @param {(layer: string) => ArrayLike<number> | null} kernelOf row-major (inputs, units)
   */
  update(kernelOf) {
    for (const bundle of this.#bundles) {
      const kernel = kernelOf(bundle.gap.layer);
      bundle.target = kernel?.length === bundle.gap.inputs * bundle.gap.units ? kernel : null;
    }
  }

  /** Milliseconds that shall pass from one painting to the next. */
  get pace() {
    const lines = this.#bundles.reduce((sum, { paths }) => sum + paths.length, 0);
    return lines > CROWD ? 1000 / 30 : 0;
  }

  /**
   * Draw what looks different from before.
   * @param {HTMLCanvasElement} canvas
   * @param {number} now milliseconds, as `requestAnimationFrame` gives
   * @param {{ all: boolean, still: boolean, neuron: Neuron | null, edge: Edge | null }} options all: whatever it
   *   looked like; still: without movement; neuron: fade all weights but those that touch it; edge: the one to lift out
   * @returns {boolean} whether another frame is needed to arrive
   */
  paint(canvas, now, { all, still, neuron, edge }) {
    const share = still ? 1 : 1 - Math.exp((this.#last - now) / SETTLING);
    this.#last = now;
    const context = fitCanvas(canvas, this.#width, this.#height);
    if (all) context.clearRect(0, 0, this.#width, this.#height);
    let furthest = 0;
    for (const bundle of this.#bundles) {
      furthest = Math.max(furthest, approach(bundle, share));
      if (this.#look(bundle) || all) this.#draw(context, bundle, neuron, edge);
    }
    return furthest > 0.004;
  }

  /** Note the looks of the lines; answers whether any has changed. @param {Bundle} bundle */
  #look({ shown, looks }) {
    let changed = false;
    for (let i = 0; i < shown.length; i++) {
      const look = Math.round(16 * weightWidth(shown[i], this.#scale)) * (shown[i] < 0 ? -1 : 1);
      changed ||= look !== looks[i];
      looks[i] = look;
    }
    return changed;
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Bundle} bundle
   * @param {Neuron | null} neuron
   * @param {Edge | null} edge
   */
  #draw(context, { gap, paths, shown }, neuron, edge) {
    const columns = gap.y1.length;
    context.clearRect(gap.x0, 0, gap.x1 - gap.x0, this.#height);
    for (let i = 0; i < paths.length; i++) {
      context.globalAlpha = !neuron || touches(gap, Math.floor(i / columns), i % columns, neuron) ? 1 : FADED;
      this.#stroke(context, paths[i], shown[i]);
    }
    context.globalAlpha = 1;
    const lifted = edge?.gap.layer === gap.layer ? edge.input * columns + edge.unit : -1;
    if (paths[lifted]) this.#stroke(context, paths[lifted], shown[lifted], 3);
  }

  /** @param {CanvasRenderingContext2D} context @param {Path2D} path @param {number} weight @param {number} extra */
  #stroke(context, path, weight, extra = 0) {
    context.lineWidth = this.#zoom * (weightWidth(weight, this.#scale) + extra);
    context.strokeStyle = weightColour(weight);
    context.setLineDash(weight < 0 ? NEGATIVE_DASH : SOLID);
    context.stroke(path);
  }
}

/** @param {Gap} gap @param {Bundle} [before] @returns {Bundle} */
function bundleOf(gap, before) {
  const paths = gap.y0.flatMap((y0) => gap.y1.map((y1) => {
    const path = new Path2D();
    trace(path, gap.x0, y0, gap.x1, y1);
    return path;
  }));
  const same = before?.shown.length === paths.length && before.gap.units === gap.units;
  const shown = same ? before.shown : new Float32Array(paths.length);
  return { gap, paths, shown, target: same ? before.target : null, looks: new Int16Array(paths.length) };
}

/**
 * Move the shown weights a share of the way.
 * @param {Bundle} bundle
 * @param {number} share
 * @returns {number} the longest way left
 */
function approach({ gap, shown, target }, share) {
  const columns = gap.y1.length;
  let furthest = 0;
  for (let i = 0; i < shown.length; i++) {
    const goal = target ? target[Math.floor(i / columns) * gap.units + (i % columns)] : 0;
    const way = Number.isFinite(goal) ? goal - shown[i] : 0;
    shown[i] += way * share;
    furthest = Math.max(furthest, Math.abs(way) * (1 - share));
  }
  return furthest;
}

/** @param {Gap} gap @param {number} input @param {number} unit @param {Neuron} neuron */
function touches(gap, input, unit, neuron) {
  return (gap.from === neuron.column && input === neuron.unit) || (gap.to === neuron.column && unit === neuron.unit);
}
