import { html, nothing } from "lit";

/** @typedef {import("../live/types.js").Field} Field */

/**
 * @typedef {object} Row
 * @property {Pick<Field, "title">} field
 * @property {string} path
 * @property {boolean} pending the newest value has not arrived in the network yet
 * @property {string} problem why a value was refused; empty if nothing is wrong
 * @property {boolean} [wide] the control stands below its label
 * @property {boolean} [group] the control is several, so that the label names a group
 * @property {string} [help] topic; the field itself if left out
 */

/**
 * One line of a form: label, help, control, and below it what is wrong.
 * @param {Row} row
 * @param {(id: string) => unknown} control draws the control, given the id that its label points at
 */
export function row({ field, path, pending, problem, wide = false, group = false, help = `field:${path}` }, control) {
  const id = idOf(path);
  return html`
    <div class="field ${wide ? "wide" : ""}" data-path=${path} data-help=${help} ?data-pending=${pending}
      ?data-refused=${problem !== ""} role=${group ? "group" : nothing} aria-label=${group ? field.title : nothing}>
      ${group ? html`<span class="name">${field.title}</span>` : html`<label class="name" for=${id}>${field.title}</label>`}
      ${helpButton(field.title)}
      <span class="control">${control(id)}</span>
      ${problem ? html`<p class="problem" id="${id}-problem" role="alert">${problem}</p>` : nothing}
    </div>`;
}

/**
 * The visible door to the help of what surrounds it; hovering, focus and the key ? open it too.
 * @param {string} title
 */
export function helpButton(title) {
  return html`<button type="button" class="help" tabindex="-1" aria-label="Help: ${title}">?</button>`;
}

/** @param {string} path */
export function idOf(path) {
  return `field-${path.replaceAll(".", "-")}`;
}
