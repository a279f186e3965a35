/**
 * Looking things up in the catalogue: the only description of what an experiment may be.
 */

import { formatRate } from "../drawing/numbers.js";

/** @typedef {import("../live/types.js").Catalogue} Catalogue */
/** @typedef {import("../live/types.js").Field} Field */
/** @typedef {import("../live/types.js").Kind} Kind */
/** @typedef {import("../live/types.js").SessionDocument} SessionDocument */

/**
 * The kinds of a registry, in the order of its menu.
 * @param {Catalogue} catalogue
 * @param {string} registry
 * @returns {Kind[]}
 */
export function kindsOf(catalogue, registry) {
  return catalogue.registries[registry]?.kinds ?? [];
}

/** @param {Catalogue} catalogue @param {string} registry @param {string | undefined} kind @returns {Kind | undefined} */
export function entryOf(catalogue, registry, kind) {
  return kindsOf(catalogue, registry).find((entry) => entry.kind === kind);
}

/**
 * What stands at a path of a document: `valueAt(experiment, "layers.0.rate")`.
 * @param {any} document
 * @param {string} path
 */
export function valueAt(document, path) {
  return path.split(".").reduce((inside, name) => inside?.[name], document);
}

/**
 * The field at a path of the experiment, found along the kinds that are chosen there.
 * @param {Catalogue} catalogue
 * @param {any} experiment
 * @param {string} path "optimizer.learning_rate", "layers.0.activation.slope", "layers.0"
 * @returns {Field | undefined}
 */
export function fieldAt(catalogue, experiment, path) {
  /** @type {Field | undefined} */
  let field;
  let fields = catalogue.experiment.fields;
  let value = experiment;
  for (const name of path.split(".")) {
    value = value?.[name];
    const index = /^\d+$/.test(name);
    if (!index) field = fields.find((candidate) => candidate.name === name);
    if (!field) return undefined;
    fields = field.registry ? entryOf(catalogue, field.registry, value?.kind)?.fields ?? [] : field.fields ?? [];
  }
  return field;
}

/**
 * Why a kind cannot be chosen for a component of this experiment; empty if it can. Read from what the kinds say of
 * themselves: the tasks they serve, the output activations a loss can follow, whether a function needs several outputs.
 * @param {Catalogue} catalogue
 * @param {SessionDocument} session
 * @param {string} path
 * @param {Kind} entry
 */
export function refusal(catalogue, session, path, entry) {
  const { experiment, notes } = session;
  if (entry.tasks && !entry.tasks.includes(notes.task)) return `not for ${TASKS[notes.task] ?? notes.task}`;
  if (path === "stopping") return lacksPart(entry, experiment.data.split);
  if (path === "loss") return follows(entry, experiment.output.activation?.kind, catalogue);
  if (path !== "output.activation") return "";
  if (entry.elementwise === false && notes.task !== "multiclass") return "needs several outputs";
  const loss = entryOf(catalogue, "losses", experiment.loss?.kind);
  return loss && follows(loss, entry.kind, catalogue) ? `the loss ${loss.title} cannot follow it` : "";
}

/** Whether a rule would look at a part that has no examples. @param {Kind} entry @param {any} split */
function lacksPart({ fields }, split) {
  const part = fields.find(({ name }) => name === "split")?.default;
  return part && split?.[part] === 0 ? `needs ${part} examples: see Split` : "";
}

/** @type {Record<string, string>} */
const TASKS = { binary: "two classes", multiclass: "several classes", regression: "numbers" };

/** @param {Kind} loss @param {string | undefined} activation @param {Catalogue} catalogue */
function follows(loss, activation, catalogue) {
  if (!loss.outputs || !activation || loss.outputs.includes(activation)) return "";
  const titles = loss.outputs.map((kind) => entryOf(catalogue, "activations", kind)?.title ?? kind);
  return `needs the output ${titles.join(" or ")}`;
}

/**
 * Whether a field means anything to the data of a session.
 * @param {Catalogue} catalogue
 * @param {SessionDocument} session
 * @param {Field} field
 */
export function isSuited(catalogue, { experiment, notes }, field) {
  return fits(field, notes.task, entryOf(catalogue, "datasets", experiment.data.dataset.kind)?.family);
}

/**
 * Whether a field means anything to data of a task and a family; what is not known is no reason against it.
 * @param {Field} field
 * @param {string} [task]
 * @param {string} [family]
 */
export function fits({ suits }, task, family) {
  const among = (/** @type {string[] | null | undefined} */ all, /** @type {string | undefined} */ one) =>
    !all || !one || all.includes(one);
  return among(suits?.tasks, task) && among(suits?.families, family);
}

/**
 * What was chosen in a field, in a few words; empty while it is as at first. The first kind of a registry is the one
 * that does nothing.
 * @param {Catalogue} catalogue
 * @param {any} experiment
 * @param {Field} field
 * @param {string} path
 * @returns {string}
 */
export function chosenIn(catalogue, experiment, field, path) {
  const value = valueAt(experiment, path);
  if (value === undefined || value === null) return "";
  if (field.registry) {
    const [first] = kindsOf(catalogue, field.registry);
    return value.kind === first?.kind ? "" : entryOf(catalogue, field.registry, value.kind)?.title ?? String(value.kind);
  }
  if (field.fields) {
    const inner = field.fields.filter((part) => chosenIn(catalogue, experiment, part, `${path}.${part.name}`));
    return inner.map(({ title }) => title.toLowerCase()).join(", ");
  }
  return value === field.default ? "" : plain(value);
}

/** @param {any} value */
function plain(value) {
  if (typeof value === "boolean") return value ? "on" : "off";
  return typeof value === "number" ? formatRate(value) : String(value);
}

/**
 * Why a value was refused: said of the path itself, or of something in it that has no place of its own.
 * @param {Readonly<Record<string, string>>} errors
 * @param {string} path
 * @param {string[]} [placed] names of the fields in it that show their own
 */
export function problemAt(errors, path, placed = []) {
  const [, message] = Object.entries(errors).find(([where]) => where === path
    || (where.startsWith(`${path}.`) && !placed.includes(where.slice(path.length + 1).split(".")[0]))) ?? [];
  return message ?? "";
}

/**
 * Whether a change at or within a path, or around it, has not yet arrived.
 * @param {ReadonlySet<string>} pending
 * @param {string} path
 */
export function isPending(pending, path) {
  for (const field of pending) {
    if (field === path || field.startsWith(`${path}.`) || path.startsWith(`${field}.`)) return true;
  }
  return false;
}
