/**
 * Paints what each neuron answers over the single input, as a curve: blue where it is positive, orange where negative.
 */

import { fitCanvas } from "../../drawing/canvas.js";
import { colour } from "../../drawing/tokens.js";

/** @typedef {{ data: ArrayLike<number>, shape: number[] }} Tensor */
/** @typedef {(readonly [number, number])[]} Points */

const MARGIN = 0.08; // of the height, so that the ends of the scale can be seen
const FILLED = 0.4;

/**
 * Paint the curves of one column.
 * @param {HTMLCanvasElement[]} canvases one per neuron that is drawn
 * @param {Tensor} curves (units, points), left to right
 * @param {number} scale what reaches the upper edge
 */
export function paintCurves(canvases, { data, shape: [units, points] }, scale) {
  for (const [unit, canvas] of canvases.slice(0, units).entries()) {
    paintCurve(canvas, depths(data, unit * points, points, scale));
  }
}

/**
 * How far down each point lies, 0 at the top and 1 at the bottom.
 * @param {ArrayLike<number>} data
 * @param {number} first
 * @param {number} count
 * @param {number} scale
 */
export function depths(data, first, count, scale) {
  return Array.from({ length: count }, (_, i) => {
    const share = Math.max(-1, Math.min(1, (data[first + i] || 0) / (scale || 1)));
    return 0.5 - share * (0.5 - MARGIN);
  });
}

/** @param {HTMLCanvasElement} canvas @param {number[]} shares */
function paintCurve(canvas, shares) {
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  if (width === 0) return;
  const context = fitCanvas(canvas, width, height);
  context.clearRect(0, 0, width, height);
  const points = shares.map((share, i) => /** @type {const} */ ([(i / (shares.length - 1)) * width, share * height]));
  fillSide(context, points, "--value-positive", { width, height, top: 0 });
  fillSide(context, points, "--value-negative", { width, height, top: height / 2 });
  line(context, [[0, height / 2], [width, height / 2]], colour("--line-strong"), 0.75);
  line(context, points, colour("--text"), 1.5);
}

/**
 * The area between the curve and zero, on one side of it.
 * @param {CanvasRenderingContext2D} context
 * @param {Points} points
 * @param {string} token
 * @param {{ width: number, height: number, top: number }} side the side begins at `top` and is half as high as the whole
 */
function fillSide(context, points, token, { width, height, top }) {
  context.save();
  context.beginPath();
  context.rect(0, top, width, height / 2);
  context.clip();
  context.beginPath();
  context.moveTo(0, height / 2);
  for (const [x, y] of points) context.lineTo(x, y);
  context.lineTo(width, height / 2);
  context.fillStyle = colour(token, FILLED);
  context.fill();
  context.restore();
}

/** @param {CanvasRenderingContext2D} context @param {Points} points @param {string} ink @param {number} width */
function line(context, points, ink, width) {
  context.beginPath();
  for (const [x, y] of points) context.lineTo(x, y);
  context.strokeStyle = ink;
  context.lineWidth = width;
  context.lineJoin = "round";
  context.stroke();
}
