import assert from "node:assert/strict";
import { test } from "node:test";
import { explain } from "../../static/help/explanation.js";
import { tracePath } from "../../static/help/curve-plot.js";
import { liveNumbers } from "../../static/help/live-numbers.js";
import { readdirSync, readFileSync } from "node:fs";
import { PICTURES } from "../../static/help/pictures.js";
import { parseTopic } from "../../static/help/topics.js";
import { CATALOGUE, EXPERIMENT, session } from "./catalogue.js";

/** @param {string} topic */
const help = (topic) => explain(/** @type {any} */ (parseTopic(topic)), CATALOGUE, EXPERIMENT);

test("topics are read from their text", () => {
  assert.deepEqual(parseTopic("field:layers.0.activation"), { field: "layers.0.activation" });
  assert.deepEqual(parseTopic("kind:activations.tanh"), { registry: "activations", kind: "tanh" });
  assert.deepEqual(parseTopic("boundary"), { picture: "boundary" });
  assert.deepEqual(parseTopic("picture:boundary"), { picture: "boundary" });
  assert.deepEqual([parseTopic(""), parseTopic("kind:activations")], [null, null]);
});

test("a number says what it takes", () => {
  assert.deepEqual(help("field:optimizer.learning_rate"), {
    title: "Learning rate", help: "About learning_rate.", formula: "\\alpha", range: "a number above 0",
  });
});

test("a menu explains what is chosen in it", () => {
  const found = help("field:layers.0.activation");
  assert.equal(found?.title, "Activation: Tanh");
  assert.equal(found?.lead, "About activation.");
  assert.equal(found?.help, "What Tanh does.");
  assert.equal(found?.derivative, "1 - a^2");
});

test("pictures speak for themselves or through their probe", () => {
  assert.equal(help("loss")?.title, PICTURES.loss.title);
  assert.equal(help("boundary")?.title, "Decision boundary");
  assert.equal(help("nothing"), null);
  assert.equal(help("kind:activations.unknown"), null);
});

test("every text of the page is a title and a sentence", () => {
  for (const [name, { title, help: sentence }] of Object.entries(PICTURES)) {
    assert.match(title, /^[A-Z]/, name);
    assert.match(sentence, /\.$/, name);
  }
});

test("whatever the page asks help for by name is explained, here or by a probe", () => {
  const probes = ["boundary", "curve", "neurons", "histograms", "distributions"];
  const folder = new URL("../../static/components/", import.meta.url);
  const code = readdirSync(folder).filter((name) => name.endsWith(".js"))
    .map((name) => readFileSync(new URL(name, folder), "utf8")).join("");
  const asked = [...code.matchAll(/data-help="(?:picture:)?([a-z_0-9]+)"/g)].map(([, name]) => name);
  assert.ok(asked.length > 5);
  for (const name of asked) assert.ok(name in PICTURES || probes.includes(name), name);
});

test("live numbers follow the frame, and before it the session", () => {
  const now = session("binary");
  const read = (/** @type {string} */ topic, /** @type {any} */ frame = null) => liveNumbers(/** @type {any} */ (parseTopic(topic)), now, frame);
  assert.deepEqual(read("field:optimizer.learning_rate"), [["learning rate now", "0.03"]]);
  assert.deepEqual(read("field:schedule", { learning_rate: 0.01 }), [["learning rate now", "0.01"]]);
  assert.deepEqual(read("field:batch_size"), [["steps in an epoch", "25"]]);
  assert.deepEqual(read("field:data.split"), [["training", "250"], ["validation", "0"], ["test", "250"]]);
  const latest = { train: { loss: 0.5, accuracy: 0.9 }, validation: null, test: { loss: 0.25, accuracy: 0.8 } };
  assert.deepEqual(read("field:loss", { latest }), [["train", "0.500"], ["test", "0.250"]]);
  assert.deepEqual(read("kind:activations.tanh"), []);
});

test("curves are drawn upwards", () => {
  assert.equal(tracePath([[-1, 0], [1, 2.5]]), "M-1 0L1 -2.5");
});
