/**
 * How the weights or biases of each layer are spread, counted here as the server counts them (probe "histograms").
 */

/** @typedef {import("./evaluation.js").Arrays} Arrays */
/** @typedef {import("./evaluation.js").Picture} Picture */

const BINS = 40;
const REACH = 4; // standard deviations; what lies farther away is counted in the outermost bins
/** The part of a layer that each quantity counts; the others need examples. @type {Record<string, string>} */
export const COUNTED = { weights: "kernel", biases: "bias" };

/** What the probe would have sent. @param {Arrays} parts the weights by layer and name @param {string} quantity @returns {Picture} */
export function histograms(parts, quantity) {
  /** @type {Arrays} */
  const arrays = {};
  /** @type {Record<string, { mean: number | null, std: number | null }>} */
  const layers = {};
  for (const [name, { data }] of Object.entries(parts)) {
    const [layer, part] = name.split(".");
    if (part !== COUNTED[quantity]) continue;
    const { counts, low, high, mean, std } = histogram(Float64Array.from(data).filter(Number.isFinite));
    arrays[`histograms.${layer}.counts`] = { data: counts, shape: [BINS] };
    arrays[`histograms.${layer}.edges`] = {
      data: Float64Array.from({ length: BINS + 1 }, (_, k) => low + (k * (high - low)) / BINS), shape: [BINS + 1],
    };
    layers[layer] = { mean, std };
  }
  return { arrays, about: { quantity, layers } };
}

/** @param {Float64Array} numbers */
function histogram(numbers) {
  const counts = new Int32Array(BINS);
  if (numbers.length === 0) return { counts, low: 0, high: 0, mean: null, std: null };
  const mean = average(numbers);
  const std = Math.sqrt(average(numbers.map((number) => (number - mean) ** 2)));
  const low = Math.max(Math.min(...numbers), mean - REACH * std);
  const high = Math.min(Math.max(...numbers), mean + REACH * std);
  for (const number of numbers) counts[place(Math.max(low, Math.min(high, number)), low, high)] += 1;
  return { counts, low, high, mean, std };
}

/** The bin of a number; if all are equal, the middle one. @param {number} number @param {number} low @param {number} high */
function place(number, low, high) {
  const bin = Math.floor((number - low) * (BINS / (high - low)));
  return high > low ? Math.min(bin, BINS - 1) : BINS / 2;
}

/** @param {Float64Array} numbers */
function average(numbers) {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}
