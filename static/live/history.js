/**
 * The recorded metrics as the page holds them: frames bring the newest few, REST brings the rest.
 */

/** @typedef {import("./types.js").Metrics} Metrics */

/**
 * The history after a frame: the same array if nothing is new, null if records between are missing.
 * @param {readonly Metrics[]} held
 * @param {number} length of the server's history
 * @param {readonly Metrics[]} tail its newest records, oldest first
 * @returns {readonly Metrics[] | null}
 */
export function extended(held, length, tail) {
  const start = length - tail.length;
  if (start > held.length || (start > 0 && start < held.length && !same(held[start], tail[0]))) return null;
  if (held.length === length && same(held[length - 1], tail[tail.length - 1])) return held;
  return [...held.slice(0, start), ...tail];
}

/** @param {Metrics | undefined} a @param {Metrics | undefined} b */
function same(a, b) {
  return a?.step === b?.step && a?.train.loss === b?.train.loss && a?.test?.loss === b?.test?.loss;
}
