import assert from "node:assert/strict";
import { test } from "node:test";
import { Inquiry } from "../../static/live/inquiry.js";

/** Let what is promised happen. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

/** An inquiry, what it has asked, and a clock. @param {import("node:test").TestContext} context */
function made(context) {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  /** @type {string[]} */
  const asked = [];
  const inquiry = new Inquiry(() => {});
  const ask = (/** @type {string} */ question, /** @type {string} */ state) => {
    inquiry.ask(question, state, async () => {
      asked.push(`${question} ${state}`);
      if (question === "bad") throw new Error("no such thing");
      return `${question} at ${state}`;
    });
  };
  return { inquiry, asked, ask, wait: (/** @type {number} */ time) => context.mock.timers.tick(time) };
}

test("the same question is asked again only in another state, and after a rest", async (context) => {
  const { inquiry, asked, ask, wait } = made(context);
  ask("roc", "1");
  await settle();
  assert.equal(inquiry.answer, "roc at 1");
  ask("roc", "1");
  for (const state of ["2", "3", "4"]) ask("roc", state);
  await settle();
  assert.deepEqual(asked, ["roc 1"]);
  wait(10_000);
  await settle();
  assert.deepEqual(asked, ["roc 1", "roc 4"]);
  assert.equal(inquiry.answer, "roc at 4");
});

test("another question is asked at once, and the old answer is not shown for it", async (context) => {
  const { inquiry, asked, ask } = made(context);
  ask("roc", "1");
  await settle();
  ask("signal", "1");
  assert.equal(inquiry.answer, null);
  await settle();
  assert.deepEqual(asked, ["roc 1", "signal 1"]);
  assert.equal(inquiry.answer, "signal at 1");
});

test("an answer that nobody wants any more is not shown", async (context) => {
  const { inquiry, asked, ask } = made(context);
  ask("roc", "1");
  ask("signal", "1");
  await settle();
  assert.deepEqual(asked, ["roc 1", "signal 1"]);
  assert.equal(inquiry.answer, "signal at 1");
});

test("a refusal is told in its own words, until there is an answer", async (context) => {
  const { inquiry, ask } = made(context);
  ask("bad", "1");
  await settle();
  assert.deepEqual([inquiry.answer, inquiry.refusal], [null, "no such thing"]);
  ask("roc", "1");
  await settle();
  assert.deepEqual([inquiry.answer, inquiry.refusal], ["roc at 1", null]);
});
