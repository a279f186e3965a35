/**
 * Numbers as a field of the catalogue describes them: what is allowed, where a slider stands, what one key press adds.
 */

import { formatCount, formatRate } from "../drawing/numbers.js";

/** @typedef {import("../live/types.js").Field} Field */
/** @typedef {"type" | "minimum" | "maximum" | "exclusive_minimum" | "exclusive_maximum" | "slider"} RangeName */
/** @typedef {Pick<Field, RangeName>} Range */

/** How many positions a slider has from end to end. */
export const POSITIONS = 1000;

/** One decade of the values that a key press visits on a logarithmic scale. */
const ROUND = [1, 2, 3, 5, 7, 10];

/**
 * A number as a person types it: 0.03, 1e-5, −2, 1 000. NaN for anything else.
 * @param {string} text
 */
export function parseNumber(text) {
  const plain = text.replace(/[\s\u2009]/g, "").replace("−", "-");
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(plain) ? Number(plain) : NaN;
}

/**
 * Where on the slider (0 to POSITIONS) a value stands; values beyond its ends stand at the ends.
 * @param {NonNullable<Field["slider"]>} slider
 * @param {number} value
 */
export function toPosition({ minimum, maximum, scale }, value) {
  const clamped = clamp(value, minimum, maximum);
  const share = scale === "log"
    ? Math.log(clamped / minimum) / Math.log(maximum / minimum)
    : (clamped - minimum) / (maximum - minimum);
  return Math.round(share * POSITIONS);
}

/**
 * The value at a position of the slider: a multiple of the step, or on a logarithmic scale two significant figures.
 * @param {NonNullable<Field["slider"]>} slider
 * @param {number} position 0 to POSITIONS
 */
export function toValue({ minimum, maximum, scale, step }, position) {
  const share = position / POSITIONS;
  const value = scale === "log"
    ? Number((minimum * (maximum / minimum) ** share).toPrecision(2))
    : minimum + share * (maximum - minimum);
  const stepped = step ? minimum + Math.round((value - minimum) / step) * step : value;
  return clamp(tidy(stepped), minimum, maximum);
}

/**
 * The value one key press up or down from another, within what is allowed.
 * @param {Range} field
 * @param {number} value
 * @param {1 | -1} direction
 */
export function nudged(field, value, direction) {
  const next = field.slider?.scale === "log" ? nextRound(value, direction) : nextMultiple(field, value, direction);
  const bound = direction > 0 ? field.maximum : field.minimum;
  return complaint(field, next) ? bound ?? value : next;
}

/**
 * What is wrong with a value, in words with the allowed range; empty if nothing.
 * @param {Range} field
 * @param {number} value
 */
export function complaint(field, value) {
  if (!Number.isFinite(value)) return `Not a number. Write ${allowed(field)}.`;
  if (field.type === "integer" && !Number.isInteger(value)) {
    return `${formatRate(value)} is not whole. Write ${allowed(field)}.`;
  }
  const { minimum, maximum, exclusive_minimum: above, exclusive_maximum: below } = field;
  if ((minimum != null && value < minimum) || (above != null && value <= above)) {
    return `${formatRate(value)} is too small. Write ${allowed(field)}.`;
  }
  if ((maximum != null && value > maximum) || (below != null && value >= below)) {
    return `${formatRate(value)} is too large. Write ${allowed(field)}.`;
  }
  return "";
}

/**
 * What a field allows, in words: "a number of at least 0 and below 1".
 * @param {Range} field
 */
export function allowed({ type, minimum, maximum, exclusive_minimum: above, exclusive_maximum: below }) {
  const [noun, format] = type === "integer" ? ["a whole number", formatCount] : ["a number", formatRate];
  if (minimum != null && maximum != null) return `${noun} from ${format(minimum)} to ${format(maximum)}`;
  const low = minimum != null ? `of at least ${format(minimum)}` : above != null ? `above ${format(above)}` : "";
  const high = maximum != null ? `of at most ${format(maximum)}` : below != null ? `below ${format(below)}` : "";
  return [noun, [low, high].filter(Boolean).join(" and ")].filter(Boolean).join(" ");
}

/** The next multiple of the step. @param {Range} field @param {number} value @param {1 | -1} direction */
function nextMultiple(field, value, direction) {
  const [step, start] = [stepOf(field), field.slider?.minimum ?? field.minimum ?? 0];
  const steps = (value - start) / step;
  const next = direction > 0 ? Math.floor(steps + 1e-9) + 1 : Math.ceil(steps - 1e-9) - 1;
  return tidy(start + next * step);
}

/** @param {Range} field */
function stepOf({ type, slider, minimum, maximum }) {
  if (slider?.step) return slider.step;
  if (type === "integer") return 1;
  const [low, high] = slider ? [slider.minimum, slider.maximum] : [minimum ?? 0, maximum ?? 1];
  return 10 ** Math.floor(Math.log10((high - low) / 10));
}

/** The next of 1, 2, 3, 5, 7 or 10 in its decade. @param {number} value @param {1 | -1} direction */
function nextRound(value, direction) {
  if (!(value > 0)) return value;
  const decade = 10 ** Math.floor(Math.log10(value) + 1e-9);
  const digits = value / decade;
  const next = direction > 0
    ? ROUND.find((digit) => digit > digits + 1e-9)
    : ROUND.findLast((digit) => digit < digits - 1e-9) ?? 0.7;
  return tidy((next ?? 10) * decade);
}

/** Without the last digits, in which binary fractions show: 0.1 + 0.2 is 0.3. @param {number} value */
function tidy(value) {
  return Number(value.toPrecision(10));
}

/** @param {number} value @param {number} low @param {number} high */
function clamp(value, low, high) {
  return Math.min(high, Math.max(low, value));
}
