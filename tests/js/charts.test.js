import assert from "node:assert/strict";
import { test } from "node:test";
import { ticks } from "../../static/charts/axes.js";
import { evenEdges, rowsByLayer } from "../../static/charts/distributions.js";
import { visible } from "../../static/charts/examples.js";
import { bars, densities, joined, placeOn } from "../../static/charts/histogram-scale.js";
import { centre, fromByte, movedBy, nearestExample, pixelAt, shares } from "../../static/charts/map-reading.js";
import { neuronOf, sourceOf } from "../../static/charts/map-source.js";
import { nearestSentence, pointSentence, titleOf } from "../../static/charts/output-words.js";
import { layOut, ridgeAt, spanOf, thinned } from "../../static/charts/ridgeline.js";
import { smooth } from "../../static/charts/smoothing.js";
import { curve, positions, splitsOf, withHead } from "../../static/charts/timeline.js";

/** @param {readonly (number | null)[]} actual @param {readonly (number | null)[]} expected */
function near(actual, expected, tolerance = 1e-12) {
  assert.equal(actual.length, expected.length);
  for (const [i, value] of actual.entries()) {
    if (value === null || expected[i] === null) assert.equal(value, expected[i]);
    else assert.ok(Math.abs(value - expected[i]) <= tolerance, `${value} is not ${expected[i]}`);
  }
}

// Smoothing

test("evenly spaced, smoothing is the textbook's average with bias correction", () => {
  // v = 0.1, 0.29, 0.561 over 1 − 0.9, 1 − 0.81, 1 − 0.729
  near(smooth([0, 1, 2], [1, 2, 3], 0.9), [1, 0.29 / 0.19, 0.561 / 0.271]);
  near(smooth([0, 10, 20], [1, 2, 3], 0.9), [1, 0.29 / 0.19, 0.561 / 0.271]);
});

test("a constant stays what it is, however it is spaced", () => {
  near(smooth([0, 1, 5, 40], [7, 7, 7, 7], 0.99), [7, 7, 7, 7], 1e-12);
});

test("a long stretch counts for more than a short one", () => {
  // mean spacing 2: the second point has decay 0.5^(1/2), the third 0.5^(3/2)
  const [a, b] = [0.5 ** 0.5, 0.5 ** 1.5];
  const second = a * 0.5 * 1 + (1 - a) * 2;
  const third = b * second + (1 - b) * 3;
  near(smooth([0, 1, 4], [1, 2, 3], 0.5), [1, second / (1 - 0.5 * a), third / (1 - 0.5 * a * b)]);
});

test("gaps stay gaps, and no smoothing is the curve itself", () => {
  near(smooth([0, 1, 2], [1, null, 3], 0), [1, null, 3]);
  near(smooth([0, 1, 2], [1, null, 3], 0.5), [1, null, (0.25 + 1.5) / 0.75]);
  assert.deepEqual(smooth([0, 1], [null, null], 0.9), [null, null]);
});

// Timelines

/** @param {number} step @param {number} epoch @param {number | null} loss */
const entry = (step, epoch, loss) => /** @type {any} */ ({ step, epoch, train: { loss }, validation: null, test: { loss: 1 } });
const HISTORY = [entry(0, 0, 1), entry(1, 0, 0.5), entry(2, 1, 0), entry(6, 3, null)];

test("the head is drawn after the history and not recorded in it", () => {
  const head = entry(9, 4, 0.1);
  assert.equal(withHead(HISTORY, head).length, 5);
  assert.equal(HISTORY.length, 4);
  assert.equal(withHead(HISTORY, entry(6, 3, 0.2)), HISTORY);
  assert.equal(withHead(HISTORY, null), HISTORY);
  assert.deepEqual(withHead([], head), [head]);
});

test("a curve has no number where there is none, nor zero on a log scale", () => {
  assert.deepEqual(curve(HISTORY, "train", "loss"), [1, 0.5, 0, null]);
  assert.deepEqual(curve(HISTORY, "train", "loss", true), [1, 0.5, null, null]);
  assert.deepEqual(curve(HISTORY, "validation", "loss"), [null, null, null, null]);
  assert.deepEqual(splitsOf(HISTORY), ["train", "test"]);
  assert.deepEqual(splitsOf([]), []);
});

test("steps of one epoch are spread over it", () => {
  assert.deepEqual(positions(HISTORY, "step"), [0, 1, 2, 6]);
  // 0…2 is the first epoch, 2…6 are two, and from there on the pace stays half an epoch a step
  assert.deepEqual(positions([...HISTORY, entry(7, 3, 1)], "epoch"), [0, 0.5, 1, 3, 3.5]);
});

// Reading maps

/** @type {[number, number][]} */
const DOMAIN = [[-6, 6], [-6, 6]];

test("a pixel stands for its centre, row 0 on top", () => {
  near(centre({ column: 0, row: 0 }, DOMAIN, 100), [-5.94, 5.94]);
  near(centre({ column: 99, row: 99 }, DOMAIN, 100), [5.94, -5.94]);
  assert.deepEqual(pixelAt(0.5, 0.999, 100), { column: 50, row: 99 });
  assert.deepEqual(pixelAt(-0.1, 1, 100), { column: 0, row: 99 });
  near(shares([-6, 6], DOMAIN), [0, 0]);
  near(shares([3, -3], DOMAIN), [0.75, 0.75]);
});

test("a byte stands for a share of its range", () => {
  near([fromByte(0, [-1, 1]), fromByte(51, [-1, 1]), fromByte(255, [-1, 1])], [-1, -0.6, 1]);
});

test("the nearest example counts only within reach", () => {
  const examples = [{ inputs: [0, 0] }, { inputs: [0.6, 0] }];
  assert.equal(nearestExample(examples, [0.54, 0.5], DOMAIN, 0.05), examples[1]);
  assert.equal(nearestExample(examples, [0.5, 0.9], DOMAIN, 0.05), null);
});

test("arrow keys move the reading and stop at the edge", () => {
  const key = (/** @type {string} */ name, shiftKey = false) => movedBy({ column: 5, row: 98 }, { key: name, shiftKey }, 100);
  assert.deepEqual(key("ArrowUp"), { column: 5, row: 97 });
  assert.deepEqual(key("ArrowDown", true), { column: 5, row: 99 });
  assert.deepEqual(key("ArrowLeft", true), { column: 0, row: 98 });
  assert.equal(key("Enter"), null);
});

// What the picture shows

/** @param {object} more */
const notes = (more) => /** @type {any} */ ({ task: "binary", classes: 2, target_values: [0, 1], feature_names: ["x1", "x1_x2"], ...more });
const view = (/** @type {object} */ more) => /** @type {any} */ ({ hovered: null, pinned: null, ...more });
const FRAME = /** @type {any} */ ({
  arrays: {
    "boundary.values": { data: Uint8Array.of(0, 255, 128, 7), shape: [2, 2] },
    "neurons.dense_1": { data: Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7), shape: [2, 2, 2] },
  },
  probes: { boundary: { low: 0, high: 1 }, neurons: { scale: { dense_1: [1, 2] } } },
});

test("the picture shows the output, or the neuron that is pointed at before the pinned one", () => {
  const [hovered, pinned] = [{ layer: "dense_1", unit: 1 }, { layer: "inputs", unit: 0 }];
  assert.equal(neuronOf(view({ hovered, pinned }), notes({})), hovered);
  assert.equal(neuronOf(view({ pinned }), notes({})), pinned);
  const output = { layer: "output", unit: 0 };
  assert.equal(neuronOf(view({ pinned: output }), notes({})), null);
  assert.equal(neuronOf(view({ pinned: output }), notes({ task: "multiclass" })), output);
});

test("a neuron's map is its part of the layer's, with its own scale", () => {
  const source = /** @type {any} */ (sourceOf(FRAME, notes({}), { layer: "dense_1", unit: 1 }));
  assert.deepEqual([...source.bytes], [4, 5, 6, 7]);
  assert.deepEqual(source.range, [-2, 2]);
});

test("without that neuron's map the output is shown; without any, why", () => {
  const source = /** @type {any} */ (sourceOf(FRAME, notes({}), { layer: "dense_1", unit: 2 }));
  assert.equal(source.key, "output");
  assert.equal(sourceOf(null, notes({}), null), null);
  const empty = /** @type {any} */ ({ arrays: {}, probes: { boundary: { unavailable: "5 inputs" } } });
  assert.deepEqual(sourceOf(empty, notes({}), null), { unavailable: "5 inputs" });
});

test("values are said in the words of the task", () => {
  assert.equal(pointSentence([1.26, -0.54], 0.93, null, notes({}), null), "(1.26, −0.54):\nŷ = 0.93,\nclass 1");
  assert.equal(pointSentence([1, 2], -0.2, null, notes({ target_values: [-1, 1] }), null), "(1.00, 2.00):\nŷ = −0.20,\nclass 0");
  assert.equal(pointSentence([1, 2], 0.7, 3, notes({ task: "multiclass" }), null), "(1.00, 2.00):\nclass 3,\ncertainty 0.70");
  assert.equal(pointSentence([1, 2], 4.2, null, notes({ task: "regression" }), null), "(1.00, 2.00):\nŷ = 4.20");
  assert.equal(titleOf(notes({}), { layer: "inputs", unit: 1 }), "Input x₁x₂");
  const example = /** @type {any} */ ({ split: "test", inputs: [0, 0], target: 1 });
  assert.equal(nearestSentence(example, notes({})), "test example: class 1");
});

test("test points are shown when asked for, validation points always", () => {
  const all = /** @type {any[]} */ (["train", "validation", "test"].map((split) => ({ split, inputs: [0, 0] })));
  assert.equal(visible(all, false).length, 2);
  assert.equal(visible(all, true).length, 3);
});

test("ticks keep their distance", () => {
  assert.deepEqual(ticks([-6, 6], 120).map(({ value }) => value), [-5, 0, 5]);
  near(ticks([-6, 6], 120).map(({ share }) => share), [1 / 12, 0.5, 11 / 12]);
});

// Histograms

test("a density has the area one, whatever the bins", () => {
  assert.deepEqual(densities({ counts: [1, 3], edges: [0, 1, 2] }), [0.25, 0.75]);
  assert.deepEqual(densities({ counts: [1, 3], edges: [0, 2, 4] }), [0.125, 0.375]);
  assert.deepEqual(densities({ counts: [0, 0], edges: [0, 1, 2] }), [0, 0]);
});

test("few values are counted in fewer bins, and none is lost", () => {
  // 4 values: at most 2√4 = 4 bins, so eight bins are joined in pairs
  assert.deepEqual(joined({ counts: [1, 0, 0, 1, 0, 2, 0, 0], edges: [0, 1, 2, 3, 4, 5, 6, 7, 8] }),
    { counts: [1, 1, 2, 0], edges: [0, 2, 4, 6, 8] });
  const many = { counts: [9, 9, 9, 9], edges: [0, 1, 2, 3, 4] };
  assert.deepEqual(joined(many), many);
});

test("bars reach as high as the fullest bin", () => {
  assert.equal(bars({ counts: [1, 2], edges: [0, 1, 2] }, 100, 10), "M0 10V5H50V0H100V10Z");
  assert.equal(placeOn([3, 3], 100)(3), 50);
});

/** @param {number} step @param {number[]} counts @param {number[]} edges */
const row = (step, counts, edges) => ({ step, counts, edges, mean: 0, std: 1 });
const ROWS = [row(0, [0, 4], [0, 1, 2]), row(1, [2, 2], [0, 1, 2]), row(2, [2, 2], [0, 2, 4])];

test("ridges: the oldest farthest up, all on one scale", () => {
  const ridges = layOut(ROWS, { width: 80, height: 100, mode: "offset" });
  near(ridges.map(({ base }) => base), [45, 72.5, 100]);
  near(ridges.map(({ age }) => age), [1, 0.5, 0]);
  // densest is 1 (all of four in a bin of width 1), 45 high; the second is half as dense, the third a quarter
  near(ridges[0].outline.flat(), [10, 45, 30, 0]);
  near(ridges[1].outline.flat(), [10, 50, 30, 50]);
  near(ridges[2].outline.flat(), [20, 88.75, 60, 88.75]);
  assert.deepEqual(spanOf(ROWS), [0, 4]);
});

test("a ridge without width is cut and leaves the others their height", () => {
  const needle = row(0, [4, 0], [0, 0.01, 0.02]); // density 100; the middle one of the three has 0.5, cut at 2
  const [first, , last] = layOut([needle, row(1, [2, 2], [0, 1, 2]), row(2, [2, 2], [0, 1, 2])], { width: 10, height: 100, mode: "overlay" });
  assert.equal(first.outline[0][1], 0);
  assert.equal(last.outline[0][1], 75);
});

test("overlaid, all stand on one line, and the pointer means the nearest outline", () => {
  const ridges = layOut(ROWS, { width: 80, height: 100, mode: "overlay" });
  near(ridges.map(({ base }) => base), [100, 100, 100]);
  assert.equal(ridgeAt(ridges, 28, 55), 1);
  assert.equal(ridgeAt(ridges, 50, 70), 2);
  assert.equal(ridgeAt(layOut(ROWS, { width: 80, height: 100, mode: "offset" }), 40, 70), 1);
  assert.equal(ridgeAt([], 0, 0), -1);
});

test("thinned rows are even and end with the newest", () => {
  assert.deepEqual(thinned([1, 2, 3, 4, 5], 3), [1, 3, 5]);
  assert.deepEqual(thinned([1, 2, 3, 4], 3), [2, 4]);
  assert.deepEqual(thinned([1, 2], 3), [1, 2]);
});

test("recorded distributions become rows with edges", () => {
  const [{ layer, rows }] = rowsByLayer({
    meta: { quantity: "weights", layers: ["dense_1"] },
    arrays: { steps: [0, 4, 8], "dense_1.steps": [0, 8], "dense_1.counts": [[1, 3], [2, 2]], "dense_1.range": [[0, 1], [-1, 1]], "dense_1.moments": [[0.6, 0.2], [null, null]] },
  });
  assert.equal(layer, "dense_1");
  assert.deepEqual(rows[0], { step: 0, counts: [1, 3], edges: [0, 0.5, 1], mean: 0.6, std: 0.2 });
  assert.deepEqual([rows[1].step, rows[1].edges, rows[1].mean], [8, [-1, 0, 1], NaN]);
  near(evenEdges([2, 2], 2), [1.998, 2, 2.002]);
});
