/**
 * The experiment in the address bar: exact, compact, safe in any text.
 *
 * `?experiment=` holds the JSON of the experiment, deflated (RFC 1951), in the base64 alphabet for addresses (RFC 4648, section 5).
 * Plain JSON is understood too, so that a link can be written by hand.
 */

/** @typedef {import("./types.js").Experiment} Experiment */

const [NAME, SESSION] = ["experiment", "session"];
const LONGEST = 1_000_000; // letters of JSON

/**
 * @param {object} experiment
 * @returns {Promise<string>} for the query
 */
export async function encodeExperiment(experiment) {
  const bytes = await through(new TextEncoder().encode(JSON.stringify(experiment)), new CompressionStream("deflate-raw"));
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/**
 * @param {string} text from the query
 * @returns {Promise<object>}
 * @throws {Error} if it is no experiment
 */
export async function decodeExperiment(text) {
  const json = text.trimStart().startsWith("{") ? text : await inflated(text);
  const experiment = JSON.parse(json);
  if (typeof experiment !== "object" || experiment === null || Array.isArray(experiment)) throw new TypeError("not an experiment");
  return experiment;
}

/** The experiment's text in an address, if there is one. @param {string | URL} address */
export function experimentIn(address) {
  return new URL(address).searchParams.get(NAME);
}

/** The session in an address that is to be watched; empty if there is none. @param {string | URL} address */
export function sessionIn(address) {
  return new URL(address).searchParams.get(SESSION) ?? "";
}

/** Where others watch a session. @param {string | URL} address of this page @param {string} id */
export function addressOfSession(address, id) {
  const result = new URL("/", address);
  result.search = `${SESSION}=${encodeURIComponent(id)}`;
  return result.href;
}

/** An address with this experiment and nothing else. @param {string | URL} address @param {string} text */
export function addressWith(address, text) {
  const result = new URL(address);
  result.hash = "";
  result.search = `${NAME}=${text}`;
  return result.href;
}

/** @param {string} text */
async function inflated(text) {
  const letters = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
  return new TextDecoder("utf-8", { fatal: true }).decode(await through(bytes, new DecompressionStream("deflate-raw")));
}

/**
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {CompressionStream | DecompressionStream} transformation
 */
async function through(bytes, transformation) {
  const chunks = [];
  let length = 0;
  const source = new Blob([bytes]).stream().pipeThrough(transformation);
  for await (const chunk of /** @type {AsyncIterable<Uint8Array>} */ (/** @type {unknown} */ (source))) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > LONGEST) throw new RangeError("the link holds too much");
  }
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.length;
  }
  return whole;
}
