/** The histogram of one layer as it is now. */

import { html, nothing, svg } from "lit";
import { formatCount, formatWeight } from "../drawing/numbers.js";
import { bars, placeOn } from "./histogram-scale.js";

/** @typedef {import("../live/types.js").Frame} Frame */
/** @typedef {import("./histogram-scale.js").Histogram} Histogram */
/** @typedef {Histogram & { layer: string, mean: number | null, std: number | null }} LayerHistogram */

const [WIDTH, HEIGHT] = [200, 80];

/**
 * The histograms that a frame brings, in the order of the layers.
 * @param {Frame | null} frame
 * @param {string} quantity that is wanted; a frame with another one is out of date
 * @returns {LayerHistogram[] | { unavailable: string } | null} `null` where the frame has none
 */
export function histogramsOf(frame, quantity) {
  const about = frame?.probes.histograms;
  if (!frame || !about) return null;
  if (about.unavailable) return { unavailable: about.unavailable };
  if (about.quantity !== quantity) return null;
  return Object.entries(about.layers).map(([layer, { mean, std }]) => ({
    layer, mean, std,
    counts: frame.arrays[`histograms.${layer}.counts`].data,
    edges: frame.arrays[`histograms.${layer}.edges`].data,
  }));
}

/** @param {LayerHistogram} histogram */
export function histogramNow({ layer, counts, edges, mean, std }) {
  const count = Array.from(counts).reduce((sum, one) => sum + one, 0);
  const range = /** @type {[number, number]} */ ([edges[0], edges[edges.length - 1]]);
  const across = placeOn(range, WIDTH);
  const words = `${layer}: ${formatCount(count)} values from ${formatWeight(range[0])} to ${formatWeight(range[1])}, `
    + `mean ${formatWeight(mean)}, standard deviation ${formatWeight(std)}, at most ${Math.max(...Array.from(counts))} in a bar`;
  return html`
    <figure class="histogram">
      <figcaption>${layer} <span>${formatCount(count)} values</span></figcaption>
      <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label=${words}>
        <path class="bars" d=${bars({ counts, edges }, WIDTH, HEIGHT)}></path>
        ${range[0] < 0 && range[1] > 0 ? svg`<line class="zero" x1=${across(0)} x2=${across(0)} y1="0" y2=${HEIGHT}></line>` : nothing}
        ${mean === null || std === null ? nothing : moments(across, mean, std)}
      </svg>
      <p class="ends"><span>${formatWeight(range[0])}</span><span>${formatWeight(range[1])}</span></p>
      <p class="moments">μ ${formatWeight(mean)} · σ ${formatWeight(std)}</p>
    </figure>`;
}

/** @param {(value: number) => number} across @param {number} mean @param {number} std */
function moments(across, mean, std) {
  return svg`
    <line class="spread" x1=${across(mean - std)} x2=${across(mean + std)} y1="3" y2="3"></line>
    <line class="mean" x1=${across(mean)} x2=${across(mean)} y1="0" y2=${HEIGHT}></line>`;
}
