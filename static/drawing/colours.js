/**
 * Colour tables: 256 packed pixels from the least to the greatest value, so that a byte is painted by one look-up.
 *
 * Colours are mixed in OKLab, where equal steps look equal (Björn Ottosson, "A perceptual color space for image
 * processing", 2020). Pixels are packed as a little-endian canvas reads them: 0xAABBGGRR.
 */

import { css, onThemeChange, rgb } from "./tokens.js";

/** @typedef {import("./tokens.js").Rgb} Rgb */

/** How many class colours tokens.css has (Okabe–Ito): `--class-1` and on. */
export const CLASS_COLOURS = 8;

/** @type {Map<string, Uint32Array>} */
const tables = new Map();
let listening = false;

/**
 * The diverging table of the present theme: 0 the negative end, 127 and 128 the neutral middle, 255 the positive end.
 * Built once per theme.
 * @returns {Uint32Array} 256 pixels
 */
export function divergingTable() {
  return cached("diverging", () =>
    divergingPixels(rgb("--value-negative"), rgb("--value-neutral"), rgb("--value-positive")));
}

/**
 * The same with two colours only: below and above the middle (the picture's "discretize").
 * @returns {Uint32Array} 256 pixels
 */
export function discreteTable() {
  return cached("discrete", () => discretePixels(divergingTable()));
}

/**
 * The table of amounts that have no sign: 0 the neutral colour, 255 the strongest.
 * @returns {Uint32Array} 256 pixels
 */
export function rampTable() {
  return cached("ramp", () => rampPixels(rgb("--value-neutral"), rgb("--parameter")));
}

/**
 * The table of one class: 0 the neutral colour (not certain), 255 the class's own colour (certain).
 * @param {number} index the class, from 0
 * @returns {Uint32Array} 256 pixels
 */
export function classTable(index) {
  const name = classToken(index);
  return cached(name, () => rampPixels(rgb("--value-neutral"), rgb(name)));
}

/**
 * The token of a class, for styles: `--class-1` for class 0; more classes than colours begin again.
 * @param {number} index
 */
export function classToken(index) {
  return `--class-${(index % CLASS_COLOURS) + 1}`;
}

/**
 * The CSS colour of a value on the diverging scale.
 * @param {number} value −1 (negative end) to 1 (positive end), clamped
 */
export function divergingColour(value) {
  return css(unpack(divergingTable()[toByte(value)]));
}

/**
 * A value as an index into a diverging table.
 * @param {number} value −1 to 1, clamped; not a number counts as 0
 */
export function toByte(value) {
  const clamped = Math.max(-1, Math.min(1, value || 0));
  return Math.round(127.5 + 127.5 * clamped);
}

/**
 * Pixels from `negative` through `neutral` to `positive`.
 * @param {Rgb} negative
 * @param {Rgb} neutral
 * @param {Rgb} positive
 */
export function divergingPixels(negative, neutral, positive) {
  return Uint32Array.from({ length: 256 }, (_, i) => {
    const value = i / 127.5 - 1;
    return pack(mix(neutral, value < 0 ? negative : positive, Math.abs(value)));
  });
}

/**
 * Pixels from one colour to another.
 * @param {Rgb} low
 * @param {Rgb} high
 */
export function rampPixels(low, high) {
  return Uint32Array.from({ length: 256 }, (_, i) => pack(mix(low, high, i / 255)));
}

/**
 * A table in which only the side of the middle counts. The colours are those at three quarters, so that points drawn
 * in the full colour stay visible on the map.
 * @param {Uint32Array} table
 */
export function discretePixels(table) {
  return Uint32Array.from({ length: 256 }, (_, i) => table[i < 128 ? 32 : 223]);
}

/**
 * A table for bytes that stand for −scale…scale, when its colours are to run from `low` to `high` instead: so the
 * output of a sigmoid, 0 to 1, has its neutral colour at 0.5.
 * @param {Uint32Array} table
 * @param {number} scale
 * @param {number} low
 * @param {number} high
 */
export function rescaledPixels(table, scale, low, high) {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    const share = ((byte / 127.5 - 1) * scale - low) / (high - low);
    return table[Math.round(255 * Math.max(0, Math.min(1, share)))];
  });
}

/**
 * The colour between two, in OKLab.
 * @param {Rgb} from
 * @param {Rgb} to
 * @param {number} share 0 gives `from`, 1 gives `to`
 * @returns {Rgb}
 */
export function mix(from, to, share) {
  const [a, b] = [toOklab(from), toOklab(to)];
  return fromOklab([0, 1, 2].map((i) => a[i] + (b[i] - a[i]) * share));
}

/** @param {Rgb} bytes */
export function pack([red, green, blue]) {
  return ((0xff << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

/** @param {number} pixel @returns {Rgb} */
export function unpack(pixel) {
  return [pixel & 0xff, (pixel >> 8) & 0xff, (pixel >> 16) & 0xff];
}

/** @param {Rgb} bytes */
function toOklab(bytes) {
  const [r, g, b] = bytes.map((byte) => linear(byte / 255));
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

/** @param {number[]} lab @returns {Rgb} */
function fromOklab([L, a, b]) {
  const l = (L + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (L - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (L - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    toSrgb(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    toSrgb(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    toSrgb(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

/** @param {number} value sRGB, 0 to 1 */
const linear = (value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);

/** @param {number} value linear light @returns {number} a byte */
function toSrgb(value) {
  const clamped = Math.max(0, Math.min(1, value));
  return Math.round(255 * (clamped <= 0.0031308 ? 12.92 * clamped : 1.055 * clamped ** (1 / 2.4) - 0.055));
}

/** @param {string} name @param {() => Uint32Array} make */
function cached(name, make) {
  if (!listening) {
    onThemeChange(() => tables.clear());
    listening = true;
  }
  let table = tables.get(name);
  if (!table) tables.set(name, (table = make()));
  return table;
}
