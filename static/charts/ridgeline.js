/**
 * Where the histograms of a layer over time are drawn: one behind the other (offset) or on one baseline (overlay).
 */

import { densities, joined, placeOn } from "./histogram-scale.js";

/** @typedef {import("./histogram-scale.js").Histogram} Histogram */
/** @typedef {Histogram & { step: number, mean: number, std: number }} Row */
/** @typedef {"offset" | "overlay"} Mode */

/**
 * @typedef {object} Ridge one histogram as an outline
 * @property {Row} row
 * @property {number} base the height of its baseline in the picture
 * @property {[x: number, y: number][]} outline from left to right, the middle of every bin
 * @property {number} age 1 for the oldest, 0 for the newest
 */

const MOST = 40;
const RIDGE = 0.45; // how much of the height the highest ridge of an offset picture has
const CUT = 4; // ridges so many times higher than the middle one are cut: weights that are all equal have no width

/**
 * As many rows as can be told apart, evenly taken, the newest always among them.
 * @template T
 * @param {readonly T[]} rows
 * @param {number} [most]
 * @returns {T[]}
 */
export function thinned(rows, most = MOST) {
  const every = Math.ceil(rows.length / most);
  return rows.filter((_, i) => (rows.length - 1 - i) % every === 0);
}

/**
 * The values that all rows together span.
 * @param {readonly Row[]} rows
 * @returns {[low: number, high: number]}
 */
export function spanOf(rows) {
  return [
    Math.min(...rows.map(({ edges }) => edges[0])),
    Math.max(...rows.map(({ edges }) => edges[edges.length - 1])),
  ];
}

/**
 * Oldest first: in an offset picture the oldest is farthest up and drawn first, the newest in front at the bottom.
 * All ridges share one scale across and one for their heights; few values are counted in fewer bins.
 * @param {readonly Row[]} rows oldest first
 * @param {{ width: number, height: number, mode: Mode }} room
 * @returns {Ridge[]}
 */
export function layOut(rows, { width, height, mode }) {
  const across = placeOn(spanOf(rows), width);
  const histograms = rows.map(joined);
  const heights = histograms.map(densities);
  const densest = highest(heights);
  const tallest = mode === "offset" ? RIDGE * height : height;
  return rows.map((row, i) => {
    const age = rows.length > 1 ? 1 - i / (rows.length - 1) : 0;
    const base = mode === "offset" ? height - age * (height - tallest) : height;
    const { edges } = histograms[i];
    const outline = heights[i].map((density, bin) => /** @type {[number, number]} */ ([
      across((edges[bin] + edges[bin + 1]) / 2), base - Math.min(1, density / densest) * tallest,
    ]));
    return { row, base, outline, age };
  });
}

/** What the full height stands for. @param {number[][]} heights */
function highest(heights) {
  const peaks = heights.map((row) => Math.max(...row)).sort((a, b) => a - b);
  return Math.min(peaks[peaks.length - 1], CUT * peaks[peaks.length >> 1]) || 1;
}

/**
 * The ridge that a place in the picture means: the one whose baseline is nearest, on one baseline the nearest outline.
 * @param {readonly Ridge[]} ridges
 * @param {number} x
 * @param {number} y
 * @returns {number} its index, −1 if there is none
 */
export function ridgeAt(ridges, x, y) {
  let [nearest, least] = [-1, Infinity];
  const shared = ridges.length > 1 && ridges[0].base === ridges[1].base;
  for (const [i, { base, outline }] of ridges.entries()) {
    const height = shared ? heightAt(outline, x) : base;
    if (height === null || Math.abs(height - y) > least) continue;
    [nearest, least] = [i, Math.abs(height - y)];
  }
  return nearest;
}

/** @param {[number, number][]} outline @param {number} x */
function heightAt(outline, x) {
  const after = outline.findIndex(([right]) => right >= x);
  return after < 0 ? null : outline[after][1];
}
