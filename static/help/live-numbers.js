/**
 * What a topic is worth right now: a few numbers of the running session beside its explanation.
 */

import { formatCount, formatLoss, formatPercent, formatRate } from "../drawing/numbers.js";

/** @typedef {import("../live/types.js").Frame} Frame */
/** @typedef {import("../live/types.js").SessionDocument} SessionDocument */
/** @typedef {import("./topics.js").Topic} Topic */
/** @typedef {[label: string, value: string]} Reading */

/**
 * @param {Topic} topic
 * @param {SessionDocument} session
 * @param {Frame | null} frame
 * @returns {Reading[]}
 */
export function liveNumbers(topic, session, frame) {
  const about = "field" in topic ? topic.field.split(".")[0] : "picture" in topic ? topic.picture : "";
  return READINGS[about]?.(session, frame) ?? [];
}

/** @type {Record<string, (session: SessionDocument, frame: Frame | null) => Reading[]>} */
const READINGS = {
  optimizer: rate,
  schedule: rate,
  loss: losses,
  regularizer: ({ latest }, frame) => [["penalty now", formatLoss((frame?.latest ?? latest)?.penalty)]],
  batch_size: batches,
  data: ({ experiment }) => parts(experiment).map(([name, count]) => [name, formatCount(count)]),
  layers: ({ parameter_count: count }) => [["parameters to learn", formatCount(count)]],
  network: ({ parameter_count: count }) => [["parameters to learn", formatCount(count)]],
  accuracy: (session, frame) => measured(session, frame, "accuracy", formatPercent),
  r2: (session, frame) => measured(session, frame, "r2", formatLoss),
};

/** @param {SessionDocument} session @param {Frame | null} frame @returns {Reading[]} */
function rate({ experiment }, frame) {
  return [["learning rate now", formatRate(frame?.learning_rate ?? experiment.optimizer.learning_rate)]];
}

/** @param {SessionDocument} session @param {Frame | null} frame */
function losses(session, frame) {
  return measured(session, frame, "loss", formatLoss);
}

/**
 * @param {SessionDocument} session
 * @param {Frame | null} frame
 * @param {"loss" | "accuracy" | "r2"} name
 * @param {(value: number) => string} format
 * @returns {Reading[]}
 */
function measured({ latest }, frame, name, format) {
  const metrics = frame?.latest ?? latest;
  /** @type {["train", "validation", "test"]} */
  const splits = ["train", "validation", "test"];
  return splits.flatMap((split) => {
    const value = metrics?.[split]?.[name];
    return value == null ? [] : [[split, format(value)]];
  });
}

/** @param {SessionDocument} session @returns {Reading[]} */
function batches({ experiment }) {
  const [[, examples]] = parts(experiment);
  return [["steps in an epoch", formatCount(Math.max(1, Math.ceil(examples / experiment.batch_size)))]];
}

/**
 * How many examples each part has.
 * @param {import("../live/types.js").Experiment} experiment
 * @returns {[string, number][]}
 */
function parts({ data }) {
  const examples = data.dataset.samples ?? data.dataset.inputs?.length ?? 0;
  const { train, validation, test } = data.split ?? { train: 1, validation: 0, test: 0 };
  const shares = /** @type {[string, number][]} */ ([["training", train], ["validation", validation], ["test", test]]);
  return shares.map(([name, share]) => [name, Math.round(examples * share)]);
}
