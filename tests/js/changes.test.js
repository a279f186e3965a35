import assert from "node:assert/strict";
import { test } from "node:test";
import { Changes } from "../../static/live/changes.js";
import { extended } from "../../static/live/history.js";
import { composed, merged } from "../../static/live/merge_patch.js";
import { Store } from "../../static/live/store.js";
import { FIRST_VIEW, keepView, loadView } from "../../static/live/view.js";

/** A server that answers when it is told to. */
function server() {
  /** @type {{ patch: any, adopt: (version: number) => Promise<void>, refuse: (error: Error) => Promise<void> }[]} */
  const sent = [];
  let experiment = /** @type {any} */ ({ optimizer: { kind: "gradient_descent", learning_rate: 0.03 }, batch_size: 10 });
  const changes = new Changes((patch) => new Promise((resolve, reject) => sent.push({
    patch,
    adopt: (version) => {
      experiment = merged(experiment, patch);
      resolve(/** @type {any} */ ({ experiment, version }));
      return settled();
    },
    refuse: (error) => {
      reject(error);
      return settled();
    },
  })));
  changes.confirm(experiment);
  return { changes, sent };
}

const settled = () => new Promise((/** @type {(nothing: void) => void} */ resolve) => setImmediate(resolve));
const rate = (/** @type {number} */ learning_rate) => ({ optimizer: { learning_rate } });
const RATE = "optimizer.learning_rate";

test("a change shows at once and stays pending until a frame carries its version", async () => {
  const { changes, sent } = server();
  changes.add(rate(0.1), RATE);
  assert.equal(changes.wanted?.optimizer.learning_rate, 0.1);
  assert.equal(changes.confirmed?.optimizer.learning_rate, 0.03);
  await sent[0].adopt(17);
  changes.reached(16);
  assert.deepEqual([...changes.pending], [RATE]);
  changes.reached(17);
  assert.deepEqual([...changes.pending], []);
});

test("while one is on its way the others wait, and then go together", async () => {
  const { changes, sent } = server();
  changes.add(rate(0.1), RATE);
  changes.add(rate(0.2), RATE);
  changes.add({ batch_size: 5 }, "batch_size");
  changes.add(rate(0.3), RATE);
  assert.equal(sent.length, 1);
  await sent[0].adopt(1);
  assert.deepEqual(sent.map(({ patch }) => patch), [rate(0.1), { ...rate(0.3), batch_size: 5 }]);
  assert.deepEqual([...changes.pending].sort(), ["batch_size", RATE]);
});

test("a refused change leaves the experiment as the server has it, and later ones still go", async () => {
  const { changes, sent } = server();
  /** @type {any[]} */
  const refusals = [];
  changes.onrefused = (error, fields) => refusals.push([error.message, ...fields]);
  changes.add(rate(-1), RATE);
  changes.add({ batch_size: 5 }, "batch_size");
  await sent[0].refuse(new Error("greater than 0"));
  assert.deepEqual(refusals, [["greater than 0", RATE]]);
  assert.equal(changes.wanted?.optimizer.learning_rate, 0.03);
  assert.equal(changes.wanted?.batch_size, 5);
  await sent[1].adopt(1);
  assert.equal(changes.confirmed?.batch_size, 5);
});

test("what others have changed does not take the learner's own change away", () => {
  const { changes } = server();
  changes.add({ batch_size: 5 }, "batch_size");
  changes.confirm(/** @type {any} */ ({ optimizer: { kind: "adam" }, batch_size: 10 }));
  assert.deepEqual(changes.wanted, { optimizer: { kind: "adam" }, batch_size: 5 });
});

test("two patches in one do what they do in turn, or there is none", () => {
  const documents = [{ a: { b: 1, c: [1] }, d: 2 }, {}, { a: 3 }];
  const patches = [{ a: { b: null } }, { a: { c: [2, 3] } }, { a: null }, { d: 5, a: { b: { e: 1 } } }];
  for (const first of patches) {
    for (const second of patches) {
      const both = composed(first, second);
      if (both === null) assert.match(JSON.stringify(first), /null/);
      else for (const document of documents) assert.deepEqual(merged(document, both), merged(merged(document, first), second));
    }
  }
});

const entry = (/** @type {number} */ step, loss = 1 / (1 + step)) => /** @type {any} */ ({ step, epoch: 0, train: { loss }, validation: null, test: null });
const run = (/** @type {number} */ from, /** @type {number} */ to) => Array.from({ length: to - from }, (_, i) => entry(from + i));

test("the history grows by the tails of frames", () => {
  assert.deepEqual(extended(run(0, 5), 8, run(4, 8)), run(0, 8));
  assert.deepEqual(extended([], 3, run(0, 3)), run(0, 3));
});

test("the history is the same array while nothing is new", () => {
  const held = run(0, 40);
  assert.equal(extended(held, 40, run(8, 40)), held);
});

test("after a reset the history is short again", () => {
  assert.deepEqual(extended(run(0, 40), 1, run(0, 1)), run(0, 1));
});

test("missing records and another run are noticed", () => {
  assert.equal(extended(run(0, 5), 80, run(48, 80)), null);
  assert.equal(extended(run(0, 70), 80, [entry(48, 9), ...run(49, 80)]), null);
});

test("the store tells once a turn, and only what has changed", async () => {
  const store = new Store({ ...FIRST_VIEW });
  /** @type {any[]} */
  const told = [];
  const stop = store.subscribe((state) => told.push(state.connection));
  store.set({ connection: "live" });
  store.look({ discretize: true });
  store.set({ connection: "reconnecting" });
  await settled();
  store.set({ connection: "reconnecting" });
  await settled();
  stop();
  store.set({ connection: "live" });
  await settled();
  assert.deepEqual(told, ["reconnecting"]);
  assert.equal(store.state.view.discretize, true);
});

test("a notice takes the place of one with the same id", () => {
  const store = new Store({ ...FIRST_VIEW });
  store.say({ id: "adoption", tone: "info", text: "first" });
  store.say({ id: "link", tone: "info", text: "other" });
  store.say({ id: "adoption", tone: "info", text: "second" });
  assert.deepEqual(store.state.notices.map(({ text }) => text), ["other", "second"]);
  store.withdraw("link");
  assert.deepEqual(store.state.notices.map(({ text }) => text), ["second"]);
});

test("of the view the lasting part is kept, whatever else the storage holds", () => {
  /** @type {Map<string, string>} */
  const kept = new Map();
  const storage = { getItem: (/** @type {string} */ name) => kept.get(name) ?? null, setItem: (/** @type {string} */ name, /** @type {string} */ text) => void kept.set(name, text) };
  keepView(storage, { ...FIRST_VIEW, theme: "dark", smoothing: 0.6, presentation: true, pinned: { layer: "dense_1", unit: 0 } });
  assert.deepEqual(loadView(storage), { ...FIRST_VIEW, theme: "dark", smoothing: 0.6 });
  kept.set("livenet.view", "{broken");
  assert.deepEqual(loadView(storage), FIRST_VIEW);
});
