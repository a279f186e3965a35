import assert from "node:assert/strict";
import { test } from "node:test";
import { columnsOf, countOf, layerNames, neuronName, shapeWords, shortened, sources, summary } from "../../static/components/network/columns.js";
import { depths } from "../../static/components/network/curve-painter.js";
import { climb, nearest } from "../../static/components/network/curves.js";
import { layOut } from "../../static/components/network/layout.js";
import { withBias, withUnit, withWeight } from "../../static/components/network/parameters.js";
import { addLayer, insertLayer, misfit, moveLayer, removeLayer, setActivation, setUnits } from "../../static/components/network/patches.js";
import { unitReading, weightReading } from "../../static/components/network/readings.js";
import { stepped } from "../../static/components/network/steps.js";

const ROOM = { width: 800, height: 400, em: 15 };

/** @param {number} units */
const dense = (units, activation = "tanh") => ({ kind: "dense", units, activation: { kind: activation } });
const DROPOUT = { kind: "dropout", rate: 0.2 };

/** @param {object[]} layers @param {{ features?: string[], classes?: number }} [options] */
function columns(layers, { features = ["x1", "x2"], classes = 2 } = {}) {
  const task = classes > 2 ? "multiclass" : "binary";
  return columnsOf(/** @type {any} */ ({ layers }), /** @type {any} */ ({ feature_names: features, task, classes }));
}

// Columns

test("layers are named as in Keras, each kind with its own numbers", () => {
  assert.deepEqual(layerNames([dense(4), DROPOUT, dense(2)]), ["dense_1", "dropout_1", "dense_2"]);
});

test("weights connect dense layers across those without neurons", () => {
  const shown = columns([dense(4), DROPOUT, dense(2)]);
  assert.deepEqual(shown.map(({ role }) => role), ["inputs", "dense", "between", "dense", "output"]);
  assert.deepEqual(sources(shown), [-1, 0, -1, 1, 3]);
});

test("without hidden layers the output takes the inputs", () => {
  assert.deepEqual(sources(columns([])), [-1, 0]);
});

test("a binary task and a regression have one output, classes one each", () => {
  assert.deepEqual(columns([]).at(-1)?.labels, ["ŷ"]);
  assert.deepEqual(columns([], { classes: 5 }).at(-1)?.labels, ["0", "1", "2", "3", "4"]);
});

test("neurons are called as a person would", () => {
  const shown = columns([dense(4)], { features: ["x1", "sin_x2"], classes: 3 });
  assert.deepEqual(
    [neuronName(shown[0], 1), neuronName(shown[1], 1), neuronName(shown[2], 1)],
    ["sin x₂", "dense_1 unit 2", "output for class 1"],
  );
  assert.equal(neuronName(columns([])[1], 0), "output");
  assert.match(summary(shown), /2 inputs, hidden layers of 4 units, 3 outputs/);
  assert.match(summary(columns([])), /no hidden layer/);
});

// Layout

test("everything lies within the room when it fits", () => {
  for (const layers of [[], [dense(4), dense(2)], [dense(8), DROPOUT, dense(8)]]) {
    const { places, width, height, size } = layOut(columns(layers), ROOM, false);
    assert.ok(width <= ROOM.width + 1e-9 && height === ROOM.height);
    for (const { x, y, left, width: own, hidden } of places) {
      assert.equal(hidden, 0);
      assert.ok(x > left && x < left + own);
      for (const at of y) assert.ok(at >= size / 2 && at <= height - size / 2);
    }
  }
});

test("neurons of a column never touch", () => {
  for (const units of [1, 2, 8, 12, 32]) {
    const { places, size } = layOut(columns([dense(units)]), ROOM, false);
    for (let i = 1; i < places[1].y.length; i++) assert.ok(places[1].y[i] - places[1].y[i - 1] > size);
  }
});

test("what does not fit is counted, and drawn on demand in a taller picture", () => {
  const few = layOut(columns([dense(32)]), ROOM, false);
  assert.ok(few.places[1].hidden > 0);
  assert.equal(few.places[1].y.length + few.places[1].hidden, 32);
  const all = layOut(columns([dense(32)]), ROOM, true);
  assert.equal(all.places[1].y.length, 32);
  assert.ok(all.height > ROOM.height);
});

test("in a narrow room the headers become compact, in a narrower one the picture scrolls", () => {
  const shown = columns([dense(8), dense(8), dense(8)]);
  const [wide, narrow, narrowest] = [800, 320, 200].map((width) => layOut(shown, { ...ROOM, width }, false));
  assert.deepEqual([wide.compact, narrow.compact, narrowest.compact], [false, true, true]);
  assert.ok(narrow.width <= 320 && narrowest.width > 200);
});

test("long labels of inputs have room on the left", () => {
  const { places, size } = layOut(columns([dense(8)], { features: ["x1", "sin_x1"] }), { ...ROOM, width: 300 }, false);
  assert.ok(places[0].x - size / 2 >= 6 * 0.48 * ROOM.em);
});

test("the weights of a layer run from the right of one neuron to the left of the next", () => {
  const { gaps, places, size } = layOut(columns([dense(3)]), ROOM, false);
  const shapes = gaps.map(({ layer, inputs, units }) => [layer, inputs, units]);
  assert.deepEqual(shapes, [["dense_1", 2, 3], ["output", 3, 1]]);
  assert.equal(gaps[0].x0, places[0].x + size / 2);
  assert.equal(gaps[0].x1, places[1].x - size / 2);
});

// Curves

test("the climb solves the curve's cubic", () => {
  for (const t of [0, 0.1, 0.25, 0.5, 0.8, 1]) {
    const { height } = climb(1.5 * t - 1.5 * t * t + t ** 3);
    assert.ok(Math.abs(height - t * t * (3 - 2 * t)) < 1e-9);
  }
});

test("the slope of the climb is its derivative", () => {
  for (const share of [0.1, 0.4, 0.7]) {
    const difference = (climb(share + 1e-5).height - climb(share - 1e-5).height) / 2e-5;
    assert.ok(Math.abs(climb(share).slope - difference) < 1e-5);
  }
});

test("the nearest curve is found within reach only", () => {
  const { gaps } = layOut(columns([dense(3)]), ROOM, false);
  const { x0, x1, y0, y1 } = gaps[0];
  const hit = nearest(gaps, x0 + 3, y0[1] + 1, 8);
  assert.deepEqual([hit?.gap.layer, hit?.input], ["dense_1", 1]);
  const middle = nearest(gaps, (x0 + x1) / 2, (y0[0] + y1[2]) / 2 + 2, 8);
  assert.deepEqual([middle?.input, middle?.unit], [0, 2]);
  assert.equal(nearest(gaps, x0 + 3, y0[0] - 20, 8), null);
  assert.equal(nearest(gaps, x0 - 10, y0[0], 8), null);
});

// Changes of the layers

test("a new layer is like its neighbour: the one before, else the one after", () => {
  const layers = [dense(4, "relu"), DROPOUT, dense(2)];
  assert.deepEqual(addLayer(layers, 2)[2], dense(4, "relu"));
  assert.deepEqual(addLayer(layers, 0)[0], dense(4, "relu"));
  assert.deepEqual(addLayer(layers, 3)[3], dense(2));
  assert.equal(addLayer([], 0)[0].kind, "dense");
  assert.equal(layers.length, 3);
});

test("layers are removed and changed in a copy", () => {
  const layers = [dense(4), DROPOUT];
  assert.deepEqual(removeLayer(layers, 0), [DROPOUT]);
  assert.deepEqual(setUnits(layers, 0, 5), [dense(5), DROPOUT]);
  assert.deepEqual(layers, [dense(4), DROPOUT]);
});

test("a moved layer keeps its settings and shifts the others", () => {
  const layers = [dense(4), DROPOUT, dense(2)];
  assert.deepEqual(moveLayer(layers, 0, 2), [DROPOUT, dense(2), dense(4)]);
  assert.deepEqual(moveLayer(layers, 2, 1), [dense(4), dense(2), DROPOUT]);
});

test("the same activation keeps its fields, another begins with its own defaults", () => {
  const leaky = { kind: "dense", units: 2, activation: { kind: "leaky_relu", slope: 0.3 } };
  assert.deepEqual(setActivation([leaky], 0, "leaky_relu"), [leaky]);
  assert.deepEqual(setActivation([leaky], 0, "tanh")[0].activation, { kind: "tanh" });
});

// Parameters

test("one value is replaced in the shape of Keras", () => {
  const kernel = Float64Array.of(1, 2, 3, 4, 5, 6); // 2 inputs × 3 units
  assert.deepEqual(withWeight(kernel, 3, 1, 0, 9), [[1, 2, 3], [9, 5, 6]]);
  assert.deepEqual(withUnit(kernel, 3, 2, [7, 8]), [[1, 2, 7], [4, 5, 8]]);
  assert.deepEqual(withBias(Float64Array.of(1, 2), 1, 0), [1, 0]);
});

/** A source with one kernel of 2 inputs × 3 units, and what was sent. */
function source() {
  /** @type {[string, object][]} */
  const sent = [];
  return {
    sent,
    kernel: () => [1, 2, 3, 4, 5, 6],
    bias: () => [10, 20, 30],
    send: (/** @type {string} */ layer, /** @type {object} */ parameters) => void sent.push([layer, parameters]),
  };
}

test("a weight reads its newest value and sends its layer's kernel", () => {
  const shown = columns([dense(3)]);
  const from = source();
  const { gaps } = layOut(shown, ROOM, false);
  const reading = weightReading(shown, { gap: gaps[0], input: 1, unit: 2 }, from);
  assert.equal(reading.title, "weight from x₂ to dense_1 unit 3");
  assert.equal(reading.value(), 6);
  reading.set(0);
  assert.deepEqual(from.sent, [["dense_1", { kernel: [[1, 2, 3], [4, 5, 0]] }]]);
});

test("a neuron lists its weights by where they come from; inputs have none", () => {
  const shown = columns([dense(3)]);
  const from = source();
  const unit = unitReading(shown, { column: 1, unit: 0 }, from);
  assert.deepEqual(unit?.weights, [{ name: "x₁", value: 1 }, { name: "x₂", value: 4 }]);
  assert.equal(unit?.bias, 10);
  assert.equal(unitReading(shown, { column: 0, unit: 0 }, from), null);
});

test("a sheet sends what was typed and the newest of the rest", () => {
  const shown = columns([dense(3)]);
  const from = source();
  const unit = unitReading(shown, { column: 1, unit: 0 }, from);
  from.kernel = () => [11, 12, 13, 14, 15, 16]; // it went on training
  unit?.apply({ weights: [null, 0], bias: null });
  assert.deepEqual(from.sent, [["dense_1", { kernel: [[11, 12, 13], [0, 15, 16]], bias: [10, 20, 30] }]]);
});

// Keys

test("arrow keys lead through columns with neurons and stop at the border", () => {
  const { places } = layOut(columns([dense(4), DROPOUT, dense(2)]), ROOM, false);
  assert.deepEqual(stepped(places, { column: 1, unit: 3 }, "ArrowRight"), { column: 3, unit: 1 });
  assert.deepEqual(stepped(places, { column: 3, unit: 0 }, "ArrowLeft")?.column, 1);
  assert.deepEqual(stepped(places, { column: 0, unit: 0 }, "ArrowLeft"), { column: 0, unit: 0 });
  assert.deepEqual(stepped(places, { column: 1, unit: 0 }, "ArrowUp"), { column: 1, unit: 0 });
  assert.deepEqual(stepped(places, { column: 1, unit: 0 }, "End"), { column: 1, unit: 3 });
  assert.equal(stepped(places, { column: 1, unit: 0 }, "x"), null);
});

// Images, sequences and many columns

/** @param {object[]} layers @param {number[]} input_shape @param {object[]} noted */
function wholeColumns(layers, input_shape, noted) {
  return columnsOf(/** @type {any} */ ({ layers, data: { features: null } }), /** @type {any} */ ({
    feature_names: Array(64).fill("pixel"), input_shape, task: "multiclass", classes: 3, class_names: ["a", " ", "c"], layers: noted,
  }));
}

const CNN = [{ kind: "conv2d", filters: 8 }, { kind: "flatten" }, dense(4)];

test("an image and what looks at images are blocks of their shape, and no single lines leave them", () => {
  const shown = wholeColumns(CNN, [8, 8, 1], [{ name: "conv2d_1", output_shape: [6, 6, 8] }]);
  assert.deepEqual(shown.map(({ role }) => role), ["block", "block", "block", "dense", "output"]);
  assert.deepEqual([shown[0].shape, shown[1].shape, shown[2].shape], [[8, 8, 1], [6, 6, 8], null]);
  assert.deepEqual(sources(shown), [-1, -1, -1, -1, 3]);
  assert.deepEqual(layOut(shown, ROOM, false).gaps.map(({ layer }) => layer), ["output"]);
  assert.match(summary(shown), /64 inputs, hidden layers of conv2d, flatten, 4 units, 3 outputs/);
});

test("outputs have the names of their classes, and a blank is seen", () => {
  const shown = wholeColumns([], [5], []);
  assert.deepEqual(shown[1].labels, ["a", "␣", "c"]);
  assert.equal(neuronName(shown[1], 2), "output for class c");
});

test("many columns are drawn as one, few each by its name", () => {
  const many = columns([dense(2)], { features: Array.from({ length: 30 }, (_, i) => `c${i}`) });
  assert.deepEqual([many[0].role, countOf(many[0]), sources(many)[1]], ["block", 30, -1]);
  assert.equal(columns([], { features: ["alcohol", "ash"] })[0].role, "inputs");
});

test("shapes are read as a person would", () => {
  assert.deepEqual([shapeWords([8, 8, 1]), shapeWords([50, 2]), shapeWords([10], true), shapeWords([16])],
    ["8 × 8 × 1", "50 steps × 2", "10 steps", "16"]);
  assert.equal(shortened("alcalinity_of_ash"), "alcalinity_o…");
});

/** @param {string} kind @param {object} [more] @returns {any} */
const layerKind = (kind, more = {}) => ({ kind, fields: [], ...more });

test("a layer of any kind is put in with its own defaults, a dense one like its neighbour", () => {
  const entry = layerKind("conv2d", { fields: [{ name: "filters", default: 8 }, { name: "activation", default: { kind: "relu" } }] });
  const layers = [dense(4), dense(2)];
  assert.deepEqual(insertLayer(layers, 1, entry)[1], { kind: "conv2d", filters: 8, activation: { kind: "relu" } });
  assert.deepEqual(insertLayer(layers, 2, layerKind("dense"))[2], dense(2));
  assert.deepEqual(insertLayer([], 0, layerKind("dense", { fields: [{ name: "units", default: 4 }] })), [{ kind: "dense", units: 4 }]);
});

test("a kind that cannot read what arrives says so", () => {
  const [rows, sequences, images, anything] = [1, 2, 3, null].map((input_rank) => layerKind("some", { input_rank }));
  assert.deepEqual([rows, sequences, images, anything].map((entry) => misfit(entry, [8, 8, 1]) === ""), [false, false, true, true]);
  assert.deepEqual([rows, sequences, images, anything].map((entry) => misfit(entry, [10, 3]) === ""), [true, true, false, true]);
  assert.deepEqual([rows, sequences, images, anything].map((entry) => misfit(entry, [3]) === ""), [true, false, false, true]);
  assert.equal(misfit(images, null), "");
});

test("a curve of a neuron is high where its answer is large, and stays in its square", () => {
  assert.deepEqual(depths([9, 0, 1, -1, 5, NaN], 1, 5, 1).map((depth) => Number(depth.toFixed(2))), [0.5, 0.08, 0.92, 0.08, 0.5]);
});
