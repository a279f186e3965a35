import assert from "node:assert/strict";
import { test } from "node:test";
import { decadeShare, reach } from "../../static/charts/probes/answer.js";
import { heights, placing } from "../../static/charts/probes/landscape.js";
import { flattened, stacked } from "../../static/charts/probes/maps.js";
import { ELSEWHERE, offered, pictureOf, PICTURES } from "../../static/charts/probes/pictures.js";
import { decades } from "../../static/charts/probes/plots.js";

/** @param {number} actual @param {number} expected */
const near = (actual, expected) => assert.ok(Math.abs(actual - expected) < 1e-9, `${actual} is not ${expected}`);

test("bars of powers of ten: each factor is the same length, nothing is empty", () => {
  const all = [0.01, 0.1, 1];
  const shares = all.map((value) => decadeShare(value, all));
  near(shares[2] - shares[1], shares[1] - shares[0]);
  near(shares[2], 1);
  assert.ok(shares[0] > 0);
  assert.deepEqual([decadeShare(0, all), decadeShare(null, all), decadeShare(-1, all), decadeShare(1, [null])], [0, 0, 0, 0]);
});

test("the reach of numbers is their largest size", () => {
  assert.equal(reach([[1, -3], [null, 2]]), 3);
  assert.equal(reach([[0, null]]), 1);
});

test("an axis of powers of ten holds all numbers, and never nothing", () => {
  assert.deepEqual(decades([0.02, 3, null, 0]), [-2, 1]);
  assert.deepEqual(decades([1, 1]), [0, 1]);
  assert.deepEqual(decades([null]), [-1, 0]);
});

test("equal factors of the loss are equal steps of height; what is not finite is the highest", () => {
  const [[low, middle, high, none, below]] = heights([[0.01, 0.1, 1, null, 0]], 0.01, 1);
  near(low, 0);
  near(middle, 0.5);
  near(high, 1);
  assert.equal(none, 1);
  assert.equal(below, 0);
  assert.deepEqual(heights([[2, 2]], 2, 2), [[0, 0]]);
});

test("a coordinate is the middle of its pixel, the largest v on top", () => {
  const place = placing([0, 1, 2, 3], [30, 20, 10, 0]);
  assert.deepEqual(place([0, 30]), [12.5, 12.5]);
  assert.deepEqual(place([3, 0]), [87.5, 87.5]);
  assert.deepEqual(place([1, 10]), [37.5, 62.5]);
});

test("kernels are laid out in rows: channels below each other, inputs down and units across", () => {
  assert.deepEqual(stacked([[[1, 2]], [[3, 4]]]), [[1, 2], [0, 0], [3, 4]]);
  assert.deepEqual(flattened([[[[1, 2]], [[3, 4]]]]), [[1, 2], [3, 4]]);
  assert.deepEqual(flattened([[1, 2, 3]]), [[1, 2, 3]]);
  assert.deepEqual([flattened(Array(100).fill(Array(80).fill(0)))].map((rows) => [rows.length, rows[0].length]), [[64, 64]]);
});

/** @param {string[]} layers @param {string} task @param {number[]} shape @returns {any} */
const session = (layers, task, shape) =>
  ({ experiment: { layers: layers.map((kind) => ({ kind })) }, notes: { task, layers: layers.map(() => ({ output_shape: shape })) } });
const kinds = [...ELSEWHERE, ...Object.values(PICTURES).flatMap(Object.keys)];
/** @type {any} */
const CATALOGUE = { registries: { probes: { kinds: kinds.map((kind) => ({ kind, title: kind.toUpperCase() })) } } };

test("no probe has two pictures", () => {
  assert.equal(new Set(kinds).size, kinds.length);
  assert.equal(pictureOf("boundary"), undefined);
});

test("only what has anything to show is offered, by the catalogue's names", () => {
  const names = (/** @type {any} */ one) => offered(CATALOGUE, one).flatMap((group) => group.kinds.map(({ kind }) => kind));
  const [dense, images, letters] = [
    session(["dense"], "binary", [4]), session(["conv2d"], "multiclass", [6, 6, 8]), session(["embedding", "simple_rnn"], "regression", [5]),
  ].map(names);
  assert.deepEqual(["kernels", "gates", "roc", "confusion", "signal"].map((kind) => dense.includes(kind)), [false, false, true, true, true]);
  assert.deepEqual(["kernels", "feature_maps", "roc", "confusion"].map((kind) => images.includes(kind)), [true, true, false, true]);
  assert.deepEqual(["hidden_states", "gates", "conditioning", "confusion"].map((kind) => letters.includes(kind)), [true, false, false, false]);
  assert.equal(offered(CATALOGUE, session([], "binary", []))[0].kinds[0].title, "SIGNAL");
});
