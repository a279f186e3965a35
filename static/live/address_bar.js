/**
 * The address bar holds the experiment: it follows, a little later, without a trace in the browser's history.
 */

import { addressWith, encodeExperiment } from "./links.js";

/** @typedef {import("./types.js").Experiment} Experiment */
/** @typedef {Pick<Window, "location" | "history" | "setTimeout" | "clearTimeout">} Place */

const CALM = 250; // milliseconds without a change before the address follows

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
      place.history.replaceState(null, "", addressWith(place.location.href, await encodeExperiment(experiment)));
    }, CALM);
  }
}
