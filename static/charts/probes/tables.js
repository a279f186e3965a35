/** Probes that say a few numbers of each layer: as tables, with bars where sizes are to be compared. */

import { html, nothing } from "lit";
import { formatCount, formatLoss, formatPercent, formatRate, formatWeight } from "../../drawing/numbers.js";
import { decadeShare } from "./answer.js";

/** @typedef {import("./answer.js").Answer} Answer */
/** @typedef {import("./answer.js").Numbers} Numbers */
/** @typedef {{ text: string, share?: number, mark?: string }} Cell with a bar if there is a share, 0 to 1 */

/**
 * @param {string} caption
 * @param {string[]} heads of the columns
 * @param {{ name: string, cells: Cell[] }[]} rows
 */
function table(caption, heads, rows) {
  return html`
    <table class="probe-table">
      <caption>${caption}</caption>
      <thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
      <tbody>${rows.map(({ name, cells }) => html`<tr><th scope="row">${name}</th>${cells.map(cell)}</tr>`)}</tbody>
    </table>`;
}

/** @param {Cell} cell */
function cell({ text, share, mark = "" }) {
  return html`<td class=${mark}>${text}${share === undefined ? nothing
    : html`<i class="bar" style="--share:${share}"></i>`}</td>`;
}

/** A share that should be small: marked where it is not. @param {number | null} share @returns {Cell} */
function warned(share) {
  return { text: share === null ? "–" : formatPercent(share), mark: (share ?? 0) >= 0.5 ? "notable" : "" };
}

/** A size beside others, in powers of ten. @param {number | null} value @param {Numbers} all @returns {Cell} */
const sized = (value, all) => ({ text: formatLoss(value), share: decadeShare(value, all) });

/** How the signal fares on its way forth and back. @param {Answer} answer */
export function signal({ meta, arrays }) {
  const { activation_mean: mean, activation_std: std, gradient_std: gradient, dead, saturated } = arrays;
  return table("On the training examples. Bars: powers of ten.", ["Layer", "Activations μ", "σ", "Gradient σ", "Dead", "Saturated"],
    meta.layers.map((/** @type {string} */ name, /** @type {number} */ i) => ({
      name, cells: [{ text: formatWeight(mean[i]) }, sized(std[i], std), sized(gradient[i], gradient), warned(dead[i]), warned(saturated[i])],
    })));
}

/** How strong the gradient is, and how far it moves the weights. @param {Answer} answer */
export function gradients({ meta, arrays: { norm, ratio } }) {
  return table("Bars: powers of ten. An update of about a thousandth of the weights is healthy.", ["Layer", "‖Gradient‖", "‖Update‖ / ‖Weights‖"],
    meta.layers.map((/** @type {string} */ name, /** @type {number} */ i) => ({ name, cells: [sized(norm[i], norm), sized(ratio[i], ratio)] })));
}

/** How alive the units are. @param {Answer} answer */
export function activations({ meta, arrays }) {
  const layers = Object.entries(meta.layers);
  return table("On the training examples.", ["Layer", "Units", "Mean", "σ", "Dead", "Saturated"], layers.map(([name, about]) => ({
    name, cells: [
      { text: formatCount(arrays[`${name}.mean`].length) }, { text: formatWeight(about.mean) }, { text: formatWeight(about.std) },
      warned(about.dead), warned(about.saturated),
    ],
  })));
}

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const MOST_GROUPS = 48; // units whose group is written

/** Which units are the same. @param {Answer} answer */
export function symmetry({ meta, arrays }) {
  const rows = Object.entries(meta.layers).map(([name, { units, distinct }]) => ({
    name, cells: [
      { text: `${formatCount(distinct)} of ${formatCount(units)}`, share: distinct / units, mark: distinct < units ? "notable" : "" },
      { text: groupsOf(arrays[`${name}.group`]), mark: "groups" },
    ],
  }));
  return table("Units with the same letter have the same weights: together they are worth one.", ["Layer", "Distinct units", "Groups"], rows);
}

/** @param {number[]} groups */
function groupsOf(groups) {
  const letters = groups.slice(0, MOST_GROUPS).map((group) => LETTERS[group % LETTERS.length] + (group < LETTERS.length ? "" : "′"));
  return letters.join(" ") + (groups.length > MOST_GROUPS ? " …" : "");
}

/** @type {Record<string, string>} */
const VERDICTS = { right: "right", close: "close", suspicious: "suspicious", wrong: "wrong" };

/** Whether backpropagation agrees with measured slopes. @param {Answer} answer */
export function gradientCheck({ meta }) {
  const judged = (/** @type {number | null} */ error, /** @type {string} */ verdict) => ({
    text: `${formatLoss(error)}: ${VERDICTS[verdict] ?? verdict}`, mark: verdict === "right" || verdict === "close" ? "good" : "notable",
  });
  const limits = Object.entries(meta.thresholds).map(([word, limit]) => `${word} below ${formatRate(Number(limit))}`).join(", ");
  const rows = meta.layers.map((/** @type {any} */ { layer, error, verdict, checked, skipped }) => ({
    name: layer, cells: [judged(error, verdict), { text: formatCount(checked) }, { text: formatCount(skipped) }],
  }));
  return table(`All layers: ${meta.verdict}. Relative error: ${limits}.`, ["Layer", "Relative error", "Parameters checked", "At a kink, skipped"], rows);
}
