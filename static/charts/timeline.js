/**
 * What was recorded while training, as columns that a plot can draw.
 */

/** @typedef {import("../live/types.js").Metrics} Metrics */
/** @typedef {"train" | "validation" | "test"} Split */
/** @typedef {"loss" | "accuracy" | "r2"} Measure */
/** @typedef {"step" | "epoch"} Axis */

/** @type {readonly Split[]} */
export const SPLITS = ["train", "validation", "test"];

/**
 * The history, and after it the newest state if that is later: the curve's head moves without a record.
 * @param {readonly Metrics[]} history in the order of training
 * @param {Metrics | null} live
 * @returns {readonly Metrics[]}
 */
export function withHead(history, live) {
  const last = history[history.length - 1];
  return live && (!last || live.step > last.step) ? [...history, live] : history;
}

/**
 * The splits that hold anything.
 * @param {readonly Metrics[]} entries
 * @returns {Split[]}
 */
export function splitsOf(entries) {
  const newest = entries[entries.length - 1];
  return SPLITS.filter((split) => newest?.[split]);
}

/**
 * One curve: `null` where there is no number, and on a log scale where there is no logarithm.
 * @param {readonly Metrics[]} entries
 * @param {Split} split
 * @param {Measure} measure
 * @param {boolean} [log]
 * @returns {(number | null)[]}
 */
export function curve(entries, split, measure, log = false) {
  return entries.map((entry) => {
    const value = entry[split]?.[measure];
    return typeof value !== "number" || !Number.isFinite(value) || (log && value <= 0) ? null : value;
  });
}

/**
 * Positions along the axis. Epochs are counted whole, so steps within one epoch are spread over it: from the first
 * record of an epoch to the first of a later one in equal parts, in the last epoch at the pace of the one before.
 * @param {readonly Metrics[]} entries
 * @param {Axis} axis
 * @returns {number[]}
 */
export function positions(entries, axis) {
  return axis === "step" ? entries.map(({ step }) => step) : spreadEpochs(entries);
}

/** @param {readonly Metrics[]} entries */
function spreadEpochs(entries) {
  const starts = entries.filter(({ epoch }, i) => i === 0 || epoch > entries[i - 1].epoch);
  let [segment, pace] = [0, 0];
  return entries.map(({ step }) => {
    while (segment + 1 < starts.length && starts[segment + 1].step <= step) segment++;
    const [start, next] = [starts[segment], starts[segment + 1]];
    if (next) pace = (next.epoch - start.epoch) / (next.step - start.step);
    return start.epoch + (step - start.step) * pace;
  });
}
