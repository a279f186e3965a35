/** Probes that are curves: drawn in one fixed frame that is stretched with its text. */

import { html, nothing, svg } from "lit";
import { formatLoss, formatPercent, formatRate, formatWeight, superscript } from "../../drawing/numbers.js";
import { ticks } from "../axes.js";

/** @typedef {import("./answer.js").Answer} Answer */
/** @typedef {import("./answer.js").Around} Around */
/** @typedef {import("./answer.js").Numbers} Numbers */
/** @typedef {[low: number, high: number]} Range */

/**
 * @typedef {object} Plot
 * @property {string} words the picture for who does not see it
 * @property {[across: string, up: string]} names of the axes
 * @property {Range} x
 * @property {Range} y powers of ten if `log`
 * @property {boolean} [log] whether y is read as powers of ten
 * @property {{ points: [number, number | null][], mark: string, dots?: boolean }[]} lines
 * @property {boolean} [whole] whether x counts something
 */

const WIDTH = 420;
const HEIGHTS = { low: 126, high: 270 };
const FRAME = { left: 44, right: 8, top: 15, bottom: 28 };
const INNER = WIDTH - FRAME.left - FRAME.right;

/** @param {Plot} plot @param {number} height @returns {(x: number, y: number) => [number, number]} */
function placing({ x, y }, height) {
  const [across, up, tall] = [x[1] - x[0] || 1, y[1] - y[0] || 1, height - FRAME.top - FRAME.bottom];
  return (a, b) => [FRAME.left + ((a - x[0]) / across) * INNER, FRAME.top + (1 - (b - y[0]) / up) * tall];
}

/** Path data; a gap where a number is not finite. @param {Plot["lines"][number]["points"]} points @param {(x: number, y: number) => [number, number]} place */
function path(points, place) {
  let pen = "M";
  return points.map(([x, y]) => {
    if (y === null) return (pen = "M") && "";
    const [left, top] = place(x, y);
    const step = `${pen}${left.toFixed(1)} ${top.toFixed(1)}`;
    pen = "L";
    return step;
  }).join("");
}

/** @param {Plot} plot @param {boolean} large whether there is much room */
export function drawn(plot, large) {
  const { words, names, x, y, log, lines, whole } = plot;
  const height = large ? HEIGHTS.high : HEIGHTS.low;
  const [place, floor] = [placing(plot, height), height - FRAME.bottom];
  const across = ticks(x, INNER).filter(({ value }) => !whole || Number.isInteger(value));
  const name = log ? (/** @type {number} */ power) => `10${superscript(power)}` : formatRate;
  return html`
    <svg class="plot" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label=${words}>
      ${upTicks(y, log ?? false, floor - FRAME.top).map((value) => svg`<line class="grid" x1=${FRAME.left} x2=${WIDTH - FRAME.right} y1=${place(x[0], value)[1]} y2=${place(x[0], value)[1]}/>
        <text x=${FRAME.left - 5} y=${place(x[0], value)[1]} dy="0.35em" text-anchor="end">${name(value)}</text>`)}
      ${across.map(({ value }) => svg`<text x=${place(value, y[0])[0]} y=${floor} dy="1.2em" text-anchor="middle">${formatRate(value)}</text>`)}
      <path class="frame" d="M${FRAME.left} ${FRAME.top}V${floor}H${WIDTH - FRAME.right}"></path>
      <text class="name" x=${WIDTH - FRAME.right} y=${height - 2} text-anchor="end">${names[0]}</text>
      <text class="name" x=${FRAME.left} y="10">${names[1]}</text>
      ${lines.map(({ points, mark, dots }) => svg`<path class="line ${mark}" d=${path(points, place)}/>
        ${dots ? points.map(([a, b]) => (b === null ? nothing : svg`<circle class=${mark} cx=${place(a, b)[0]} cy=${place(a, b)[1]} r="3"/>`)) : nothing}`)}
    </svg>`;
}

/** @param {Range} range @param {boolean} log @param {number} tall */
function upTicks([low, high], log, tall) {
  if (!log) return ticks([low, high], tall).map(({ value }) => value);
  const step = Math.max(1, Math.ceil((high - low) / 4));
  return Array.from({ length: Math.floor((high - low) / step) + 1 }, (_, i) => low + i * step);
}

/** Whole powers of ten around positive numbers. @param {Numbers} values @returns {Range} */
export function decades(values) {
  const powers = values.filter((value) => value !== null && value > 0).map((value) => Math.log10(Number(value)));
  if (powers.length === 0) return [-1, 0];
  const [low, high] = [Math.floor(Math.min(...powers)), Math.ceil(Math.max(...powers))];
  return [low, Math.max(high, low + 1)];
}

/** @param {number | null} value @returns {number | null} */
const power = (value) => (value !== null && value > 0 ? Math.log10(value) : null);

/** Hits against false alarms. @param {Answer} answer @param {Around} around */
export function roc({ meta, arrays: { false_positives: across, true_positives: up } }, { large }) {
  const words = `ROC curve of the ${meta.split} examples: the area under it is ${formatLoss(meta.area)}; 0.5 is guessing, 1 is perfect.`;
  return html`${drawn({
    words, names: ["false alarms", "hits"], x: [0, 1], y: [0, 1],
    lines: [
      { points: [[0, 0], [1, 1]], mark: "ideal" },
      { points: across.map((/** @type {number} */ x, /** @type {number} */ i) => [x, up[i]]), mark: "main" },
    ],
  }, large)}<p class="reading">Area ${formatPercent(meta.area)}; the dashed line is guessing, 50${"\u2009"}%.</p>`;
}

/** The loss along a direction. @param {Answer} answer @param {Around} around */
export function lossLine({ meta, arrays: { positions, losses } }, { large }) {
  const finite = losses.filter((/** @type {number | null} */ loss) => loss !== null);
  const high = Math.max(...finite, meta.here ?? 0);
  const words = `The loss along a random direction: ${formatLoss(meta.here)} here, from ${formatLoss(Math.min(...finite))} to ${formatLoss(high)}.`;
  return html`${drawn({
    words, names: ["distance along the direction", "loss"], x: [positions[0], positions[positions.length - 1]], y: [0, high || 1],
    lines: [
      { points: positions.map((/** @type {number} */ x, /** @type {number} */ i) => [x, losses[i]]), mark: "main" },
      { points: [[0, meta.here]], mark: "here", dots: true },
    ],
  }, large)}<p class="reading">Here ${formatLoss(meta.here)}; measured at ${meta.points} points on ${meta.examples} examples.</p>`;
}

/** How far back the loss reaches. @param {Answer} answer @param {Around} around */
export function gradientThroughTime({ meta, arrays }, { large }) {
  return meta.layers.map((/** @type {string} */ layer) => {
    /** @type {Numbers} */
    const norms = arrays[`${layer}.by_lag`];
    const [now, first] = [norms[0], norms.findLast((norm) => norm !== null) ?? null];
    const words = `${layer}: the gradient is ${formatLoss(now)} at the last step and ${formatLoss(first)} at the earliest.`;
    return html`<figure><figcaption>${layer}</figcaption>
      ${drawn({
        words, names: ["steps back from the last", "mean ‖∂L/∂h‖"], x: [0, Math.max(1, norms.length - 1)], y: decades(norms), log: true,
        lines: [{ points: norms.map((norm, lag) => [lag, power(norm)]), mark: "main", dots: norms.length <= 30 }], whole: true,
      }, large)}
      <p class="reading">${formatLoss(now)} at the last step, ${formatLoss(first)} at the earliest; mean of ${meta.examples} examples.</p></figure>`;
  });
}

/** How stretched the cloud of the inputs is. @param {Answer} answer @param {Around} around */
export function conditioning({ meta, arrays: { covariance } }, { rate, large }) {
  const condition = meta.condition === null ? "infinite: some direction has no spread" : formatWeight(meta.condition);
  const limit = meta.largest_learning_rate;
  /** @type {[number, number | null][]} */
  const points = covariance.map((/** @type {number} */ value, /** @type {number} */ i) => [i + 1, power(value)]);
  return html`${drawn({
    words: `Eigenvalues of the inputs' covariance, from ${formatLoss(covariance[0])} to ${formatLoss(covariance.at(-1))}. Condition ${condition}.`,
    names: ["direction, widest first", "spread (eigenvalue)"], x: [1, Math.max(2, covariance.length)], y: decades(covariance), log: true,
    lines: [{ points, mark: "main", dots: covariance.length <= 40 }], whole: true,
  }, large)}
  <p class="reading">Condition ${condition}. A linear neuron with squared error would converge with plain steps below
    α = ${formatRate(limit)}; chosen is ${formatRate(rate)}.</p>`;
}

/** How far each part is really moved by a step: half of the parameters within the box, nine tenths within the line. @param {Answer} answer */
export function learningRates({ meta, arrays: { quantiles, ratio } }) {
  const all = quantiles.flat();
  const range = decades([...all, meta.learning_rate]);
  const across = (/** @type {number | null} */ value) => `${100 * Math.max(0, Math.min(1, ((power(value) ?? range[0]) - range[0]) / (range[1] - range[0])))}%`;
  const middle = Math.floor(meta.levels.length / 2);
  return html`
    <table class="probe-table boxes">
      <caption>Step divided by gradient, parameter by parameter: half of them in the box, most on the line; the mark is the
        learning rate now, ${formatRate(meta.learning_rate)}. From 10${superscript(range[0])} to 10${superscript(range[1])}.</caption>
      <thead><tr><th scope="col">Parameters</th><th scope="col">Median</th><th scope="col">Effective learning rate</th><th scope="col">‖Update‖ / ‖Weights‖</th></tr></thead>
      <tbody>${meta.groups.map((/** @type {string} */ name, /** @type {number} */ i) => html`
        <tr><th scope="row">${name}</th><td>${formatLoss(quantiles[i][middle])}</td>
          <td class="box"><i style="--from:${across(quantiles[i][0])};--to:${across(quantiles[i].at(-1))}"></i>
            <b style="--from:${across(quantiles[i][1])};--to:${across(quantiles[i].at(-2))}"></b>
            <u style="--from:${across(meta.learning_rate)}"></u></td>
          <td>${formatLoss(ratio[i])}</td></tr>`)}</tbody>
    </table>`;
}
