/** The histograms of one layer over time, painted on a canvas. */

import { mix } from "../drawing/colours.js";
import { fitCanvas } from "../drawing/canvas.js";
import { colour, css, rgb } from "../drawing/tokens.js";
import { layOut, spanOf, thinned } from "./ridgeline.js";

/** @typedef {import("./ridgeline.js").Mode} Mode */
/** @typedef {import("./ridgeline.js").Ridge} Ridge */
/** @typedef {import("./ridgeline.js").Row} Row */

/**
 * Paint, and answer what was painted.
 * @param {HTMLCanvasElement} canvas filling its box
 * @param {readonly Row[]} rows oldest first
 * @param {Mode} mode
 * @param {number} chosen index among the ridges of the one that stands out, −1 for none
 * @returns {Ridge[]}
 */
export function paintRidgeline(canvas, rows, mode, chosen) {
  const { clientWidth: width, clientHeight: height } = canvas;
  if (width === 0 || height === 0 || rows.length === 0) return [];
  const context = fitCanvas(canvas, width, height);
  context.clearRect(0, 0, width, height);
  const shown = thinned(rows);
  const ridges = layOut(shown, { width, height: height - 2, mode });
  paintZero(context, spanOf(shown), width, height);
  for (const [i, ridge] of ridges.entries()) paintRidge(context, ridge, mode, i === chosen);
  if (chosen >= 0 && ridges[chosen]) paintRidge(context, ridges[chosen], mode, true);
  return ridges;
}

/** @param {CanvasRenderingContext2D} context @param {Ridge} ridge @param {Mode} mode @param {boolean} chosen */
function paintRidge(context, { outline, base, age }, mode, chosen) {
  context.beginPath();
  context.moveTo(outline[0][0], base);
  for (const [x, y] of outline) context.lineTo(x, y);
  context.lineTo(outline[outline.length - 1][0], base);
  if (mode === "offset") {
    context.fillStyle = css(mix(rgb("--parameter"), rgb("--surface"), 0.35 + 0.6 * age), 0.9);
    context.fill();
  }
  context.strokeStyle = chosen ? colour("--text") : mode === "offset" ? colour("--surface") : aged(age);
  context.lineWidth = chosen ? 2 : 1;
  context.stroke();
}

/** The older, the paler. @param {number} age */
function aged(age) {
  return css(mix(rgb("--parameter"), rgb("--surface"), 0.85 * age));
}

/** @param {CanvasRenderingContext2D} context @param {[number, number]} span @param {number} width @param {number} height */
function paintZero(context, [low, high], width, height) {
  if (low >= 0 || high <= 0) return;
  const x = (-low / (high - low)) * width;
  context.strokeStyle = colour("--line");
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(x, 0);
  context.lineTo(x, height);
  context.stroke();
}
