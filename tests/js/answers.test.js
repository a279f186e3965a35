import assert from "node:assert/strict";
import { test } from "node:test";
import { accuracy, answersOf, classOf, confusion, curvePath, pairs, targetRange } from "../../static/charts/answers.js";

/** @param {number} target @param {string} split @returns {any} */
const example = (target, split = "train") => ({ target, split, inputs: [0] });
const NOTES = /** @type {any} */ ({ task: "multiclass", classes: 3, target_values: null });

test("of several classes the largest output is the answer, of two the side of the middle", () => {
  const several = { outputs: [0.1, 0.7, 0.2, 0.5, 0.3, 0.2], units: 3 };
  assert.deepEqual([0, 1].map((row) => classOf(several, row, NOTES)), [1, 0]);
  const hinge = /** @type {any} */ ({ task: "binary", classes: 2, target_values: [-1, 1] });
  assert.deepEqual([0, 1].map((row) => classOf({ outputs: [-0.2, 0.3], units: 1 }, row, hinge)), [0, 1]);
});

test("a confusion matrix counts the examples of one split, truth by answer", () => {
  const answers = { outputs: [1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1], units: 3 };
  const counts = confusion([example(0), example(0), example(1), example(2, "test")], answers, NOTES, "train");
  assert.deepEqual(counts, [[1, 1, 0], [0, 1, 0], [0, 0, 0]]);
  assert.equal(accuracy(counts), 2 / 3);
  assert.equal(accuracy([[0, 0], [0, 0]]), null);
});

test("answers to other examples than those at hand are left out", () => {
  const frame = /** @type {any} */ ({ arrays: { "predictions.outputs": { data: [1, 2], shape: [2, 1] } } });
  assert.equal(answersOf(frame, [example(0)]), null);
  assert.equal(answersOf(null, []), null);
  assert.deepEqual(answersOf(frame, [example(0), example(1)]), { outputs: [1, 2], units: 1 });
});

test("numbers are drawn within the range of the true ones", () => {
  const examples = [example(0), example(10)];
  const range = targetRange(examples);
  assert.ok(range[0] < 0 && range[1] > 10 && range[1] < 12);
  assert.deepEqual(pairs(examples, { outputs: [5, 99], units: 1 }, range).map(({ inputs }) => inputs), [[0, 5], [10, range[1]]]);
});

test("a curve runs from left to right with large values on top", () => {
  const frame = /** @type {any} */ ({ arrays: { "curve.inputs": { data: [-1, 1] }, "curve.values": { data: [0, 2] } } });
  assert.equal(curvePath(frame, [-1, 1], [0, 2], 100), "M0.0 100.0L100.0 0.0");
  assert.equal(curvePath(null, [-1, 1], [0, 2], 100), "");
});
