/**
 * The colours of styles/tokens.css as a canvas needs them: resolved for the theme that is showing.
 *
 * A custom property such as `--value-positive: light-dark(…)` has no colour until an element uses it,
 * so a hidden element uses it and the browser answers.
 */

/** @typedef {[red: number, green: number, blue: number]} Rgb bytes, 0 to 255 */

/** @type {Map<string, Rgb>} */
const known = new Map();
/** @type {Set<() => void>} */
const listeners = new Set();
/** @type {HTMLElement | undefined} */
let probe;
/** @type {OffscreenCanvasRenderingContext2D | null | undefined} */
let pixel;
let watching = false;

/**
 * The colour of a token in the present theme, for example `rgb("--value-positive")` → `[9, 105, 218]`.
 * @param {string} name a custom property that holds an opaque colour
 * @returns {Rgb}
 */
export function rgb(name) {
  watchTheme();
  let colour = known.get(name);
  if (!colour) known.set(name, (colour = resolve(name)));
  return colour;
}

/**
 * The same as text for `strokeStyle`, `fillStyle` or uPlot, for example `rgb(9 105 218 / 0.4)`.
 * @param {string} name
 * @param {number} [alpha] opacity, 0 to 1
 */
export function colour(name, alpha = 1) {
  return css(rgb(name), alpha);
}

/**
 * Bytes as CSS text.
 * @param {Rgb} bytes
 * @param {number} [alpha]
 */
export function css([red, green, blue], alpha = 1) {
  return `rgb(${red} ${green} ${blue} / ${alpha})`;
}

/**
 * Call back whenever the tokens may have changed: the theme switch, presentation mode, the system's preference.
 * @param {() => void} listener
 * @returns {() => void} stops it
 */
export function onThemeChange(listener) {
  watchTheme();
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** Whether the reader asked the system for less motion. */
export function prefersReducedMotion() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/** @param {string} name @returns {Rgb} */
function resolve(name) {
  if (!probe) {
    probe = document.createElement("span");
    probe.hidden = true;
    document.documentElement.append(probe);
  }
  probe.style.color = `var(${name})`;
  return toBytes(getComputedStyle(probe).color);
}

/** Any CSS colour, `oklch(…)` too, as the bytes that the screen shows. @param {string} text @returns {Rgb} */
function toBytes(text) {
  pixel ??= new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  if (!pixel) throw new Error("this browser has no 2-D canvas");
  pixel.fillStyle = text;
  pixel.fillRect(0, 0, 1, 1);
  const [red, green, blue] = pixel.getImageData(0, 0, 1, 1).data;
  return [red, green, blue];
}

function watchTheme() {
  if (watching) return;
  watching = true;
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changed);
  matchMedia("(prefers-contrast: more)").addEventListener("change", changed);
  new MutationObserver(switched).observe(document.documentElement, {
    attributeFilter: ["data-theme", "data-presentation"], attributeOldValue: true,
  });
}

/** Attributes are also written again with the value that they have. @param {MutationRecord[]} records */
function switched(records) {
  const root = document.documentElement;
  if (records.some(({ attributeName, oldValue }) => root.getAttribute(attributeName ?? "") !== oldValue)) changed();
}

function changed() {
  known.clear();
  for (const listener of listeners) listener();
}
