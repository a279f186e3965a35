import { html, LitElement, nothing } from "lit";
import { formatCount } from "../drawing/numbers.js";
import { addressOfSession } from "../live/links.js";
import { nameOf } from "../live/room.js";
import * as icons from "./icons.js";

/** @typedef {import("../live/types.js").Grant} Grant */
/** @typedef {import("../live/types.js").Person} Person */
/** @typedef {import("../live/types.js").Room} Room */
/** @typedef {import("../live/types.js").SessionDocument} SessionDocument */

const MOST_SHOWN = 200; // people in the list
const COPIED = 2000; // milliseconds that it is said
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** Let others watch, by link or QR code; see who is here, hand control out and take it back; or send the experiment alone. */
export class ShareDialog extends LitElement {
  static properties = {
    session: { attribute: false },
    room: { attribute: false },
    large: { state: true },
    copied: { state: true },
  };

  /** @type {(() => Promise<string>) | null} makes the address that holds the experiment */
  experiment = null;

  constructor() {
    super();
    /** @type {SessionDocument | null} */
    this.session = null;
    /** @type {Room | null} */
    this.room = null;
    /** Whether the code fills the dialog, for a projector. */
    this.large = false;
    /** Which link has just been copied. */
    this.copied = "";
  }

  createRenderRoot() {
    return this;
  }

  /** Show it. */
  open() {
    const dialog = this.querySelector("dialog");
    if (!dialog || dialog.open) return;
    this.large = false;
    dialog.showModal();
    this.#emit("share-look", { looking: true });
  }

  render() {
    const { session, room, large } = this;
    if (!session || !room) return html`<dialog></dialog>`;
    const owns = room.role === "owner";
    return html`
      <dialog class=${large ? "large" : ""} aria-labelledby="share-title" closedby="any"
        @close=${() => this.#emit("share-look", { looking: false })}>
        <form method="dialog">
          <header><h2 id="share-title">${large ? "Watch along" : "Share"}</h2>
            <button class="quiet close" aria-label="Close">${icons.CLOSE}</button></header>
        </form>
        ${room.shut === "gone" ? nothing : this.#together(session, room, owns)}
        ${large ? nothing : html`
          ${room.people.length > 0 ? this.#people(room, owns) : nothing}
          <section class="alone">
            <h3>This experiment alone</h3>
            <p>A link with every choice and the seed: it opens the same experiment, untrained, on any Livenet.</p>
            <button type="button" @click=${this.#copyExperiment}>${icons.COPY}<span>${this.copied === "experiment" ? "Copied" : "Copy link to the experiment"}</span></button>
          </section>`}
        <p class="visually-hidden" role="status">${this.copied ? "Copied" : ""}</p>
      </dialog>`;
  }

  /** The way in. @param {SessionDocument} session @param {Room} room @param {boolean} owns */
  #together({ id }, room, owns) {
    const address = room.link || addressOfSession(location.href, id);
    const enterable = room.open && room.shut === "";
    return html`
      <section class="together">
        ${enterable ? html`<button type="button" class="code" aria-pressed=${this.large} @click=${() => (this.large = !this.large)}
          title=${this.large ? "Smaller" : "Larger, for a projector"}>
          <img src="/api/sessions/${encodeURIComponent(id)}/qr.svg" alt="QR code of the link to watch"></button>` : nothing}
        <div class="way">
          ${this.large ? nothing : html`<h3>Watch together</h3>`}
          <p>${!enterable ? CLOSED : this.large ? AUDIENCE : OPEN}</p>
          ${enterable ? html`
            <p class="link">${this.large ? html`<span>${address}</span>` : html`
                <input type="text" readonly aria-label="Link to watch" .value=${address} @focus=${selectAll}>`}
              <button type="button" @click=${() => this.#copy("session", address)}>${icons.COPY}
                <span>${this.copied === "session" ? "Copied" : "Copy"}</span></button></p>
            ${LOOPBACK.test(new URL(address).hostname) ? html`<p class="hint">${NEAR}</p>` : nothing}` : nothing}
          ${owns && !this.large ? html`
            <label class="door"><input type="checkbox" role="switch" .checked=${room.open} @change=${this.#openRoom}>
              Others may come in</label>` : nothing}
        </div>
      </section>`;
  }

  /** Who is here, those first who want or have control. @param {Room} room @param {boolean} owns */
  #people({ people, grants, number }, owns) {
    const away = grants.filter(({ viewer }) => viewer === null);
    const ordered = [...people].sort((a, b) => rank(a) - rank(b) || a.number - b.number);
    return html`
      <section class="people">
        <h3>Here now: ${formatCount(people.length)}</h3>
        <ul tabindex="0" aria-label="Who is here">
          ${ordered.slice(0, MOST_SHOWN).map((person) => this.#person(person, grants, number, owns))}
          ${away.map((grant) => html`
            <li><span class="name">${grant.name || "Somebody with a key"}</span> <span class="role">away, has control</span>
              ${owns ? this.#takeButton(grant, grant.name || "somebody with a key") : nothing}</li>`)}
          ${ordered.length > MOST_SHOWN ? html`<li>and ${formatCount(ordered.length - MOST_SHOWN)} more</li>` : nothing}
        </ul>
      </section>`;
  }

  /** @param {Person} person @param {Grant[]} grants @param {number} own @param {boolean} owns */
  #person(person, grants, own, owns) {
    const { number, name, role, asks } = person;
    const grant = grants.find(({ viewer }) => viewer === number);
    const give = () => this.#emit("control-give", { viewer: number });
    const words = asks ? "asks for control" : role === "viewer" ? "" : role === "owner" ? "owner" : "has control";
    return html`
      <li class=${asks ? "asks" : ""}>
        <span class="name">${number === own ? "You" : nameOf(person)}${name ? html` <span class="number">${number}</span>` : nothing}</span>
        <span class="role">${words}</span>
        ${!owns || role === "owner" ? nothing : html`
          ${grant && !asks ? this.#takeButton(grant, nameOf(person)) : html`
            <button type="button" class=${asks ? "primary" : ""} aria-label="Give control to ${nameOf(person)}" @click=${give}>
              ${icons.HAND}<span>Give control</span></button>
            ${asks ? html`<button type="button" aria-label="Decline the request of ${nameOf(person)}"
              @click=${() => this.#emit("control-decline", { viewer: number })}>Decline</button>` : nothing}`}`}
      </li>`;
  }

  /** @param {Grant} grant @param {string} holder */
  #takeButton({ id }, holder) {
    return html`
      <button type="button" aria-label="Take control back from ${holder}" @click=${() => this.#emit("control-take", { grant: id })}>
        Take back</button>`;
  }

  /** @param {Event} event */
  #openRoom({ target }) {
    if (target instanceof HTMLInputElement) this.#emit("room-open", { open: target.checked });
  }

  async #copyExperiment() {
    if (this.experiment) await this.#copy("experiment", await this.experiment());
  }

  /** @param {string} what @param {string} address */
  async #copy(what, address) {
    if (!(await copy(address, this))) return;
    this.copied = what;
    setTimeout(() => (this.copied = ""), COPIED);
  }

  /** @param {string} name @param {object} detail */
  #emit(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
  }
}
customElements.define("share-dialog", ShareDialog);

const OPEN = "Whoever opens this link sees this network train, live, and cannot change it.";
const AUDIENCE = "Point your phone’s camera at the code, or open this address, and see this network train on your own screen.";
const CLOSED = "The room is closed: who is here stays, and nobody else comes in.";
const NEAR = "This address works on this computer only. For others on your network start Livenet with --host 0.0.0.0.";

/** @param {Person} person */
const rank = ({ role, asks }) => (asks ? 0 : role === "owner" ? 1 : role === "controller" ? 2 : 3);

/** @param {Event} event */
function selectAll({ target }) {
  if (target instanceof HTMLInputElement) target.select();
}

/**
 * Copy a text; where browsers offer their clipboard to secure addresses only, in the old way.
 * @param {string} text @param {HTMLElement} place for the moment
 */
async function copy(text, place) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text).then(() => true, () => false);
  const field = document.createElement("textarea");
  field.value = text;
  (place.querySelector("dialog") ?? place).append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  return done;
}
