/**
 * Paints what each neuron answers over the input plane.
 */

import { classTable, discreteTable, divergingTable, rescaledPixels } from "../../drawing/colours.js";
import { paintMap } from "../../drawing/heatmap.js";

/** @typedef {{ data: ArrayLike<number>, shape: number[] }} Tensor */

/**
 * Paint the maps of one column.
 * @param {HTMLCanvasElement[]} canvases one per neuron that is drawn
 * @param {Tensor} maps bytes (units, rows, columns), row 0 on top
 * @param {Uint32Array[]} tables the colours of each neuron, see `tablesOf`
 */
export function paintColumn(canvases, { data, shape: [units, rows, columns] }, tables) {
  if (!(data instanceof Uint8Array)) throw new TypeError("maps come as bytes");
  const area = rows * columns;
  for (const [unit, canvas] of canvases.slice(0, units).entries()) {
    paintMap(canvas, data.subarray(unit * area, (unit + 1) * area), columns, rows, tables[unit % tables.length]);
  }
}

/**
 * The colours of hidden neurons and inputs: the diverging scale over −scale…scale, as their bytes.
 * @param {boolean} discretize
 */
export function valueTable(discretize) {
  return discretize ? discreteTable() : divergingTable();
}

/**
 * The colours of each output: of a classifier its class's own, of a binary task the diverging scale between the values
 * that stand for the classes, of a regression that of the other neurons.
 * @param {{ task: string, classes: number | null, target_values: number[] | null }} notes
 * @param {number} scale what the greatest byte stands for
 * @param {boolean} discretize
 * @returns {Uint32Array[]} one per output
 */
export function outputTables({ task, classes, target_values: ends }, scale, discretize) {
  if (task === "multiclass") {
    return Array.from({ length: classes ?? 1 }, (_, index) => rescaledPixels(classTable(index), scale, 0, 1));
  }
  const table = valueTable(discretize);
  return [task === "binary" && ends ? rescaledPixels(table, scale, ends[0], ends[1]) : table];
}
