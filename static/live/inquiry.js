/**
 * A question that is asked again whenever its answer would be another one, but no faster than one can look.
 */

const PACE = 500; // least milliseconds from one answer to the next question
const SHARE = 2; // and so many times as long as the answer took, so that the training keeps most of the machine

/** @template Answer */
export class Inquiry {
  /** The newest answer to the present question. @type {Answer | null} */
  answer = null;
  /** Why there is none, in words. @type {string | null} */
  refusal = null;

  /** @param {() => void} changed called when there is another answer */
  constructor(changed) {
    this.changed = changed;
  }

  /** @type {{ question: string, state: string, send: () => Promise<Answer> } | null} */
  #wanted = null;
  #question = ""; // what the answer at hand, or on its way, is about
  #state = "";
  #flying = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {string} question the same words for the same question; another one is asked at once
   * @param {string} state of the world; the answer holds while it stays the same
   * @param {() => Promise<Answer>} send
   */
  ask(question, state, send) {
    this.#wanted = { question, state, send };
    if (question !== this.#question) this.stop();
    this.#next();
  }

  /** Ask nothing more until somebody wants to know again. */
  stop() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #next() {
    const { question, state } = this.#wanted ?? {};
    if (this.#flying || this.#timer || (question === this.#question && state === this.#state)) return;
    this.#send();
  }

  async #send() {
    if (!this.#wanted) return;
    const { question, state, send } = this.#wanted;
    if (question !== this.#question) Object.assign(this, { answer: null, refusal: null });
    [this.#question, this.#state, this.#flying] = [question, state, true];
    const begun = performance.now();
    const found = await send().then((answer) => ({ answer, refusal: null }), ({ message }) => ({ answer: null, refusal: String(message) }));
    this.#flying = false;
    if (question === this.#wanted.question) {
      Object.assign(this, found);
      this.#timer = setTimeout(() => this.#rested(), Math.max(PACE, SHARE * (performance.now() - begun)));
      this.changed();
    } else this.#next();
  }

  #rested() {
    this.#timer = undefined;
    this.#next();
  }
}
