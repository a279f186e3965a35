import assert from "node:assert/strict";
import { test } from "node:test";
import { chosenIn, entryOf, fieldAt, isPending, isSuited, problemAt, refusal, valueAt } from "../../static/forms/catalogue.js";
import { allowed, complaint, nudged, parseNumber, POSITIONS, toPosition, toValue } from "../../static/forms/numbers.js";
import { changeDataset, changeKind, moved, patchAt, takeExamples } from "../../static/forms/patches.js";
import { merged } from "../../static/live/merge_patch.js";
import { entryNames } from "../../static/forms/list-field.js";
import { borders, moveBorder, percents, setPart } from "../../static/forms/split.js";
import { availableFeatures, toggled } from "../../static/components/data/chosen-features.js";
import { lengthWords, tooLong } from "../../static/forms/text-field.js";
import { CATALOGUE, EXPERIMENT, session } from "./catalogue.js";

const RATE = /** @type {const} */ ({
  type: "number", exclusive_minimum: 0, slider: { minimum: 1e-5, maximum: 10, scale: "log", step: null },
});
const NOISE = /** @type {const} */ ({
  type: "number", minimum: 0, maximum: 0.5, slider: { minimum: 0, maximum: 0.5, scale: "linear", step: 0.05 },
});
const BATCH = /** @type {const} */ ({
  type: "integer", minimum: 1, maximum: 1e6, slider: { minimum: 1, maximum: 256, scale: "log", step: 1 },
});
const SEED = /** @type {const} */ ({ type: "integer", minimum: 0, maximum: 9 });

// Numbers

test("numbers are read as people write them", () => {
  const written = ["0.03", "1e-5", ".5", "−2", "1\u2009000", " 7 ", "+3.", "2E3"];
  assert.deepEqual(written.map(parseNumber), [0.03, 1e-5, 0.5, -2, 1000, 7, 3, 2000]);
  for (const text of ["", "abc", "1e", "0x10", "1,5", "Infinity", "--1"]) assert.ok(Number.isNaN(parseNumber(text)), text);
});

test("a logarithmic slider gives every decade the same way", () => {
  const positions = [1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1, 10].map((value) => toPosition(RATE.slider, value));
  for (const [i, position] of positions.entries()) assert.ok(Math.abs(position - (i * POSITIONS) / 6) <= 0.5);
  assert.equal(toPosition(RATE.slider, 0), 0);
  assert.equal(toPosition(RATE.slider, 1000), POSITIONS);
});

test("sliders answer short numbers within their ends", () => {
  assert.equal(toValue(RATE.slider, 0), 1e-5);
  assert.equal(toValue(RATE.slider, POSITIONS), 10);
  for (let position = 0; position <= POSITIONS; position++) {
    const rate = toValue(RATE.slider, position);
    assert.equal(rate, Number(rate.toPrecision(2)));
    assert.ok(Number.isInteger(toValue(BATCH.slider, position)));
    assert.ok(Math.abs((toValue(NOISE.slider, position) * 20) % 1) < 1e-9);
  }
  assert.equal(toValue(NOISE.slider, 600), 0.3);
});

test("a value set by a slider leaves the slider where it is", () => {
  for (const slider of [NOISE.slider, RATE.slider, BATCH.slider]) {
    for (const position of [0, 250, 500, 900, POSITIONS]) {
      const value = toValue(slider, position);
      assert.equal(toValue(slider, toPosition(slider, value)), value);
    }
  }
});

test("a key press goes to the next round number, up and down again", () => {
  const up = [0.03];
  for (let i = 0; i < 5; i++) up.push(nudged(RATE, up[up.length - 1], 1));
  assert.deepEqual(up, [0.03, 0.05, 0.07, 0.1, 0.2, 0.3]);
  const down = [0.02];
  for (let i = 0; i < 3; i++) down.push(nudged(RATE, down[down.length - 1], -1));
  assert.deepEqual(down, [0.02, 0.01, 0.007, 0.005]);
  assert.deepEqual([nudged(BATCH, 10, 1), nudged(BATCH, 10, -1), nudged(BATCH, 1, -1)], [20, 7, 1]);
  assert.deepEqual([nudged(NOISE, 0.1, 1), nudged(NOISE, 0.13, 1), nudged(NOISE, 0.13, -1)], [0.15, 0.15, 0.1]);
  assert.deepEqual([nudged(NOISE, 0.5, 1), nudged(NOISE, 0.02, -1), nudged(SEED, 9, 1), nudged(SEED, 3, -1)], [0.5, 0, 9, 2]);
});

test("what is refused is said with what is allowed", () => {
  assert.equal(complaint(NOISE, 0.25), "");
  assert.equal(complaint(NOISE, 0.7), "0.7 is too large. Write a number from 0 to 0.5.");
  assert.equal(complaint(RATE, -1), "−1 is too small. Write a number above 0.");
  assert.equal(complaint(RATE, 0), "0 is too small. Write a number above 0.");
  assert.equal(complaint(BATCH, 2.5), "2.5 is not whole. Write a whole number from 1 to 1\u2009000\u2009000.");
  assert.equal(complaint(RATE, NaN), "Not a number. Write a number above 0.");
  assert.equal(allowed({ type: "number", minimum: 0, exclusive_maximum: 1 }), "a number of at least 0 and below 1");
  assert.equal(allowed({ type: "number" }), "a number");
});

// The catalogue

test("fields are found along the chosen kinds", () => {
  assert.equal(fieldAt(CATALOGUE, EXPERIMENT, "optimizer.learning_rate")?.title, "Learning rate");
  assert.equal(fieldAt(CATALOGUE, EXPERIMENT, "layers.1.activation.slope")?.title, "Slope");
  assert.equal(fieldAt(CATALOGUE, EXPERIMENT, "layers.0")?.name, "layers");
  assert.equal(fieldAt(CATALOGUE, EXPERIMENT, "data.split.train")?.title, "Training");
  assert.equal(fieldAt(CATALOGUE, EXPERIMENT, "layers.0.activation.slope"), undefined);
  assert.equal(fieldAt(CATALOGUE, EXPERIMENT, "nothing.here"), undefined);
  assert.equal(valueAt(EXPERIMENT, "layers.1.activation.slope"), 0.2);
});

test("a kind that does not fit says why", () => {
  const reason = (/** @type {string} */ path, /** @type {string} */ registry, /** @type {string} */ kind, task = "binary") =>
    refusal(CATALOGUE, session(task), path, /** @type {any} */ (entryOf(CATALOGUE, registry, kind)));
  assert.equal(reason("loss", "losses", "squared_error"), "");
  assert.equal(reason("loss", "losses", "hinge"), "needs the output Linear or Tanh");
  assert.equal(reason("loss", "losses", "hinge", "regression"), "not for numbers");
  assert.equal(reason("output.activation", "activations", "softmax"), "needs several outputs");
  assert.equal(reason("output.activation", "activations", "tanh"), "the loss Binary cross-entropy cannot follow it");
  assert.equal(reason("layers.0.activation", "activations", "softmax"), "");
});

test("a pending field marks what lies within it and around it", () => {
  const pending = new Set(["optimizer.learning_rate", "layers"]);
  const asked = ["optimizer.learning_rate", "optimizer", "layers.0.rate", "optimizer.learning_rate_2", "loss"];
  assert.deepEqual(asked.map((path) => isPending(pending, path)), [true, true, true, false, false]);
});

test("a rule that looks at a part without examples says so", () => {
  const entry = /** @type {any} */ (entryOf(CATALOGUE, "stoppings", "early_stopping"));
  assert.equal(refusal(CATALOGUE, session("binary"), "stopping", entry), "needs validation examples: see Split");
  const dealt = { ...session("binary"), experiment: { ...EXPERIMENT, data: { ...EXPERIMENT.data, split: { train: 0.6, validation: 0.2, test: 0.2 } } } };
  assert.equal(refusal(CATALOGUE, dealt, "stopping", entry), "");
});

/** @param {string} path @returns {any} */
const field = (path) => fieldAt(CATALOGUE, EXPERIMENT, path);

test("fields stand only where they mean something", () => {
  assert.deepEqual(["binary", "regression"].map((task) => isSuited(CATALOGUE, session(task), field("class_weight"))), [true, false]);
  const images = structuredClone(CATALOGUE);
  images.registries.datasets.kinds[0].family = "images";
  const points = structuredClone(images);
  points.registries.datasets.kinds[0].family = "points";
  assert.deepEqual([images, points].map((catalogue) => isSuited(catalogue, session("binary"), field("data.augmentation"))), [true, false]);
  assert.ok(isSuited(CATALOGUE, session("binary"), field("optimizer")));
});

test("what was chosen is told in a few words, what was not is silent", () => {
  const chosen = (/** @type {object} */ part, /** @type {string} */ path) =>
    chosenIn(CATALOGUE, merged(EXPERIMENT, part), /** @type {any} */ (fieldAt(CATALOGUE, EXPERIMENT, path)), path);
  assert.equal(chosen({ class_weight: { kind: "balanced" } }, "class_weight"), "Balanced");
  assert.equal(chosen({ class_weight: { kind: "none" } }, "class_weight"), "");
  assert.equal(chosen({}, "class_weight"), "");
  assert.deepEqual([false, true].map((shuffle) => chosen({ shuffle }, "shuffle")), ["off", ""]);
  assert.equal(chosen({ data: { augmentation: { shift: 2, flip: "none" } } }, "data.augmentation"), "shift");
  assert.equal(chosen({ data: { augmentation: { shift: 0, flip: "none" } } }, "data.augmentation"), "");
});

test("a refusal is shown where its field is, or at what would hold it", () => {
  const errors = { "class_weight.weights.1": "not positive", "optimizer.learning_rate": "too small" };
  assert.equal(problemAt(errors, "class_weight"), "not positive");
  assert.equal(problemAt(errors, "class_weight", ["weights"]), "");
  assert.equal(problemAt(errors, "class_weight.weights"), "not positive");
  assert.equal(problemAt(errors, "class_weight.weight"), "");
  assert.equal(problemAt(errors, "optimizer", ["learning_rate"]), "");
});

// Texts and lists

test("letters are counted as the server counts them", () => {
  const text = /** @type {any} */ ({ maximum_length: 3 });
  assert.equal(lengthWords(text, "añ𝄞"), "3 of 3 letters");
  assert.deepEqual([tooLong(text, "añ𝄞"), tooLong(text, "abcde")], ["", "2 letters too many. At most 3 are allowed."]);
  assert.equal(lengthWords(/** @type {any} */ ({}), ""), "0 letters");
});

test("the entries of a list are called like the classes", () => {
  const list = field("class_weight") && { entries: { of: "classes" } };
  const notes = /** @type {any} */ ({ classes: 3, class_names: ["setosa", " ", "virginica"] });
  assert.deepEqual(entryNames(/** @type {any} */ (list), notes), ["setosa", "␣", "virginica"]);
  assert.deepEqual(entryNames(/** @type {any} */ (list), { ...notes, classes: 2, class_names: null }), ["class 0", "class 1"]);
});

// Patches

test("a patch holds one field, arrays whole", () => {
  assert.deepEqual(patchAt(EXPERIMENT, "optimizer.learning_rate", 0.1), { optimizer: { learning_rate: 0.1 } });
  const { layers } = patchAt(EXPERIMENT, "layers.1.units", 5);
  assert.deepEqual(layers[0], EXPERIMENT.layers[0]);
  assert.deepEqual(layers[1], { ...EXPERIMENT.layers[1], units: 5 });
  assert.deepEqual(patchAt(EXPERIMENT, "layers.1.activation", { kind: "tanh", slope: null }).layers[1].activation, { kind: "tanh" });
});

test("merging follows RFC 7396", () => {
  assert.deepEqual(merged({ a: { b: 1, c: 2 }, d: [1] }, { a: { b: null, e: { f: null } }, d: [2, 3] }), { a: { c: 2, e: {} }, d: [2, 3] });
  assert.deepEqual(merged([1], { a: null, b: 1 }), { b: 1 });
});

test("another kind keeps what was chosen and leaves what was not", () => {
  const [momentum, adam] = ["momentum", "adam"].map((kind) => /** @type {any} */ (entryOf(CATALOGUE, "optimizers", kind)));
  const chosen = { kind: "momentum", learning_rate: 0.5, momentum: 0.9 };
  assert.deepEqual(merged(chosen, changeKind(momentum, chosen, adam)), { kind: "adam", learning_rate: 0.5 });
  const untouched = { kind: "momentum", learning_rate: 0.01, momentum: 0.9 };
  assert.deepEqual(merged(untouched, changeKind(momentum, untouched, adam)), { kind: "adam" });
  assert.deepEqual(changeKind(undefined, null, adam), { kind: "adam" });
});

test("a value that the new kind refuses is not kept", () => {
  const [momentum, adadelta] = ["momentum", "adadelta"].map((kind) => /** @type {any} */ (entryOf(CATALOGUE, "optimizers", kind)));
  const chosen = { kind: "momentum", learning_rate: 5, momentum: 0.9 };
  assert.deepEqual(merged(chosen, changeKind(momentum, chosen, adadelta)), { kind: "adadelta" });
});

test("another task leaves output and loss to the server, the same task does not", () => {
  const patch = changeDataset(CATALOGUE, EXPERIMENT, "plane");
  assert.equal(patch.loss, null);
  assert.deepEqual(patch.output, { activation: null });
  assert.deepEqual(merged(EXPERIMENT.data.dataset, patch.data.dataset), { kind: "plane", noise: 0.2 });
  assert.deepEqual(Object.keys(changeDataset(CATALOGUE, EXPERIMENT, "spiral")), ["data"]);
});

test("inputs of other names take the features with them", () => {
  assert.equal(changeDataset(CATALOGUE, EXPERIMENT, "table").data.features, null);
  assert.ok(!("features" in changeDataset(CATALOGUE, EXPERIMENT, "spiral").data));
});

test("what suits the old dataset does not stay where another choice suits the new one", () => {
  const { data } = changeDataset(CATALOGUE, EXPERIMENT, "table");
  assert.equal(data.scaling, null);
  assert.ok(!("split" in data) && !("target_scaling" in data));
  assert.ok(!("scaling" in changeDataset(CATALOGUE, EXPERIMENT, "spiral").data));
});

test("what means nothing to the new dataset goes back to its default", () => {
  const chosen = merged(EXPERIMENT, { class_weight: { kind: "balanced" }, data: { augmentation: { shift: 2, flip: "none" } } });
  assert.equal(changeDataset(CATALOGUE, chosen, "plane").class_weight, null);
  assert.ok(!("class_weight" in changeDataset(CATALOGUE, chosen, "spiral")));
  const catalogue = structuredClone(CATALOGUE);
  for (const kind of catalogue.registries.datasets.kinds) kind.family = "points";
  assert.equal(changeDataset(catalogue, chosen, "spiral").data.augmentation, null);
});

test("one weight for each class does not stay for other classes", () => {
  const chosen = merged(EXPERIMENT, { class_weight: { kind: "manual", weights: [1, 5] } });
  assert.deepEqual(changeDataset(CATALOGUE, chosen, "spiral").class_weight, { weights: null });
});

test("own rows take everything with them that followed from others", () => {
  const catalogue = structuredClone(CATALOGUE);
  catalogue.registries.datasets.kinds.push({ kind: "inline", fields: [] });
  const chosen = merged(EXPERIMENT, { class_weight: { kind: "balanced" }, data: { dataset: { kind: "inline", weights: [1] } } });
  const patch = takeExamples(catalogue, chosen, { inputs: [[1], [2]], targets: [0.5, 1.5], task: "regression" });
  assert.deepEqual(merged(chosen.data.dataset, patch.data.dataset),
    { kind: "inline", inputs: [[1], [2]], targets: [0.5, 1.5], task: "regression" });
  assert.deepEqual([patch.data.features, patch.loss, patch.output, patch.class_weight], [null, null, { activation: null }, null]);
});

test("a rule goes with the part that it looks at", () => {
  const chosen = merged(EXPERIMENT, { stopping: { kind: "early_stopping", split: "validation" } });
  assert.equal(changeDataset(CATALOGUE, chosen, "spiral").stopping, null);
  assert.ok(!("stopping" in changeDataset(CATALOGUE, merged(chosen, { stopping: { split: "test" } }), "spiral")));
});

test("layers come with datasets that suggest some, and stay where the learner's own fit", () => {
  const [conv, dense] = [{ kind: "conv2d" }, { kind: "dense", units: 3 }];
  /** @type {any} */
  const catalogue = structuredClone(CATALOGUE);
  catalogue.default_experiment.layers = [dense];
  catalogue.registries.layers.kinds.push({ kind: "conv2d", input_rank: 3, fields: [] });
  for (const kind of ["images", "pictures"]) catalogue.registries.datasets.kinds.push({ kind, fields: [], suggested_layers: [conv] });
  const layersOf = (/** @type {string} */ from, /** @type {object[]} */ layers, /** @type {string} */ to) =>
    changeDataset(catalogue, /** @type {any} */ ({ ...EXPERIMENT, data: { dataset: { kind: from } }, layers }), to).layers;
  assert.deepEqual(layersOf("circle", [dense], "images"), [conv]);
  assert.equal(layersOf("images", [conv, conv], "pictures"), undefined);
  assert.deepEqual(layersOf("images", [conv], "circle"), [dense]);
  assert.equal(layersOf("images", [{ kind: "dense", units: 9 }], "circle"), undefined);
});

test("an optimizer comes and goes with datasets that suggest one, unless the learner has chosen", () => {
  const [first, adam] = [EXPERIMENT.optimizer, { kind: "adam", learning_rate: 0.01, beta_1: 0.9 }];
  const catalogue = structuredClone(CATALOGUE);
  for (const kind of ["words", "bits"]) catalogue.registries.datasets.kinds.push({ kind, fields: [], suggested_optimizer: adam });
  const optimizerOf = (/** @type {string} */ from, /** @type {object} */ optimizer, /** @type {string} */ to) =>
    changeDataset(catalogue, /** @type {any} */ ({ ...EXPERIMENT, data: { dataset: { kind: from } }, optimizer }), to).optimizer;
  assert.deepEqual(merged(first, optimizerOf("circle", first, "words")), adam);
  assert.equal(optimizerOf("words", adam, "bits"), undefined);
  assert.deepEqual(merged(adam, optimizerOf("bits", { beta_1: 0.9, kind: "adam", learning_rate: 0.01 }, "circle")), first);
  assert.equal(optimizerOf("circle", { ...first, learning_rate: 0.1 }, "words"), undefined);
  assert.equal(optimizerOf("words", { ...adam, learning_rate: 0.1 }, "circle"), undefined);
  assert.equal(optimizerOf("circle", first, "spiral"), undefined);
});

test("layers change places", () => {
  assert.deepEqual([moved(["a", "b", "c"], 0, 1), moved(["a", "b", "c"], 2, 1)], [["b", "a", "c"], ["a", "c", "b"]]);
});

// Split

const HALVES = { train: 0.5, validation: 0, test: 0.5 };

test("every change of a split sums to one exactly", () => {
  for (const percent of [-20, 0, 5, 33, 50, 67, 100, 130]) {
    const changes = [
      moveBorder(HALVES, 0, percent), moveBorder(HALVES, 1, percent), setPart(HALVES, "train", percent),
      setPart(HALVES, "validation", percent), setPart(HALVES, "test", percent),
    ];
    for (const split of changes) {
      assert.ok(Math.abs(split.train + split.validation + split.test - 1) < 1e-12);
      assert.ok(split.train >= 0.05 && split.validation >= 0 && split.test >= 0);
    }
  }
});

test("a border moves, and pushes the other where it meets it", () => {
  assert.deepEqual(percents(moveBorder(HALVES, 1, 70)), { train: 50, validation: 20, test: 30 });
  assert.deepEqual(percents(moveBorder(HALVES, 0, 70)), { train: 70, validation: 0, test: 30 });
  assert.deepEqual(percents(moveBorder(HALVES, 1, 20)), { train: 20, validation: 0, test: 80 });
  assert.deepEqual(percents(moveBorder({ train: 0.6, validation: 0.2, test: 0.2 }, 0, 70)), { train: 70, validation: 10, test: 20 });
  assert.deepEqual(borders({ train: 0.7, validation: 0.2, test: 0.1 }), [70, 90]);
});

test("a typed share takes from the test part first", () => {
  assert.deepEqual(percents(setPart(HALVES, "train", 70)), { train: 70, validation: 0, test: 30 });
  assert.deepEqual(percents(setPart({ train: 0.6, validation: 0.2, test: 0.2 }, "train", 90)), { train: 90, validation: 10, test: 0 });
  assert.deepEqual(percents(setPart(HALVES, "validation", 60)), { train: 40, validation: 60, test: 0 });
  assert.deepEqual(percents(setPart(HALVES, "test", 20)), { train: 50, validation: 30, test: 20 });
});

// Features

test("features that the inputs allow are offered, the inputs first", () => {
  assert.deepEqual(availableFeatures(CATALOGUE, session("binary")), ["x1", "x2", "x1_squared", "x1_x2"]);
  const curve = session("regression");
  curve.notes.input_names = ["x1"];
  assert.deepEqual(availableFeatures(CATALOGUE, curve), ["x1", "x1_squared"]);
});

test("chosen features keep the order of the menu, and one always remains", () => {
  const all = ["x1", "x2", "x1_squared"];
  assert.deepEqual(toggled(all, ["x1_squared"], "x1"), ["x1", "x1_squared"]);
  assert.deepEqual(toggled(all, ["x1", "x2"], "x1"), ["x2"]);
  assert.equal(toggled(all, ["x2"], "x2"), null);
});
