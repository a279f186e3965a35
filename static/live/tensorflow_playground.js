/**
 * A TensorFlow Playground link as an experiment: the same data, network and mathematics where Livenet has them, and in
 * words what could not be carried over.
 *
 * Keys and defaults as in its `state.ts`, formulas as in its `nn.ts` and `dataset.ts` (Smilkov & Carter, 2016).
 */

/** @typedef {import("./types.js").Component} Component */
/** @typedef {import("./types.js").Patch} Patch */
/** @typedef {import("./types.js").View} View */

/**
 * @typedef {object} Translation
 * @property {Patch} experiment incomplete; the server chooses the rest
 * @property {Partial<View>} view
 * @property {string[]} lost what could not be carried over, in words
 */

/** @typedef {Record<string, string>} State */

/** @type {State} */
const DEFAULTS = {
  activation: "tanh", regularization: "none", batchSize: "10", dataset: "circle", regDataset: "reg-plane", learningRate: "0.03",
  regularizationRate: "0", noise: "0", networkShape: "4,2", percTrainData: "50", problem: "classification", initZero: "false",
  showTestData: "false", discretize: "false", x: "true", y: "true", xTimesY: "false", xSquared: "false", ySquared: "false",
  sinX: "false", sinY: "false", cosX: "false", cosY: "false",
};
/** Keys that choose nothing here: its own counters and switches. */
const SILENT = ["collectStats", "numHiddenLayers", "hiddenLayerControls", "hideText", "seed"];
/** @type {Record<string, string>} */
const FEATURES = {
  x: "x1", y: "x2", xSquared: "x1_squared", ySquared: "x2_squared", xTimesY: "x1_x2",
  sinX: "sin_x1", sinY: "sin_x2", cosX: "cos_x1", cosY: "cos_x2",
};
/** @type {Record<string, string>} */
const DATASETS = {
  circle: "circle", xor: "xor", gauss: "gaussians", spiral: "spiral", "reg-plane": "plane", "reg-gauss": "multi_gaussian",
};
/** @type {Record<string, string>} */
const ACTIVATIONS = { relu: "relu", tanh: "tanh", sigmoid: "sigmoid", linear: "linear" };
/** @type {Record<string, string | null>} */
const REGULARIZERS = { none: null, L1: "l1", L2: "l2" };
const SAMPLES = { classification: 500, regression: 1200 };
const GREATEST_NOISE = 50;
const SEEDS = 100_000;

/**
 * @param {string} fragment of an address, with or without "#"
 * @returns {Translation | null} null if it is not of TensorFlow Playground
 */
export function fromTensorFlowPlayground(fragment) {
  const given = Object.fromEntries(new URLSearchParams(fragment.replace(/^#/, "")));
  if (!Object.keys(given).some((key) => Object.hasOwn(DEFAULTS, key))) return null;
  const lost = [...unknownKeys(given), "its random numbers: examples and first weights are drawn anew, from the same distributions"];
  const state = { ...DEFAULTS, ...given };
  const classify = state.problem !== "regression";
  return {
    experiment: {
      ...seedOf(state),
      data: dataOf(state, classify, lost),
      layers: layersOf(state, lost),
      output: { activation: { kind: classify ? "tanh" : "linear" }, initializer: initializerOf(state) },
      loss: { kind: "squared_error" },
      regularizer: regularizerOf(state, lost),
      optimizer: { kind: "gradient_descent", learning_rate: number(state, "learningRate", lost, (rate) => rate > 0) },
      schedule: { kind: "constant" },
      batch_size: number(state, "batchSize", lost, (size) => Number.isInteger(size) && size >= 1),
      shuffle: false, // it shuffles once, when it makes the data
    },
    view: { show_test: state.showTestData === "true", discretize: state.discretize === "true" },
    lost,
  };
}

/** @param {State} state @param {boolean} classify @param {string[]} lost */
function dataOf(state, classify, lost) {
  const name = classify ? "dataset" : "regDataset";
  const kind = chosen(DATASETS, state, name, lost);
  const noise = number(state, "noise", lost, (percent) => percent >= 0);
  if (noise > GREATEST_NOISE) lost.push(`noise of ${noise} %: here at most ${GREATEST_NOISE} %`);
  const train = number(state, "percTrainData", lost, (percent) => percent > 0 && percent < 100) / 100;
  const features = Object.keys(FEATURES).filter((key) => state[key] === "true").map((key) => FEATURES[key]);
  if (features.length === 0) lost.push("a network without any feature: x₁ and x₂ are given");
  return {
    dataset: { kind, samples: SAMPLES[classify ? "classification" : "regression"], noise: Math.min(noise, GREATEST_NOISE) / 100 },
    features: features.length > 0 ? features : ["x1", "x2"],
    split: { train, validation: 0, test: Number((1 - train).toFixed(4)) },
    scaling: { kind: "none" },
  };
}

/** @param {State} state @param {string[]} lost @returns {Component[]} */
function layersOf(state, lost) {
  const kind = chosen(ACTIVATIONS, state, "activation", lost);
  const shape = state.networkShape.split(",").filter(Boolean).map(Number);
  const valid = shape.filter((units) => Number.isInteger(units) && units > 0);
  if (valid.length < shape.length) lost.push(`the network shape ${state.networkShape}`);
  if (state.initZero !== "true") lost.push("biases that start at 0.1: here they start at 0");
  return valid.map((units) => ({ kind: "dense", units, activation: { kind }, initializer: initializerOf(state) }));
}

/** @param {State} state @returns {Component} */
function initializerOf({ initZero }) {
  return initZero === "true" ? { kind: "zeros" } : { kind: "random_uniform", limit: 0.5 };
}

/** @param {State} state @param {string[]} lost @returns {Component} */
function regularizerOf(state, lost) {
  const kind = chosen(REGULARIZERS, state, "regularization", lost);
  const rate = number(state, "regularizationRate", lost, (value) => value >= 0);
  if (!kind || rate === 0) return { kind: "none" };
  if (kind === "l1") lost.push("weights that L1 has brought to zero stay there for good: here they can come back");
  return { kind, rate };
}

/** Its seeds are decimals between 0 and 1, ours are whole. @param {State} state */
function seedOf({ seed }) {
  const value = Number(seed);
  return seed && value >= 0 ? { seed: value < 1 ? Math.round(value * SEEDS) : Math.floor(value) % SEEDS } : {};
}

/**
 * @template T
 * @param {Record<string, T>} names
 * @param {State} state
 * @param {string} key
 * @param {string[]} lost
 * @returns {T}
 */
function chosen(names, state, key, lost) {
  if (Object.hasOwn(names, state[key])) return names[state[key]];
  lost.push(`${key} “${state[key]}”`);
  return names[DEFAULTS[key]];
}

/** @param {State} state @param {string} key @param {string[]} lost @param {(value: number) => boolean} accepts */
function number(state, key, lost, accepts) {
  const value = Number(state[key]);
  if (state[key] !== "" && Number.isFinite(value) && accepts(value)) return value;
  lost.push(`${key} “${state[key]}”`);
  return Number(DEFAULTS[key]);
}

/** @param {State} given @returns {string[]} */
function unknownKeys(given) {
  const keys = Object.keys(given).filter((key) => !Object.hasOwn(DEFAULTS, key) && !SILENT.includes(key));
  const hidden = keys.filter((key) => key.endsWith("_hide") && given[key] === "true");
  const others = keys.filter((key) => !key.endsWith("_hide"));
  return [...(hidden.length > 0 ? ["hidden controls: all are shown"] : []), ...others.map((key) => `${key} “${given[key]}”`)];
}
