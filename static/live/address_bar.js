/**
 * The address bar holds the experiment: it follows, a little later, without a trace in the browser's history.
 */

import { addressWith, encodeExperiment } from "./links.js";

/** @typedef {import("./types.js").Experiment} Experiment */
/** @typedef {Pick<Window, "location" | "history" | "setTimeout" | "clearTimeout">} Place */

const CALM = 250; // milliseconds without a change before the address follows
const LONGEST = 30_000; // letters: servers and programs in between refuse longer addresses

export class AddressBar {
  #timer = 0;

  /** @param {Place} place */
  constructor(place) {
    this.place = place;
  }

  /** @param {Experiment} experiment */
  show(experiment) {
    const { place } = this;
    place.clearTimeout(this.#timer);
    this.#timer = place.setTimeout(async () => {
      const text = await encodeExperiment(experiment);
      const plain = new URL("/", place.location.href).href; // rather none than one that cannot be opened
      place.history.replaceState(null, "", text.length > LONGEST ? plain : addressWith(place.location.href, text));
    }, CALM);
  }
}
