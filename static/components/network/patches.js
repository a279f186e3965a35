/**
 * Changes of the list of layers, each answering a new list: what `experiment-change` sends.
 */

/** @typedef {import("../../live/types.js").Experiment["layers"]} Layers */
/** @typedef {import("../../live/types.js").Kind} Kind */

/**
 * A new dense layer at a position, like its nearest dense neighbour (the one before it first).
 * @param {Layers} layers
 * @param {number} index 0 puts it right after the inputs
 * @returns {Layers}
 */
export function addLayer(layers, index) {
  const model = layers.slice(0, index).findLast(isDense) ?? layers.slice(index).find(isDense);
  const added = model ? structuredClone(model) : { kind: "dense", units: 4, activation: { kind: "tanh" } };
  return layers.toSpliced(index, 0, added);
}

/**
 * A new layer of any kind at a position, with the kind's own defaults; a dense one as its neighbour.
 * @param {Layers} layers
 * @param {number} index
 * @param {Kind} entry
 * @returns {Layers}
 */
export function insertLayer(layers, index, { kind, fields }) {
  if (kind === "dense" && layers.some(isDense)) return addLayer(layers, index);
  const defaults = fields.map((field) => [field.name, structuredClone(field.default)]);
  return layers.toSpliced(index, 0, { kind, ...Object.fromEntries(defaults) });
}

/**
 * Why a layer cannot read what arrives; empty if it can, or if that is not known. Rows of several numbers a time step
 * are read step by step by what reads rows.
 * @param {Kind} entry
 * @param {number[] | null} shape of what arrives
 */
export function misfit({ input_rank: wanted }, shape) {
  if (!shape || !wanted || wanted === shape.length || (wanted === 1 && shape.length === 2)) return "";
  return READS[wanted] ?? "";
}

/** @type {Record<number, string>} by how many axes an example has */
const READS = { 1: "not images: flatten them first", 2: "reads sequences", 3: "reads images" };

/**
 * Without the layer at a position.
 * @param {Layers} layers
 * @param {number} index
 * @returns {Layers}
 */
export function removeLayer(layers, index) {
  return layers.toSpliced(index, 1);
}

/**
 * With the layer at a position moved to another.
 * @param {Layers} layers
 * @param {number} from
 * @param {number} to its index afterwards
 * @returns {Layers}
 */
export function moveLayer(layers, from, to) {
  return layers.toSpliced(from, 1).toSpliced(to, 0, layers[from]);
}

/**
 * With so many units in a dense layer.
 * @param {Layers} layers
 * @param {number} index
 * @param {number} units
 * @returns {Layers}
 */
export function setUnits(layers, index, units) {
  return layers.with(index, { ...layers[index], units });
}

/**
 * With another activation, of its own defaults; the same kind keeps its fields.
 * @param {Layers} layers
 * @param {number} index
 * @param {string} kind
 * @returns {Layers}
 */
export function setActivation(layers, index, kind) {
  const layer = layers[index];
  return layer.activation?.kind === kind ? layers : layers.with(index, { ...layer, activation: { kind } });
}

/** @param {{ kind: string }} layer */
const isDense = (layer) => layer.kind === "dense";
