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
/** @typedef {{ gap: Gap, paths: Path2D[], shown: Float32Array, target: ArrayLike<number> | null }} Bundle */

const SETTLING = 50; // milliseconds to cover 63 % of the way: 95 % after 150
/** @type {number[]} */
const SOLID = [];
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

  /**
   * Draw.
   * @param {HTMLCanvasElement} canvas
   * @param {number} now milliseconds, as `requestAnimationFrame` gives
   * @param {{ still: boolean, neuron: Neuron | null, edge: Edge | null }} options still: without movement;
   *   neuron: fade all weights but those that touch it; edge: the one to lift out
   * @returns {boolean} whether another frame is needed to arrive
   */
  paint(canvas, now, { still, neuron, edge }) {
    const share = still ? 1 : 1 - Math.exp((this.#last - now) / SETTLING);
    this.#last = now;
    const context = fitCanvas(canvas, this.#width, this.#height);
    context.clearRect(0, 0, this.#width, this.#height);
    let furthest = 0;
    for (const bundle of this.#bundles) {
      furthest = Math.max(furthest, approach(bundle, share));
      this.#draw(context, bundle, neuron);
    }
    if (edge) this.#lift(context, edge);
    return furthest > 0.004;
  }

  /** @param {CanvasRenderingContext2D} context @param {Bundle} bundle @param {Neuron | null} neuron */
  #draw(context, { gap, paths, shown }, neuron) {
    const columns = gap.y1.length;
    for (let i = 0; i < paths.length; i++) {
      context.globalAlpha = !neuron || touches(gap, Math.floor(i / columns), i % columns, neuron) ? 1 : FADED;
      this.#stroke(context, paths[i], shown[i]);
    }
    context.globalAlpha = 1;
  }

  /** @param {CanvasRenderingContext2D} context @param {Edge} edge */
  #lift(context, { gap, input, unit }) {
    const bundle = this.#bundles.find((candidate) => candidate.gap.layer === gap.layer);
    const index = input * gap.y1.length + unit;
    if (bundle?.paths[index]) this.#stroke(context, bundle.paths[index], bundle.shown[index], 3);
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
  return { gap, paths, shown, target: same ? before.target : null };
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
