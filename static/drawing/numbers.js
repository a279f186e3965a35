/**
 * Numbers formatted by what they mean. All answer "–" for what is not finite, and write a true minus sign.
 */

const NOTHING = "–";
const THIN_SPACE = "\u2009";
const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉";

/**
 * A loss: three significant figures, however small: 0.512, 0.0401, 12.3, 2.10e-6.
 * @param {number | null | undefined} value
 */
export function formatLoss(value) {
  if (!isFinite(value)) return NOTHING;
  const size = Math.abs(value);
  return minus(size !== 0 && (size < 1e-4 || size >= 1e5) ? value.toExponential(2) : value.toPrecision(3));
}

/**
 * A count: whole, groups of three apart by a thin space: 61 200.
 * @param {number | null | undefined} value
 */
export function formatCount(value) {
  if (!isFinite(value)) return NOTHING;
  return minus(Math.round(value).toString().replace(/\B(?=(\d{3})+$)/g, THIN_SPACE));
}

/**
 * A count of fixed width, for a number that runs: 00 124.
 * @param {number | null | undefined} value
 * @param {number} digits
 */
export function formatCounter(value, digits) {
  if (!isFinite(value)) return NOTHING;
  return Math.round(value).toString().padStart(digits, "0").replace(/\B(?=(\d{3})+$)/g, THIN_SPACE);
}

/**
 * A rate as a person writes it: 0.03, 10, 1e-5.
 * @param {number | null | undefined} value
 */
export function formatRate(value) {
  if (!isFinite(value)) return NOTHING;
  const rounded = Number(value.toPrecision(4));
  const size = Math.abs(rounded);
  return minus(size !== 0 && (size < 1e-3 || size >= 1e5) ? rounded.toExponential() : rounded.toString());
}

/**
 * A weight, bias or activation: two decimals where they say something: 0.21, −1.70, 0.004, 12.4.
 * @param {number | null | undefined} value
 */
export function formatWeight(value) {
  if (!isFinite(value)) return NOTHING;
  const size = Math.abs(value);
  if (size >= 1e4) return minus(value.toExponential(2));
  if (size >= 10) return minus(value.toPrecision(3));
  if (size >= 0.05 || size === 0) return minus(value.toFixed(2));
  return minus(size >= 1e-3 ? value.toPrecision(1) : value.toExponential(0));
}

/**
 * A share as a percentage with one decimal: 97.2 %.
 * @param {number | null | undefined} share 0 to 1
 */
export function formatPercent(share) {
  return isFinite(share) ? `${minus((100 * share).toFixed(1))}${THIN_SPACE}%` : NOTHING;
}

/**
 * An input or feature as the notes write it: x1 → x₁, x1_squared → x₁², x1_x2 → x₁x₂, sin_x2 → sin x₂.
 * @param {string} name
 */
export function formatFeature(name) {
  return name
    .replace(/^(sin|cos)_/, "$1 ")
    .replace(/_squared$/, "²")
    .replace(/_(?=x\d)/, "")
    .replace(/(?<![a-z])x(\d+)/g, (_, digits) => `x${subscript(digits)}`);
}

/** A number as subscript digits: 12 → ₁₂. @param {number | string} value */
export function subscript(value) {
  return String(value).replace(/\d/g, (digit) => SUBSCRIPTS[Number(digit)]);
}

/** A number as superscript digits, for powers of ten on axes: 10⁻⁵. @param {number | string} value */
export function superscript(value) {
  return String(value).replace("-", "⁻").replace(/\d/g, (digit) => SUPERSCRIPTS[Number(digit)]);
}

/** @param {number | null | undefined} value @returns {value is number} */
function isFinite(value) {
  return Number.isFinite(value);
}

/** @param {string} text */
function minus(text) {
  return text.replace(/^-/, "−");
}
