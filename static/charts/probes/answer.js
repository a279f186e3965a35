/**
 * What `GET …/probes/{kind}` answers, and a few words that all pictures of it use.
 */

/**
 * @typedef {object} Answer
 * @property {string} kind
 * @property {number} step
 * @property {Record<string, any>} meta what is said beside the arrays
 * @property {Record<string, any>} arrays nested lists; null stands for what is not finite
 */

/** @typedef {(number | null)[]} Numbers */
/** @typedef {{ classes: readonly string[], rate: number, large: boolean }} Around names of the classes, the learning rate now, and whether there is much room */

/**
 * Where a number lies between the powers of ten that hold all of them, 0 to 1: for bars that are to show many sizes.
 * @param {number | null} value
 * @param {Numbers} all
 */
export function decadeShare(value, all) {
  const sizes = all.filter((one) => one !== null && one > 0).map((one) => Math.log10(Number(one)));
  if (!value || value <= 0 || sizes.length === 0) return 0;
  const [low, high] = [Math.floor(Math.min(...sizes) - 1e-9), Math.ceil(Math.max(...sizes))];
  return (Math.log10(value) - low) / Math.max(1, high - low);
}

/** The largest size among rows of numbers; 1 where there is none. @param {Numbers[]} rows */
export function reach(rows) {
  return Math.max(...rows.flat().map((value) => Math.abs(value ?? 0))) || 1;
}

/** "mean_gradients" → "mean gradients". @param {string} name */
export const words = (name) => name.replaceAll("_", " ");
