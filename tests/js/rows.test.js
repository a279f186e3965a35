import assert from "node:assert/strict";
import { test } from "node:test";
import { examplesOf, readTable, taskOf, taskProblem, writeRows, weightColumn, withoutWeights } from "../../static/components/data/rows.js";

const LIMITS = { rows: 100, columns: 5, numbers: 200 };
const read = (/** @type {string} */ text, limits = LIMITS) => readTable(text, limits);
/** @param {string} text @param {number} [target] */
const examples = (text, target) => {
  const table = read(text);
  return examplesOf(table, target ?? table.names.length - 1);
};
const refused = (/** @type {() => unknown} */ act, /** @type {string} */ message) => assert.throws(act, { message });

test("rows are read with any usual separator", () => {
  const expected = { inputs: [[0, 1.5], [-2, 1e-3]], targets: [1, 0], classes: null };
  for (const text of ["0,1.5,1\n-2,1e-3,0", "0;1,5;1\r\n−2;0,001;0", "0\t1,5\t1\n-2\t0.001\t0", "0  1.5 1\n\n# said\n -2 0.001  0\n"]) {
    assert.deepEqual(examples(text), expected, JSON.stringify(text));
  }
});

test("a first line without a number names the columns", () => {
  assert.deepEqual(read("height, age, grown\n180, 30, 1").names, ["height", "age", "grown"]);
  assert.deepEqual(read("180, 30, 1").names, ["column 1", "column 2", "column 3"]);
  assert.equal(read("a b\n1 2").rows.length, 1);
});

test("any column may be the target, also one of words", () => {
  assert.deepEqual(examples("1, 2, 3\n4, 5, 6", 0), { inputs: [[2, 3], [5, 6]], targets: [1, 4], classes: null });
  assert.deepEqual(examples('2, "sun"\n1, rain\n0, rain'), { inputs: [[2], [1], [0]], targets: [1, 0, 0], classes: ["rain", "sun"] });
});

test("what is wrong is said with its line", () => {
  refused(() => read(" \n# nothing\n"), "There are no rows yet.");
  refused(() => read("1, 2, 0\n\n1, 2"), "Line 3 has 2 values, and line 1 has 3.");
  refused(() => read("x, y\n1\n"), "Line 2 has 1 value, and line 1 has 2.");
  refused(() => read("1\n2"), "Line 1 has only one value; an example needs at least one input and a target.");
  refused(() => read("a, b"), "Line 1 has names; the examples below it are missing.");
  refused(() => examples("x1, x2, y\n1, 2, 0\n1, two, 0"), "Line 3: “two” is not a number (x2).");
  refused(() => examples("x1, y\n, 0"), "Line 2: nothing is not a number (x1).");
  refused(() => examples("y, x\n0, z", 0), "Line 2: “z” is not a number (x).");
  refused(() => examples("1, 0\n2, yes"), "Line 2: the target “yes” is not a number, and in line 1 it is one.");
  refused(() => examples(`1, 0\n${"9".repeat(400)}, 0`), `Line 2: “${"9".repeat(23)}…” is not a number (column 1).`);
});

test("sizes are limited in words", () => {
  refused(() => read("1 2\n".repeat(101)), "101 rows are too many; at most 100 are allowed.");
  refused(() => read("1 2 3 4 5 6"), "6 columns are too many; at most 5 are allowed.");
  refused(() => read("1 2 3 4 5\n".repeat(41)), "205 numbers are too many; at most 200 are allowed.");
});

test("the task is guessed from the targets", () => {
  const guess = (/** @type {number[]} */ ...targets) => taskOf({ targets, classes: null });
  assert.deepEqual([guess(0, 1, 1, 0), guess(0, 0), guess(0, 1, 2, 2, 1, 0)], ["binary", "binary", "multiclass"]);
  assert.deepEqual([guess(0.5, 1), guess(-1, 1), guess(1, 2, 3, 4), guess(100, 100, 200, 200)], Array(4).fill("regression"));
  assert.deepEqual(["1, a\n2, b", "1, a\n2, b\n3, c"].map((text) => taskOf(examples(text))), ["binary", "multiclass"]);
});

test("a task that the targets cannot have is refused in words", () => {
  const words = examples("1, a\n2, b\n3, c\n4, c");
  const numbers = examples("1, 0\n2, 2.5\n3, 1");
  assert.deepEqual([taskProblem(words, "multiclass"), taskProblem(numbers, "regression")], ["", ""]);
  assert.equal(taskProblem(words, "regression"), "Words are no numbers: choose classes.");
  assert.equal(taskProblem(words, "binary"), "Two classes are the targets 0 and 1, or two words; there is c too.");
  assert.equal(taskProblem(numbers, "multiclass"), "Classes are counted 0, 1, 2, …; 2.5 is none of them.");
});

test("rows that are written are read as the same", () => {
  const [inputs, targets] = [[[0.1, -2], [1e-7, 3]], [1, 0]];
  assert.deepEqual(examples(writeRows(inputs, targets)), { inputs, targets, classes: null });
});

test("a column of weights says how much each example counts", () => {
  const table = readTable("a,weight,y\n1,2,0\n3,0.5,1", { rows: 10, columns: 10, numbers: 100 });
  assert.equal(weightColumn(table.names), 1);
  const { table: rest, weights } = withoutWeights(table, 1);
  assert.deepEqual([weights, rest.names, examplesOf(rest, 1).inputs], [[2, 0.5], ["a", "y"], [[1], [3]]]);
  assert.equal(writeRows([[1], [3]], [0, 1], [2, 0.5]), "x1, y, weight\n1, 0, 2\n3, 1, 0.5");
  assert.deepEqual([weightColumn(["a", "y"]), weightColumn(["weight", "y"])], [-1, -1]);
});

test("a weight below zero is refused in its line", () => {
  const table = readTable("a,weight,y\n1,-2,0", { rows: 10, columns: 10, numbers: 100 });
  assert.throws(() => withoutWeights(table, 1), /Line 2: the weight “-2” is not a number from 0 on/);
});
