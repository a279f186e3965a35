import assert from "node:assert/strict";
import { test } from "node:test";

import { isOvertaken } from "../../static/live/order.js";

/** @param {string} id @param {number} version @param {number} step @returns {any} */
const document = (id, version, step) => ({ id, version, step });
const shown = document("a", 3, 50);

test("the answer to play does not undo the end of a training that was faster", () => {
  assert.equal(isOvertaken(document("a", 3, 0), shown), true);
});

test("after a reset, which makes a version, the step is smaller and the document newer", () => {
  assert.equal(isOvertaken(document("a", 4, 0), shown), false);
  assert.equal(isOvertaken(document("a", 2, 60), shown), true);
});

test("what is as new is shown, and so is another session", () => {
  assert.equal(isOvertaken(document("a", 3, 50), shown), false);
  assert.equal(isOvertaken(document("b", 0, 0), shown), false);
});
