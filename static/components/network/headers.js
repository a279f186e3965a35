/**
 * The controls above each column: what the layer is, how many units, which activation; adding and removing.
 */

import { html, nothing, svg } from "lit";
import { formatCount, formatRate } from "../../drawing/numbers.js";
import { entryOf, isPending, kindsOf } from "../../forms/catalogue.js";

import { countOf, shapeWords } from "./columns.js";

/** @typedef {import("./columns.js").Column} Column */
/** @typedef {import("./layout.js").Place} Place */
/** @typedef {import("../../live/types.js").Catalogue} Catalogue */

/**
 * @typedef {object} Actions
 * @property {(index: number, before: string, opener: Element) => void} add a layer before the one at an index
 * @property {(index: number) => void} remove
 * @property {(index: number) => void} edit
 * @property {(index: number, units: number) => void} units
 * @property {(index: number, kind: string) => void} activation
 */

/**
 * @typedef {object} Surroundings
 * @property {Catalogue} catalogue
 * @property {ReadonlySet<string>} pending fields whose change has not arrived
 * @property {boolean} compact there is room for names only; the layer editor has the rest
 * @property {boolean} fixed the viewer may not change anything
 * @property {number} count of all columns
 * @property {string | null} broken name of the layer in which the numbers left the finite
 * @property {Actions} actions
 */

/**
 * The header of one column.
 * @param {Column} column
 * @param {Place} place
 * @param {number} position from the left
 * @param {Surroundings} around
 */
export function header(column, place, position, around) {
  const { broken, count, fixed, compact, actions } = around;
  return html`
    <div class="column-header ${column.role}" style="--place:${position};--count:${count};${room(place)}" data-help=${topic(column)}
      ?data-broken=${column.name === broken}>
      ${column.index < 0 || fixed || compact ? nothing : html`
        <button class="add-layer" title="Add a layer here; the weights of the others stay" aria-haspopup="dialog"
          aria-label="Add a layer before ${spoken(column)}" @click=${(/** @type {Event} */ { currentTarget }) =>
            currentTarget instanceof Element && actions.add(column.index, spoken(column), currentTarget)}>+</button>`}
      ${title(column, around)}
      ${typeof column.settings?.units === "number" && !compact ? unitsControl(column, around) : size(column, compact)}
      ${column.settings?.activation && !compact ? activationControl(column, around) : nothing}
      ${column.name === broken ? html`<span class="broken">diverged here</span>` : nothing}
    </div>`;
}

/**
 * What stands in a column without neurons.
 * @param {Column} column
 * @param {Place} place
 * @param {Catalogue} catalogue
 */
export function between({ kind, name, settings }, { x, width }, catalogue) {
  const band = Math.min(width * 0.6, 56);
  return html`
    <div class="between-band ${kind}" style="left:${x - band / 2}px;inline-size:${band}px" data-layer=${name}>
      ${kind === "activation" ? curve(catalogue, settings?.activation?.kind ?? "") : nothing}
      ${typeof settings?.rate === "number" ? html`<span>rate ${formatRate(settings.rate)}</span>` : nothing}
    </div>`;
}

/**
 * What stands in a column whose numbers are not drawn one by one: their shape, and what the layer looks with.
 * @param {Column} column
 * @param {Place} place
 * @param {number} height of the drawing
 */
export function block({ kind, name, shape, timed, settings }, { x, width }, height) {
  const side = width * 0.74;
  const window = settings?.kernel_size ?? settings?.pool_size;
  return html`
    <div class="layer-block ${kind}" style="left:${x - side / 2}px;inline-size:${side}px;top:${height / 2}px" data-layer=${name}>
      ${settings?.filters ? html`<span>${settings.filters} filters</span>` : nothing}
      ${window ? html`<span>${window} × ${window}</span>` : nothing}
      ${shape ? html`<strong>${shapeWords(shape, timed)}</strong>` : nothing}
    </div>`;
}

/**
 * What passes between two columns that no single lines connect.
 * @param {Place} from
 * @param {Place} to
 * @param {number} height of the drawing
 */
export function flow(from, to, height) {
  const [start, end] = [from.x + from.width * 0.37, to.x - to.width * 0.37];
  return end <= start ? nothing : html`
    <i class="flow" aria-hidden="true" style="left:${start}px;inline-size:${end - start}px;top:${height / 2}px"></i>`;
}

/** Long names, shorter. @param {string} title */
const brief = (title) => title.replace("normalization", "norm");

/** @param {Column} column @param {Surroundings} around */
function title(column, { catalogue, fixed, compact, actions }) {
  const { role, index, kind } = column;
  if (index < 0) return html`<span class="title">Inputs</span>`;
  const words = role === "output" ? "Output" : entryOf(catalogue, "layers", kind)?.title ?? kind;
  if (fixed) return html`<span class="title">${brief(words)}</span>`;
  return html`
    <span class="title">
      <button class="edit-layer" title="All settings of ${spoken(column)}" @click=${() => actions.edit(index)}
        aria-label="Edit ${spoken(column)}">${brief(words)}</button>
      ${role === "output" || compact ? nothing : html`
        <button class="remove-layer" title="Remove ${spoken(column)}" aria-label="Remove ${spoken(column)}"
          @click=${() => actions.remove(index)}>×</button>`}
    </span>`;
}

/** How many there are, in words where there is room. @param {Column} column @param {boolean} compact */
function size(column, compact) {
  const { role, index } = column;
  if (role === "between" || (role === "block" && index >= 0)) return nothing;
  const count = countOf(column);
  const noun = role === "inputs" ? "feature" : index < 0 ? "input" : "unit";
  return html`<span class="quiet">${compact ? count : `${formatCount(count)} ${noun}${count === 1 ? "" : "s"}`}</span>`;
}

/** @param {Column} column @param {Surroundings} around */
function unitsControl(column, { catalogue, pending, fixed, actions }) {
  const units = Number(column.settings?.units);
  const most = entryOf(catalogue, "layers", column.kind)?.fields.find(({ name }) => name === "units")?.maximum ?? Infinity;
  return html`
    <span class="units" role="group" aria-label="Units of ${spoken(column)}"
      ?data-pending=${isPending(pending, `layers.${column.index}.units`)}>
      <button ?disabled=${fixed || units <= 1} aria-label="One unit less in ${spoken(column)}"
        @click=${() => actions.units(column.index, units - 1)}>−</button>
      <output>${units}</output>
      <button ?disabled=${fixed || units >= most} aria-label="One unit more in ${spoken(column)}"
        @click=${() => actions.units(column.index, units + 1)}>+</button>
    </span>`;
}

/** @param {Column} column @param {Surroundings} around */
function activationControl(column, { catalogue, pending, fixed, actions }) {
  const chosen = column.settings?.activation?.kind;
  return html`
    <select aria-label="Activation of ${spoken(column)}" data-help="kind:activations.${chosen}"
      ?disabled=${fixed} ?data-pending=${isPending(pending, `layers.${column.index}.activation`)}
      @change=${(/** @type {Event} */ { target }) => target instanceof HTMLSelectElement
        && actions.activation(column.index, target.value)}>
      ${kindsOf(catalogue, "activations").map(({ kind, title }) => html`
        <option value=${kind} ?selected=${kind === chosen} .selected=${kind === chosen}>${title}</option>`)}
    </select>`;
}

/**
 * The curve of an activation over −3…3, as the catalogue samples it.
 * @param {Catalogue} catalogue
 * @param {string} kind
 */
function curve(catalogue, kind) {
  const found = entryOf(catalogue, "activations", kind);
  if (!found?.curve) return html`<span>${found?.title ?? kind}</span>`;
  const path = found.curve.map(([z, a], i) => `${i ? "L" : "M"}${z} ${-a}`).join("");
  return html`
    <svg class="curve" viewBox="-3 -3 6 6" role="img" aria-label=${found.title}>
      ${svg`<path class="axis" d="M-3 0H3M0 -3V3"/><path d=${path}/>`}
    </svg>`;
}

/** A header is centred over its neurons. @param {Place} place */
function room({ left, width, x }) {
  const shift = 2 * (x - left) - width;
  return `inline-size:${width}px;padding-left:calc(var(--header-padding) + ${Math.max(0, shift)}px);`
    + `padding-right:calc(var(--header-padding) + ${Math.max(0, -shift)}px)`;
}

/** @param {Column} column */
const spoken = ({ role, name }) => (role === "output" ? "the output" : name);

/** @param {Column} column */
function topic({ role, kind, index }) {
  if (index < 0) return "field:data.features";
  return role === "output" ? "field:output" : `kind:layers.${kind}`;
}
