/** The frame of a square picture: ticks and names of its two inputs. */

import { svg } from "lit";
import { scaleLinear } from "d3-scale";
import { formatRate } from "../drawing/numbers.js";

/** @typedef {import("./map-reading.js").Range} Range */

const SPACING = 48; // least distance between two ticks, in CSS pixels
const TICK = 4;

/**
 * Ticks along a side.
 * @param {Range} domain
 * @param {number} side in CSS pixels
 * @returns {{ value: number, share: number }[]} `share` is 0 at the low end and 1 at the high end
 */
export function ticks(domain, side) {
  const scale = scaleLinear(domain, [0, 1]);
  return scale.ticks(Math.max(2, Math.floor(side / SPACING))).map((value) => ({ value, share: scale(value) }));
}

/**
 * @param {Range[]} domain of x₁ and of x₂
 * @param {string[]} names of the two inputs
 * @param {number} side in CSS pixels
 */
export function axes([across, up], [nameAcross, nameUp], side) {
  return svg`
    ${ticks(across, side).map(({ value, share }) => svg`
      <line x1=${share * side} x2=${share * side} y1=${side} y2=${side + TICK}></line>
      <text x=${share * side} y=${side + TICK} dy="1em" text-anchor="middle">${formatRate(value)}</text>`)}
    ${ticks(up, side).map(({ value, share }) => svg`
      <line x1=${-TICK} x2="0" y1=${(1 - share) * side} y2=${(1 - share) * side}></line>
      <text x=${-TICK - 2} y=${(1 - share) * side} dy="0.35em" text-anchor="end">${formatRate(value)}</text>`)}
    <text class="name" x=${side} y=${side + TICK} dx="0.4em" dy="1em">${nameAcross}</text>
    <text class="name" x="-6" y="0" dy="-0.75em" text-anchor="end">${nameUp}</text>`;
}
