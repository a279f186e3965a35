import assert from "node:assert/strict";
import { test } from "node:test";
import { fromTensorFlowPlayground } from "../../static/live/tensorflow_playground.js";

/** @param {string} fragment */
function translated(fragment) {
  const translation = fromTensorFlowPlayground(fragment);
  assert.ok(translation);
  return translation;
}

/** @type {[string, string, (experiment: any) => unknown, unknown][]} what, fragment, where to look, what must stand there */
const TABLE = [
  ["circle", "#dataset=circle", (e) => e.data.dataset, { kind: "circle", samples: 500, noise: 0 }],
  ["two clouds", "#dataset=gauss&noise=25", (e) => e.data.dataset, { kind: "gaussians", samples: 500, noise: 0.25 }],
  ["exclusive or", "#dataset=xor", (e) => e.data.dataset.kind, "xor"],
  ["spiral", "#dataset=spiral", (e) => e.data.dataset.kind, "spiral"],
  ["plane", "#problem=regression&regDataset=reg-plane", (e) => e.data.dataset, { kind: "plane", samples: 1200, noise: 0 }],
  ["hills", "#problem=regression&regDataset=reg-gauss", (e) => e.data.dataset.kind, "multi_gaussian"],
  ["a class is 1 or −1 to tanh", "#problem=classification", (e) => [e.output.activation.kind, e.loss.kind], ["tanh", "squared_error"]],
  ["a number is linear", "#problem=regression", (e) => [e.output.activation.kind, e.loss.kind], ["linear", "squared_error"]],
  ["its network", "#networkShape=4,2", (e) => e.layers.map((/** @type {any} */ l) => [l.kind, l.units, l.activation.kind]),
    [["dense", 4, "tanh"], ["dense", 2, "tanh"]]],
  ["no hidden layer", "#networkShape=", (e) => e.layers, []],
  ["ReLU everywhere", "#activation=relu&networkShape=3", (e) => e.layers[0].activation.kind, "relu"],
  ["weights of ±½", "#networkShape=3", (e) => [e.layers[0].initializer, e.output.initializer],
    [{ kind: "random_uniform", limit: 0.5 }, { kind: "random_uniform", limit: 0.5 }]],
  ["weights of zero", "#networkShape=3&initZero=true", (e) => e.layers[0].initializer.kind, "zeros"],
  ["learning rate", "#learningRate=0.3", (e) => e.optimizer, { kind: "gradient_descent", learning_rate: 0.3 }],
  ["batch size", "#batchSize=30", (e) => e.batch_size, 30],
  ["shuffled once", "#batchSize=30", (e) => e.shuffle, false],
  ["L1", "#regularization=L1&regularizationRate=0.01", (e) => e.regularizer, { kind: "l1", rate: 0.01 }],
  ["L2", "#regularization=L2&regularizationRate=0.1", (e) => e.regularizer, { kind: "l2", rate: 0.1 }],
  ["a rate without a penalty", "#regularizationRate=0.1", (e) => e.regularizer, { kind: "none" }],
  ["its split", "#percTrainData=70", (e) => e.data.split, { train: 0.7, validation: 0, test: 0.3 }],
  ["its usual features", "#batchSize=10", (e) => e.data.features, ["x1", "x2"]],
  ["all features", "#x=true&y=false&xTimesY=true&xSquared=true&ySquared=true&sinX=true&sinY=true&cosX=true&cosY=true",
    (e) => e.data.features, ["x1", "x1_squared", "x2_squared", "x1_x2", "sin_x1", "sin_x2", "cos_x1", "cos_x2"]],
  ["its seed", "#batchSize=10&seed=0.71932", (e) => e.seed, 71932],
  ["no seed", "#batchSize=10", (e) => "seed" in e, false],
];

for (const [what, fragment, look, expected] of TABLE) {
  test(`${what}: ${fragment}`, () => assert.deepEqual(look(translated(fragment).experiment), expected));
}

test("what is shown comes along", () => {
  assert.deepEqual(translated("#showTestData=true&discretize=true").view, { show_test: true, discretize: true });
});

test("what cannot come along is said, each thing once", () => {
  const { lost } = translated("#tutorial=bias&noise=80&learningRate_hide=true&play_hide=true&regularization=L1&regularizationRate=1");
  for (const words of [/tutorial “bias”/, /noise of 80 %/, /hidden controls/, /L1/, /random numbers/, /biases that start at 0.1/]) {
    assert.equal(lost.filter((line) => words.test(line)).length, 1, String(words));
  }
});

for (const fragment of ["#learningRate=-1", "#learningRate=", "#batchSize=2.5", "#dataset=toString", "#networkShape=4,x", "#percTrainData=100",
  "#activation=__proto__"]) {
  test(`nonsense is replaced and said: ${fragment}`, () => {
    const [key] = fragment.slice(1).split("=");
    const { lost } = translated(fragment);
    assert.ok(lost.some((line) => line.includes(key === "networkShape" ? "network shape 4,x" : key)), lost.join());
  });
}

test("other fragments are left alone", () => {
  for (const fragment of ["", "#", "#panel-data", "#utm_source=x"]) assert.equal(fromTensorFlowPlayground(fragment), null);
});
