import { html, LitElement } from "lit";
import { formatCount, formatLoss, formatPercent } from "../drawing/numbers.js";

/** @typedef {import("../live/types.js").Frame} Frame */
/** @typedef {import("../live/types.js").SessionDocument} SessionDocument */

const EVERY = 10_000; // milliseconds between two summaries while it plays

/** The state in a sentence, for who hears the page: at each change of phase, and now and then while it trains. */
export class StateSummary extends LitElement {
  static properties = {
    text: { state: true },
  };

  /** @type {SessionDocument | null} */
  #session = null;
  #timer = 0;

  constructor() {
    super();
    /** @type {Frame | null} the newest */
    this.frame = null;
    this.text = "";
  }

  createRenderRoot() {
    return this;
  }

  /** A new phase is told at once. */
  get session() {
    return this.#session;
  }

  set session(session) {
    const changed = session?.phase !== this.#session?.phase;
    this.#session = session;
    if (changed) this.#tell();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  #tell() {
    clearTimeout(this.#timer);
    if (!this.#session) return;
    this.text = summary(this.#session, this.frame);
    if (this.#session.phase === "playing") this.#timer = window.setTimeout(() => this.#tell(), EVERY);
  }

  render() {
    return html`<p class="visually-hidden" role="status">${this.text}</p>`;
  }
}
customElements.define("state-summary", StateSummary);

/** @type {Record<SessionDocument["phase"], string>} */
const PHASES = { playing: "Training", paused: "Paused", diverged: "Diverged", finished: "Finished" };

/**
 * "Training: epoch 12, step 300. Training loss 0.412, accuracy 81.2 %; test loss 0.430, accuracy 80.0 %."
 * @param {SessionDocument} session
 * @param {Frame | null} frame
 */
export function summary(session, frame) {
  const now = session.phase === "playing" ? frame ?? session : session; // a frame may be older than the end
  const start = `${PHASES[session.phase]}: epoch ${formatCount(now.epoch)}, step ${formatCount(now.step)}.`;
  const { train, validation = null, test = null } = now.latest ?? { train: null };
  const reason = session.phase === "finished" && session.stopped ? ` ${session.stopped.reason}` : "";
  const parts = [sentence("training", train), sentence("validation", validation), sentence("test", test)].filter(Boolean);
  return parts.length > 0 ? `${start}${reason} ${capital(parts.join("; "))}.` : start + reason;
}

/** @param {string} split @param {import("../live/types.js").SplitMetrics | null} metrics */
function sentence(split, metrics) {
  if (!metrics) return "";
  const accuracy = typeof metrics.accuracy === "number" ? `, accuracy ${formatPercent(metrics.accuracy)}` : "";
  return `${split} loss ${formatLoss(metrics.loss)}${accuracy}`;
}

/** @param {string} text */
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
