/**
 * A canvas as sharp as the screen.
 */

/**
 * Fit a canvas to a size in CSS pixels and answer its context, scaled so that one unit is one CSS pixel.
 * Resizing clears a canvas, so it happens only when the size or the screen's pixel ratio has changed; clear it yourself.
 * @param {HTMLCanvasElement} canvas
 * @param {number} width CSS pixels
 * @param {number} height CSS pixels
 * @returns {CanvasRenderingContext2D}
 */
export function fitCanvas(canvas, width, height) {
  const ratio = devicePixelRatio || 1;
  const [columns, rows] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== columns) canvas.width = columns;
  if (canvas.height !== rows) canvas.height = rows;
  const context = canvas.getContext("2d");
  if (!context) throw new Error("this browser has no 2-D canvas");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context;
}

/**
 * Call back with an element's content size now and whenever it changes.
 * @param {Element} element
 * @param {(width: number, height: number) => void} listener
 * @returns {() => void} stops it
 */
export function onResize(element, listener) {
  const observer = new ResizeObserver(([entry]) => listener(entry.contentRect.width, entry.contentRect.height));
  observer.observe(element);
  return () => observer.disconnect();
}
