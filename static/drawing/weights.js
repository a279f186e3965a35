/**
 * How a weight looks as a line: width says its size, colour and dashes say its sign.
 */

import { mix } from "./colours.js";
import { css, onThemeChange, rgb } from "./tokens.js";

const THINNEST = 0.75;
const THICKEST = 9;
const LEVELS = 32;

/** The line dash of a negative weight in CSS pixels; a positive one is drawn through. Shorter dashes raster slowly. */
export const NEGATIVE_DASH = [10, 4];

/** @type {string[] | undefined} colours of −1 to 1 in 2 · LEVELS steps */
let colours;

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
  colours ??= build();
  return colours[Math.round(LEVELS * (1 + Math.max(-1, Math.min(1, weight || 0))))];
}

function build() {
  onThemeChange(() => (colours = undefined));
  return Array.from({ length: 2 * LEVELS + 1 }, (_, i) => {
    const value = i / LEVELS - 1;
    const end = rgb(value < 0 ? "--value-negative" : "--value-positive");
    return css(mix(rgb("--edge"), end, Math.sqrt(Math.abs(value))));
  });
}
