import assert from "node:assert/strict";
import { test } from "node:test";
import {
  formatCount, formatCounter, formatFeature, formatLoss, formatPercent, formatRate, formatWeight, superscript,
} from "../../static/drawing/numbers.js";

/** @param {(value: number) => string} format @param {[number, string][]} cases */
function check(format, cases) {
  for (const [value, text] of cases) assert.equal(format(value), text);
}

test("a loss has three significant figures", () => {
  check(formatLoss, [
    [0.51234, "0.512"], [0.04006, "0.0401"], [12.34, "12.3"], [0, "0.00"], [2.1e-6, "2.10e-6"], [3e6, "3.00e+6"],
  ]);
});

test("a count has thin spaces between groups of three", () => {
  check(formatCount, [[0, "0"], [984, "984"], [61200, "61\u2009200"], [1234567, "1\u2009234\u2009567"]]);
  assert.equal(formatCounter(124, 5), "00\u2009124");
});

test("a rate is written as a person writes it", () => {
  check(formatRate, [[0.03, "0.03"], [0.1 + 0.2, "0.3"], [10, "10"], [1e-5, "1e-5"], [0, "0"], [0.001, "0.001"]]);
});

test("a weight shows its sign and what matters of its size", () => {
  check(formatWeight, [
    [0.2134, "0.21"], [-1.7, "−1.70"], [12.44, "12.4"], [0.0042, "0.004"], [-0.00001, "−1e-5"], [0, "0.00"],
  ]);
});

test("what is not a number is a dash", () => {
  for (const format of [formatLoss, formatCount, formatRate, formatWeight, formatPercent]) {
    assert.equal(format(NaN), "–");
    assert.equal(format(null), "–");
  }
  assert.equal(formatCounter(Infinity, 3), "–");
});

test("features read as in the notes", () => {
  assert.deepEqual(
    ["x1", "x1_squared", "x1_x2", "sin_x2", "cos_x1", "x12", "max2"].map(formatFeature),
    ["x₁", "x₁²", "x₁x₂", "sin x₂", "cos x₁", "x₁₂", "max2"],
  );
});

test("percentages and powers", () => {
  assert.equal(formatPercent(0.972), "97.2\u2009%");
  assert.equal(superscript(-12), "⁻¹²");
});
