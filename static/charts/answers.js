/**
 * What a network answers for its examples, where no map can show it: how often each class is taken for which, each
 * number beside the true one, and the curve over a single input.
 */

/** @typedef {import("../live/types.js").Example} Example */
/** @typedef {import("../live/types.js").Frame} Frame */
/** @typedef {import("../live/types.js").Notes} Notes */
/** @typedef {import("./map-reading.js").Range} Range */

/** @typedef {{ outputs: ArrayLike<number>, units: number }} Answers of all examples in their order, row by row */

const MARGIN = 0.06; // of the range, so that no mark is cut

/**
 * The newest answers to these examples; null before they have come, and where each time step has its own.
 * @param {Frame | null} frame
 * @param {readonly Example[]} examples
 * @returns {Answers | null}
 */
export function answersOf(frame, examples) {
  const found = frame?.arrays["predictions.outputs"];
  if (!found || found.shape.length !== 2 || found.shape[0] !== examples.length) return null;
  return { outputs: found.data, units: found.shape[1] };
}

/**
 * The class that a row of outputs means.
 * @param {Answers} answers
 * @param {number} row
 * @param {Notes} notes
 */
export function classOf({ outputs, units }, row, { target_values: ends }) {
  if (units === 1) return outputs[row] > ((ends?.[0] ?? 0) + (ends?.[1] ?? 1)) / 2 ? 1 : 0;
  let best = 0;
  for (let unit = 1; unit < units; unit++) if (outputs[row * units + unit] > outputs[row * units + best]) best = unit;
  return best;
}

/**
 * How often each class (rows) was taken for which (columns).
 * @param {readonly Example[]} examples
 * @param {Answers} answers
 * @param {Notes} notes
 * @param {Example["split"]} split whose examples count
 * @returns {number[][]}
 */
export function confusion(examples, answers, notes, split) {
  const classes = notes.classes ?? 2;
  const counts = Array.from({ length: classes }, () => Array(classes).fill(0));
  for (const [row, example] of examples.entries()) {
    if (example.split === split && counts[example.target]) counts[example.target][classOf(answers, row, notes)]++;
  }
  return counts;
}

/** The share that stands on the diagonal; null where there is nothing. @param {number[][]} counts */
export function accuracy(counts) {
  const all = counts.flat().reduce((sum, count) => sum + count, 0);
  return all === 0 ? null : counts.reduce((sum, row, i) => sum + row[i], 0) / all;
}

/**
 * Each example at (true number, predicted number), as a picture draws examples.
 * @param {readonly Example[]} examples
 * @param {Answers} answers
 * @param {Range} range beyond which nothing is drawn
 * @returns {Example[]}
 */
export function pairs(examples, { outputs }, range) {
  return examples.map((example, row) => ({ ...example, inputs: [example.target, within(outputs[row], range)] }));
}

/** The range of the true numbers and a little more. @param {readonly Example[]} examples @returns {Range} */
export function targetRange(examples) {
  const targets = examples.map(({ target }) => target);
  const [low, high] = [Math.min(...targets), Math.max(...targets)];
  const margin = MARGIN * (high - low) || 1;
  return [low - margin, high + margin];
}

/**
 * The newest curve as SVG path data in a square; empty before it has come.
 * @param {Frame | null} frame
 * @param {Range} interval
 * @param {Range} range
 * @param {number} side
 */
export function curvePath(frame, interval, range, side) {
  const [inputs, values] = ["curve.inputs", "curve.values"].map((name) => frame?.arrays[name]?.data);
  if (!inputs || !values) return "";
  const points = Array.from(inputs, (x, i) => [
    (side * (x - interval[0])) / (interval[1] - interval[0]),
    (side * (range[1] - within(values[i], range))) / (range[1] - range[0]),
  ]);
  return points.map(([x, y], i) => `${i ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
}

/** @param {number} value @param {Range} range */
function within(value, [low, high]) {
  return Math.max(low, Math.min(high, Number.isFinite(value) ? value : low));
}
