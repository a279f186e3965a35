import assert from "node:assert/strict";
import { test } from "node:test";
import { addressOfSession, addressWith, decodeExperiment, encodeExperiment, experimentIn, sessionIn } from "../../static/live/links.js";
import { readAddress } from "../../static/live/opening.js";
import { EXPERIMENT } from "./catalogue.js";

test("an experiment comes back exactly, from letters that any text can carry", async () => {
  const experiment = { ...EXPERIMENT, rate: 0.1 + 0.2, tiny: 5e-324, title: "ŷ ← σ(z) “quoted” & more" };
  const text = await encodeExperiment(experiment);
  assert.match(text, /^[\w-]+$/);
  assert.deepEqual(await decodeExperiment(text), experiment);
});

test("a link is much shorter than what it says", async () => {
  const experiment = { ...EXPERIMENT, layers: Array(6).fill(EXPERIMENT.layers[1]) };
  const text = await encodeExperiment(experiment);
  assert.ok(text.length < JSON.stringify(experiment).length / 2);
});

test("an address holds the experiment and nothing else", () => {
  const address = addressWith("http://host:8000/?old=1#activation=tanh", "abc-_1");
  assert.equal(address, "http://host:8000/?experiment=abc-_1");
  assert.equal(experimentIn(address), "abc-_1");
  assert.equal(experimentIn("http://host/"), null);
});

test("an address names the session to watch", async () => {
  const address = addressOfSession("http://host:8000/?experiment=abc#x", "a-_1");
  assert.equal(address, "http://host:8000/?session=a-_1");
  assert.equal(sessionIn(address), "a-_1");
  assert.equal((await readAddress(address)).session, "a-_1");
  assert.equal((await readAddress("http://host:8000/")).session, "");
});

test("an experiment may be written by hand", async () => {
  assert.deepEqual(await decodeExperiment('{"seed": 3}'), { seed: 3 });
});

for (const text of ["", "!!", "AAAA", "[1]", "{", await encodeExperiment([1])]) {
  test(`a broken link (${text}) is refused with words`, async () => {
    await assert.rejects(decodeExperiment(text));
    const { experiment, notice } = await readAddress(`http://host/?experiment=${encodeURIComponent(text)}`);
    assert.equal(experiment, null);
    assert.equal(notice?.tone, "problem");
  });
}

test("a link that unfolds into far too much is refused", async () => {
  const bomb = await encodeExperiment({ a: "0".repeat(2_000_000) });
  assert.ok(bomb.length < 10_000);
  await assert.rejects(decodeExperiment(bomb), /too much/);
});
