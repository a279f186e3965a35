/**
 * The order of a session's documents: answers to calls and events of the stream may arrive in any.
 */

/** @typedef {import("./types.js").SessionDocument} SessionDocument */

/**
 * Whether a document is older than the one that is shown. Steps go back only where the version goes up.
 * @param {SessionDocument} document @param {SessionDocument} shown @returns {boolean}
 */
export function isOvertaken(document, shown) {
  if (document.id !== shown.id) return false;
  return document.version === shown.version ? document.step < shown.step : document.version < shown.version;
}
