import { html, LitElement, nothing } from "lit";

/** @typedef {import("../live/types.js").Room} Room */
/** @typedef {import("../live/types.js").SessionDocument} SessionDocument */

/** What a page shows that was not let in: why, and what can be done. */
export class DoorSign extends LitElement {
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
    const words = session || !room ? undefined : SIGNS[room.shut];
    return html`<div role="status">${words ? html`
      <h2>${words.title}</h2>
      <p>${words.text}</p>
      <p><a href="/">Open a playground of your own</a></p>` : nothing}</div>`;
  }
}
customElements.define("door-sign", DoorSign);

/** @type {Record<string, { title: string, text: string }>} */
const SIGNS = {
  closed: {
    title: "This room is closed",
    text: "Its owner lets nobody else in now. Leave this page open: it comes in by itself when the room opens again.",
  },
  gone: { title: "There is no such session", text: "It may have ended, or the link may be cut short. Ask for a new one." },
};
