/**
 * The exponentially weighted average of a curve, with bias correction.
 *
 * v_i = d·v_{i−1} + (1 − d)·y_i, divided by 1 − Πd, which is what the weights have added up to so far: without that the
 * first values would be drawn towards zero. Points need not be evenly spaced: d = β^(Δx ÷ mean spacing), so that a
 * stretch counts by its length and not by how often it was recorded. Evenly spaced, d = β: the textbook formula.
 */

/**
 * @param {ArrayLike<number>} x increasing
 * @param {ArrayLike<number | null>} y `null` where there is nothing; the average skips it
 * @param {number} beta 0 (the curve itself) to below 1 (over about the last 1 ÷ (1 − β) mean spacings)
 * @returns {(number | null)[]} `null` where `y` is
 */
export function smooth(x, y, beta) {
  const known = Array.from(y, (_, i) => i).filter((i) => y[i] !== null);
  const unit = known.length > 1 ? (x[known[known.length - 1]] - x[known[0]]) / (known.length - 1) : 1;
  /** @type {(number | null)[]} */
  const smoothed = Array(y.length).fill(null);
  let [average, weight, before] = [0, 0, x[known[0]] - unit];
  for (const i of known) {
    const decay = beta ** ((x[i] - before) / unit);
    average = decay * average + (1 - decay) * Number(y[i]);
    weight = decay * weight + (1 - decay);
    smoothed[i] = weight > 0 ? average / weight : y[i];
    before = x[i];
  }
  return smoothed;
}
