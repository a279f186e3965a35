/**
 * JSON merge patches (RFC 7396): how an experiment is changed. Arrays in a patch are whole; null takes a value away.
 */

/**
 * A document after a merge patch.
 * @param {any} target
 * @param {any} patch
 * @returns {any}
 */
export function merged(target, patch) {
  if (!isObject(patch)) return patch;
  const result = isObject(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name];
    else result[name] = merged(result[name], value);
  }
  return result;
}

/**
 * One patch that does what two do in turn, or null where no single patch can: first taken away, then set in part.
 * @param {any} first
 * @param {any} second
 * @returns {any}
 */
export function composed(first, second) {
  if (!isObject(second)) return second;
  if (!isObject(first)) return null;
  const result = { ...first };
  for (const [name, value] of Object.entries(second)) {
    const part = name in first && value !== null ? composed(first[name], value) : value;
    if (part === null && value !== null) return null;
    result[name] = part;
  }
  return result;
}

/** @param {any} value */
function isObject(value) {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
