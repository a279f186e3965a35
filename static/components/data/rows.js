/**
 * Rows of numbers as people paste them: from a spreadsheet, a CSV file or typed, with or without a line of names.
 *
 * One example a line; its values stand apart by tabs, semicolons, commas or spaces. Where commas do not separate, they
 * may stand in numbers: 1,5. Empty lines and lines that begin with # count for nothing. The target may be words.
 */

import { formatCount } from "../../drawing/numbers.js";
import { parseNumber } from "../../forms/numbers.js";

/** @typedef {import("../../live/types.js").Task} Task */

/** @typedef {{ rows: number, columns: number, numbers: number }} Limits the most of each */

/**
 * @typedef {object} Table
 * @property {string[]} names of the columns
 * @property {{ line: number, cells: string[] }[]} rows with the numbers of their lines, from 1
 * @property {boolean} decimalComma
 */

/**
 * @typedef {object} Examples
 * @property {number[][]} inputs
 * @property {number[]} targets
 * @property {string[] | null} classes what the targets 0, 1, … stand for, if they were words
 */

/** What is wrong with the text, in words. */
export class RowsError extends Error {}

/** What the numbers that are to be predicted may mean; more classes than this are hardly meant. */
const MOST_CLASSES = 20;

/** In the order of preference. @type {[string, RegExp][]} */
const SEPARATORS = [["\t", /\t/], [";", /;/], [",", /,/], [" ", /\s+/]];

/**
 * The text as cells.
 * @param {string} text
 * @param {Limits} limits
 * @returns {Table}
 * @throws {RowsError}
 */
export function readTable(text, limits) {
  const lines = text.split(/\r\n?|\n/).map((line, index) => ({ line: index + 1, text: line.trim() }))
    .filter((line) => line.text !== "" && !line.text.startsWith("#"));
  if (lines.length === 0) throw new RowsError("There are no rows yet.");
  const [sign, separator] = SEPARATORS.find(([one]) => lines[0].text.includes(one)) ?? ["", /\s+/];
  const rows = lines.map(({ line, text: words }) => ({ line, cells: words.split(separator).map(unquoted) }));
  const decimalComma = sign !== ",";
  const named = rows[0].cells.every((cell) => Number.isNaN(numberOf(cell, decimalComma)));
  const names = rows[0].cells.map((cell, index) => (named && cell) || `column ${index + 1}`);
  const examples = named ? rows.slice(1) : rows;
  check(examples, names.length, rows[0].line, limits);
  return { names, rows: examples, decimalComma };
}

/**
 * The examples of a table, one of its columns being what is to be predicted.
 * @param {Table} table
 * @param {number} target position of that column
 * @returns {Examples}
 * @throws {RowsError}
 */
export function examplesOf({ rows, decimalComma, names }, target) {
  const inputs = rows.map(({ line, cells }) => cells.toSpliced(target, 1).map((cell, index) => {
    const value = numberOf(cell, decimalComma);
    if (!Number.isFinite(value)) throw new RowsError(`Line ${line}: ${quoted(cell)} is not a number (${names[index + (index >= target ? 1 : 0)]}).`);
    return value;
  }));
  const told = rows.map(({ cells }) => cells[target]);
  const values = told.map((cell) => numberOf(cell, decimalComma));
  if (values.every(Number.isFinite)) return { inputs, targets: values, classes: null };
  const number = values.findIndex(Number.isFinite);
  const word = values.findIndex((value) => !Number.isFinite(value));
  if (number >= 0) throw new RowsError(`Line ${rows[word].line}: the target ${quoted(told[word])} is not a number, and in line ${rows[number].line} it is one.`);
  const classes = [...new Set(told)].sort();
  return { inputs, targets: told.map((cell) => classes.indexOf(cell)), classes };
}

/**
 * Take out the column that says how much each example counts.
 * @param {Table} table
 * @param {number} column
 * @returns {{ table: Table, weights: number[] }}
 * @throws {RowsError}
 */
export function withoutWeights({ names, rows, decimalComma }, column) {
  const weights = rows.map(({ line, cells }) => {
    const weight = numberOf(cells[column], decimalComma);
    if (!Number.isFinite(weight) || weight < 0) throw new RowsError(`Line ${line}: the weight ${quoted(cells[column])} is not a number from 0 on.`);
    return weight;
  });
  const rest = rows.map(({ line, cells }) => ({ line, cells: cells.toSpliced(column, 1) }));
  return { table: { names: names.toSpliced(column, 1), rows: rest, decimalComma }, weights };
}

/** Which column is called so; −1 if none is, or if nothing else would be left. @param {string[]} names */
export function weightColumn(names) {
  return names.length > 2 ? names.findIndex((name) => /^(sample_)?weights?$/i.test(name)) : -1;
}

/**
 * What the targets are most likely to mean.
 * @param {Pick<Examples, "targets" | "classes">} examples
 * @returns {Task}
 */
export function taskOf({ targets, classes: words }) {
  if (words) return words.length > 2 ? "multiclass" : "binary";
  const different = new Set(targets);
  const classes = [...different].every((value) => Number.isInteger(value) && value >= 0 && value < MOST_CLASSES);
  if (!classes || (different.size > 2 && different.size * 2 > targets.length)) return "regression";
  return Math.max(...targets) <= 1 ? "binary" : "multiclass";
}

/**
 * Why targets cannot have this meaning; empty if they can.
 * @param {Examples} examples
 * @param {Task} task
 */
export function taskProblem({ targets, classes }, task) {
  const limit = task === "binary" ? 2 : Infinity;
  if (task === "regression") return classes ? "Words are no numbers: choose classes." : "";
  const wrong = targets.find((value) => !Number.isInteger(value) || value < 0 || value >= limit);
  if (wrong === undefined) return "";
  return task === "binary" ? `Two classes are the targets 0 and 1, or two words; there is ${classes?.[wrong] ?? wrong} too.`
    : `Classes are counted 0, 1, 2, …; ${wrong} is none of them.`;
}

/**
 * Examples as text, to be changed by hand.
 * @param {number[][]} inputs
 * @param {number[]} targets
 * @param {number[] | null} [weights]
 */
export function writeRows(inputs, targets, weights) {
  const names = [...(inputs[0] ?? []).map((_, column) => `x${column + 1}`), "y", ...(weights ? ["weight"] : [])];
  return [names, ...inputs.map((row, index) => [...row, targets[index], ...(weights ? [weights[index]] : [])])].map((cells) => cells.join(", ")).join("\n");
}

/** @param {Table["rows"]} rows @param {number} columns @param {number} first line @param {Limits} limits */
function check(rows, columns, first, limits) {
  const odd = rows.find(({ cells }) => cells.length !== columns);
  if (odd) throw new RowsError(`Line ${odd.line} has ${counted(odd.cells.length, "value")}, and line ${first} has ${columns}.`);
  if (columns < 2) throw new RowsError(`Line ${first} has only one value; an example needs at least one input and a target.`);
  if (rows.length === 0) throw new RowsError(`Line ${first} has names; the examples below it are missing.`);
  const sizes = { rows: rows.length, columns, numbers: rows.length * columns };
  for (const name of /** @type {(keyof Limits)[]} */ (["rows", "columns", "numbers"])) {
    if (sizes[name] > limits[name]) throw new RowsError(`${formatCount(sizes[name])} ${name} are too many; at most ${formatCount(limits[name])} are allowed.`);
  }
}

/** @param {string} cell @param {boolean} decimalComma */
function numberOf(cell, decimalComma) {
  return parseNumber(decimalComma ? cell.replace(",", ".") : cell);
}

/** @param {string} cell */
const unquoted = (cell) => cell.trim().replace(/^"(.*)"$/, "$1");

/** @param {string} cell */
const quoted = (cell) => (cell === "" ? "nothing" : `“${cell.length > 24 ? `${cell.slice(0, 23)}…` : cell}”`);

/** @param {number} count @param {string} noun */
const counted = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;
