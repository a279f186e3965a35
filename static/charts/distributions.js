/** The recorded distributions as rows that a ridgeline can draw. */

/** @typedef {import("./ridgeline.js").Row} Row */

/**
 * The answer of `GET …/probes/distributions?quantity=…`: `steps`, and of each layer its own `.steps` (fewer if it is
 * newer than the training) with one row per step of `.counts`, `.range` (where the first bin begins and the last ends)
 * and `.moments` (mean and standard deviation).
 * @typedef {object} Distributions
 * @property {{ quantity: string, layers: string[] }} meta
 * @property {Record<string, any>} arrays
 */

/**
 * The layers, each with its rows, oldest first.
 * @param {Distributions} distributions
 * @returns {{ layer: string, rows: Row[] }[]}
 */
export function rowsByLayer({ meta, arrays }) {
  return meta.layers.map((layer) => ({ layer, rows: rowsOf(layer, arrays) }));
}

/** @param {string} layer @param {Record<string, any>} arrays @returns {Row[]} */
function rowsOf(layer, arrays) {
  const columns = ["steps", "counts", "range", "moments"];
  const [steps, counts, ranges, moments] = columns.map((name) => arrays[`${layer}.${name}`]);
  return steps.map((/** @type {number} */ step, /** @type {number} */ i) => ({
    step, counts: counts[i], edges: evenEdges(ranges[i], counts[i].length),
    mean: moments[i][0] ?? NaN, std: moments[i][1] ?? NaN,
  }));
}

/**
 * The edges of equal bins; values that are all the same get bins of a width that can be seen.
 * @param {[low: number, high: number]} range
 * @param {number} bins
 */
export function evenEdges([low, high], bins) {
  const half = high > low ? (high - low) / 2 : Math.max(Math.abs(low), 1) / 1000;
  const middle = (low + high) / 2;
  return Array.from({ length: bins + 1 }, (_, i) => middle - half + (2 * half * i) / bins);
}
