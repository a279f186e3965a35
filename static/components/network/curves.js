/**
 * The curve of a weight: a cubic Bézier from (x0, y0) to (x1, y1) that leaves and arrives level, its control points
 * halfway. All curves of a gap share x(t), so the one under the pointer is found by solving for t once.
 */

/** @typedef {import("./layout.js").Gap} Gap */
/** @typedef {{ gap: Gap, input: number, unit: number, distance: number }} Hit */

/**
 * Trace a curve.
 * @param {CanvasPath} path
 * @param {number} x0 @param {number} y0 @param {number} x1 @param {number} y1
 */
export function trace(path, x0, y0, x1, y1) {
  const middle = (x0 + x1) / 2;
  path.moveTo(x0, y0);
  path.bezierCurveTo(middle, y0, middle, y1, x1, y1);
}

/**
 * The share of the height that a curve has climbed at a share of its width.
 * x(t) = 1.5t − 1.5t² + t³ is inverted by Newton's method (x' ≥ 0.75, so it converges from anywhere); y(t) = 3t² − 2t³.
 * @param {number} share 0 to 1 from left to right
 * @returns {{ height: number, slope: number }} slope: change of height per change of width
 */
export function climb(share) {
  let t = share;
  for (let i = 0; i < 6; i++) t -= (1.5 * t - 1.5 * t * t + t ** 3 - share) / (1.5 - 3 * t + 3 * t * t);
  return { height: t * t * (3 - 2 * t), slope: (6 * t - 6 * t * t) / (1.5 - 3 * t + 3 * t * t) };
}

/**
 * The curve nearest to a point.
 * @param {Gap[]} gaps
 * @param {number} x
 * @param {number} y
 * @param {number} reach how far away still counts, in the same pixels
 * @returns {Hit | null}
 */
export function nearest(gaps, x, y, reach) {
  const gap = gaps.find(({ x0, x1 }) => x >= x0 && x <= x1);
  if (!gap) return null;
  const width = gap.x1 - gap.x0;
  const { height, slope } = climb((x - gap.x0) / width);
  /** @type {Hit | null} */
  let best = null;
  for (const [input, y0] of gap.y0.entries()) {
    for (const [unit, y1] of gap.y1.entries()) {
      const rise = (slope * (y1 - y0)) / width;
      const distance = Math.abs(y - y0 - height * (y1 - y0)) / Math.hypot(1, rise);
      if (distance <= reach && distance < (best?.distance ?? Infinity)) best = { gap, input, unit, distance };
    }
  }
  return best;
}
