/**
 * Moving from neuron to neuron with the arrow keys.
 */

/** @typedef {import("./layout.js").Place} Place */
/** @typedef {{ column: number, unit: number }} Neuron */

/**
 * The neuron that a key leads to, or the same one at the border: left and right to the nearest height in the next
 * column with neurons, up and down within the column, Home and End to its ends.
 * @param {Place[]} places
 * @param {Neuron} from
 * @param {string} key as in `KeyboardEvent.key`
 * @returns {Neuron | null} null for any other key
 */
export function stepped(places, { column, unit }, key) {
  const last = places[column].y.length - 1;
  switch (key) {
    case "ArrowUp": return { column, unit: Math.max(0, unit - 1) };
    case "ArrowDown": return { column, unit: Math.min(last, unit + 1) };
    case "Home": return { column, unit: 0 };
    case "End": return { column, unit: last };
    case "ArrowLeft": return across(places, { column, unit }, -1);
    case "ArrowRight": return across(places, { column, unit }, 1);
    default: return null;
  }
}

/** @param {Place[]} places @param {Neuron} from @param {1 | -1} direction @returns {Neuron} */
function across(places, from, direction) {
  let column = from.column + direction;
  while (places[column]?.y.length === 0) column += direction;
  if (!places[column]) return from;
  const height = places[from.column].y[from.unit];
  const distances = places[column].y.map((y) => Math.abs(y - height));
  return { column, unit: distances.indexOf(Math.min(...distances)) };
}
