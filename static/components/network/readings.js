/**
 * The numbers of the network that can be read and changed: a weight, a bias, all that enters one neuron.
 */

import { neuronName, sources } from "./columns.js";
import { withBias, withUnit, withWeight } from "./parameters.js";

/** @typedef {import("./columns.js").Column} Column */
/** @typedef {import("./edge-painter.js").Edge} Edge */
/** @typedef {import("./steps.js").Neuron} Neuron */
/** @typedef {{ kernel?: number[][], bias?: number[] }} Parameters */

/**
 * @typedef {object} Reading
 * @property {string} title "weight from x₁ to dense_1 unit 2"
 * @property {(value: string) => string} tell "weight 0.21, from x₁ to dense_1 unit 2"
 * @property {() => number | undefined} value the newest; undefined before the first frame
 * @property {(value: number) => void} set
 */

/**
 * @typedef {object} Source where the numbers come from and changes go to
 * @property {(layer: string) => ArrayLike<number> | null} kernel
 * @property {(layer: string) => ArrayLike<number> | null} bias
 * @property {(layer: string, parameters: Parameters) => void} send
 */

/**
 * A weight.
 * @param {Column[]} columns
 * @param {Edge} edge
 * @param {Source} source
 * @returns {Reading}
 */
export function weightReading(columns, { gap, input, unit }, source) {
  const { layer, units } = gap;
  const way = `from ${neuronName(columns[gap.from], input)} to ${neuronName(columns[gap.to], unit)}`;
  return {
    title: `weight ${way}`,
    tell: (value) => `weight ${value}, ${way}`,
    value: () => source.kernel(layer)?.[input * units + unit],
    set(value) {
      const kernel = source.kernel(layer);
      if (kernel) source.send(layer, { kernel: withWeight(kernel, units, input, unit, value) });
    },
  };
}

/**
 * A bias.
 * @param {Column} column
 * @param {number} unit
 * @param {Source} source
 * @returns {Reading}
 */
export function biasReading(column, unit, source) {
  return {
    title: `bias of ${neuronName(column, unit)}`,
    tell: (value) => `bias ${value} of ${neuronName(column, unit)}`,
    value: () => source.bias(column.name)?.[unit],
    set(value) {
      const bias = source.bias(column.name);
      if (bias) source.send(column.name, { bias: withBias(bias, unit, value) });
    },
  };
}

/**
 * Everything that enters one neuron; null before the first frame and for inputs.
 * @param {Column[]} columns
 * @param {Neuron} neuron
 * @param {Source} source
 * @returns {import("../unit-sheet.js").Unit | null}
 */
export function unitReading(columns, { column, unit }, source) {
  const [to, from] = [columns[column], columns[sources(columns)[column]]];
  const [kernel, bias] = [source.kernel(to.name), source.bias(to.name)];
  if (!from || !kernel || !bias) return null;
  const units = to.labels.length;
  return {
    title: neuronName(to, unit),
    weights: from.labels.map((_, input) => ({ name: neuronName(from, input), value: kernel[input * units + unit] })),
    bias: bias[unit],
    apply({ weights, bias: value }) {
      const [newest, newestBias] = [source.kernel(to.name) ?? kernel, source.bias(to.name) ?? bias];
      const merged = weights.map((weight, input) => weight ?? newest[input * units + unit]);
      source.send(to.name, {
        kernel: withUnit(newest, units, unit, merged),
        bias: withBias(newestBias, unit, value ?? newestBias[unit]),
      });
    },
  };
}
