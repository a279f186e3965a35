import assert from "node:assert/strict";
import { test } from "node:test";
import { discretePixels, divergingPixels, mix, pack, rampPixels, rescaledPixels, toByte, unpack } from "../../static/drawing/colours.js";
import { shade } from "../../static/drawing/heatmap.js";

/** @typedef {import("../../static/drawing/tokens.js").Rgb} Rgb */

/** @type {Rgb[]} */
const [ORANGE, WHITE, BLUE] = [[230, 90, 12], [250, 250, 250], [10, 110, 220]];

test("a pixel keeps its bytes", () => {
  assert.deepEqual(unpack(pack([1, 128, 255])), [1, 128, 255]);
  assert.equal(pack([1, 2, 3]), 0xff030201);
});

test("the ends and the middle of a diverging table are the given colours", () => {
  const table = divergingPixels(ORANGE, WHITE, BLUE);
  assert.deepEqual([unpack(table[0]), unpack(table[255])], [ORANGE, BLUE]);
  for (const middle of [table[127], table[128]]) {
    for (const [i, byte] of unpack(middle).entries()) assert.ok(Math.abs(byte - WHITE[i]) <= 3);
  }
});

test("the mean of black and white in OKLab is the grey that looks half as light", () => {
  assert.deepEqual(mix([0, 0, 0], [255, 255, 255], 0.5), [99, 99, 99]);
});

test("a ramp goes steadily from one colour to the other", () => {
  const reds = [...rampPixels(WHITE, BLUE)].map((pixel) => unpack(pixel)[0]);
  assert.equal(reds[0], WHITE[0]);
  assert.equal(reds[255], BLUE[0]);
  for (let i = 1; i < reds.length; i++) assert.ok(reds[i] <= reds[i - 1]);
});

test("a discrete table has two colours, changing in the middle", () => {
  const table = discretePixels(divergingPixels(ORANGE, WHITE, BLUE));
  assert.equal(new Set(table).size, 2);
  assert.notEqual(table[127], table[128]);
});

test("a rescaled table shows 0…1 of −1…1 in all its colours", () => {
  const table = Uint32Array.from({ length: 256 }, (_, i) => i);
  const rescaled = rescaledPixels(table, 1, 0, 1);
  assert.deepEqual([rescaled[0], rescaled[100], rescaled[255]], [0, 0, 255]);
  assert.ok(Math.abs(rescaled[191] - 127) <= 1);
  assert.deepEqual(rescaledPixels(table, 2, -2, 2), table);
});

test("values beyond the scale take its ends, and no number the middle", () => {
  assert.deepEqual([-9, -1, 1, 9, NaN].map(toByte), [0, 0, 255, 255, 128]);
});

test("shading looks every byte up", () => {
  const pixels = new Uint32Array(3);
  const table = Uint32Array.from({ length: 256 }, (_, i) => i * 3);
  shade(Uint8Array.of(0, 7, 255), table, pixels);
  assert.deepEqual([...pixels], [0, 21, 765]);
});
