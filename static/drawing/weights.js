/**
 * How a weight looks as a line: width says its size, colour and dashes say its sign.
 */

import { mix } from "./colours.js";
import { css, rgb } from "./tokens.js";

const THINNEST = 0.75;
const THICKEST = 9;

/** The line dash of a negative weight in CSS pixels; a positive one is drawn through. */
export const NEGATIVE_DASH = [5, 3];

/**
 * Line width in CSS pixels: 0.75 for zero, growing ever slower towards 9, so that no two weights are clipped to one
 * width: |w| = 0.5, 1, 2, 5 give 2.4, 3.5, 4.9, 6.6.
 * @param {number} weight
 * @param {number} [scale] 1, or less where many lines share the room
 */
export function weightWidth(weight, scale = 1) {
  const size = Math.abs(weight) || 0;
  return THINNEST + (THICKEST - THINNEST) * scale * (size / (size + 2));
}

/**
 * Line colour: the scale of the maps, full from ±1 on; near zero it fades into the token `--edge` rather than the
 * background, so that a line never disappears.
 * @param {number} weight
 */
export function weightColour(weight) {
  const size = Math.min(1, Math.abs(weight) || 0);
  return css(mix(rgb("--edge"), rgb(weight < 0 ? "--value-negative" : "--value-positive"), 0.15 + 0.85 * size));
}
