/**
 * Examples as marks: the class chooses shape and colour, the split chooses how the mark is filled.
 */

import { symbol, symbolCircle, symbolCross, symbolDiamond, symbolSquare, symbolStar, symbolTriangle, symbolWye } from "d3-shape";
import { classToken, divergingColour } from "../drawing/colours.js";
import { colour } from "../drawing/tokens.js";
import { shares } from "./map-reading.js";

/** @typedef {import("../live/types.js").Example} Example */
/** @typedef {import("../live/types.js").Notes} Notes */
/** @typedef {import("./map-reading.js").Range} Range */
/** @typedef {import("./timeline.js").Split} Split */

/** One shape per class; a ninth class begins again. */
const SHAPES = [
  symbolCircle, symbolSquare, symbolTriangle, symbolDiamond, symbolCross, symbolStar, symbolWye, symbolCircle,
];

/**
 * The outline of a class's mark around the origin, as SVG path data; all shapes cover the same area.
 * @param {number} index the class
 * @param {number} radius of the circle
 */
export function markPath(index, radius) {
  return symbol(SHAPES[index % SHAPES.length], Math.PI * radius ** 2)() ?? "";
}

/**
 * The token of a class's colour: of two classes the ends of the diverging scale, of more the class palette.
 * @param {number} index
 * @param {Notes} notes
 */
export function tokenOfClass(index, { task }) {
  if (task === "binary") return index === 0 ? "--value-negative" : "--value-positive";
  return classToken(index);
}

/**
 * The examples that the picture shows.
 * @param {readonly Example[]} examples
 * @param {boolean} showTest
 */
export function visible(examples, showTest) {
  return examples.filter(({ split, inputs }) => inputs.length === 2 && (showTest || split !== "test"));
}

/**
 * Draw examples; the context is scaled to CSS pixels and clear.
 * @param {CanvasRenderingContext2D} context
 * @param {readonly Example[]} examples
 * @param {object} options
 * @param {Notes} options.notes
 * @param {Range[]} options.domain
 * @param {number} options.side of the picture
 * @param {number} options.radius of a mark
 * @param {number} options.reach the target that has the full colour, in a regression
 * @param {string} [options.ink] one colour for all, where places say what colours would
 */
export function paintExamples(context, examples, { notes, domain, side, radius, reach, ink: own }) {
  const regression = notes.task === "regression";
  const rim = regression ? { filled: "--neuron-border", hollow: "--neuron-border" } : { filled: "--surface", hollow: "--text" };
  /** @type {Map<number, Path2D>} */
  const paths = new Map();
  for (const { inputs, target, split } of examples) {
    const shape = regression ? 0 : target;
    let path = paths.get(shape);
    if (!path) paths.set(shape, (path = new Path2D(markPath(shape, radius))));
    const [across, down] = shares(inputs, domain);
    const ink = own ?? (regression ? divergingColour(target / reach) : colour(tokenOfClass(target, notes)));
    context.save();
    context.translate(across * side, down * side);
    paintMark(context, path, { split, ink, radius, rim });
    context.restore();
  }
}

/**
 * One mark around the origin: training filled, test hollow, validation hollow with a dot; all with a rim that parts
 * them from a map of their own colour.
 * @param {CanvasRenderingContext2D} context
 * @param {Path2D} path
 * @param {{ split: Split, ink: string, radius: number, rim: { filled: string, hollow: string } }} style
 */
function paintMark(context, path, { split, ink, radius, rim }) {
  const [paper, filled] = [colour("--surface"), split === "train"];
  outline(context, path, colour(filled ? rim.filled : rim.hollow), radius * (filled ? 0.7 : 1.1));
  if (!filled) outline(context, path, ink, radius * 0.7);
  context.fillStyle = filled ? ink : paper;
  context.fill(path);
  if (split === "validation") paintDot(context, ink, radius * 0.45);
}

/** @param {CanvasRenderingContext2D} context @param {Path2D} path @param {string} ink @param {number} width */
function outline(context, path, ink, width) {
  context.strokeStyle = ink;
  context.lineWidth = width;
  context.stroke(path);
}

/** @param {CanvasRenderingContext2D} context @param {string} ink @param {number} radius */
function paintDot(context, ink, radius) {
  context.fillStyle = ink;
  context.beginPath();
  context.arc(0, 0, radius, 0, 2 * Math.PI);
  context.fill();
}
