/**
 * The plot of a function and its derivative, from the numbers in the catalogue.
 */

import { html, nothing, svg } from "lit";
import { formatRate } from "../drawing/numbers.js";

/** @typedef {[z: number, value: number, slope?: number]} Sample */

const HEIGHT = 2.4; // values beyond ± this leave the picture

/**
 * @param {string} title
 * @param {Sample[]} samples
 */
export function curvePlot(title, samples) {
  const [low, high] = [samples[0][0], samples[samples.length - 1][0]];
  const sloped = samples.every(([, , slope]) => slope !== undefined);
  return html`
    <figure class="curve-plot">
      <svg viewBox="${low} ${-HEIGHT} ${high - low} ${2 * HEIGHT}" role="img"
        aria-label="${title} from ${low} to ${high}${sloped ? ", with its derivative" : ""}">
        ${svg`<path class="axis" d="M${low} 0H${high}M0 ${-HEIGHT}V${HEIGHT}M-1 -.1v.2M1 -.1v.2M-.1 -1h.2M-.1 1h.2"/>`}
        ${sloped ? svg`<path class="slope" d=${tracePath(samples.map(([z, , slope]) => [z, slope ?? 0]))}/>` : nothing}
        ${svg`<path class="function" d=${tracePath(samples.map(([z, value]) => [z, value]))}/>`}
      </svg>
      <figcaption>
        <span class="function">g(z)</span>${sloped ? html`<span class="slope">g′(z)</span>` : nothing}
        <span>${formatRate(low)} ≤ z ≤ ${formatRate(high)}</span>
      </figcaption>
    </figure>`;
}

/**
 * An SVG path through points, y upwards.
 * @param {number[][]} points
 */
export function tracePath(points) {
  return points.map(([x, y], i) => `${i ? "L" : "M"}${short(x)} ${short(-y)}`).join("");
}

/** @param {number} value */
function short(value) {
  return Number(value.toFixed(3));
}
