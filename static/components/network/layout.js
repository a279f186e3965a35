/**
 * Where columns, neurons and weights lie, in CSS pixels. Everything scales with the size of the text (`em`),
 * so that the presentation size is larger without further rules.
 */

import { shortened, sources } from "./columns.js";

/** @typedef {import("./columns.js").Column} Column */

/** @typedef {{ width: number, height: number, em: number }} Room the visible space for the neurons */

/**
 * @typedef {object} Place a column's place
 * @property {number} left
 * @property {number} width
 * @property {number} x the middle, where its neurons are
 * @property {number[]} y the middle of each neuron that is drawn
 * @property {number} hidden how many neurons are not drawn for want of room
 */

/**
 * @typedef {object} Gap the weights of one layer: a curve from each neuron of one column to each of another
 * @property {string} layer whose kernel they are
 * @property {number} from position of the source column
 * @property {number} to position of the layer's column
 * @property {number} inputs how many neurons there are on the left, drawn or not: the kernel is (inputs, units)
 * @property {number} units likewise on the right
 * @property {number} x0 where the curves begin
 * @property {number} x1 where they end
 * @property {number[]} y0
 * @property {number[]} y1
 */

/**
 * @typedef {object} Layout
 * @property {number} width of the whole drawing: more than the room when it must scroll
 * @property {number} height likewise
 * @property {number} size a neuron's side
 * @property {number} em the size of the text it was laid out for
 * @property {boolean} compact whether the headers must do without their controls
 * @property {boolean} labelled whether there is room for a label under each neuron
 * @property {number} fitting how many neurons of a column fit into the room
 * @property {Place[]} places one per column
 * @property {Gap[]} gaps one per layer with weights
 */

const SHARE = { inputs: 0.8, dense: 1, block: 1, between: 1, output: 0.8 };
const NARROWEST = 5.2; // em per share: what a column's header needs
const COMPACT = 3; // the same for headers that only name their layer
const WIDEST = 13;
const LETTER = 0.48; // em per letter of a label beside a neuron
const SMALLEST = 1.7; // em, side of a neuron
const LARGEST = 4.2;
const COMFORTABLE = 3; // em from neuron to neuron where not all fit anyway
const ACROSS = 0.48; // of a column's width at most: the rest is for the weights
const SPREAD = 1.7; // sizes from neuron to neuron where there is room

/**
 * Lay the network out.
 * @param {Column[]} columns
 * @param {Room} room
 * @param {boolean} everything draw every neuron, scrolling where they do not fit
 * @returns {Layout}
 */
export function layOut(columns, room, everything) {
  const most = Math.max(...columns.map(({ labels }) => labels.length));
  const { size, pitch } = neuronSize(most, columns, room);
  const fitting = Math.max(2, Math.floor((room.height - room.em) / pitch));
  const drawn = everything ? most : Math.min(most, fitting);
  const height = Math.max(room.height, drawn * pitch + room.em);
  const spread = (/** @type {number} */ units) => Math.max(pitch, Math.min(SPREAD * size, (height - room.em) / units));
  const { compact, places: across } = columnPlaces(columns, room, size);
  const places = across.map((place, i) => ({
    ...place, ...neuronPlaces(columns[i].labels.length, drawn, spread(columns[i].labels.length), height),
  }));
  const last = places[places.length - 1];
  return {
    width: last.left + last.width, height, size, em: room.em, compact,
    labelled: pitch - size >= 0.95 * room.em, fitting, places,
    gaps: gapsBetween(columns, places, size),
  };
}

/** @param {number} most neurons in a column @param {Column[]} columns @param {Room} room */
function neuronSize(most, columns, { width, height, em }) {
  const fitting = (height - em) / most; // an em less: the last bias square hangs out
  const pitch = fitting >= 1.25 * SMALLEST * em ? fitting : COMFORTABLE * em;
  const broad = ACROSS * Math.max(COMPACT * em, width / shareOf(columns));
  const size = Math.max(SMALLEST * em, Math.min(LARGEST * em, 0.74 * pitch, broad));
  return { size, pitch: Math.min(pitch, SPREAD * size) };
}

/** The columns' shares of the width, together. @param {Column[]} columns */
function shareOf(columns) {
  return columns.reduce((sum, { role }) => sum + SHARE[role], 0);
}

/**
 * Columns side by side: as wide as the room allows, in a small room compact, in a smaller one wider than the room.
 * @param {Column[]} columns
 * @param {Room} room
 * @param {number} size
 */
function columnPlaces(columns, { width, em }, size) {
  const total = shareOf(columns);
  const [before, after] = [beside(columns[0], em, size), beside(columns[columns.length - 1], em, size)];
  const fitting = (width - before - after) / total;
  const compact = fitting < NARROWEST * em;
  const unit = Math.max(COMPACT * em, Math.min(WIDEST * em, fitting));
  let left = Math.max(0, (width - unit * total - before - after) / 2);
  const places = columns.map(({ role }) => {
    const [start, end] = [role === "inputs" ? before : 0, role === "output" ? after : 0];
    const own = SHARE[role] * unit;
    const place = { left, width: start + own + end, x: left + start + own / 2 };
    left += place.width;
    return place;
  });
  return { compact, places };
}

/**
 * The room that labels beside a column need beyond the column's own.
 * @param {Column} column
 * @param {number} em
 * @param {number} size
 */
function beside({ role, labels }, em, size) {
  const longest = Math.max(...labels.map((label) => shortened(label).length));
  return Math.max(0, (LETTER * longest + 0.6) * em + size / 2 - (SHARE[role] * COMPACT * em) / 2);
}

/** @param {number} units @param {number} rows @param {number} pitch @param {number} height */
function neuronPlaces(units, rows, pitch, height) {
  const shown = units > rows ? rows - 1 : units; // the last row says "+24 more"
  const top = (height - Math.min(units, rows) * pitch) / 2;
  const y = Array.from({ length: shown }, (_, i) => top + (i + 0.5) * pitch);
  return { y, hidden: units - shown };
}

/** @param {Column[]} columns @param {Place[]} places @param {number} size @returns {Gap[]} */
function gapsBetween(columns, places, size) {
  return sources(columns).flatMap((from, to) => from < 0 ? [] : [{
    layer: columns[to].name, from, to, inputs: columns[from].labels.length, units: columns[to].labels.length,
    x0: places[from].x + size / 2, x1: places[to].x - size / 2, y0: places[from].y, y1: places[to].y,
  }]);
}
