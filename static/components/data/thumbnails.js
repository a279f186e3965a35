/**
 * Small pictures of what can be chosen, drawn from numbers that the engine computed for the catalogue.
 */

import { fitCanvas } from "../../drawing/canvas.js";
import { classToken, divergingColour, divergingTable } from "../../drawing/colours.js";
import { paintMap } from "../../drawing/heatmap.js";
import { colour } from "../../drawing/tokens.js";

/** @typedef {import("../../live/types.js").Kind} Kind */
/** @typedef {(x: number, y: number) => [number, number]} Place */

const MARGIN = 3;
const RADIUS = 1.4;
const TRACES = 3; // so many series are told apart in so small a picture

/**
 * Draw a dataset's examples in a square, as its family is drawn.
 * @param {HTMLCanvasElement} canvas
 * @param {Kind} dataset
 */
export function drawExamples(canvas, { preview, task, family }) {
  const size = canvas.clientWidth;
  if (!preview || !size) return;
  const context = fitCanvas(canvas, size, size);
  context.clearRect(0, 0, size, size);
  if (family === "images") return drawMosaic(context, preview, size);
  if (family === "sequences") return (isSymbolic(preview) ? drawStrips : drawTraces)(context, preview, size);
  const paint = family === "curves" ? () => colour("--text") : painter(task, preview.map(([, , target]) => target));
  drawPoints(context, preview, paint, (family === "points" ? placer : stretcher)(preview, size));
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

/** @param {CanvasRenderingContext2D} context @param {number[][]} points @param {(target: number) => string} paint @param {Place} place */
function drawPoints(context, points, paint, place) {
  for (const [x, y, target] of points) {
    context.fillStyle = paint(target);
    context.beginPath();
    context.arc(...place(x, y), RADIUS, 0, 2 * Math.PI);
    context.fill();
  }
}

/** Square images in a square. @param {CanvasRenderingContext2D} context @param {number[][]} images @param {number} size */
function drawMosaic(context, images, size) {
  const [across, pixels] = [Math.ceil(Math.sqrt(images.length)), Math.sqrt(images[0].length)];
  const pixel = (size - 2 * MARGIN) / (across * (pixels + 1) - 1);
  context.fillStyle = colour("--text");
  for (const [i, image] of images.entries()) {
    const [left, top] = [i % across, Math.floor(i / across)].map((at) => MARGIN + at * (pixels + 1) * pixel);
    for (const [j, ink] of image.entries()) {
      context.globalAlpha = ink;
      context.fillRect(left + (j % pixels) * pixel, top + Math.floor(j / pixels) * pixel, pixel, pixel);
    }
  }
  context.globalAlpha = 1;
}

/** Symbols as coloured cells, one sequence a row; 0 is nothing. @param {CanvasRenderingContext2D} context @param {number[][]} rows @param {number} size */
function drawStrips(context, rows, size) {
  const [width, height] = [rows[0].length, rows.length].map((count) => (size - 2 * MARGIN) / count);
  for (const [i, row] of rows.entries()) {
    for (const [j, symbol] of row.entries()) {
      if (symbol === 0) continue;
      context.fillStyle = colour(classToken(symbol - 1));
      context.fillRect(MARGIN + j * width, MARGIN + (i + 0.1) * height, width * 0.9, height * 0.8);
    }
  }
}

/** Numbers as lines below each other. @param {CanvasRenderingContext2D} context @param {number[][]} rows @param {number} size */
function drawTraces(context, rows, size) {
  const [values, band] = [rows.slice(0, TRACES), (size - 2 * MARGIN) / TRACES];
  const [low, high] = [Math.min(...values.flat()), Math.max(...values.flat())];
  context.strokeStyle = colour("--text");
  for (const [i, row] of values.entries()) {
    context.beginPath();
    for (const [step, value] of row.entries()) {
      const x = MARGIN + (step / (row.length - 1)) * (size - 2 * MARGIN);
      context.lineTo(x, MARGIN + (i + 0.1 + (0.8 * (high - value)) / (high - low || 1)) * band);
    }
    context.stroke();
  }
}

/** Whether sequences are made of symbols or bits. @param {number[][]} rows */
export function isSymbolic(rows) {
  return rows.every((row) => row.every(Number.isInteger));
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
  const [low, high] = [Math.min(...targets), Math.max(...targets)];
  if (low >= 0) return (target) => divergingColour((2 * (target - low)) / (high - low || 1) - 1);
  const reach = Math.max(-low, high);
  return (target) => divergingColour(target / reach);
}

/**
 * Fit points into a square, both axes by the same factor.
 * @param {number[][]} points
 * @param {number} size
 * @returns {Place}
 */
export function placer(points, size) {
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  const middle = [xs, ys].map((values) => (Math.min(...values) + Math.max(...values)) / 2);
  const reach = Math.max(...points.map(([x, y]) => Math.max(Math.abs(x - middle[0]), Math.abs(y - middle[1])))) || 1;
  const factor = (size / 2 - MARGIN) / reach;
  return (x, y) => [size / 2 + (x - middle[0]) * factor, size / 2 - (y - middle[1]) * factor];
}

/**
 * Fill a square with points, each axis by its own factor: columns of a table, a curve.
 * @param {number[][]} points
 * @param {number} size
 * @returns {Place}
 */
export function stretcher(points, size) {
  const share = [0, 1].map((axis) => {
    const values = points.map((point) => point[axis]);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    return (/** @type {number} */ value) => (value - low) / (high - low || 1);
  });
  const room = size - 2 * MARGIN;
  return (x, y) => [MARGIN + share[0](x) * room, MARGIN + (1 - share[1](y)) * room];
}
