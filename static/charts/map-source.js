/**
 * What the big picture shows: the network's output, or the neuron that is pointed at or pinned.
 */

import { classTable, discreteTable, divergingTable, rescaledPixels } from "../drawing/colours.js";

/** @typedef {import("../live/types.js").Frame} Frame */
/** @typedef {import("../live/types.js").Notes} Notes */
/** @typedef {import("../live/types.js").View} View */
/** @typedef {import("./map-reading.js").Range} Range */
/** @typedef {{ layer: string, unit: number }} Neuron */

/**
 * @typedef {object} MapSource
 * @property {string} key what is shown, for comparison
 * @property {number} resolution pixels a side
 * @property {Uint8Array} bytes values, or of several classes the certainty; row 0 on top
 * @property {Uint8Array | null} classes the class of every pixel, if there are several
 * @property {number} count how many classes there are
 * @property {Range} range what the bytes 0 and 255 stand for
 * @property {Range} shown the ends of the colour scale
 * @property {number | null} unit of the class whose own colour is used, if one is
 */

/**
 * @param {Frame | null} frame
 * @param {Notes} notes
 * @param {Neuron | null} neuron
 * @returns {MapSource | { unavailable: string } | null} `null` before there is anything to show
 */
export function sourceOf(frame, notes, neuron) {
  if (!frame) return null;
  return (neuron && neuronSource(frame, notes, neuron)) ?? outputSource(frame, notes);
}

/**
 * The neuron that the picture shall show instead of the output. A single output is the output.
 * @param {View | null} view
 * @param {Notes} notes
 * @returns {Neuron | null}
 */
export function neuronOf(view, { task }) {
  const neuron = view?.hovered ?? view?.pinned ?? null;
  return neuron?.layer === "output" && task !== "multiclass" ? null : neuron;
}

/**
 * The colours of a single map.
 * @param {MapSource} source
 * @param {boolean} discretize
 * @returns {Uint32Array} 256 pixels
 */
export function tableOf({ range: [, high], unit }, discretize) {
  if (unit !== null) return rescaledPixels(classTable(unit), high, 0, 1);
  return discretize ? discreteTable() : divergingTable();
}

/** @param {Frame} frame @param {Notes} notes @param {Neuron} neuron @returns {MapSource | null} */
function neuronSource({ arrays, probes }, { task }, { layer, unit }) {
  const maps = arrays[`neurons.${layer}`];
  const scale = probes.neurons?.scale?.[layer]?.[unit];
  if (!maps || scale === undefined || unit >= maps.shape[0]) return null;
  const [, resolution] = maps.shape;
  const area = resolution ** 2;
  const bytes = asBytes(maps.data).subarray(unit * area, (unit + 1) * area);
  const ofClass = layer === "output" && task === "multiclass";
  return {
    key: `${layer}.${unit}`, resolution, bytes, classes: null, count: 0, range: [-scale, scale],
    shown: ofClass ? [0, 1] : [-scale, scale], unit: ofClass ? unit : null,
  };
}

/** @param {Frame} frame @param {Notes} notes @returns {MapSource | { unavailable: string } | null} */
function outputSource({ arrays, probes }, { task, classes }) {
  const about = probes.boundary;
  if (about?.unavailable) return { unavailable: about.unavailable };
  const several = task === "multiclass";
  const values = arrays[several ? "boundary.certainty" : "boundary.values"];
  if (!about || !values) return null;
  /** @type {Range} */
  const range = several ? [0, 1] : [about.low, about.high];
  return {
    key: "output", resolution: values.shape[0], bytes: asBytes(values.data),
    classes: several ? asBytes(arrays["boundary.classes"].data) : null, count: classes ?? 0, range, shown: range, unit: null,
  };
}

/** @param {ArrayLike<number>} data */
function asBytes(data) {
  if (!(data instanceof Uint8Array)) throw new TypeError("maps come as bytes");
  return data;
}
