/** How often each class was taken for which, as a table whose colours say what its numbers say. */

import { html } from "lit";
import { formatCount, formatPercent } from "../drawing/numbers.js";
import { accuracy } from "./answers.js";

/** More classes than this are too small for visible numbers: the colours stay, and the numbers for who points or listens. */
const MOST_NUMBERS = 14;

/**
 * @param {number[][]} counts rows: the true classes; columns: the answers
 * @param {readonly string[]} names of the classes
 * @param {string} split in words
 */
export function confusionTable(counts, names, split) {
  const share = accuracy(counts);
  return html`
    <table class="confusion ${names.length > MOST_NUMBERS ? "tiny" : ""}">
      <caption>${share === null ? `No ${split} examples` : html`${formatPercent(share)} of the ${split} examples right`}</caption>
      <thead>
        <tr><th scope="col" class="corner">true ↓ answer →</th>
          ${names.map((name) => html`<th scope="col" title=${name}>${name}</th>`)}</tr>
      </thead>
      <tbody>
        ${counts.map((row, truth) => html`<tr><th scope="row" title=${names[truth]}>${names[truth]}</th>
          ${row.map((count, answer) => cell(count, sum(row), truth, answer, names))}</tr>`)}
      </tbody>
    </table>`;
}

/** @param {number} count @param {number} all of the row @param {number} truth @param {number} answer @param {readonly string[]} names */
function cell(count, all, truth, answer, names) {
  const words = `${names[truth]} answered as ${names[answer]}: ${count}`;
  return html`<td class=${truth === answer ? "right" : "wrong"} title=${words}
    style="--share:${all ? count / all : 0}">${count === 0 ? html`<span class="none">0</span>` : formatCount(count)}</td>`;
}

/** @param {number[]} row */
const sum = (row) => row.reduce((total, count) => total + count, 0);
