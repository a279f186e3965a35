/**
 * What the network graph shows from left to right: the inputs, each layer, the output.
 */

import { formatFeature } from "../../drawing/numbers.js";

/** @typedef {import("../../live/types.js").Experiment} Experiment */
/** @typedef {import("../../live/types.js").Notes} Notes */
/** @typedef {Experiment["layers"][number]} LayerSettings */

/**
 * @typedef {object} Column
 * @property {"inputs" | "dense" | "block" | "between" | "output"} role `block`: too many, or too unlike neurons, to be
 *   drawn one by one; `between`: no neurons of its own, as dropout
 * @property {string} name as in frames and parameters: "inputs", "dense_1", "output"
 * @property {string} kind
 * @property {number} index in `experiment.layers`; −1 for the inputs, `layers.length` for the output
 * @property {string[]} labels one label per neuron; empty where none are drawn
 * @property {number[] | null} shape of what leaves it, where it is known
 * @property {boolean} [timed] whether a single axis of its shape is time
 * @property {LayerSettings | null} settings
 */

/**
 * The columns of an experiment.
 * @param {Experiment} experiment
 * @param {Notes} notes what the server says beside the experiment (feature names, classes)
 * @returns {Column[]}
 */
export function columnsOf(experiment, notes) {
  const names = layerNames(experiment.layers);
  const shapes = new Map(notes.layers?.map(({ name, output_shape: shape }) => [name, shape ?? null]));
  return [
    inputColumn(experiment, notes),
    ...experiment.layers.map((settings, index) =>
      layerColumn(settings, index, names[index], shapes.get(names[index]) ?? null)),
    {
      role: "output", name: "output", kind: "output", index: experiment.layers.length,
      labels: outputLabels(notes), shape: null, settings: null,
    },
  ];
}

/**
 * Names as Keras gives them: the kind and a running number per kind.
 * @param {{ kind: string }[]} layers
 * @returns {string[]}
 */
export function layerNames(layers) {
  /** @type {Record<string, number>} */
  const seen = {};
  return layers.map(({ kind }) => `${kind}_${(seen[kind] = (seen[kind] ?? 0) + 1)}`);
}

/**
 * For each column the position of the column that its weights come from; −1 where there are none.
 * @param {Column[]} columns
 * @returns {number[]}
 */
export function sources(columns) {
  let last = -1;
  return columns.map(({ role }, position) => {
    const source = role === "between" || role === "block" ? -1 : last;
    if (role === "block") last = -1; // what leaves it has no single lines
    else if (role !== "between") last = position;
    return source;
  });
}

/**
 * A neuron in words: "x₁", "dense_1 unit 2", "output".
 * @param {Column} column
 * @param {number} unit
 */
export function neuronName(column, unit) {
  if (column.role === "inputs") return column.labels[unit];
  if (column.role === "dense") return `${column.name} unit ${unit + 1}`;
  return column.labels.length > 1 ? `output for class ${column.labels[unit]}` : "output";
}

/**
 * The network in one sentence, for who does not see it.
 * @param {Column[]} columns
 */
export function summary(columns) {
  const hidden = columns.slice(1, -1).filter(({ role }) => role !== "between");
  const sizes = hidden.map(({ role, kind, labels }) => (role === "dense" ? `${labels.length} units` : kind));
  const layers = hidden.length ? `hidden layers of ${sizes.join(", ")}` : "no hidden layer";
  const outputs = columns[columns.length - 1].labels.length;
  return `Network: ${countOf(columns[0])} inputs, ${layers}, ${outputs} outputs. Arrow keys move between neurons.`;
}

/** How many numbers leave a column. @param {Column} column */
export function countOf({ labels, shape }) {
  return labels.length || (shape ?? []).reduce((count, side) => count * side, 1);
}

/**
 * A shape as it is read: "8 × 8 × 1", "50 steps × 2", "10 steps".
 * @param {number[]} shape
 * @param {boolean} [inTime] whether a single axis is time
 */
export function shapeWords(shape, inTime = false) {
  if (shape.length === 2 || (shape.length === 1 && inTime)) return [`${shape[0]} steps`, ...shape.slice(1)].join(" × ");
  return shape.join(" × ");
}

const LETTERS = 13;

/** A label that fits beside a neuron. @param {string} label */
export function shortened(label) {
  return label.length > LETTERS ? `${label.slice(0, LETTERS - 1)}…` : label;
}

/** Layers that pass on numbers as many and as they came. */
const PASSING = ["activation", "dropout", "batch_normalization", "layer_normalization"];

/** More inputs than this are drawn as one. */
const MOST_INPUTS = 16;

/** @param {Experiment} experiment @param {Notes} notes @returns {Column} */
function inputColumn({ data }, { feature_names: names, input_shape: shape }) {
  const column = { name: "inputs", kind: "inputs", index: -1, settings: null };
  const whole = data?.features === null && shape !== undefined;
  if (whole) return { ...column, role: "block", labels: [], shape, timed: true };
  if (names.length > MOST_INPUTS) return { ...column, role: "block", labels: [], shape: [names.length] };
  return { ...column, role: "inputs", labels: names.map(formatFeature), shape: [names.length] };
}

/** @param {LayerSettings} settings @param {number} index @param {string} name @param {number[] | null} shape @returns {Column} */
function layerColumn(settings, index, name, shape) {
  const column = { name, kind: settings.kind, index, shape, settings };
  if (PASSING.includes(settings.kind)) return { ...column, role: "between", labels: [] };
  if (settings.kind !== "dense" || (shape && shape.length > 1)) return { ...column, role: "block", labels: [] };
  return { ...column, role: "dense", labels: Array.from({ length: Number(settings.units) }, (_, unit) => String(unit + 1)) };
}

/** @param {Notes} notes */
function outputLabels({ task, classes, class_names: names }) {
  if (task !== "multiclass") return ["ŷ"];
  return Array.from({ length: classes ?? 1 }, (_, index) => names?.[index]?.trim() ?? String(index)).map((name) => name || "␣");
}
