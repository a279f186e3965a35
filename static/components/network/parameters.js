/**
 * Parameters with some values replaced, in the shapes of `PUT …/parameters`: kernel (inputs, units), bias (units).
 */

/**
 * A kernel as rows, one weight replaced.
 * @param {ArrayLike<number>} kernel row-major
 * @param {number} units
 * @param {number} input
 * @param {number} unit
 * @param {number} value
 */
export function withWeight(kernel, units, input, unit, value) {
  const rows = rowsOf(kernel, units);
  rows[input][unit] = value;
  return rows;
}

/**
 * A kernel as rows, the incoming weights of one unit replaced.
 * @param {ArrayLike<number>} kernel row-major
 * @param {number} units
 * @param {number} unit
 * @param {number[]} weights one per input
 */
export function withUnit(kernel, units, unit, weights) {
  return rowsOf(kernel, units).map((row, input) => row.with(unit, weights[input]));
}

/**
 * A bias vector, one value replaced.
 * @param {ArrayLike<number>} bias
 * @param {number} unit
 * @param {number} value
 */
export function withBias(bias, unit, value) {
  return Array.from(bias).with(unit, value);
}

/** @param {ArrayLike<number>} kernel @param {number} units */
function rowsOf(kernel, units) {
  const values = Array.from(kernel);
  return Array.from({ length: values.length / units }, (_, input) => values.slice(input * units, (input + 1) * units));
}
