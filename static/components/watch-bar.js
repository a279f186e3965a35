import { html, LitElement, nothing } from "lit";
import { nameOf } from "../live/room.js";
import * as icons from "./icons.js";

/** @typedef {import("../live/types.js").Room} Room */
/** @typedef {import("../live/types.js").SessionDocument} SessionDocument */

const LONGEST_NAME = 40;
/** @type {Record<SessionDocument["phase"], string>} */
const PHASES = { playing: "training", paused: "paused", diverged: "diverged", finished: "finished" };

/** @type {Record<Room["shut"], string>} */
const STATES = { "": "You are watching", closed: "The room is closed", gone: "The session has ended" };

/** What stands in the place of the training's controls while a page only watches: that it does, and what it can do. */
export class WatchBar extends LitElement {
  static properties = {
    session: { attribute: false },
    room: { attribute: false },
  };

  constructor() {
    super();
    /** @type {SessionDocument | null} */
    this.session = null;
    /** @type {Room | null} */
    this.room = null;
  }

  createRenderRoot() {
    return this;
  }

  render() {
    const { session, room } = this;
    if (!room || !session) return nothing;
    const inside = room.shut === "";
    return html`
      <p class="state" data-help="watching" tabindex="0">${icons.EYE}
        <span role="status"><strong>${STATES[room.shut]}</strong>
          ${!inside ? nothing : html`<span class="who">as ${nameOf(room)}</span> <span class="phase">${PHASES[session.phase]}</span>`}</span></p>
      ${!inside ? nothing : html`
        <button type="button" class="ask" data-help="ask" ?disabled=${room.asked} popovertarget="ask-for-control"
          title="The owner sees that you ask, and may hand you control">${icons.HAND}<span>${room.asked ? "Asked" : "Ask for control"}</span></button>`}
      <button type="button" class="copy" data-help="copy" title="The same experiment in a playground of your own"
        @click=${() => this.#emit("copy-experiment", {})}>${icons.COPY}<span>Make my own copy</span></button>
      <form id="ask-for-control" popover aria-label="Ask for control" @submit=${this.#ask}>
        <label for="asking-name">Your name, if you like</label>
        <input type="text" id="asking-name" name="name" autofocus maxlength=${LONGEST_NAME} autocomplete="nickname" spellcheck="false" .value=${room.name}>
        <button class="primary">Ask for control</button>
      </form>`;
  }

  /** @param {SubmitEvent} event */
  #ask(event) {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.target);
    this.#emit("control-ask", { name: String(new FormData(form).get("name") ?? "").trim() });
    form.hidePopover();
  }

  /** @param {string} name @param {object} detail */
  #emit(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
  }
}
customElements.define("watch-bar", WatchBar);
