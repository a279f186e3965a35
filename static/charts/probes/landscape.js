/** The loss on a plane, with the way of training in it. */

import { html, nothing, svg } from "lit";
import { formatCount, formatLoss, formatPercent } from "../../drawing/numbers.js";

/** @typedef {import("./answer.js").Answer} Answer */
/** @typedef {import("./answer.js").Numbers} Numbers */

const NBSP = "\u00a0";
const BANDS = 14; // steps of colour: their edges are lines of equal loss

/** @param {Answer} answer */
export function lossPlane({ meta, arrays: { losses, u, v, path, steps } }) {
  const [low, high] = rangeOf(losses.flat());
  const explained = meta.explained?.reduce((/** @type {number} */ sum, /** @type {number} */ share) => sum + share, 0);
  const words = `The loss on a plane, from ${formatLoss(low)} to ${formatLoss(high)}`
    + (explained === undefined ? "." : `; the way of training in it, from step 0 to ${formatCount(steps.at(-1))}, ${formatPercent(explained)} of it along these two directions.`);
  return html`
    <div class="landscape">
      <div class="ground">
        <value-map .rows=${heights(losses, low, high)} .bands=${BANDS} .label=${words} style="--columns:1;--rows:1"></value-map>
        <svg viewBox="0 0 100 100" aria-hidden="true">${explained === undefined ? here(u, v) : way(path, u, v)}</svg>
      </div>
      <p class="reading">
        <span class="ramp"><span>${formatLoss(low)}</span><i></i><span>${formatLoss(high)}</span></span> loss, in equal factors
        ${explained === undefined ? "The ring is where the training stands; both directions are random."
          : html`<br>Directions: the two in which training went farthest. They hold
            <b>${meta.explained.map(formatPercent).join(" and ")}</b> of the way, ${formatPercent(explained)} together.
            ○ step 0, ● step${NBSP}<span>${formatCount(steps.at(-1))}</span>.`}
        <br>${formatCount(meta.points)} × ${formatCount(meta.points)} points on ${formatCount(meta.examples)} examples.</p>
    </div>`;
}

/** The least and the largest finite loss; the least is kept off zero. @param {Numbers} losses @returns {[number, number]} */
function rangeOf(losses) {
  const finite = losses.filter((loss) => loss !== null);
  if (finite.length === 0) return [1, 1];
  const high = Math.max(...finite, 1e-12);
  return [Math.max(Math.min(...finite), high * 1e-6), high];
}

/** Losses as heights, 0 to 1, in equal factors; what is not finite is the highest. @param {Numbers[]} losses @param {number} low @param {number} high */
export function heights(losses, low, high) {
  const whole = Math.log(high / low) || 1;
  return losses.map((row) => row.map((loss) => (loss === null ? 1 : Math.max(0, Math.log(Math.max(loss, low) / low) / whole))));
}

/** Where coordinates lie in the picture. @param {number[]} u @param {number[]} v largest first @returns {(point: number[]) => [number, number]} */
export function placing(u, v) {
  const [left, width, top, height] = [u[0], u[u.length - 1] - u[0] || 1, v[0], v[0] - v[v.length - 1] || 1];
  const [column, row] = [100 / u.length, 100 / v.length]; // a coordinate is the middle of its pixel
  return ([x, y]) => [column / 2 + ((x - left) / width) * (100 - column), row / 2 + ((top - y) / height) * (100 - row)];
}

/** @param {number[][]} path @param {number[]} u @param {number[]} v */
function way(path, u, v) {
  const points = path.map(placing(u, v));
  const line = points.map(([x, y], i) => `${i ? "L" : "M"}${x.toFixed(2)} ${y.toFixed(2)}`).join("");
  return svg`<path class="halo" d=${line}/><path class="way" d=${line}/>
    ${points.length > 60 ? nothing : points.map(([x, y]) => svg`<circle class="stop" cx=${x} cy=${y} r="0.7"/>`)}
    <circle class="start" cx=${points[0][0]} cy=${points[0][1]} r="2"/>${dot(points[points.length - 1])}`;
}

/** @param {number[]} u @param {number[]} v */
const here = (u, v) => dot(placing(u, v)([0, 0]));

/** @param {[number, number]} place */
const dot = ([x, y]) => svg`<circle class="now" cx=${x} cy=${y} r="2"/>`;
