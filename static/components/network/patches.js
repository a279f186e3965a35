/**
 * Changes of the list of layers, each answering a new list: what `experiment-change` sends.
 */

/** @typedef {import("../../live/types.js").Experiment["layers"]} Layers */

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
