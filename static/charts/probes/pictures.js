/**
 * Which picture shows which probe: the one place where a new one is entered.
 */

import { lossPlane } from "./landscape.js";
import { confusion, featureMaps, gates, hiddenStates, kernels, optimizerState } from "./maps.js";
import { conditioning, gradientThroughTime, learningRates, lossLine, roc } from "./plots.js";
import { activations, gradientCheck, gradients, signal, symmetry } from "./tables.js";

/** @typedef {import("../../live/types.js").Catalogue} Catalogue */
/** @typedef {import("../../live/types.js").SessionDocument} SessionDocument */
/** @typedef {import("./answer.js").Answer} Answer */
/** @typedef {import("./answer.js").Around} Around */

/**
 * @typedef {object} ProbePicture
 * @property {(answer: Answer, around: Around) => unknown} draw
 * @property {(chosen: Record<string, string>, step: number) => string} [waits] why it need not be asked yet; empty: it may be
 * @property {(session: SessionDocument) => boolean} [fits] whether the network or its data have anything to show; left out, always
 */

/** @type {(...kinds: string[]) => (session: SessionDocument) => boolean} */
const having = (...kinds) => ({ experiment }) => experiment.layers.some(({ kind }) => kinds.includes(kind));
const recurrent = having("simple_rnn", "lstm", "gru");
/** @param {SessionDocument} session */
const images = ({ notes }) => notes.layers?.some(({ output_shape: shape }) => shape?.length === 3) ?? false;

/** Two steps span a plane. @param {Record<string, string>} chosen @param {number} step */
const untilThereIsAWay = ({ plane = "path" }, step) =>
  plane === "path" && step < 2 ? "There is no way yet that would span a plane: train a few steps, or choose random." : "";

/** In the order of the menu, under its headings. @type {Record<string, Record<string, ProbePicture>>} */
export const PICTURES = {
  "Images": { kernels: { draw: kernels, fits: having("conv2d") }, feature_maps: { draw: featureMaps, fits: images } },
  "Time": {
    hidden_states: { draw: hiddenStates, fits: recurrent }, gates: { draw: gates, fits: having("lstm", "gru") },
    gradient_through_time: { draw: gradientThroughTime, fits: recurrent },
  },
  "Signal": {
    signal: { draw: signal }, activations: { draw: activations }, gradients: { draw: gradients }, symmetry: { draw: symmetry },
    conditioning: { draw: conditioning, fits: (session) => !having("embedding")(session) },
  },
  "Steps": {
    learning_rates: { draw: learningRates }, optimizer_state: { draw: optimizerState }, gradient_check: { draw: gradientCheck },
    loss_plane: { draw: lossPlane, waits: untilThereIsAWay }, loss_line: { draw: lossLine },
  },
  "Answers": {
    confusion: { draw: confusion, fits: ({ notes }) => notes.task !== "regression" },
    roc: { draw: roc, fits: ({ notes }) => notes.task === "binary" },
  },
};

/** Probes that other parts of the page show all the time, or need to compute what they show. */
export const ELSEWHERE = [
  "boundary", "neurons", "neuron_curves", "curve", "predictions", "weights", "recipe", "histograms", "distributions",
];

/** @param {string} kind @returns {ProbePicture | undefined} */
export function pictureOf(kind) {
  return Object.values(PICTURES).map((group) => group[kind]).find(Boolean);
}

/**
 * The headings with the kinds that have anything to show, by the catalogue's names.
 * @param {Catalogue} catalogue
 * @param {SessionDocument} session
 * @returns {{ heading: string, kinds: { kind: string, title: string }[] }[]}
 */
export function offered(catalogue, session) {
  const titles = new Map(catalogue.registries.probes?.kinds.map(({ kind, title }) => [kind, title]));
  return Object.entries(PICTURES).map(([heading, group]) => ({
    heading,
    kinds: Object.entries(group).filter(([kind, { fits }]) => titles.has(kind) && (fits?.(session) ?? true))
      .map(([kind]) => ({ kind, title: titles.get(kind) ?? kind })),
  })).filter(({ kinds }) => kinds.length > 0);
}
