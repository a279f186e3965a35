/**
 * A small catalogue and an experiment of its kinds.
 */

/** @param {string} name @param {object} [more] @returns {any} */
const field = (name, more = {}) =>
  ({ name, type: "number", title: name[0].toUpperCase() + name.slice(1).replaceAll("_", " "), help: `About ${name}.`, symbol: "", default: 0, ...more });

/** @param {string} name @param {string} registry */
const component = (name, registry) => field(name, { type: "component", registry, default: null });

/** @param {string} kind @param {string} title @param {object[]} [fields] @param {object} [more] @returns {any} */
const kind = (kind, title, fields = [], more = {}) =>
  ({ kind, title, help: `What ${title} does.`, formula: `f_{${kind}}`, try_this: "Try it.", source: "Somebody, 2000", fields, ...more });

const activation = component("activation", "activations");
const rate = (/** @type {number} */ value, more = {}) =>
  field("learning_rate", { default: value, symbol: "\\alpha", exclusive_minimum: 0, ...more });
const flat = { input_names: ["x1", "x2"], default_split: { train: 0.5, validation: 0, test: 0.5 } };
const noise = field("noise", { minimum: 0, maximum: 0.5 });

/** @type {any} */
export const CATALOGUE = {
  registries: {
    activations: { kinds: [
      kind("linear", "Linear"), kind("tanh", "Tanh", [], { derivative_formula: "1 - a^2", curve: [[-1, -0.76, 0.42], [1, 0.76, 0.42]] }),
      kind("sigmoid", "Sigmoid"), kind("leaky_relu", "Leaky ReLU", [field("slope", { default: 0.01 })]),
      kind("softmax", "Softmax", [], { elementwise: false }),
    ] },
    losses: { kinds: [
      kind("squared_error", "Squared error", [], { tasks: ["binary", "multiclass", "regression"], outputs: null }),
      kind("binary_cross_entropy", "Binary cross-entropy", [], { tasks: ["binary"], outputs: ["sigmoid"] }),
      kind("hinge", "Hinge", [], { tasks: ["binary"], outputs: ["linear", "tanh"] }),
    ] },
    optimizers: { kinds: [
      kind("gradient_descent", "Gradient descent", [rate(0.03)]),
      kind("momentum", "Momentum", [rate(0.01), field("momentum", { default: 0.9, exclusive_maximum: 1 })]),
      kind("adam", "Adam", [rate(0.01), field("beta_1", { default: 0.9 })]),
      kind("adadelta", "Adadelta", [rate(1, { maximum: 1 })]),
    ] },
    layers: { kinds: [kind("dense", "Dense", [field("units", { type: "integer" }), activation])] },
    datasets: { kinds: [
      kind("circle", "Circle", [field("samples", { default: 500 }), noise], { task: "binary", ...flat }),
      kind("spiral", "Spiral", [field("samples", { default: 500 }), noise], { task: "binary", ...flat }),
      kind("plane", "Plane", [field("samples", { default: 1200 }), noise], { task: "regression", ...flat }),
      kind("table", "Table", [], {
        task: "binary", ...flat, input_names: ["age", "height"], default_scaling: { kind: "standardize" },
      }),
    ] },
    features: { kinds: [
      kind("x1", "First input", [], { columns: [0] }), kind("x2", "Second input", [], { columns: [1] }),
      kind("x1_squared", "First input squared", [], { columns: [0] }), kind("x1_x2", "Product", [], { columns: [0, 1] }),
    ] },
    class_weights: { kinds: [
      kind("none", "None"), kind("balanced", "Balanced"),
      kind("manual", "Own weights", [field("weights", { type: "list", items: "number", entries: { of: "classes" }, default: [] })]),
    ] },
    stoppings: { kinds: [
      kind("none", "Never"), kind("early_stopping", "Early stopping", [field("split", { type: "choice", default: "validation" })]),
    ] },
    probes: { kinds: [kind("boundary", "Decision boundary")] },
  },
  experiment: { fields: [
    field("data", { type: "object", fields: [
      component("dataset", "datasets"), field("features", { type: "list" }),
      field("split", { type: "object", fields: [field("train", { title: "Training" }), field("validation"), field("test")] }),
      field("augmentation", { type: "object", suits: { tasks: null, families: ["images"] }, fields: [field("shift"), field("flip", { default: "none" })] }),
    ] }),
    field("layers", { type: "list", registry: "layers" }),
    field("output", { type: "object", fields: [activation] }),
    component("loss", "losses"), component("optimizer", "optimizers"), component("stopping", "stoppings"),
    { ...component("class_weight", "class_weights"), title: "Class weights", suits: { tasks: ["binary", "multiclass"], families: null } },
    field("shuffle", { type: "boolean", default: true }), field("batch_size", { type: "integer", minimum: 1 }),
  ] },
  default_experiment: { layers: [{ kind: "dense", units: 4 }], optimizer: { kind: "gradient_descent", learning_rate: 0.03 } },
};

/** @type {any} */
export const EXPERIMENT = {
  data: { dataset: { kind: "circle", samples: 500, noise: 0.2 }, features: ["x1", "x2"], split: { train: 0.5, validation: 0, test: 0.5 } },
  layers: [
    { kind: "dense", units: 4, activation: { kind: "tanh" } },
    { kind: "dense", units: 2, activation: { kind: "leaky_relu", slope: 0.2 } },
  ],
  output: { activation: { kind: "sigmoid" } },
  loss: { kind: "binary_cross_entropy" },
  optimizer: { kind: "gradient_descent", learning_rate: 0.03 },
  batch_size: 10,
};

/** @param {string} task @returns {any} */
export function session(task) {
  return { experiment: EXPERIMENT, parameter_count: 25, latest: null, notes: { task, classes: 2, feature_names: ["x1", "x2"] } };
}
