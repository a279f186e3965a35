/**
 * Small pictures of what can be chosen, drawn from numbers that the engine computed for the catalogue.
 */

import { fitCanvas } from "../../drawing/canvas.js";
import { classToken, divergingColour, divergingTable } from "../../drawing/colours.js";
import { paintMap } from "../../drawing/heatmap.js";
import { colour } from "../../drawing/tokens.js";

/** @typedef {import("../../live/types.js").Kind} Kind */

const MARGIN = 3;
const RADIUS = 1.4;

/**
 * Draw a dataset's sample: its points in the colours of their targets, in a square.
 * @param {HTMLCanvasElement} canvas
 * @param {Kind} dataset
 */
export function drawPoints(canvas, { preview, task }) {
  const size = canvas.clientWidth;
  if (!preview || !size) return;
  const context = fitCanvas(canvas, size, size);
  context.clearRect(0, 0, size, size);
  const paint = painter(task, preview.map(([, , target]) => target));
  const place = placer(preview, size);
  for (const [x, y, target] of preview) {
    context.fillStyle = paint(target);
    context.beginPath();
    context.arc(...place(x, y), RADIUS, 0, 2 * Math.PI);
    context.fill();
  }
}

/**
 * Draw a feature over the plane.
 * @param {HTMLCanvasElement} canvas
 * @param {Kind} feature
 */
export function drawMap(canvas, { map }) {
  if (!map) return;
  const bytes = Uint8Array.from(map.flat(), (value) => 127.5 + 127.5 * value);
  paintMap(canvas, bytes, map[0].length, map.length, divergingTable());
}

/**
 * The colour of a target: classes of several by their palette, two classes and numbers on the diverging scale.
 * @param {string | undefined} task
 * @param {number[]} targets
 * @returns {(target: number) => string}
 */
function painter(task, targets) {
  if (task === "multiclass") return (target) => colour(classToken(target));
  if (task === "binary") return (target) => divergingColour(2 * target - 1);
  const reach = Math.max(...targets.map(Math.abs)) || 1;
  return (target) => divergingColour(target / reach);
}

/**
 * Fit points into a square, both axes by the same factor.
 * @param {number[][]} points
 * @param {number} size
 * @returns {(x: number, y: number) => [number, number]}
 */
export function placer(points, size) {
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  const middle = [xs, ys].map((values) => (Math.min(...values) + Math.max(...values)) / 2);
  const reach = Math.max(...points.map(([x, y]) => Math.max(Math.abs(x - middle[0]), Math.abs(y - middle[1])))) || 1;
  const factor = (size / 2 - MARGIN) / reach;
  return (x, y) => [size / 2 + (x - middle[0]) * factor, size / 2 - (y - middle[1]) * factor];
}
