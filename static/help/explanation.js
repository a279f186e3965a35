/**
 * A topic turned into what the help panel shows; every word about a registered class comes from the catalogue.
 */

import { entryOf, fieldAt, valueAt } from "../forms/catalogue.js";
import { allowed } from "../forms/numbers.js";
import { PICTURES } from "./pictures.js";

/** @typedef {import("../live/types.js").Catalogue} Catalogue */
/** @typedef {import("../live/types.js").Experiment} Experiment */
/** @typedef {import("./topics.js").Topic} Topic */

/**
 * @typedef {object} Explanation
 * @property {string} title
 * @property {string} [lead] what the field is, where the rest speaks of the kind that is chosen in it
 * @property {string} help
 * @property {string} [formula] KaTeX
 * @property {string} [derivative] KaTeX
 * @property {string} [range] what may be written
 * @property {string} [try_this]
 * @property {string} [source]
 * @property {import("./curve-plot.js").Sample[]} [curve]
 */

/**
 * @param {Topic} topic
 * @param {Catalogue} catalogue
 * @param {Experiment} experiment
 * @returns {Explanation | null}
 */
export function explain(topic, catalogue, experiment) {
  if ("kind" in topic) return ofKind(catalogue, topic.registry, topic.kind);
  if ("field" in topic) return ofField(catalogue, experiment, topic.field);
  return PICTURES[topic.picture] ?? ofKind(catalogue, "probes", topic.picture);
}

/**
 * @param {Catalogue} catalogue
 * @param {string} registry
 * @param {string | undefined} kind
 * @returns {Explanation | null}
 */
function ofKind(catalogue, registry, kind) {
  const entry = entryOf(catalogue, registry, kind);
  if (!entry) return null;
  const { title, help, formula, derivative_formula: derivative, try_this, source, curve } = entry;
  return { title, help, formula, derivative, try_this, source, curve };
}

/** @param {Catalogue} catalogue @param {Experiment} experiment @param {string} path @returns {Explanation | null} */
function ofField(catalogue, experiment, path) {
  const field = fieldAt(catalogue, experiment, path) ?? fieldOfProbe(catalogue, path);
  if (!field) return null;
  const chosen = field.registry ? ofKind(catalogue, field.registry, valueAt(experiment, path)?.kind) : null;
  if (chosen) return { ...chosen, title: `${field.title}: ${chosen.title}`, lead: field.help };
  const range = field.type === "number" || field.type === "integer" ? allowed(field) : undefined;
  return { title: field.title, help: field.help, formula: field.symbol, range };
}

/** A choice of how a probe is measured: "probes.roc.split". @param {Catalogue} catalogue @param {string} path */
function fieldOfProbe(catalogue, path) {
  const [registry, kind, name] = path.split(".");
  return registry === "probes" ? entryOf(catalogue, registry, kind)?.fields.find((field) => field.name === name) : undefined;
}
