/**
 * What the network graph shows from left to right: the inputs, each layer, the output.
 */

import { formatFeature } from "../../drawing/numbers.js";

/** @typedef {import("../../live/types.js").Experiment} Experiment */
/** @typedef {import("../../live/types.js").Notes} Notes */
/** @typedef {Experiment["layers"][number]} LayerSettings */

/**
 * @typedef {object} Column
 * @property {"inputs" | "dense" | "between" | "output"} role `between`: no neurons of its own, as dropout
 * @property {string} name as in frames and parameters: "inputs", "dense_1", "output"
 * @property {string} kind
 * @property {number} index in `experiment.layers`; −1 for the inputs, `layers.length` for the output
 * @property {string[]} labels one short label per neuron; empty for `between`
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
  return [
    { role: "inputs", name: "inputs", kind: "inputs", index: -1, labels: notes.feature_names.map(formatFeature),
      settings: null },
    ...experiment.layers.map((settings, index) => layerColumn(settings, index, names[index])),
    {
      role: "output", name: "output", kind: "output", index: experiment.layers.length,
      labels: outputLabels(notes), settings: null,
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
    const source = role === "between" ? -1 : last;
    if (role !== "between") last = position;
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
  return column.labels.length > 1 ? `output for class ${unit}` : "output";
}

/**
 * The network in one sentence, for who does not see it.
 * @param {Column[]} columns
 */
export function summary(columns) {
  const hidden = columns.filter(({ role }) => role === "dense").map(({ labels }) => labels.length);
  const layers = hidden.length ? `hidden layers of ${hidden.join(", ")} units` : "no hidden layer";
  const [inputs, outputs] = [columns[0], columns[columns.length - 1]].map(({ labels }) => labels.length);
  return `Network: ${inputs} inputs, ${layers}, ${outputs} outputs. Arrow keys move between neurons.`;
}

/** @param {LayerSettings} settings @param {number} index @param {string} name @returns {Column} */
function layerColumn(settings, index, name) {
  const units = settings.kind === "dense" ? Number(settings.units) : 0;
  const labels = Array.from({ length: units }, (_, unit) => String(unit + 1));
  return { role: units ? "dense" : "between", name, kind: settings.kind, index, labels, settings };
}

/** @param {Notes} notes */
function outputLabels({ task, classes }) {
  return task === "multiclass" ? Array.from({ length: classes ?? 1 }, (_, index) => String(index)) : ["ŷ"];
}
