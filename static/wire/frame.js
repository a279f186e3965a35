/**
 * Opening a binary message of the stream: a fixed header, a directory in JSON, then arrays that are used where they lie.
 *
 * Header, 32 bytes, little endian: magic u32, length of the directory u32, sequence u32, version u32, step f64,
 * epoch f64. Every array begins at a multiple of 8, so a typed array can look at it without copying.
 */

/** @typedef {import("../live/types.js").Frame} Frame */
/** @typedef {import("../live/types.js").FrameArray} FrameArray */
/** @typedef {{ name: string, dtype: string, shape: number[], offset: number }} Entry */

export const MAGIC = 0x314e564c; // "LVN1"
export const HEADER_BYTES = 32;

const ARRAYS = {
  u1: Uint8Array, u2: Uint16Array, i4: Int32Array, f4: Float32Array, f8: Float64Array,
};
const decoder = new TextDecoder();

/**
 * @param {ArrayBuffer} buffer one message
 * @returns {Frame}
 * @throws {RangeError} if it is not a frame of this version
 */
export function decodeFrame(buffer) {
  const header = new DataView(buffer);
  if (buffer.byteLength < HEADER_BYTES || header.getUint32(0, true) !== MAGIC) throw new RangeError("not a frame");
  const { arrays, ...directory } = JSON.parse(decoder.decode(new Uint8Array(buffer, HEADER_BYTES, header.getUint32(4, true))));
  return {
    ...directory,
    sequence: header.getUint32(8, true),
    version: header.getUint32(12, true),
    step: header.getFloat64(16, true),
    epoch: header.getFloat64(24, true),
    arrays: Object.fromEntries(arrays.map((/** @type {Entry} */ entry) => [entry.name, viewOf(buffer, entry)])),
  };
}

/** @param {ArrayBuffer} buffer @param {Entry} entry @returns {FrameArray} */
function viewOf(buffer, { name, dtype, shape, offset }) {
  const Type = ARRAYS[/** @type {keyof typeof ARRAYS} */ (dtype)];
  if (!Type) throw new RangeError(`array ${name} has the unknown type ${dtype}`);
  return { data: new Type(buffer, offset, shape.reduce((product, length) => product * length, 1)), shape };
}
