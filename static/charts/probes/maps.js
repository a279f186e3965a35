/** Probes whose numbers lie in rows: as maps, orange for negative and blue for positive. */

import { html, nothing } from "lit";
import { formatCount, formatLoss, formatPercent, formatWeight } from "../../drawing/numbers.js";
import { SPLIT_NAMES } from "../colour-legend.js";
import { confusionTable } from "../confusion-table.js";
import { reach, words } from "./answer.js";

/** @typedef {import("./answer.js").Answer} Answer */
/** @typedef {import("./answer.js").Around} Around */
/** @typedef {import("./answer.js").Numbers} Numbers */

const MOST_COLUMNS = 64; // of a map of weights

/** @param {Numbers[]} rows @param {number} scale @param {string} label @param {unknown} [shown] */
function map(rows, scale, label, shown = nothing) {
  return html`<figure class="map"><value-map .rows=${rows} .scale=${scale} .label=${label}
    style="--columns:${rows[0]?.length ?? 1};--rows:${rows.length}"></value-map>${shown === nothing ? nothing : html`<figcaption>${shown}</figcaption>`}</figure>`;
}

/** @param {string} name @param {unknown} about @param {unknown} maps */
function group(name, about, maps) {
  return html`<section class="map-group" aria-label=${name}><h3>${name} <small>${about}</small></h3><div class="maps">${maps}</div></section>`;
}

/** What a scale of colours means. @param {number} scale */
const colours = (scale) => `−${formatWeight(scale)} … ${formatWeight(scale)}`;

/** The patterns that filters look for. @param {Answer} answer */
export function kernels({ meta, arrays }) {
  return Object.entries(meta.layers).map(([name, { filters, channels, scale }]) => {
    /** @type {Numbers[][][]} */
    const shown = arrays[`${name}.kernel`];
    const several = channels > 1;
    return group(name, `${filters} filters${several ? ` over ${channels} channels, one below the other` : ""}, ${colours(scale)}`,
      shown.map((kernel, i) => map(stacked(kernel), scale, `${name}, filter ${i + 1}: weights from ${spread(kernel.flat(2))}`, i + 1)));
  });
}

/** The channels of a filter below each other, with a neutral row between. @param {Numbers[][]} channels */
export function stacked(channels) {
  return channels.flatMap((rows, i) => (i ? [rows[0].map(() => 0), ...rows] : rows));
}

/** @param {Numbers} values */
function spread(values) {
  const finite = values.filter((value) => value !== null);
  return `${formatWeight(Math.min(...finite))} to ${formatWeight(Math.max(...finite))}`;
}

/** What layers make of one image. @param {Answer} answer @param {Around} around */
export function featureMaps({ meta, arrays }, around) {
  const images = (/** @type {Numbers[][]} */ maps, /** @type {number} */ scale, /** @type {string} */ name) =>
    maps.map((rows, i) => map(rows, scale, `${name}, channel ${i + 1}: values from ${spread(rows.flat())}`, maps.length > 1 ? i + 1 : nothing));
  return html`
    ${answered(meta, around)}
    ${group("input", "", images(arrays.input, reach(arrays.input.flat()), "input"))}
    ${Object.entries(meta.layers).map(([name, { channels, scale }]) =>
      group(name, `${channels} channels, ${colours(scale)}`, images(arrays[`${name}.maps`], scale, name)))}`;
}

/** What the example is, and what the network says to it. @param {Record<string, any>} meta @param {Around} around */
function answered({ split, index, target, answer }, { classes }) {
  const chances = Array.isArray(answer) && classes.length > 1 && answer.length === classes.length ? answer : null;
  const said = chances ? className(chances.indexOf(Math.max(...chances)), classes) : Array.isArray(answer[0]) ? null : answer.map(formatWeight).join(", ");
  const truth = Array.isArray(target) ? null : classes.length > 0 ? className(target, classes) : formatWeight(target);
  return html`<p class="reading">Example ${index} of ${nameOf(split)}${truth === null ? nothing : html`: <b>${truth}</b>`}${
    said === null ? nothing : html`; the network says <b>${said}</b>${chances ? ` (${formatPercent(Math.max(...chances))})` : ""}`}</p>`;
}

/** @param {number} index @param {readonly string[]} classes */
const className = (index, classes) => classes[index]?.trim() || classes[index]?.replace(" ", "␣") || String(index);

/** What recurrent layers keep in mind. @param {Answer} answer @param {Around} around */
export function hiddenStates({ meta, arrays }, around) {
  const names = Object.keys(meta.layers).flatMap((layer) => [[layer, "states"], [layer, "cells"]]).filter(([layer, what]) => arrays[`${layer}.${what}`]);
  return html`${answered(meta, around)}${names.map(([layer, what]) => through(`${layer}, ${what}`, arrays[`${layer}.${what}`], meta.symbols))}`;
}

/** How far gates are open. @param {Answer} answer @param {Around} around */
export function gates({ meta, arrays }, around) {
  const names = Object.entries(meta.gates).flatMap(([layer, gates]) =>
    Object.entries(gates).map(([gate, letter]) => [`${layer}, ${words(gate)} ${letter}`, `${layer}.${gate}`]));
  return html`${answered(meta, around)}${names.map(([title, name]) => through(title, arrays[name], meta.symbols))}`;
}

/**
 * Units (down) over time (across), with the symbols that were read.
 * @param {string} title
 * @param {Numbers[]} steps rows of units
 * @param {string[] | null} symbols
 */
function through(title, steps, symbols) {
  const units = steps[0].map((_, unit) => steps.map((step) => step[unit]));
  const scale = Math.max(1, reach(units));
  const label = `${title}: ${units.length} units over ${steps.length} steps, from ${spread(steps.flat())}`;
  const read = symbols ? html`<span class="symbols" style="--count:${symbols.length}">${symbols.map((symbol) => html`<i>${symbol === " " ? "␣" : symbol}</i>`)}</span>` : nothing;
  return group(title, `units down, time across, ${colours(scale)}`, html`<div class="in-time">${map(units, scale, label)}${read}</div>`);
}

/** What the optimizer remembers of each weight. @param {Answer} answer */
export function optimizerState({ meta, arrays }) {
  if (meta.slots.length === 0) return html`<p class="unavailable">This optimizer remembers nothing: every step starts afresh.</p>`;
  return html`<p class="reading">${formatCount(meta.updates)} updates so far. Each map is a kernel: inputs down, units across.</p>
    ${Object.keys(meta.median_rate).map((layer) => group(layer, `median effective rate ${formatLoss(meta.median_rate[layer])}`,
      meta.slots.map((/** @type {string} */ slot) => {
        const rows = flattened(arrays[`${layer}.${slot}.kernel`]);
        const scale = reach(rows);
        return map(rows, scale, `${layer}, ${words(slot)}: from ${spread(rows.flat())}`, `${words(slot)} ±${formatLoss(scale)}`);
      })))}`;
}

/** A kernel as (inputs, units), so many of them that each can be seen. @param {any} kernel @returns {Numbers[]} */
export function flattened(kernel) {
  let rows = kernel;
  while (Array.isArray(rows[0]?.[0])) rows = rows.flat();
  return rows.slice(0, MOST_COLUMNS).map((/** @type {Numbers} */ row) => row.slice(0, MOST_COLUMNS));
}

/** What is taken for what, and how reliable each class is. @param {Answer} answer @param {Around} around */
export function confusion({ meta, arrays }, { classes }) {
  return Object.entries(meta.parts).map(([split, { precision, recall, f1 }]) => html`
    <div class="confusion-part" style="--classes:${classes.length}">${confusionTable(arrays[`${split}.matrix`], classes.map((name) => name.trim() || "␣"), nameOf(split))}
      <table class="probe-table"><caption>By class, ${nameOf(split)}</caption>
        <thead><tr><th scope="col">Class</th><th scope="col">Precision</th><th scope="col">Recall</th><th scope="col">F1</th></tr></thead>
        <tbody>${classes.map((name, i) => html`<tr><th scope="row">${name.trim() || "␣"}</th>
          ${[precision[i], recall[i], f1[i]].map((value) => html`<td>${formatPercent(value)}</td>`)}</tr>`)}</tbody></table></div>`);
}

/** @param {string} split */
const nameOf = (split) => SPLIT_NAMES[/** @type {keyof typeof SPLIT_NAMES} */ (split)] ?? split;
