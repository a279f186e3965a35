/** The neurons of one column: a button with its live map, its bias square, its label. */

import { html, nothing } from "lit";
import { neuronName, shortened } from "./columns.js";

/** @typedef {import("./columns.js").Column} Column */
/** @typedef {import("./layout.js").Place} Place */
/** @typedef {import("./steps.js").Neuron} Neuron */

/**
 * @typedef {object} State
 * @property {number} size a neuron's side
 * @property {boolean} labelled whether a label fits under each neuron
 * @property {Neuron} current the one in the tab order
 * @property {Neuron | null} pinned
 * @property {number} fitting how many neurons of a column fit into the room
 * @property {boolean} fixed the viewer may not change anything
 * @property {() => void} toggle draw all, or only as many as fit
 */

/**
 * @param {Column} column
 * @param {Place} place
 * @param {number} position of the column
 * @param {State} state
 */
export function neuronsOf(column, place, position, state) {
  return html`
    ${place.y.map((y, unit) => neuron(column, position, unit, place.x, y, state))}
    ${place.hidden || place.y.length > state.fitting ? more(place, state) : nothing}`;
}

/**
 * @param {Column} column @param {number} position @param {number} unit @param {number} x @param {number} y
 * @param {State} state
 */
function neuron(column, position, unit, x, y, { size, labelled, current, pinned, fixed }) {
  const name = neuronName(column, unit);
  const is = (/** @type {Neuron | null} */ other) => other?.column === position && other.unit === unit;
  const [left, right, top, bottom] = [x - size / 2, x + size / 2, y - size / 2, y + size / 2];
  const own = column.role !== "inputs"; // parameters of its own
  return html`
    <button class="neuron" data-column=${position} data-unit=${unit} tabindex=${is(current) ? 0 : -1}
      aria-label=${name} aria-pressed=${is(pinned)} aria-keyshortcuts=${own ? "E" : nothing}
      style="left:${left}px;top:${top}px;inline-size:${size}px;block-size:${size}px">
      <canvas width="1" height="1"></canvas>
    </button>
    ${own ? html`
      <button class="bias" data-column=${position} data-unit=${unit} tabindex="-1" aria-label="Bias of ${name}"
        style="left:${left}px;top:${bottom}px"></button>` : nothing}
    ${own && is(pinned) && !fixed ? html`
      <button class="edit-unit" data-column=${position} data-unit=${unit} aria-label="Edit weights and bias of ${name}"
        title="Weights and bias as numbers (E)" style="left:${right}px;top:${top}px">✎</button>` : nothing}
    ${column.role !== "dense" || labelled ? html`
      <span class="neuron-label ${column.role}" aria-hidden="true" style=${labelPlace(column.role, x, y, size)}
        >${shortened(column.labels[unit])}</span>` : nothing}`;
}

/**
 * Inputs are named on their left, outputs on their right, the others below.
 * @param {Column["role"]} role @param {number} x @param {number} y @param {number} size
 */
function labelPlace(role, x, y, size) {
  if (role === "inputs") return `left:${x - size / 2}px;top:${y}px`;
  if (role === "output") return `left:${x + size / 2}px;top:${y}px`;
  return `left:${x}px;top:${y + size / 2}px`;
}

/** Says how many neurons are not drawn, or takes them away again. @param {Place} place @param {State} state */
function more({ x, y, hidden }, { size, toggle }) {
  const [words, hint] = hidden ? [`+${hidden} more`, "Draw all neurons"] : ["fewer", "Draw only as many as fit"];
  const style = `left:${x}px;top:${y[y.length - 1] + 1.1 * size}px`;
  return html`<button class="more" style=${style} title=${hint} @click=${toggle}>${words}</button>`;
}
