/** What colours, shapes and fillings of the output picture mean, with numbers. */

import { html, nothing, svg } from "lit";
import { classToken } from "../drawing/colours.js";
import { formatRate, formatWeight } from "../drawing/numbers.js";
import { markPath, tokenOfClass } from "./examples.js";
import { SPLITS } from "./timeline.js";

/** @typedef {import("../live/types.js").Notes} Notes */
/** @typedef {import("./map-reading.js").Range} Range */
/** @typedef {import("./timeline.js").Split} Split */

/** Words for the splits, the same everywhere in the charts. @type {Record<Split, string>} */
export const SPLIT_NAMES = { train: "training", validation: "validation", test: "test" };

/**
 * The colour scale: a ramp with its ends and its middle as numbers.
 * @param {Range} range what the ends of the scale stand for
 * @param {number | null} unit the class whose own colour is used, if one is
 * @param {boolean} discretize
 */
export function ramp([low, high], unit, discretize) {
  const style = unit === null ? "" : `background: linear-gradient(90deg in oklab, var(--value-neutral), var(${classToken(unit)}))`;
  const kind = discretize && unit === null ? "discrete" : "";
  return html`
    <div class="ramp" role="img" aria-label=${`Colour scale from ${formatWeight(low)} to ${formatWeight(high)}`}>
      <i class="bar ${kind}" style=${style}></i>
      <span class="ends"><span>${short(low)}</span><span>${short((low + high) / 2)}</span><span>${short(high)}</span></span>
    </div>`;
}

/** Of several classes: the paler, the less certain. */
export function certainty() {
  return html`
    <div class="ramp" role="img" aria-label="Certainty: pale is 0, the full colour is 1">
      <i class="bar certain"></i>
      <span class="ends"><span>0</span><span>certainty</span><span>1</span></span>
    </div>`;
}

/**
 * The classes with their marks.
 * @param {Notes} notes
 */
export function classMarks(notes) {
  if (notes.task === "regression") return nothing;
  const classes = Array.from({ length: notes.classes ?? 2 }, (_, index) => index);
  return html`
    <ul class="marks" aria-label="Classes">
      ${classes.map((index) => html`<li>${mark(index, `var(${tokenOfClass(index, notes)})`, "train")} class ${index}</li>`)}
    </ul>`;
}

/**
 * The splits with their fillings.
 * @param {ReadonlySet<Split>} splits those that have examples
 */
export function splitMarks(splits) {
  return html`
    <ul class="marks" aria-label="Splits">
      ${SPLITS.filter((split) => splits.has(split)).map((split) => html`<li>${mark(0, "var(--text)", split)} ${SPLIT_NAMES[split]}</li>`)}
    </ul>`;
}

/** @param {number} shape @param {string} ink @param {Split} split */
function mark(shape, ink, split) {
  const filled = split === "train";
  return html`<svg class="mark" viewBox="-8 -8 16 16" aria-hidden="true">
    ${svg`<path d=${markPath(shape, filled ? 5.5 : 5)} style=${`fill:${filled ? ink : "var(--surface)"};stroke:${filled ? "none" : ink};stroke-width:2`}></path>
      ${split === "validation" ? svg`<circle r="2" style=${`fill:${ink}`}></circle>` : nothing}`}
  </svg>`;
}

/** An end of the scale: whole where it is. @param {number} value */
function short(value) {
  return Number.isInteger(value) ? formatRate(value) : formatWeight(value);
}
