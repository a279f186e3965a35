/**
 * Fields behind one line, which names them and says what in them is not as it was at first.
 */

import { html } from "lit";
import { chosenIn, problemAt } from "./catalogue.js";

/** @typedef {import("../live/types.js").Field} Field */
/** @typedef {import("./field.js").Form} Form */
/** @typedef {{ field: Field, path: string }} Placed a field and where it stands */

/**
 * It is open where a choice has been made in it or was refused; then as the learner leaves it.
 * @param {Placed[]} placed
 * @param {Form} form
 * @param {(placed: Placed) => unknown} draw
 */
export function fold(placed, form, draw) {
  const { catalogue, session } = form;
  const words = placed.map(({ field, path }) => ({ title: field.title, chosen: chosenIn(catalogue, session.experiment, field, path) }));
  const open = words.some(({ chosen }) => chosen) || placed.some(({ path }) => problemAt(form.errors, path));
  return html`
    <details class="more" ?open=${open}>
      <summary>${words.map(({ title, chosen }, i) => html`${i ? ", " : ""}${i ? lower(title) : title}${
        chosen ? html`: <b>${lower(chosen)}</b>` : ""}`)}</summary>
      ${placed.map(draw)}
    </details>`;
}

/** As inside a sentence; names such as L1 stay as they are. @param {string} words */
function lower(words) {
  return /^[A-Z][a-z]/.test(words) ? words[0].toLowerCase() + words.slice(1) : words;
}
