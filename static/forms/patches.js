/**
 * JSON merge patches (RFC 7396): what `experiment-change` sends.
 *
 * Arrays in a patch are whole, so a change inside a layer carries all layers.
 */

/** @typedef {import("../live/types.js").Catalogue} Catalogue */
/** @typedef {import("../live/types.js").Component} Component */
/** @typedef {import("../live/types.js").Experiment} Experiment */
/** @typedef {import("../live/types.js").Kind} Kind */

import { merged } from "../live/merge_patch.js";
import { chosenIn, entryOf, fieldAt, fits, valueAt } from "./catalogue.js";
import { complaint } from "./numbers.js";

/**
 * The patch that changes one field.
 * @param {any} document what is patched
 * @param {string} path "optimizer.learning_rate", "layers.0.rate"
 * @param {any} value
 * @returns {Record<string, any>}
 */
export function patchAt(document, path, value) {
  const [name, ...rest] = path.split(".");
  if (rest.length === 0) return { [name]: value };
  const inside = document?.[name];
  if (!Array.isArray(inside)) return { [name]: patchAt(inside, rest.join("."), value) };
  const [index, ...within] = rest;
  const item = inside[Number(index)];
  const changed = within.length === 0 ? merged(item, value) : merged(item, patchAt(item, within.join("."), value));
  return { [name]: inside.with(Number(index), changed) };
}

/**
 * The patch that turns a component into another kind. What the learner chose is kept where the new kind has the same
 * field and allows the value; what stood at the old kind's default goes to the new one's.
 * @param {Kind | undefined} before
 * @param {Component | null | undefined} value
 * @param {Kind} after
 * @returns {Component}
 */
export function changeKind(before, value, after) {
  /** @type {Component} */
  const patch = { kind: after.kind };
  for (const [name, current] of Object.entries(value ?? {})) {
    if (name === "kind") continue;
    if (!isChosen(before, name, current) || !accepts(after, name, current)) patch[name] = null;
  }
  return patch;
}

/**
 * The patch that takes another dataset. What followed from the old one's task goes back to the server's choice.
 * @param {Catalogue} catalogue
 * @param {Experiment} experiment
 * @param {string} kind
 * @param {string} [task] what is to be predicted, where the kind leaves it open
 * @returns {Record<string, any>}
 */
export function changeDataset(catalogue, experiment, kind, task) {
  const before = entryOf(catalogue, "datasets", experiment.data.dataset.kind);
  const after = entryOf(catalogue, "datasets", kind);
  if (!after) return {};
  /** @type {Record<string, any>} */
  const patch = { data: { dataset: changeKind(before, experiment.data.dataset, after) } };
  if (!same(before?.input_names, after.input_names)) patch.data.features = null;
  for (const choice of /** @type {const} */ (["default_split", "default_scaling", "default_target_scaling"]))
    if (!same(before?.[choice], after[choice])) patch.data[choice.replace("default_", "")] = null;
  const coming = { ...after, task: /** @type {Kind["task"]} */ (task) ?? after.task };
  if (before?.task !== after.task) Object.assign(patch, { loss: null, output: { activation: null } });
  Object.assign(patch, withoutRule(experiment, after.default_split), forgotten(catalogue, experiment, "", coming));
  Object.assign(patch.data, forgotten(catalogue, experiment, "data.", coming));
  const layers = layersFor(catalogue, experiment.layers, before, after);
  const optimizer = optimizerFor(catalogue, experiment.optimizer, before, after);
  return { ...patch, ...layers && { layers }, ...optimizer && { optimizer } };
}

/**
 * The patch that takes examples of the learner's own. Whatever followed from the old ones' columns and task is chosen anew.
 * @param {Catalogue} catalogue
 * @param {Experiment} experiment
 * @param {{ inputs: number[][], targets: number[], weights?: number[] | null, task: import("../live/types.js").Task }} examples
 * @returns {Record<string, any>}
 */
export function takeExamples(catalogue, experiment, { inputs, targets, weights = null, task }) {
  const patch = changeDataset(catalogue, experiment, "inline", task);
  const counting = weights || experiment.data.dataset.weights ? { weights } : {};
  Object.assign(patch.data, { features: null, dataset: { ...patch.data.dataset, inputs, targets, task, ...counting } });
  return { ...patch, loss: null, output: { activation: null } };
}

/**
 * What takes away a rule that looks at a part of the examples which will be empty.
 * @param {Experiment} experiment
 * @param {Partial<Record<string, any>>} [split] the coming one
 */
function withoutRule({ stopping }, split) {
  return stopping?.split && split?.[stopping.split] === 0 ? { stopping: null } : {};
}

/**
 * What puts choices that mean nothing to another dataset back to their defaults, and what has an entry for each class.
 * @param {Catalogue} catalogue
 * @param {Experiment} experiment
 * @param {string} prefix of the fields' paths: "" or "data."
 * @param {Kind} after
 */
function forgotten(catalogue, experiment, prefix, { task, family }) {
  const { fields } = prefix ? fieldAt(catalogue, experiment, prefix.slice(0, -1)) ?? {} : catalogue.experiment;
  /** @type {Record<string, any>} */
  const patch = {};
  for (const field of fields ?? []) {
    const path = `${prefix}${field.name}`;
    if (!chosenIn(catalogue, experiment, field, path)) continue;
    const listed = entryOf(catalogue, field.registry ?? "", valueAt(experiment, path).kind)?.fields.filter(({ entries }) => entries);
    if (!fits(field, task, family)) patch[field.name] = null;
    else if (listed?.length) patch[field.name] = Object.fromEntries(listed.map(({ name }) => [name, null]));
  }
  return patch;
}

/**
 * The layers that come with another dataset: those it suggests, the first ones again where the present ones read images
 * or sequences and it has none; null where the learner's own stay.
 * @param {Catalogue} catalogue
 * @param {Component[]} layers
 * @param {Kind | undefined} before
 * @param {Kind} after
 */
function layersFor(catalogue, layers, before, after) {
  if (after.suggested_layers) return same(before?.suggested_layers, after.suggested_layers) ? null : after.suggested_layers;
  const flat = layers.every(({ kind }) => (entryOf(catalogue, "layers", kind)?.input_rank ?? 1) === 1);
  return flat ? null : catalogue.default_experiment.layers;
}

/**
 * The optimizer that comes with another dataset: the one it suggests, or the first one again; null where it is the same,
 * or the learner's own.
 * @param {Catalogue} catalogue
 * @param {Component} optimizer
 * @param {Kind | undefined} before
 * @param {Kind} after
 */
function optimizerFor(catalogue, optimizer, before, after) {
  const first = catalogue.default_experiment.optimizer;
  const [usual, coming] = [before, after].map((kind) => kind?.suggested_optimizer ?? first);
  if (!alike(optimizer, usual) || alike(usual, coming)) return null;
  const gone = Object.fromEntries(Object.keys(optimizer).map((name) => [name, null]));
  return { ...gone, ...coming };
}

/**
 * A list in which the item at one position stands at another.
 * @template T
 * @param {T[]} items
 * @param {number} from
 * @param {number} to
 * @returns {T[]}
 */
export function moved(items, from, to) {
  return items.toSpliced(from, 1).toSpliced(to, 0, items[from]);
}

/** @param {Kind | undefined} entry @param {string} name @param {any} value */
function isChosen(entry, name, value) {
  const field = entry?.fields.find((candidate) => candidate.name === name);
  return field !== undefined && !same(field.default, value);
}

/** @param {Kind} entry @param {string} name @param {any} value */
function accepts(entry, name, value) {
  const field = entry.fields.find((candidate) => candidate.name === name);
  if (!field) return false;
  if (field.choices) return field.choices.includes(value);
  return typeof value !== "number" || complaint(field, value) === "";
}

/** Whether two components are the same, in whatever order their fields stand. @param {Component} a @param {Component} b */
function alike(a, b) {
  return same(Object.entries(a).sort(), Object.entries(b).sort());
}

/** @param {any} a @param {any} b */
function same(a, b) {
  return JSON.stringify(a) === JSON.stringify(b);
}
