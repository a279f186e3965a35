/**
 * A histogram as a shape: bars or an outline in a box.
 */

/**
 * @typedef {object} Histogram
 * @property {ArrayLike<number>} counts one per bin
 * @property {ArrayLike<number>} edges one more
 */

/**
 * How densely the values lie in each bin: its share of all values per unit of its width, so that histograms with
 * different bins can be compared and every one has the area 1.
 * @param {Histogram} histogram
 * @returns {number[]}
 */
export function densities({ counts, edges }) {
  let total = 0;
  for (let i = 0; i < counts.length; i++) total += counts[i];
  return Array.from(counts, (count, i) => {
    const width = edges[i + 1] - edges[i];
    return total > 0 && width > 0 ? count / (total * width) : 0;
  });
}

/**
 * The same values in fewer bins: neighbours are joined, in equal groups, until there are at most 2√n bins (at least 4).
 * Few values in many bins are a row of needles.
 * @param {Histogram} histogram
 * @returns {Histogram}
 */
export function joined({ counts, edges }) {
  const total = Array.from(counts).reduce((sum, count) => sum + count, 0);
  const most = Math.max(4, 2 * Math.sqrt(total));
  const bins = counts.length;
  const size = Array.from({ length: bins }, (_, i) => i + 1).find((group) => bins % group === 0 && bins / group <= most) ?? bins;
  const groups = Array.from({ length: bins / size }, (_, i) => Array.from(counts).slice(i * size, (i + 1) * size));
  return {
    counts: groups.map((group) => group.reduce((sum, count) => sum + count, 0)),
    edges: Array.from(edges).filter((_, i) => i % size === 0),
  };
}

/**
 * Bars as SVG path data: as high as the fullest bin allows.
 * @param {Histogram} histogram
 * @param {number} width of the box
 * @param {number} height
 */
export function bars({ counts, edges }, width, height) {
  const fullest = Math.max(1, ...Array.from(counts));
  const across = placeOn([edges[0], edges[counts.length]], width);
  const number = (/** @type {number} */ value) => String(Math.round(value * 100) / 100);
  let path = `M0 ${height}`;
  for (let i = 0; i < counts.length; i++) {
    path += `V${number(height * (1 - counts[i] / fullest))}H${number(across(edges[i + 1]))}`;
  }
  return `${path}V${height}Z`;
}

/**
 * A linear scale from values to 0…length; a range without width is centred.
 * @param {[low: number, high: number]} range
 * @param {number} length
 * @returns {(value: number) => number}
 */
export function placeOn([low, high], length) {
  return high > low ? (value) => ((value - low) / (high - low)) * length : () => length / 2;
}
