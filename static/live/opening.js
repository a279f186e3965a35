/**
 * What an address asks for: a session to watch, an experiment of its own, one of TensorFlow Playground, or nothing.
 */

import { decodeExperiment, experimentIn, sessionIn } from "./links.js";
import { fromTensorFlowPlayground } from "./tensorflow_playground.js";

/** @typedef {import("./types.js").Notice} Notice */
/** @typedef {import("./types.js").View} View */

/**
 * @typedef {object} Opening
 * @property {string} session to watch; empty: one of its own
 * @property {object | null} experiment null: the server's own choice
 * @property {Partial<View>} view
 * @property {Notice | null} notice
 */

/** @type {Opening} */
const NOTHING = { session: "", experiment: null, view: {}, notice: null };

/**
 * @param {string} address
 * @returns {Promise<Opening>}
 */
export async function readAddress(address) {
  const translation = fromTensorFlowPlayground(new URL(address).hash);
  if (translation) return { ...NOTHING, experiment: translation.experiment, view: translation.view, notice: carriedOver(translation.lost) };
  const session = sessionIn(address);
  if (session) return { ...NOTHING, session };
  const text = experimentIn(address);
  if (text === null) return NOTHING;
  try {
    return { ...NOTHING, experiment: await decodeExperiment(text) };
  } catch {
    return { ...NOTHING, notice: unreadable("It is damaged or cut short.") };
  }
}

/** @param {string} why @returns {Notice} */
export function unreadable(why) {
  return {
    id: "link", tone: "problem", stays: true,
    text: `The experiment in this link cannot be opened, so this is the usual first one. ${why}`,
  };
}

/** @param {string[]} lost @returns {Notice} */
function carriedOver(lost) {
  return {
    id: "link", tone: "info", stays: true, details: lost,
    text: "This is the experiment of the TensorFlow Playground link. Not carried over:",
  };
}
