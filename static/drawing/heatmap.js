/**
 * Maps of bytes on a canvas, one look-up per pixel. All maps of one size share one ImageData.
 */

/** @typedef {{ image: ImageData, pixels: Uint32Array }} Sheet */

/** @type {Map<string, Sheet>} */
const sheets = new Map();

/**
 * Paint a map; the canvas takes the map's size in pixels (CSS stretches it).
 * @param {HTMLCanvasElement} canvas
 * @param {Uint8Array} bytes width × height values, row 0 on top
 * @param {number} width
 * @param {number} height
 * @param {Uint32Array} table 256 pixels, see colours.js
 */
export function paintMap(canvas, bytes, width, height, table) {
  const { image, pixels } = sheet(width, height);
  shade(bytes, table, pixels);
  put(canvas, image);
}

/**
 * Paint classes: the hue says which class, its strength how certain the network is.
 * @param {HTMLCanvasElement} canvas
 * @param {Uint8Array} classes width × height class indices, row 0 on top
 * @param {Uint8Array} certainty the same shape, 0 to 255
 * @param {number} width
 * @param {number} height
 * @param {Uint32Array[]} tables one table per class, see `classTable`
 */
export function paintClasses(canvas, classes, certainty, width, height, tables) {
  const { image, pixels } = sheet(width, height);
  for (let i = 0; i < pixels.length; i++) pixels[i] = tables[classes[i]][certainty[i]];
  put(canvas, image);
}

/**
 * Look every byte up.
 * @param {Uint8Array} bytes
 * @param {Uint32Array} table
 * @param {Uint32Array} pixels as many as bytes; written
 */
export function shade(bytes, table, pixels) {
  for (let i = 0; i < pixels.length; i++) pixels[i] = table[bytes[i]];
}

/** @param {number} width @param {number} height @returns {Sheet} */
function sheet(width, height) {
  const key = `${width}×${height}`;
  let found = sheets.get(key);
  if (!found) {
    const image = new ImageData(width, height);
    sheets.set(key, (found = { image, pixels: new Uint32Array(image.data.buffer) }));
  }
  return found;
}

/** @param {HTMLCanvasElement} canvas @param {ImageData} image */
function put(canvas, image) {
  if (canvas.width !== image.width) canvas.width = image.width;
  if (canvas.height !== image.height) canvas.height = image.height;
  canvas.getContext("2d")?.putImageData(image, 0, 0);
}
