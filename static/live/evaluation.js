/**
 * A network's answers over the plane, computed here from its weights: what the server would have sent as maps.
 *
 * All arrays hold a row of points for each unit, as the server's do; what points there are and what the network is given
 * at each, the server has said once (probe "recipe").
 */

import { ACTIVATIONS } from "./activations.js";

/** @typedef {import("./types.js").FrameArray} FrameArray */
/** @typedef {{ kind: string, [field: string]: any }} Component */

/**
 * @typedef {object} LayerRecipe with the layer's fields
 * @property {string} name
 * @property {string} kind
 * @property {boolean} shown whether it has a map of its own
 * @property {number | null} scale what the colours of its maps reach; null: its largest answer
 * @property {number} [units]
 * @property {Component} [activation]
 * @property {number} [epsilon]
 */

/**
 * @typedef {object} Recipe as the server writes it
 * @property {string} digest
 * @property {[number, number][]} domain
 * @property {{ name: string, shape: number[] }[]} numbers one after the other in the array of all weights
 * @property {LayerRecipe[]} layers
 * @property {{ factor: number[], offset: number[] } | null} units of the answers
 * @property {number} low
 * @property {number} high
 */

/** @typedef {Record<string, FrameArray>} Arrays */
/** @typedef {{ arrays: Arrays, about: any }} Picture the arrays of a probe, and what it says beside them */

/**
 * @typedef {(layer: LayerRecipe, inputs: Float32Array, part: (name: string) => ArrayLike<number>, out: Float32Array) => void} Step
 * writes a layer's answers
 */

const MOST = 20e6; // multiplications for a frame: 12,500 points of 1,600 weights

/** What layers do in prediction; those that pass on what they get have no step. @type {Record<string, Step | null>} */
const STEPS = {
  dense,
  dropout: null,
  activation({ activation, units = 1 }, inputs, _, out) {
    out.set(inputs);
    bend(out, activation, out.length / units);
  },
  batch_normalization,
  layer_normalization,
};

/** Whether this page can compute the pictures, and fast enough. @param {Recipe} recipe @param {number} points */
export function isComputable({ layers, numbers }, points) {
  const size = numbers.reduce((sum, { shape }) => sum + lengthOf(shape), 0);
  return size * points <= MOST && layers.every(({ kind, activation }) => kind in STEPS && (!activation || activation.kind in ACTIVATIONS));
}

/** The weights by layer and name. @param {Recipe} recipe @param {FrameArray["data"]} values @returns {Arrays} */
export function partsOf({ numbers }, values) {
  let start = 0;
  return Object.fromEntries(numbers.map(({ name, shape }) => {
    const data = values.subarray(start, (start += lengthOf(shape)));
    return [name, { data, shape }];
  }));
}

export class Evaluator {
  /** @type {Map<string, Float32Array>} a layer's answers, overwritten by the next run */
  #answers = new Map();

  /** @param {Recipe} recipe @param {FrameArray} features (features, points) */
  constructor(recipe, { data, shape }) {
    this.recipe = recipe;
    this.features = Float32Array.from(data);
    this.points = shape[1];
    this.resolution = Math.round(Math.sqrt(this.points));
  }

  /** Compute the answers of every layer. @param {Arrays} parts */
  run(parts) {
    /** @type {Float32Array} */
    let inputs = this.features;
    let units = inputs.length / this.points;
    for (const layer of this.recipe.layers) {
      const step = STEPS[layer.kind];
      if (!step) continue;
      units = layer.units ?? units;
      const out = this.#room(layer.name, units);
      step({ ...layer, units }, inputs, (name) => parts[`${layer.name}.${name}`].data, out);
      inputs = out;
    }
    this.#inUnits(inputs);
  }

  /** What the probe "boundary" would have sent as bytes. @returns {Picture} */
  boundary() {
    const { low, high, domain } = this.recipe;
    const outputs = this.#answersOf("output");
    const [about, shape] = [{ domain, low, high }, [this.resolution, this.resolution]];
    if (outputs.length > this.points) return { about, arrays: this.#winners(outputs, shape) };
    return { about, arrays: { "boundary.values": { data: toBytes(outputs, low, high), shape } } };
  }

  /** What the probe "neurons" would have sent as bytes. @returns {Picture} */
  neurons() {
    const { resolution, points, features } = this;
    /** @type {Arrays} */
    const arrays = {};
    /** @type {Record<string, number[]>} */
    const scale = {};
    const add = (/** @type {string} */ name, /** @type {number[]} */ scales, /** @type {Uint8Array} */ data) => {
      scale[name] = scales;
      arrays[`neurons.${name}`] = { data, shape: [scales.length, resolution, resolution] };
    };
    const rows = Array.from({ length: features.length / points }, (_, i) => features.subarray(i * points, (i + 1) * points));
    const bytes = new Uint8Array(features.length);
    rows.forEach((row, i) => bytes.set(toBytes(row, -reach(row), reach(row)), i * points));
    add("inputs", rows.map(reach), bytes);
    for (const { name, shown, scale: bound } of this.recipe.layers) {
      if (!shown) continue;
      const values = this.#answersOf(name);
      const end = bound ?? reach(values);
      add(name, Array(values.length / points).fill(end), toBytes(values, -end, end));
    }
    return { about: { domain: this.recipe.domain, scale }, arrays };
  }

  /** @param {Float32Array} outputs @param {number[]} shape @returns {Arrays} */
  #winners(outputs, shape) {
    const { points } = this;
    const [classes, certainty] = [new Uint8Array(points), new Float32Array(points)];
    for (let point = 0; point < points; point++) {
      let winner = 0;
      for (let k = 1; k * points < outputs.length; k++) if (outputs[k * points + point] > outputs[winner * points + point]) winner = k;
      classes[point] = winner;
      certainty[point] = outputs[winner * points + point];
    }
    return { "boundary.classes": { data: classes, shape }, "boundary.certainty": { data: toBytes(certainty, 0, 1), shape } };
  }

  /** @param {Float32Array} outputs */
  #inUnits(outputs) {
    const { units } = this.recipe;
    if (!units) return;
    for (let i = 0; i < outputs.length; i++) {
      const k = Math.min(Math.floor(i / this.points), units.factor.length - 1);
      outputs[i] = outputs[i] / units.factor[k] + units.offset[k];
    }
  }

  /** @param {string} name @param {number} units */
  #room(name, units) {
    let room = this.#answers.get(name);
    if (room?.length !== units * this.points) this.#answers.set(name, (room = new Float32Array(units * this.points)));
    return room;
  }

  /** @param {string} name */
  #answersOf(name) {
    return this.#answers.get(name) ?? new Float32Array();
  }
}

/** @type {Step} */
function dense({ units = 1, activation }, inputs, part, out) {
  const [kernel, bias] = [part("kernel"), part("bias")];
  const points = out.length / units;
  for (let unit = 0; unit < units; unit++) {
    const sums = out.subarray(unit * points, (unit + 1) * points);
    sums.fill(bias[unit]);
    for (let input = 0; input * points < inputs.length; input++) {
      const [weight, start] = [kernel[input * units + unit], input * points];
      for (let point = 0; point < points; point++) sums[point] += weight * inputs[start + point];
    }
  }
  bend(out, activation, points);
}

/** By the moving averages, as in every prediction. @type {Step} */
function batch_normalization({ units = 1, epsilon = 0 }, inputs, part, out) {
  const points = out.length / units;
  const [gamma, beta, mean, variance] = ["gamma", "beta", "moving_mean", "moving_variance"].map(part);
  for (let i = 0; i < out.length; i++) {
    const unit = Math.floor(i / points);
    out[i] = (gamma[unit] / Math.sqrt(variance[unit] + epsilon)) * (inputs[i] - mean[unit]) + beta[unit];
  }
}

/** Each point by itself, over all units. @type {Step} */
function layer_normalization({ units = 1, epsilon = 0 }, inputs, part, out) {
  const points = out.length / units;
  const [gamma, beta] = [part("gamma"), part("beta")];
  for (let point = 0; point < points; point++) {
    let [mean, variance] = [0, 0];
    for (let i = point; i < inputs.length; i += points) mean += inputs[i] / units;
    for (let i = point; i < inputs.length; i += points) variance += (inputs[i] - mean) ** 2 / units;
    for (let unit = 0; unit < units; unit++) {
      const i = unit * points + point;
      out[i] = (gamma[unit] * (inputs[i] - mean)) / Math.sqrt(variance + epsilon) + beta[unit];
    }
  }
}

/** @param {Float32Array} values @param {Component | undefined} activation @param {number} points of each unit */
function bend(values, activation, points) {
  if (activation) ACTIVATIONS[activation.kind](values, points, activation);
}

/** From low…high to 0…255, rounded; what lies outside goes to the nearer end. @param {Float32Array} values @param {number} low @param {number} high */
function toBytes(values, low, high) {
  const bytes = new Uint8Array(values.length);
  const factor = 255 / (high - low);
  for (let i = 0; i < values.length; i++) bytes[i] = Math.max(0, Math.min(255, (values[i] - low) * factor + 0.5));
  return bytes;
}

/** The largest size; 1 where that is no scale. @param {Float32Array} values */
function reach(values) {
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(value));
  return largest > 0 && largest < Infinity ? largest : 1;
}

/** @param {number[]} shape */
function lengthOf(shape) {
  return shape.reduce((product, length) => product * length, 1);
}
