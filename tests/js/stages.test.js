import assert from "node:assert/strict";
import { test } from "node:test";
import { STAGES, timeFor } from "../../static/components/stage-strip.js";

test("a step is forward, loss, backward, update", () => {
  assert.deepEqual(STAGES.map(([name]) => name), ["forward", "loss", "backward", "update"]);
});

test("the stages of a step end before the next one begins", () => {
  for (const speed of [0.5, 1, 2, 5]) {
    const time = timeFor(1, true, speed);
    assert.ok(time > 0 && time < 1000 / speed);
  }
});

test("what cannot be followed is not shown", () => {
  assert.deepEqual([timeFor(1, true, 10), timeFor(1, true, null), timeFor(25, true, 1), timeFor(25, false, null), timeFor(-30, false, 1)], [0, 0, 0, 0, 0]);
});

test("a single step has its time, whatever the speed", () => {
  assert.equal(timeFor(1, false, null), timeFor(1, false, 0.5));
  assert.ok(timeFor(1, false, null) > 0);
});
