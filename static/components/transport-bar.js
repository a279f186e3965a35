import { html, LitElement, nothing } from "lit";
import { formatCount, formatCounter } from "../drawing/numbers.js";
import { onlyWatches } from "../live/room.js";
import * as icons from "./icons.js";
import "./watch-bar.js";

/** @typedef {import("../live/types.js").Connection} Connection */
/** @typedef {import("../live/types.js").Frame} Frame */
/** @typedef {import("../live/types.js").Room} Room */
/** @typedef {import("../live/types.js").SessionDocument} SessionDocument */
/** @typedef {import("../live/types.js").View} View */

/** Steps per second, from slow motion to as fast as it goes. @type {readonly (number | null)[]} */
export const SPEEDS = [0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000, null];
const SEEDS = 10_000;
const EPOCH_DIGITS = 5;
/** @type {Record<View["theme"], View["theme"]>} */
const NEXT_THEME = { auto: "light", light: "dark", dark: "auto" };
/** @type {Record<View["theme"], string>} */
const THEMES = { auto: "as the system", light: "light", dark: "dark" };
/** @type {Record<Connection, string>} */
const CONNECTIONS = {
  connecting: "Connecting …", live: "", reconnecting: "Reconnecting … the picture is the last one",
  full: "As many watch as may; waiting for a place …",
};

/** Run, stop, step and speed; where the training is; how the page is shown. */
export class TransportBar extends LitElement {
  static properties = {
    session: { attribute: false },
    connection: { attribute: false },
    view: { attribute: false },
    room: { attribute: false },
    computed: { attribute: false },
  };

  /** @type {Frame | null} */
  #frame = null;
  #request = 0;

  constructor() {
    super();
    /** @type {SessionDocument | null} */
    this.session = null;
    /** @type {Connection} */
    this.connection = "connecting";
    /** @type {View | null} */
    this.view = null;
    /** @type {Room | null} */
    this.room = null;
    /** Whether this page computes the maps itself. */
    this.computed = false;
  }

  createRenderRoot() {
    return this;
  }

  /** The newest frame: its numbers are written with the next screen frame, without rendering anew. */
  get frame() {
    return this.#frame;
  }

  set frame(frame) {
    this.#frame = frame;
    this.#request ||= requestAnimationFrame(() => this.#write());
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    cancelAnimationFrame(this.#request);
    this.#request = 0;
  }

  updated() {
    this.#write();
  }

  render() {
    const { session, view, room } = this;
    if (!view || !room) return nothing;
    return html`
      <span class="brand" aria-hidden="true">Livenet</span>
      ${onlyWatches(room, session) ? html`<watch-bar .session=${session} .room=${room}></watch-bar>` : this.#controls(view)}
      <div class="counters">
        <span class="epoch"><span class="unit">epoch</span> <output class="number" aria-live="off"></output></span>
        <span class="step"><span class="unit">step</span> <output class="number" aria-live="off"></output></span>
        <span class="pace"><output class="number" aria-live="off"></output> <span class="unit">steps/s</span></span>
      </div>
      <span class="connection" role="status">${room.shut ? "" : CONNECTIONS[this.connection]}</span>
      ${this.#page(view, room)}`;
  }

  /** @param {View} view */
  #controls(view) {
    const { session } = this;
    return html`
      <div class="controls" role="group" aria-label="Training">
        ${this.#play(session)}
        ${this.#steps(session)}
        ${this.#starts(session)}
        ${this.#speed(view)}
      </div>`;
  }

  /** @param {SessionDocument | null} session */
  #play(session) {
    const playing = session?.phase === "playing";
    return html`
      <button type="button" class="play primary" data-help="play" ?disabled=${!session?.can_control || hasEnded(session)}
        title=${playing ? "Pause (space)" : "Play (space)"} aria-keyshortcuts="Space"
        @click=${() => this.#command(playing ? "pause" : "play")}>
        ${playing ? icons.PAUSE : icons.PLAY}<span>${playing ? "Pause" : "Play"}</span></button>`;
  }

  /** @param {SessionDocument | null} session */
  #steps(session) {
    const off = !session?.can_control || hasEnded(session);
    return html`
      <span class="joined" data-help="step" role="group" aria-label="Step">
        <button type="button" ?disabled=${off} title="Train on one batch (S)" aria-keyshortcuts="S" aria-label="Step one batch"
          @click=${() => this.#command("step", { steps: 1 })}>${icons.STEP}<span>Step</span></button>
        <button type="button" ?disabled=${off} title="Train on the whole training set once (Shift+S)" aria-keyshortcuts="Shift+S"
          aria-label="Step one epoch" @click=${() => this.#command("step", { epochs: 1 })}><span>Epoch</span></button>
      </span>`;
  }

  /** @param {SessionDocument | null} session */
  #starts(session) {
    const off = !session?.can_control;
    return html`
      <button type="button" data-help="reset" ?disabled=${off} title="Back to the first weights (R)" aria-keyshortcuts="R"
        aria-label="Reset" @click=${() => this.#command("reset")}>${icons.RESET}<span>Reset</span></button>
      <button type="button" data-help="new_seed" class="seed" ?disabled=${off} aria-keyshortcuts="N"
        title="Other examples and other first weights (N); the seed is now ${session?.experiment.seed}"
        aria-label="New seed" @click=${() => this.newSeed()}>${icons.SEED}<span>Seed</span></button>`;
  }

  /** @param {View} view */
  #speed({ speed }) {
    const place = Math.max(0, SPEEDS.findIndex((value) => value === speed));
    const words = speed === null ? "as fast as it goes" : `${formatSpeed(speed)} steps a second`;
    return html`
      <label class="speed" data-help="speed"><span class="unit">speed</span>
        <input type="range" min="0" max=${SPEEDS.length - 1} step="1" .value=${String(place)} aria-label="Speed" aria-valuetext=${words}
          ?disabled=${!this.session?.can_control} @change=${this.#pickSpeed} @input=${this.#pickSpeed}>
        <output aria-live="off">${speed === null ? "max" : `${formatSpeed(speed)}/s`}</output></label>`;
  }

  /** @param {View} view @param {Room} room */
  #page({ theme, presentation }, room) {
    const share = () => this.dispatchEvent(new CustomEvent("show-share", { detail: {}, bubbles: true }));
    const together = room.shut === "" && (room.viewers > 1 || room.visiting);
    const who = presence(room) + (this.computed ? "; as so many do, this page computes the maps itself" : "");
    return html`
      <div class="page-buttons" role="group" aria-label="Page">
        ${together ? html`
          <button type="button" class="quiet presence" data-help="presence" title=${who} aria-label=${who}
            @click=${share}>${icons.PEOPLE}<span class="number">${formatCount(room.viewers)}</span></button>` : nothing}
        <button type="button" class="quiet share" data-help="share" title="Let others watch, or send this experiment"
          aria-label="Share" @click=${share}>${icons.SHARE}<span>Share</span></button>
        <button type="button" class="quiet present" data-help="present" aria-pressed=${presentation} title="Larger, for a projector (P)"
          aria-keyshortcuts="P" aria-label="Presentation" @click=${() => this.#look({ presentation: !presentation })}>${icons.PRESENT}</button>
        <button type="button" class="quiet" data-help="theme" title="Colours: ${THEMES[theme]} (T)" aria-keyshortcuts="T"
          aria-label="Colours: ${THEMES[theme]}" @click=${() => this.nextTheme()}>${icons.THEME}</button>
        <button type="button" class="quiet keys" data-help="keys" title="Keyboard (?)" aria-label="Keyboard"
          @click=${() => this.dispatchEvent(new CustomEvent("show-shortcuts", { bubbles: true }))}>${icons.KEYBOARD}</button>
      </div>`;
  }

  #write() {
    this.#request = 0;
    const [epoch, step, pace] = [".epoch", ".step", ".pace"].map((name) => this.querySelector(`${name} output`));
    const now = this.#frame ?? this.session;
    if (!epoch || !step || !pace || !now) return;
    epoch.textContent = formatCounter(now.epoch, EPOCH_DIGITS);
    step.textContent = formatCount(now.step);
    pace.textContent = this.session?.phase === "playing" ? formatSpeed(this.#frame?.steps_per_second ?? 0) : "0";
  }

  /** Another seed: other examples, another split, other weights. */
  newSeed() {
    const detail = { patch: { seed: Math.floor(Math.random() * SEEDS) }, field: "seed" };
    this.dispatchEvent(new CustomEvent("experiment-change", { detail, bubbles: true }));
  }

  /** From the system's colours to light, to dark and back. */
  nextTheme() {
    if (this.view) this.#look({ theme: NEXT_THEME[this.view.theme] });
  }

  /** @param {Event} event */
  #pickSpeed({ target, type }) {
    if (!(target instanceof HTMLInputElement)) return;
    const speed = SPEEDS[target.valueAsNumber];
    if (speed !== this.view?.speed) this.#look({ speed });
    if (type === "change" && this.session?.phase === "playing") this.#command("play");
  }

  /** @param {string} name @param {object} [body] */
  #command(name, body = {}) {
    this.dispatchEvent(new CustomEvent("command", { detail: { name, ...body }, bubbles: true }));
  }

  /** @param {Partial<View>} detail */
  #look(detail) {
    this.dispatchEvent(new CustomEvent("view-change", { detail, bubbles: true }));
  }
}
customElements.define("transport-bar", TransportBar);

/** How many are here, and who controls. @param {Room} room */
function presence({ viewers, people }) {
  const controllers = people.filter(({ role }) => role === "controller").length;
  const others = controllers > 0 ? `; control is in ${formatCount(controllers)} other ${controllers > 1 ? "hands" : "hand"}` : "";
  return `${formatCount(viewers)} watching, this page included${others}`;
}

/** Two significant figures where it runs, so that the digits stay readable. @param {number} speed */
export function formatSpeed(speed) {
  if (speed >= 1000) return formatCount(Number(speed.toPrecision(3)));
  return speed >= 10 || Number.isInteger(speed) ? formatCount(speed) : speed.toFixed(1);
}

/** Whether it takes a change or a reset to train on. @param {SessionDocument} session */
const hasEnded = ({ phase }) => phase === "diverged" || phase === "finished";
