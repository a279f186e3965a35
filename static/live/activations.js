/**
 * What the activation functions make of a layer's sums: the kinds, fields and formulas of the server's registry, for
 * pages that compute pictures by themselves. A test compares each kind with the server.
 */

/**
 * Bends the sums of a layer in place.
 * @typedef {(values: Float32Array, points: number, fields: Record<string, any>) => void} Bend values: a row of points for each unit
 */

/** @param {(z: number, fields: Record<string, any>) => number} g @returns {Bend} one number at a time */
function each(g) {
  return (values, _, fields) => {
    for (let i = 0; i < values.length; i++) values[i] = g(values[i], fields);
  };
}

const SELU = { scale: 1.0507009873554805, alpha: 1.6732632423543772 };

/** @type {Record<string, Bend>} */
export const ACTIVATIONS = {
  linear: () => {},
  step: each((z) => (z > 0 ? 1 : 0)),
  sigmoid: each(sigmoid),
  tanh: each(Math.tanh),
  relu: each((z) => (z > 0 ? z : 0)),
  leaky_relu: each((z, { slope }) => Math.max(slope * z, z)),
  elu: each((z, { alpha }) => (z > 0 ? z : alpha * Math.expm1(z))),
  selu: each((z) => SELU.scale * (z > 0 ? z : SELU.alpha * Math.expm1(z))),
  gelu: each((z, { approximate }) => z * (approximate ? shareByTanh(z) : normalShare(z))),
  silu: each((z) => z * sigmoid(z)),
  softplus: each((z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)))),
  sine: each(Math.sin),
  gaussian: each((z) => Math.exp(-z * z)),
  softmax,
};

/** @param {number} z */
function sigmoid(z) {
  return 1 / (1 + Math.exp(-z));
}

/** About Φ(z), by tanh (Hendrycks and Gimpel, 2016). @param {number} z */
function shareByTanh(z) {
  return 0.5 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (z + 0.044715 * z ** 3)));
}

const ERFC = [
  -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223, 0.17087277,
];

/** Φ(z) to 1e-7, by a Chebyshev fit of erfc (Press et al., Numerical Recipes in C, 1992). @param {number} z */
function normalShare(z) {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.5 * x);
  const tail = 0.5 * t * Math.exp(ERFC.reduceRight((sum, term) => term + t * sum, 0) - x * x);
  return z < 0 ? tail : 1 - tail;
}

/** Over all units of a layer. @type {Bend} */
function softmax(values, points) {
  for (let point = 0; point < points; point++) {
    let [largest, sum] = [-Infinity, 0];
    for (let i = point; i < values.length; i += points) largest = Math.max(largest, values[i]);
    for (let i = point; i < values.length; i += points) sum += values[i] = Math.exp(values[i] - largest);
    for (let i = point; i < values.length; i += points) values[i] /= sum;
  }
}
