/**
 * Which features an experiment has, which it could have, and the list after a press on one of them.
 */

import { entryOf, kindsOf } from "../../forms/catalogue.js";

/** @typedef {import("../../live/types.js").Catalogue} Catalogue */
/** @typedef {import("../../live/types.js").Kind} Kind */
/** @typedef {import("../../live/types.js").SessionDocument} SessionDocument */

/**
 * The names of all features of this dataset, its own inputs first. Of columns with names of their own nothing is made.
 * @param {Catalogue} catalogue
 * @param {SessionDocument} session
 * @returns {string[]}
 */
export function availableFeatures(catalogue, { experiment, notes }) {
  const { dataset } = experiment.data;
  const inputs = notes.input_names ?? entryOf(catalogue, "datasets", dataset.kind)?.input_names ?? notes.feature_names;
  const made = kindsOf(catalogue, "features")
    .filter(({ kind, columns }) => !inputs.includes(kind) && (columns ?? []).every((column) => inputs[column] === `x${column + 1}`));
  return [...inputs, ...made.map(({ kind }) => kind)];
}

/**
 * The chosen features after one was pressed, in the order of the menu; null where none would be left.
 * @param {string[]} available
 * @param {string[]} chosen
 * @param {string} name
 * @returns {string[] | null}
 */
export function toggled(available, chosen, name) {
  const wanted = available.filter((other) => chosen.includes(other) !== (other === name));
  return wanted.length > 0 ? wanted : null;
}
