/** What the output picture says in words. */

import { formatFeature, formatWeight } from "../drawing/numbers.js";
import { SPLIT_NAMES } from "./colour-legend.js";

/** @typedef {import("../live/types.js").Example} Example */
/** @typedef {import("../live/types.js").Notes} Notes */
/** @typedef {import("./map-source.js").Neuron} Neuron */

/**
 * The title of what is shown.
 * @param {Notes} notes
 * @param {Neuron | null} neuron
 */
export function titleOf(notes, neuron) {
  if (neuron?.layer === "inputs") return `Input ${formatFeature(notes.feature_names[neuron.unit] ?? "")}`;
  if (neuron?.layer === "output") return `Output for class ${neuron.unit}`;
  if (neuron) return `${neuron.layer} unit ${neuron.unit + 1}`;
  if (notes.interval) return "Fitted curve";
  if (!notes.domain) return notes.task === "regression" ? "Predicted and true" : "Confusion matrix";
  return notes.task === "regression" ? "Output" : "Decision boundary";
}

/**
 * The value at a place: "(1.26, −0.54): ŷ = 0.93, class 1", with breaks where there is room for lines.
 * @param {readonly number[]} inputs
 * @param {number} value
 * @param {number | null} winner the class with the largest output, of several
 * @param {Notes} notes
 * @param {Neuron | null} neuron that is shown instead of the output
 */
export function pointSentence(inputs, value, winner, notes, neuron) {
  const place = `(${inputs.map(formatWeight).join(", ")})`;
  if (neuron) return `${place}:\na = ${formatWeight(value)}`;
  if (winner !== null) return `${place}:\nclass ${winner},\ncertainty ${formatWeight(value)}`;
  return `${place}:\nŷ = ${formatWeight(value)}${notes.task === "binary" ? `,\nclass ${decision(value, notes)}` : ""}`;
}

/**
 * The example that is near: "training example: class 1".
 * @param {Example} example
 * @param {Notes} notes
 */
export function nearestSentence({ split, target }, { task }) {
  const truth = task === "regression" ? `y = ${formatWeight(target)}` : `class ${target}`;
  return `${SPLIT_NAMES[split]} example: ${truth}`;
}

/** Which of two classes an output means. @param {number} value @param {Notes} notes */
function decision(value, { target_values: ends }) {
  const [low, high] = ends ?? [0, 1];
  return value > (low + high) / 2 ? 1 : 0;
}
