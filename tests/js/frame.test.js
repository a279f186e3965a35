import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeFrame, HEADER_BYTES, MAGIC } from "../../static/wire/frame.js";

/** @param {object} directory @param {{ name: string, dtype: string, shape: number[], bytes: Uint8Array }[]} arrays */
function frame(directory, arrays) {
  let offset = 512;
  const entries = arrays.map(({ bytes, ...entry }) => {
    const placed = { ...entry, offset };
    offset += Math.ceil(bytes.length / 8) * 8;
    return placed;
  });
  const text = new TextEncoder().encode(JSON.stringify({ ...directory, arrays: entries }).padEnd(512 - HEADER_BYTES));
  const buffer = new ArrayBuffer(offset);
  const header = new DataView(buffer);
  header.setUint32(0, MAGIC, true);
  header.setUint32(4, text.length, true);
  header.setUint32(8, 41, true);
  header.setUint32(12, 3, true);
  header.setFloat64(16, 2 ** 40, true);
  header.setFloat64(24, 9, true);
  new Uint8Array(buffer).set(text, HEADER_BYTES);
  entries.forEach((entry, i) => new Uint8Array(buffer).set(arrays[i].bytes, entry.offset));
  return buffer;
}

test("a frame's numbers, words and arrays arrive as they were sent", () => {
  const weights = new Float32Array([0.5, -1, 2, 3, 4, 5]);
  const buffer = frame({ phase: "playing", probes: { boundary: { low: 0 } } }, [
    { name: "boundary.values", dtype: "u1", shape: [2, 2], bytes: new Uint8Array([1, 2, 3, 255]) },
    { name: "weights.output.kernel", dtype: "f4", shape: [3, 2], bytes: new Uint8Array(weights.buffer) },
  ]);
  const { sequence, version, step, epoch, phase, probes, arrays } = decodeFrame(buffer);
  assert.deepEqual({ sequence, version, step, epoch, phase, probes },
    { sequence: 41, version: 3, step: 2 ** 40, epoch: 9, phase: "playing", probes: { boundary: { low: 0 } } });
  assert.deepEqual(arrays["boundary.values"], { data: new Uint8Array([1, 2, 3, 255]), shape: [2, 2] });
  assert.deepEqual(arrays["weights.output.kernel"], { data: weights, shape: [3, 2] });
});

test("arrays are looked at where they lie, not copied", () => {
  const buffer = frame({}, [{ name: "a", dtype: "u1", shape: [1], bytes: new Uint8Array([7]) }]);
  assert.equal(decodeFrame(buffer).arrays.a.data.buffer, buffer);
});

test("a scalar has one value, an empty array none", () => {
  const { arrays } = decodeFrame(frame({}, [
    { name: "scalar", dtype: "f8", shape: [], bytes: new Uint8Array(new Float64Array([2.5]).buffer) },
    { name: "empty", dtype: "f8", shape: [0, 4], bytes: new Uint8Array() },
  ]));
  assert.deepEqual([...arrays.scalar.data], [2.5]);
  assert.equal(arrays.empty.data.length, 0);
});

test("what is no frame is refused", () => {
  assert.throws(() => decodeFrame(new ArrayBuffer(8)), RangeError);
  assert.throws(() => decodeFrame(new ArrayBuffer(64)), RangeError);
  assert.throws(() => decodeFrame(frame({}, [{ name: "a", dtype: "c8", shape: [1], bytes: new Uint8Array(8) }])), /unknown type c8/);
});
