import { html, LitElement, nothing } from "lit";
import { formatCount } from "../drawing/numbers.js";
import * as icons from "./icons.js";

/** @typedef {import("../live/types.js").Advice} Advice */
/** @typedef {import("../live/types.js").Notice} Notice */

const READING = 9000; // milliseconds that a passing notice stays

/** What the learner should know now: what was kept, what was refused, where numbers broke and the way back. While something is wrong, only that. */
export class NoticeList extends LitElement {
  static properties = {
    notices: { attribute: false },
  };

  /** @type {Map<Notice, ReturnType<typeof setTimeout>>} */
  #leaving = new Map();

  constructor() {
    super();
    /** @type {readonly Notice[]} */
    this.notices = [];
  }

  createRenderRoot() {
    return this;
  }

  updated() {
    for (const [notice, timer] of this.#leaving) {
      if (this.notices.includes(notice)) continue;
      clearTimeout(timer);
      this.#leaving.delete(notice);
    }
    for (const notice of this.notices) {
      if (notice.stays || this.#leaving.has(notice)) continue;
      this.#leaving.set(notice, setTimeout(() => this.#close(notice), READING));
    }
  }

  render() {
    const urgent = this.notices.filter(({ tone }) => tone !== "info");
    const shown = urgent.length > 0 ? urgent : this.notices;
    return html`<div role="status" aria-label="Notices"><ul>${shown.map((notice) => this.#notice(notice))}</ul></div>`;
  }

  /** @param {Notice} notice */
  #notice(notice) {
    const { tone, text, details = [], advice = [] } = notice;
    const head = headOf(notice);
    return html`
      <li class=${tone} data-notice=${notice.id}>
        <div class="words">
          ${head ? html`<strong>${head}</strong>` : nothing}
          <p>${text}</p>
          ${details.length > 0 ? html`<ul class="details">${details.map((detail) => html`<li>${detail}</li>`)}</ul>` : nothing}
          ${advice.length > 0 ? html`<p class="advice">${advice.map((one) => this.#advice(one))}</p>` : nothing}
        </div>
        ${tone === "diverged" ? nothing : html`
          <button type="button" class="quiet close" aria-label="Close" @click=${() => this.#close(notice)}>${icons.CLOSE}</button>`}
      </li>`;
  }

  /** @param {Advice} advice */
  #advice({ text, patch, call, say }) {
    const act = () => {
      if (say) this.#emit(...say);
      if (patch) this.#emit("experiment-change", { patch, field: fieldOf(patch) });
      if (call) this.#emit("command", { name: call });
    };
    return html`<button type="button" class=${call === "rewind" ? "primary" : ""} data-help=${call ?? nothing} @click=${act}>
      ${call === "rewind" ? icons.REWIND : nothing}<span>${text}</span></button>`;
  }

  /** @param {Notice} notice */
  #close({ id }) {
    this.#emit("notice-close", { id });
  }

  /** @param {string} name @param {object} detail */
  #emit(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
  }
}
customElements.define("notice-list", NoticeList);

/** What has become of the training, where it has come to an end. @param {Notice} notice */
function headOf({ tone, step }) {
  if (tone === "diverged") return "The training has diverged.";
  return tone === "finished" ? `The training has finished at step ${formatCount(step)}.` : "";
}

/** The dotted path of what a patch changes first. @param {Record<string, any>} patch @returns {string} */
function fieldOf(patch) {
  const [name, value] = Object.entries(patch)[0];
  return value && typeof value === "object" && !Array.isArray(value) && !("kind" in value) ? `${name}.${fieldOf(value)}` : name;
}
