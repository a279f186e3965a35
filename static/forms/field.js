import { html, nothing } from "lit";
import { entryOf, isPending, kindsOf, problemAt, refusal, valueAt } from "./catalogue.js";
import { entryNames, listField } from "./list-field.js";
import "./number-field.js";
import { changeKind } from "./patches.js";
import { helpButton, row } from "./row.js";
import "./text-field.js";

/** @typedef {import("../live/types.js").Catalogue} Catalogue */
/** @typedef {import("../live/types.js").Field} Field */
/** @typedef {import("../live/types.js").Kind} Kind */
/** @typedef {import("../live/types.js").SessionDocument} SessionDocument */

/**
 * @typedef {object} Form what surrounds every field
 * @property {Catalogue} catalogue
 * @property {SessionDocument} session
 * @property {ReadonlySet<string>} pending paths whose newest value has not arrived yet
 * @property {Readonly<Record<string, string>>} errors why the server refused, by path
 */

/** How many fields of a component stand in the open; the rest waits behind "more". */
const OPEN = 2;

/**
 * A field with the control that its type asks for; nothing for types that need a picture of their own.
 * Controls send `field-change` {path, value}; a component's value is the merge patch that turns it into another kind.
 * @param {Field} field
 * @param {string} path where it stands in the experiment
 * @param {Form} form
 * @returns {unknown}
 */
export function fieldControl(field, path, form) {
  return hasControl(field) ? CONTROLS[field.type](field, path, form) : nothing;
}

/**
 * The controls of several fields, those beyond the first few folded away.
 * @param {Field[]} fields
 * @param {string} path of the component they belong to
 * @param {Form} form
 * @param {string} title of that component
 */
function fieldControls(fields, path, form, title) {
  const draw = (/** @type {Field} */ field) => fieldControl(field, `${path}.${field.name}`, form);
  const shown = fields.filter(hasControl);
  const open = shown.length <= OPEN + 1 ? shown : shown.slice(0, OPEN);
  const folded = shown.slice(open.length);
  return html`${open.map(draw)}${folded.length === 0 ? nothing : html`
    <details class="more"><summary>${folded.length} more of ${title}</summary>${folded.map(draw)}</details>`}`;
}

/** @type {Record<string, (field: Field, path: string, form: Form) => unknown>} */
const CONTROLS = { number, integer: number, boolean: toggle, choice, component, object: group, text, list };

/**
 * Whether a form shows a field: not those that need a picture or an editor of their own.
 * @param {Field} field
 */
export function hasControl({ type, entries }) {
  return type in CONTROLS && (type !== "list" || entries !== undefined);
}

/** @param {Field} field @param {string} path @param {Form} form */
function number(field, path, form) {
  return html`<number-field .field=${field} .path=${path}
    .value=${valueAt(form.session.experiment, path) ?? field.default} .pending=${isPending(form.pending, path)} .error=${form.errors[path] ?? ""}
    .disabled=${!form.session.can_control}></number-field>`;
}

/** @param {Field} field @param {string} path @param {Form} form */
function toggle(field, path, form) {
  const on = Boolean(valueAt(form.session.experiment, path) ?? field.default);
  return row(state(field, path, form), (id) => html`
    <input type="checkbox" role="switch" id=${id} .checked=${on} ?disabled=${!form.session.can_control}
      @change=${(/** @type {Event} */ { target }) => {
        if (!(target instanceof HTMLInputElement)) return;
        send(target, path, target.checked);
        target.checked = on; // until the experiment says so
      }}>`);
}

/** @param {Field} field @param {string} path @param {Form} form */
function choice(field, path, form) {
  const options = (field.choices ?? []).map(String).map((value) => ({ value, title: sentence(value), why: "" }));
  const chosen = String(valueAt(form.session.experiment, path) ?? field.default);
  const take = (/** @type {HTMLSelectElement} */ select) =>
    send(select, path, (field.choices ?? []).find((value) => String(value) === select.value));
  return row(state(field, path, form), select(form, path, options, chosen, take));
}

/** @param {Field} field @param {string} path @param {Form} form */
function text(field, path, form) {
  return html`<text-field .field=${field} .path=${path} .value=${valueAt(form.session.experiment, path) ?? field.default}
    .pending=${isPending(form.pending, path)} .error=${problemAt(form.errors, path)}
    .disabled=${!form.session.can_control}></text-field>`;
}

/** @param {Field} field @param {string} path @param {Form} form */
function list(field, path, form) {
  const { session, pending, errors } = form;
  return listField({
    field, path, values: valueAt(session.experiment, path) ?? field.default, names: entryNames(field, session.notes),
    pending: isPending(pending, path), problem: problemAt(errors, path), disabled: !session.can_control,
    set: (values, origin) => send(origin, path, values),
  });
}

/** @param {Field} field @param {string} path @param {Form} form */
function component(field, path, form) {
  const { catalogue, session } = form;
  const registry = field.registry ?? "";
  const value = valueAt(session.experiment, path);
  const entry = entryOf(catalogue, registry, value?.kind);
  const problem = problemAt(form.errors, path, entry?.fields.filter(hasControl).map(({ name }) => name));
  const why = (/** @type {Kind} */ kind) => (kind === entry ? "" : refusal(catalogue, session, path, kind));
  const options = kindsOf(catalogue, registry)
    .map((kind) => ({ value: kind.kind, title: kind.title, why: why(kind) }));
  const take = (/** @type {HTMLSelectElement} */ target) => {
    const after = entryOf(catalogue, registry, target.value);
    if (after) send(target, path, changeKind(entry, value, after));
  };
  return html`
    <div class="component">
      ${row({ ...state(field, path, form), problem }, select(form, path, options, value?.kind, take, problem))}
      ${entry ? fieldControls(entry.fields, path, form, entry.title) : nothing}
    </div>`;
}

/** @param {Field} field @param {string} path @param {Form} form */
function group(field, path, form) {
  return html`
    <fieldset class="group" data-help="field:${path}">
      <legend>${field.title} ${helpButton(field.title)}</legend>
      ${(field.fields ?? []).map((inner) => fieldControl(inner, `${path}.${inner.name}`, form))}
    </fieldset>`;
}

/**
 * A menu; what cannot be chosen stays in it with the reason.
 * @param {Form} form
 * @param {string} path
 * @param {{ value: string, title: string, why: string }[]} options
 * @param {string | undefined} chosen
 * @param {(select: HTMLSelectElement) => void} take
 * @param {string} [problem]
 */
function select(form, path, options, chosen, take, problem = form.errors[path]) {
  return (/** @type {string} */ id) => html`
    <select id=${id} ?disabled=${!form.session.can_control} aria-invalid=${problem ? "true" : "false"}
      aria-describedby=${problem ? `${id}-problem` : nothing}
      @change=${(/** @type {Event} */ { target }) => {
        if (!(target instanceof HTMLSelectElement)) return;
        take(target);
        target.value = chosen ?? ""; // until the experiment says so
      }}>
      ${options.map(({ value, title, why }) => html`
        <option value=${value} ?disabled=${why !== ""} ?selected=${value === chosen} .selected=${value === chosen}>
          ${why ? `${title} (${why})` : title}</option>`)}
    </select>`;
}

/** @param {Field} field @param {string} path @param {Form} form */
function state(field, path, { pending, errors }) {
  return { field, path, pending: isPending(pending, path), problem: errors[path] ?? "" };
}

/** @param {Element} origin @param {string} path @param {any} value */
function send(origin, path, value) {
  origin.dispatchEvent(new CustomEvent("field-change", { detail: { path, value }, bubbles: true }));
}

/** "accumulate_all" → "Accumulate all". @param {string} word */
function sentence(word) {
  const words = word.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

