import assert from "node:assert/strict";
import { test } from "node:test";
import { ACTIVATIONS } from "../../static/live/activations.js";
import { Evaluator, isComputable, partsOf } from "../../static/live/evaluation.js";

/** @param {Partial<import("../../static/live/evaluation.js").Recipe>} changes @returns {import("../../static/live/evaluation.js").Recipe} */
function recipe(changes = {}) {
  return {
    digest: "d", domain: [[-1, 1], [-1, 1]], low: 0, high: 1, units: null,
    numbers: [{ name: "output.kernel", shape: [2, 1] }, { name: "output.bias", shape: [1] }],
    layers: [{ name: "output", kind: "dense", units: 1, activation: { kind: "linear" }, shown: true, scale: 2 }], ...changes,
  };
}

/** x1 and x2 at the four points of a picture two pixels wide. */
const FEATURES = { data: new Float32Array([-1, 1, -1, 1, 1, 1, -1, -1]), shape: [2, 4] };

/** @param {ReturnType<typeof recipe>} how @param {number[]} numbers */
function evaluated(how, numbers, features = FEATURES) {
  const evaluator = new Evaluator(how, features);
  evaluator.run(partsOf(how, new Float32Array(numbers)));
  return evaluator;
}

test("weights lie one after the other, row by row", () => {
  const parts = partsOf(recipe(), new Float32Array([1, 2, 3]));
  assert.deepEqual(parts, {
    "output.kernel": { data: new Float32Array([1, 2]), shape: [2, 1] }, "output.bias": { data: new Float32Array([3]), shape: [1] },
  });
});

test("a single output becomes bytes between the values of the classes, rounded and cut off", () => {
  const { arrays, about } = evaluated(recipe(), [0.25, 0.5, 0.3]).boundary(); // 0.55, 1.05, -0.45, 0.05
  assert.deepEqual(arrays, { "boundary.values": { data: new Uint8Array([140, 255, 0, 13]), shape: [2, 2] } });
  assert.deepEqual(about, { domain: [[-1, 1], [-1, 1]], low: 0, high: 1 });
});

test("of several outputs the largest wins, of equal ones the first", () => {
  const how = recipe({
    numbers: [{ name: "output.kernel", shape: [2, 3] }, { name: "output.bias", shape: [3] }],
    layers: [{ name: "output", kind: "dense", units: 3, activation: { kind: "softmax" }, shown: true, scale: 1 }],
  });
  const { arrays } = evaluated(how, [1, 0, -1, 0, 0, 0, 0, 0, 0]).boundary();
  assert.deepEqual([...arrays["boundary.classes"].data], [2, 0, 2, 0]);
  const certainty = Math.round((255 * Math.E) / (Math.E + 1 + 1 / Math.E));
  assert.deepEqual([...arrays["boundary.certainty"].data], [certainty, certainty, certainty, certainty]);
  const equal = evaluated(how, [0, 0, 0, 0, 0, 0, 0, 0, 0]).boundary().arrays;
  assert.deepEqual([...equal["boundary.classes"].data], [0, 0, 0, 0]);
  assert.deepEqual([...equal["boundary.certainty"].data], [85, 85, 85, 85]);
});

test("neurons reach their bound, or their largest answer", () => {
  const how = recipe({ units: { factor: [0.5], offset: [1] } });
  how.layers.unshift({ name: "dropout_1", kind: "dropout", shown: false, scale: null });
  how.layers.unshift({ name: "dense_1", kind: "dense", units: 2, activation: { kind: "relu" }, shown: true, scale: null });
  how.numbers.unshift({ name: "dense_1.kernel", shape: [2, 2] }, { name: "dense_1.bias", shape: [2] });
  const { arrays, about } = evaluated(how, [4, 0, 0, 1, 0, 0, /* output */ 0.25, 0, -1]).neurons();
  assert.deepEqual(about.scale, { inputs: [1, 1], dense_1: [4, 4], output: [2] });
  assert.deepEqual([...arrays["neurons.inputs"].data], [0, 255, 0, 255, 255, 255, 0, 0]);
  assert.deepEqual([...arrays["neurons.dense_1"].data], [128, 255, 128, 255, 159, 159, 128, 128]);
  assert.deepEqual([...arrays["neurons.output"].data], [64, 191, 64, 191]); // (0, 4) · 0.25 − 1, in units −1 and 1
  assert.deepEqual(arrays["neurons.dense_1"].shape, [2, 2, 2]);
  assert.equal("neurons.dropout_1" in arrays, false);
});

test("normalization by moving averages, and of each point by itself", () => {
  const numbers = ["gamma", "beta", "moving_mean", "moving_variance"];
  const layer = { shown: true, scale: 10, epsilon: 0 };
  const batch = recipe({
    numbers: numbers.map((part) => ({ name: `output.${part}`, shape: [2] })),
    layers: [{ name: "output", kind: "batch_normalization", ...layer }],
  });
  const found = evaluated(batch, [2, 1, 0, 3, -1, 1, 4, 1]).neurons().arrays["neurons.output"].data;
  assert.deepEqual([...found], [0, 2, 0, 2, 3, 3, 1, 1].map((value) => Math.floor(((value + 10) * 255) / 20 + 0.5)));
  const each = { ...batch, numbers: batch.numbers.slice(0, 2), layers: [{ name: "output", kind: "layer_normalization", ...layer }] };
  const normal = evaluated(each, [2, 1, 5, 3], { data: new Float32Array([5, 7, 1, -1]), shape: [2, 2] }).neurons().arrays["neurons.output"].data;
  assert.deepEqual([...normal], [7, 7, 2, 2].map((value) => Math.floor(((value + 10) * 255) / 20 + 0.5)));
});

test("what cannot be computed here, or not fast enough, is left to the server", () => {
  assert.equal(isComputable(recipe(), 10_000), true);
  const [output] = recipe().layers;
  assert.equal(isComputable(recipe({ layers: [{ ...output, kind: "conv2d" }] }), 4), false);
  assert.equal(isComputable(recipe({ layers: [{ ...output, activation: { kind: "new" } }] }), 4), false);
  assert.equal(isComputable(recipe({ numbers: [{ name: "output.kernel", shape: [100, 100] }] }), 10_000), false);
});

test("activations at numbers that can be checked by hand", () => {
  const values = (/** @type {string} */ kind, fields = {}) => {
    const made = new Float32Array([-2, 0, 1]);
    ACTIVATIONS[kind](made, 3, fields);
    return [...made].map((value) => value.toFixed(4));
  };
  assert.deepEqual(values("step"), ["0.0000", "0.0000", "1.0000"]);
  assert.deepEqual(values("leaky_relu", { slope: 0.5 }), ["-1.0000", "0.0000", "1.0000"]);
  assert.deepEqual(values("elu", { alpha: 2 }), ["-1.7293", "0.0000", "1.0000"]);
  assert.deepEqual(values("gelu", { approximate: false }), ["-0.0455", "0.0000", "0.8413"]); // Φ(1) = 0.8413
  assert.deepEqual(values("softplus"), ["0.1269", "0.6931", "1.3133"]); // ln 2 at 0
  assert.deepEqual(values("gaussian"), ["0.0183", "1.0000", "0.3679"]);
});
