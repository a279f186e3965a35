/**
 * From a place on a map to the number that is there, and back.
 */

/** @typedef {[low: number, high: number]} Range */
/** @typedef {{ column: number, row: number }} Pixel */

/**
 * The pixel under a point of the picture.
 * @param {number} across 0 (left edge) to 1 (right edge)
 * @param {number} down 0 (top) to 1 (bottom)
 * @param {number} resolution pixels a side
 * @returns {Pixel}
 */
export function pixelAt(across, down, resolution) {
  const index = (/** @type {number} */ share) => Math.max(0, Math.min(resolution - 1, Math.floor(share * resolution)));
  return { column: index(across), row: index(down) };
}

/**
 * The inputs that a pixel stands for: those of its centre. Row 0 is on top, where x₂ is largest.
 * @param {Pixel} pixel
 * @param {Range[]} domain of x₁ and of x₂
 * @param {number} resolution
 * @returns {[x1: number, x2: number]}
 */
export function centre({ column, row }, [[left, right], [bottom, top]], resolution) {
  return [
    left + ((column + 0.5) / resolution) * (right - left),
    top - ((row + 0.5) / resolution) * (top - bottom),
  ];
}

/**
 * Where inputs are in the picture, as shares of its width and height from the top left.
 * @param {readonly number[]} inputs
 * @param {Range[]} domain
 * @returns {[across: number, down: number]}
 */
export function shares([x1, x2], [[left, right], [bottom, top]]) {
  return [(x1 - left) / (right - left), (top - x2) / (top - bottom)];
}

/**
 * The number that a byte stands for.
 * @param {number} byte
 * @param {Range} range what 0 and 255 stand for
 */
export function fromByte(byte, [low, high]) {
  return low + (byte / 255) * (high - low);
}

/**
 * The example nearest to a place, if one is within reach.
 * @template {{ inputs: readonly number[] }} T
 * @param {readonly T[]} examples
 * @param {[across: number, down: number]} place
 * @param {Range[]} domain
 * @param {number} reach as a share of the picture's side
 * @returns {T | null}
 */
export function nearestExample(examples, place, domain, reach) {
  /** @type {T | null} */
  let nearest = null;
  let least = reach;
  for (const example of examples) {
    const [across, down] = shares(example.inputs, domain);
    const distance = Math.hypot(across - place[0], down - place[1]);
    if (distance <= least) [nearest, least] = [example, distance];
  }
  return nearest;
}

/** @type {Record<string, [columns: number, rows: number]>} */
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const LEAP = 10;

/**
 * Where a key moves the reading: arrows by a pixel, with Shift by ten.
 * @param {Pixel} pixel
 * @param {{ key: string, shiftKey: boolean }} event
 * @param {number} resolution
 * @returns {Pixel | null} `null` for any other key
 */
export function movedBy({ column, row }, { key, shiftKey }, resolution) {
  const move = MOVES[key];
  if (!move) return null;
  const [columns, rows] = move.map((count) => count * (shiftKey ? LEAP : 1));
  const within = (/** @type {number} */ index) => Math.max(0, Math.min(resolution - 1, index));
  return { column: within(column + columns), row: within(row + rows) };
}
