import assert from "node:assert/strict";
import { test } from "node:test";
import { CROWD, Pictures } from "../../static/live/pictures.js";

const MAPS = { boundary: { resolution: 2, encoding: "byte" }, weights: {} };
const LEAN = { weights: { precision: "single" } };

/** A page whose stream is the test, and whose screen draws when the test says so. */
function page() {
  /** @type {any[]} */
  const watched = [];
  /** @type {any[]} */
  const shown = [];
  /** @type {(() => void)[]} */
  const due = [];
  /** @type {boolean[]} */
  const modes = [];
  const stream = { watch: (/** @type {any} */ probes) => void (same(watched.at(-1), probes) || watched.push(probes)), onframe: (/** @type {any} */ _) => {} };
  const pictures = new Pictures(/** @type {any} */ (stream), (action) => due.push(action));
  pictures.onframe = (frame) => shown.push(frame);
  pictures.onchange = (computed) => modes.push(computed);
  const draw = () => due.splice(0).forEach((action) => action());
  return { pictures, stream, watched, shown, modes, draw };
}

const same = (/** @type {any} */ a, /** @type {any} */ b) => JSON.stringify(a) === JSON.stringify(b);

/** @param {number} step @param {string} colour of the picture */
const painted = (step, colour) => ({ step, version: 1, arrays: { "boundary.values": colour }, probes: { boundary: {} } });

/** A frame with the recipe of a network whose output is its bias. @param {string} digest */
function withRecipe(digest, resolution = 2, kind = "dense") {
  const frame = painted(1, "server");
  const layers = [{ name: "output", kind, units: 1, activation: { kind: "linear" }, shown: true, scale: 1 }];
  const recipe = { digest, domain: [], low: 0, high: 1, units: null, layers, numbers: [{ name: "output.kernel", shape: [1, 1] }, { name: "output.bias", shape: [1] }] };
  const features = { data: new Float32Array(resolution ** 2), shape: [1, resolution ** 2] };
  return { ...frame, arrays: { ...frame.arrays, "recipe.features": features }, probes: { ...frame.probes, recipe } };
}

/** @param {string} recipe @param {number} step @param {number} bias */
const lean = (recipe, step, bias) => ({ step, version: 1, arrays: { "weights.values": { data: new Float32Array([0, bias]), shape: [2] } }, probes: { weights: { recipe } } });

/** A page that computes its pictures. */
function computing() {
  const all = page();
  all.pictures.watch(MAPS);
  all.pictures.audience(CROWD.from, true);
  all.stream.onframe(withRecipe("a"));
  return all;
}

test("a few viewers get what the server paints", () => {
  const { pictures, stream, watched, shown } = page();
  pictures.watch(MAPS);
  pictures.audience(CROWD.from - 1, true);
  stream.onframe(painted(1, "server"));
  assert.deepEqual(watched, [MAPS]);
  assert.deepEqual(shown, [painted(1, "server")]);
});

test("in a crowd the recipe is asked for beside the pictures, then only the weights", () => {
  const { watched, shown, modes } = computing();
  assert.deepEqual(watched, [MAPS, { ...MAPS, recipe: { resolution: 2 } }, LEAN]);
  assert.equal(shown.length, 1);
  assert.deepEqual(modes, [true]);
});

test("the charts get maps and weights as if the server had painted them", () => {
  const { stream, shown, draw } = computing();
  stream.onframe(lean("a", 2, 0.6));
  draw();
  const { arrays, probes, step } = shown[1];
  assert.equal(step, 2);
  assert.deepEqual(arrays, {
    "boundary.values": { data: new Uint8Array([153, 153, 153, 153]), shape: [2, 2] },
    "weights.output.kernel": { data: new Float32Array([0]), shape: [1, 1] }, "weights.output.bias": { data: new Float32Array([0.6]), shape: [1] },
  });
  assert.deepEqual(probes, { boundary: { domain: [], low: 0, high: 1 }, weights: {} });
});

test("only the newest frame is computed, with the next screen frame", () => {
  const { stream, shown, draw } = computing();
  for (const step of [2, 3, 4]) stream.onframe(lean("a", step, 0));
  assert.equal(shown.length, 1);
  draw();
  assert.deepEqual(shown.map(({ step }) => step), [1, 4]);
});

test("who comes or goes at the threshold changes nothing to and fro", () => {
  const { pictures, modes } = computing();
  for (const viewers of [CROWD.from - 1, CROWD.from, CROWD.to, CROWD.from - 1]) pictures.audience(viewers, true);
  assert.deepEqual(modes, [true]);
  pictures.audience(CROWD.to - 1, true);
  pictures.audience(CROWD.from - 1, true);
  assert.deepEqual(modes, [true, false]);
});

test("who controls gets every digit", () => {
  const { pictures, watched } = computing();
  pictures.audience(CROWD.from, false);
  assert.deepEqual(watched.at(-1), MAPS);
});

test("of another network the last picture stays until its recipe is here", () => {
  const { stream, watched, shown, modes, draw } = computing();
  stream.onframe(lean("b", 2, 0.6));
  draw();
  assert.deepEqual(shown[1].arrays, shown[0].arrays);
  assert.equal(shown[1].step, 2);
  assert.deepEqual(watched.at(-1), { ...MAPS, recipe: { resolution: 2 } });
  stream.onframe(withRecipe("b"));
  stream.onframe(lean("b", 3, 0.6));
  draw();
  assert.deepEqual(shown.at(-1).arrays["boundary.values"].data, new Uint8Array([153, 153, 153, 153]));
  assert.deepEqual(modes, [true, false, true]);
});

test("each resolution has its own recipe", () => {
  const { pictures, stream, watched } = computing();
  const both = { ...MAPS, neurons: { resolution: 3, encoding: "byte" } };
  pictures.watch(both);
  assert.deepEqual(watched.at(-1), { ...both, recipe: { resolution: 3 } });
  stream.onframe(withRecipe("a", 3));
  assert.deepEqual(watched.at(-1), LEAN);
});

test("other probes are watched as ever", () => {
  const { pictures, watched } = computing();
  pictures.watch({ ...MAPS, histograms: { quantity: "gradients" } });
  assert.deepEqual(watched.at(-1), { histograms: { quantity: "gradients" }, ...LEAN });
  pictures.watch({ weights: {} });
  assert.deepEqual(watched.at(-1), { weights: {} });
});

test("weights and biases are counted here", () => {
  const { pictures, stream, watched, shown, draw } = computing();
  pictures.watch({ ...MAPS, histograms: { quantity: "biases" } });
  assert.deepEqual(watched.at(-1), LEAN);
  stream.onframe(lean("a", 2, 0.5));
  draw();
  assert.deepEqual(shown[1].probes.histograms, { quantity: "biases", layers: { output: { mean: 0.5, std: 0 } } });
  assert.equal(shown[1].arrays["histograms.output.counts"].data[20], 1);
});

test("what cannot be computed here the server paints, until the settings change", () => {
  const { pictures, stream, watched, modes } = page();
  pictures.watch(MAPS);
  pictures.audience(CROWD.from, true);
  stream.onframe(withRecipe("a", 2, "conv2d"));
  stream.onframe(painted(2, "server"));
  assert.deepEqual(watched.at(-1), MAPS);
  stream.onframe({ ...painted(3, "server"), version: 2 });
  assert.deepEqual(watched.at(-1), { ...MAPS, recipe: { resolution: 2 } });
  assert.deepEqual(modes, []);
});

test("a probe without an answer is no recipe", () => {
  const { pictures, stream, watched } = page();
  pictures.watch(MAPS);
  pictures.audience(CROWD.from, true);
  stream.onframe({ ...painted(1, "server"), probes: { boundary: {}, recipe: { unavailable: "no plane" } } });
  assert.deepEqual(watched.at(-1), MAPS);
});
