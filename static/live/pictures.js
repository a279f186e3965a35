/**
 * What the charts see of the stream: maps as the server paints them, or, where a large audience watches, maps that this
 * page computes from the weights alone. The charts notice no difference.
 *
 * The way there: beside what is watched, the recipe of the pictures is asked for, once for each resolution. When all
 * are here, only the weights are watched. Their frames name the recipe by which they are to be read; when that is
 * another one, the server paints again until the new recipe has come. Meanwhile the last picture stays.
 */

import { Evaluator, isComputable, partsOf } from "./evaluation.js";
import { COUNTED, histograms } from "./histograms.js";

/** @typedef {import("./evaluation.js").Picture} Picture */
/** @typedef {import("./evaluation.js").Recipe} Recipe */
/** @typedef {import("./types.js").Frame} Frame */
/** @typedef {Record<string, any>} Probes by kind, with their settings */
/** @typedef {Pick<import("../wire/stream.js").Stream, "watch" | "onframe">} Stream */

/** So many viewers are a large audience, and so few are none any more: nobody who comes or goes makes pages change to and fro. */
export const CROWD = { from: 51, to: 40 };
/** A frame brings so many new records of the history at most: each is as large as the weights of a small network. */
const TAIL = 4;
/** What is watched in the place of maps. */
const LEAN = { weights: { precision: "single" } };
/** @type {Record<string, (evaluator: Evaluator) => Picture>} the maps that can be computed, by the kinds of their probes */
const MAPS = { boundary: (evaluator) => evaluator.boundary(), neurons: (evaluator) => evaluator.neurons() };

export class Pictures {
  /** A frame with all that is watched has arrived. @type {(frame: Frame) => void} */
  onframe = () => {};
  /** Pictures are computed here from now on, or not any more. @type {(computed: boolean) => void} */
  onchange = () => {};

  /** @type {Probes} what the charts want */
  #wanted = {};
  #crowded = false;
  #computes = false;
  #digest = "";
  /** @type {Map<number, Evaluator>} by resolution, all of one recipe */
  #evaluators = new Map();
  /** @type {number | null} of the settings with which it cannot be done */
  #refused = null;
  /** @type {Frame | null} the last one with pictures */
  #last = null;
  /** @type {Frame | null} arrived, to be evaluated with the next screen frame */
  #newest = null;

  /** @param {Stream} stream @param {(action: () => void) => unknown} [soon] with the next screen frame */
  constructor(stream, soon = (action) => requestAnimationFrame(action)) {
    this.stream = stream;
    this.soon = soon;
    stream.onframe = (frame) => this.#take(frame);
  }

  /** Say what the charts want from now on. @param {Probes} probes */
  watch(probes) {
    this.#wanted = probes;
    this.#plan();
  }

  /** Say how many watch, and whether this page only watches: who may change weights gets them with every digit. @param {number} viewers @param {boolean} onlyWatches */
  audience(viewers, onlyWatches) {
    const crowded = onlyWatches && viewers >= (this.#crowded ? CROWD.to : CROWD.from);
    if (crowded === this.#crowded) return;
    this.#crowded = crowded;
    this.#plan();
  }

  /** Watch what gives the charts what they want. */
  #plan() {
    const maps = Object.keys(this.#wanted).filter((kind) => kind in MAPS);
    const suits = this.#crowded && this.#refused === null && maps.length > 0;
    const missing = maps.map((kind) => this.#wanted[kind].resolution).find((resolution) => !this.#evaluators.has(resolution));
    this.#say(suits && missing === undefined);
    if (!suits) return this.stream.watch(this.#wanted);
    if (missing !== undefined) return this.stream.watch({ ...this.#wanted, recipe: { resolution: missing } });
    const others = Object.entries(this.#wanted).filter(([kind, settings]) => !(kind in MAPS) && !isCounted(kind, settings));
    this.stream.watch({ ...Object.fromEntries(others), ...LEAN }, TAIL);
  }

  /** @param {boolean} computes */
  #say(computes) {
    if (computes === this.#computes) return;
    this.#computes = computes;
    this.onchange(computes);
  }

  /** @param {Frame} frame */
  #take(frame) {
    const lean = frame.probes.weights?.recipe;
    if (frame.probes.recipe) this.#learn(frame);
    if (lean === undefined) return this.#pass(frame);
    if (lean !== this.#digest) this.#forget();
    if (!this.#newest) this.soon(() => this.#draw());
    this.#newest = frame;
  }

  /** A frame as the server paints it. @param {Frame} frame */
  #pass(frame) {
    if (this.#refused !== null && frame.version !== this.#refused) {
      this.#refused = null;
      this.#plan();
    }
    this.#newest = null;
    this.#last = frame;
    this.onframe(frame);
  }

  /** @param {Frame} frame with a recipe, or the reason why there is none */
  #learn({ arrays, probes, version }) {
    const features = arrays["recipe.features"];
    /** @type {Recipe} */
    const recipe = probes.recipe;
    if (!features || !isComputable(recipe, features.shape[1])) this.#refused = version;
    else {
      if (recipe.digest !== this.#digest) this.#evaluators.clear();
      this.#digest = recipe.digest;
      const evaluator = new Evaluator(recipe, features);
      this.#evaluators.set(evaluator.resolution, evaluator);
    }
    this.#plan();
  }

  /** The weights are those of another network. */
  #forget() {
    this.#evaluators.clear();
    this.#digest = "";
    this.#plan();
  }

  /** Compute the pictures of the newest frame; those of another network stay as they were. */
  #draw() {
    const frame = this.#newest;
    this.#newest = null;
    if (!frame) return;
    const { recipe } = frame.probes.weights;
    const drawn = recipe === this.#digest ? this.#evaluated(frame) : { ...frame, arrays: this.#last?.arrays ?? {}, probes: this.#last?.probes ?? {} };
    this.#last = drawn;
    this.onframe(drawn);
  }

  /** @param {Frame} frame @returns {Frame} as the server would have painted it */
  #evaluated(frame) {
    const [evaluator] = this.#evaluators.values();
    const { "weights.values": values, ...arrays } = frame.arrays;
    const parts = partsOf(evaluator.recipe, values.data);
    for (const [name, part] of Object.entries(parts)) arrays[`weights.${name}`] = part;
    /** @type {Frame["probes"]} */
    const probes = { ...frame.probes, weights: {} };
    const add = (/** @type {string} */ kind, /** @type {Picture} */ { arrays: more, about }) => {
      Object.assign(arrays, more);
      probes[kind] = about;
    };
    /** @type {Set<Evaluator>} */
    const done = new Set();
    for (const [kind, paint] of Object.entries(MAPS)) {
      const painter = this.#evaluators.get(this.#wanted[kind]?.resolution);
      if (!painter) continue;
      if (!done.has(painter)) painter.run(parts);
      done.add(painter);
      add(kind, paint(painter));
    }
    const spread = this.#wanted.histograms;
    if (spread && isCounted("histograms", spread)) add("histograms", histograms(parts, spread.quantity));
    return { ...frame, arrays, probes };
  }
}

/** Whether a probe needs nothing but weights to count. @param {string} kind @param {any} settings */
function isCounted(kind, settings) {
  return kind === "histograms" && settings.quantity in COUNTED;
}
