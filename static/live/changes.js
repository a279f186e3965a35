/**
 * Changes of the experiment on their way: sent in order, one at a time; what is made meanwhile goes together next.
 *
 * The page shows the experiment as the learner wants it; a refused change leaves it as the server has it.
 */

import { composed, merged } from "./merge_patch.js";

/** @typedef {import("./types.js").Adoption} Adoption */
/** @typedef {import("./types.js").Experiment} Experiment */
/** @typedef {import("./types.js").Patch} Patch */
/** @typedef {{ patch: Patch, fields: Set<string> }} Change */

export class Changes {
  /** Something to show has changed. */
  onchange = () => {};
  /** A change was adopted. @type {(adoption: Adoption, fields: Set<string>) => void} */
  onadopted = () => {};
  /** A change was refused. @type {(error: any, fields: Set<string>) => void} */
  onrefused = () => {};

  /** @type {Experiment | null} as the server has it */
  #confirmed = null;
  /** @type {Change[]} the first one is on its way */
  #queue = [];
  /** @type {Map<string, number>} fields that the server has adopted, and in which version */
  #adopted = new Map();
  #reached = -1; // the newest version that a frame has brought: sometimes before the answer that announces it
  #sending = false;

  /** @param {(patch: Patch) => Promise<Adoption>} send */
  constructor(send) {
    this.send = send;
  }

  /** The experiment as the server has it. */
  get confirmed() {
    return this.#confirmed;
  }

  /** The experiment as the learner wants it. @returns {Experiment | null} */
  get wanted() {
    return this.#queue.reduce((experiment, { patch }) => merged(experiment, patch), this.#confirmed);
  }

  /** The fields whose newest value no frame has brought yet. @returns {ReadonlySet<string>} */
  get pending() {
    return new Set([...this.#queue.flatMap(({ fields }) => [...fields]), ...this.#adopted.keys()]);
  }

  /** The server's experiment, from whatever source. @param {Experiment} experiment */
  confirm(experiment) {
    this.#confirmed = experiment;
    this.onchange();
  }

  /** Begin anew with another session. */
  forget() {
    this.#queue = [];
    this.#adopted.clear();
    this.#reached = -1;
  }

  /**
   * @param {Patch} patch
   * @param {string} field that the learner touched
   */
  add(patch, field) {
    this.#enqueue(patch, field);
    this.onchange();
    return this.#flush();
  }

  /** Settings of this version are in force. @param {number} version */
  reached(version) {
    this.#reached = Math.max(this.#reached, version);
    const before = this.#adopted.size;
    for (const [field, needed] of this.#adopted) if (version >= needed) this.#adopted.delete(field);
    if (this.#adopted.size !== before) this.onchange();
  }

  /** @param {Patch} patch @param {string} field */
  #enqueue(patch, field) {
    const last = this.#queue.length > (this.#sending ? 1 : 0) ? this.#queue[this.#queue.length - 1] : null;
    const both = last && composed(last.patch, patch);
    if (last && both) Object.assign(last, { patch: both, fields: new Set([...last.fields, field]) });
    else this.#queue.push({ patch, fields: new Set([field]) });
  }

  async #flush() {
    if (this.#sending) return;
    this.#sending = true;
    while (this.#queue.length > 0) await this.#sendFirst(this.#queue[0]);
    this.#sending = false;
  }

  /** @param {Change} change */
  async #sendFirst({ patch, fields }) {
    try {
      const adoption = await this.send(patch);
      this.#settle();
      this.#confirmed = adoption.experiment;
      if (adoption.version > this.#reached) for (const field of fields) this.#adopted.set(field, adoption.version);
      this.onadopted(adoption, fields);
    } catch (error) {
      this.#settle();
      this.onrefused(error, fields);
    }
    this.onchange();
  }

  #settle() {
    this.#queue = this.#queue.slice(1);
  }
}
