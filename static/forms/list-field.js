import { html, nothing } from "lit";
import { complaint, parseNumber } from "./numbers.js";
import { row } from "./row.js";

/** @typedef {import("../live/types.js").Field} Field */

/**
 * One number for each of several things, with their names.
 * @param {object} list
 * @param {Field} list.field
 * @param {string} list.path
 * @param {readonly number[]} list.values
 * @param {readonly string[]} list.names
 * @param {boolean} list.pending
 * @param {string} list.problem
 * @param {boolean} list.disabled
 * @param {(values: number[], origin: Element) => void} list.set
 */
export function listField({ field, path, values, names, pending, problem, disabled, set }) {
  const take = (/** @type {number} */ index, /** @type {HTMLInputElement} */ input) => {
    const value = parseNumber(input.value);
    const refused = complaint({ type: "number" }, value);
    input.setCustomValidity(refused);
    if (refused) input.reportValidity();
    else set(values.with(index, value), input);
  };
  return row({ field, path, pending, problem, wide: true, group: true }, (id) => html`
    <span class="entries">${values.map((value, index) => html`
      <label>${names[index] ?? index + 1}
        <input type="number" step="any" autocomplete="off" .value=${String(value)} ?disabled=${disabled}
          aria-invalid=${problem ? "true" : "false"} aria-describedby=${problem ? `${id}-problem` : nothing}
          @change=${(/** @type {Event} */ { target }) => target instanceof HTMLInputElement && take(index, target)}></label>`)}
    </span>`);
}

/**
 * What the entries of a list are called.
 * @param {Field} field
 * @param {import("../live/types.js").Notes} notes
 * @returns {string[]}
 */
export function entryNames({ entries }, { classes, class_names: names }) {
  if (entries?.of !== "classes") return [];
  return Array.from({ length: classes ?? 2 }, (_, index) => (names?.[index] ?? `class ${index}`).trim() || "␣");
}
