/**
 * The arithmetic of a split: three shares that always sum to one, in whole percent.
 */

/** @typedef {import("../live/types.js").Split} Split */
/** @typedef {"train" | "validation" | "test"} Part */

/** @type {Part[]} */
export const PARTS = ["train", "validation", "test"];

/** The least that is left to learn from, in percent. */
const LEAST_TRAIN = 5;

/**
 * Move a border between two parts; the other one gives way.
 * @param {Split} split
 * @param {0 | 1} border 0: the end of training; 1: the end of validation
 * @param {number} percent where it goes, counted from the left
 * @returns {Split}
 */
export function moveBorder(split, border, percent) {
  const [first, second] = borders(split);
  const to = within(Math.round(percent), LEAST_TRAIN, 100);
  return border === 0 ? fromBorders(to, Math.max(to, second)) : fromBorders(Math.min(first, to), to);
}

/**
 * Set one part; what it gains or loses is the neighbours' (test first, then validation, training last).
 * @param {Split} split
 * @param {Part} part
 * @param {number} percent
 * @returns {Split}
 */
export function setPart(split, part, percent) {
  const shares = percents(split);
  const most = part === "train" ? 100 : 100 - LEAST_TRAIN;
  let missing = shares[part] - within(Math.round(percent), part === "train" ? LEAST_TRAIN : 0, most);
  shares[part] -= missing;
  for (const other of /** @type {Part[]} */ (["test", "validation", "train"])) {
    if (other === part) continue;
    const least = other === "train" ? LEAST_TRAIN : 0;
    const taken = Math.max(least - shares[other], missing);
    shares[other] += taken;
    missing -= taken;
  }
  return fromBorders(shares.train, shares.train + shares.validation);
}

/**
 * The shares in whole percent; the test part takes what rounding leaves.
 * @param {Split} split
 * @returns {Record<Part, number>}
 */
export function percents(split) {
  const [first, second] = borders(split);
  return { train: first, validation: second - first, test: 100 - second };
}

/** @param {Split} split @returns {[number, number]} */
export function borders({ train, validation }) {
  return [Math.round(100 * train), Math.round(100 * (train + validation))];
}

/** @param {number} first @param {number} second @returns {Split} */
function fromBorders(first, second) {
  return { train: first / 100, validation: (second - first) / 100, test: (100 - second) / 100 };
}

/** @param {number} value @param {number} low @param {number} high */
function within(value, low, high) {
  return Math.min(high, Math.max(low, value));
}
