/**
 * Paints what each neuron answers over the input plane.
 */

import { classTable, discreteTable, divergingTable } from "../../drawing/colours.js";
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
 * The colour tables of a column: its class's own colour for each output of a classifier, else the diverging scale.
 * @param {number} classes how many of the column's neurons stand for classes; 1 for none
 * @param {boolean} discretize
 */
export function tablesOf(classes, discretize) {
  if (classes > 1) return Array.from({ length: classes }, (_, index) => classTable(index));
  return [discretize ? discreteTable() : divergingTable()];
}
