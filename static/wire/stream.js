/**
 * The live connection to a session: it watches, never commands; it comes back by itself.
 */

import { decodeFrame } from "./frame.js";

/** @typedef {import("../live/types.js").Connection} Connection */
/** @typedef {import("../live/types.js").Frame} Frame */

/**
 * What the stream needs of the world, so that tests can be it.
 * @typedef {object} World
 * @property {(address: string) => WebSocket} open
 * @property {(action: () => void, milliseconds: number) => number} later
 * @property {(timer: number) => void} cancel
 * @property {() => number} random 0 to 1
 * @property {() => number} now milliseconds
 */

const FIRST_DELAY = 300; // milliseconds
const LONGEST_DELAY = 8000;
const FULL = 1013; // the close code of a session that as many watch as may
const ACKNOWLEDGE = 500; // how often the server learns what has arrived

/** @type {World} */
const BROWSER = {
  open: (address) => new WebSocket(address),
  later: (action, milliseconds) => window.setTimeout(action, milliseconds),
  cancel: (timer) => clearTimeout(timer),
  random: Math.random,
  now: () => performance.now(),
};

export class Stream {
  /** A frame has arrived. @type {(frame: Frame) => void} */
  onframe = () => {};
  /** An event has arrived. @type {(event: any) => void} */
  onevent = () => {};
  /** What is here already when the connection comes back. @type {() => { records: number, step: number } | null} */
  held = () => null;
  /** The connection changed. @type {(state: Connection) => void} */
  onstate = () => {};

  /** @type {WebSocket | null} */
  #socket = null;
  /** @type {{ watch: Record<string, object>, tail?: number }} */
  #watched = { watch: {} };
  #attempts = 0;
  #timer = 0;
  #ticking = 0;
  #sequence = 0;
  #acknowledged = 0;
  #told = 0; // when it was last acknowledged
  #stopped = true;

  /**
   * @param {() => Promise<string>} locate answers the socket's address once the session is known to be there;
   *   rejects while the server is away
   * @param {World} [world]
   */
  constructor(locate, world = BROWSER) {
    this.locate = locate;
    this.world = world;
  }

  /** Connect, and stay connected until `stop`. */
  start() {
    this.#stopped = false;
    this.onstate("connecting");
    return this.#connect();
  }

  stop() {
    this.#stopped = true;
    this.world.cancel(this.#timer);
    this.#end();
  }

  /** Try now instead of at the end of the pause. */
  hurry() {
    if (this.#stopped || this.#socket) return;
    this.world.cancel(this.#timer);
    this.#connect();
  }

  /**
   * Say which probes are wanted from now on, each with its settings.
   * @param {Record<string, object>} probes
   * @param {number} [tail] at most so many records of the history in a frame, and only new ones
   */
  watch(probes, tail) {
    const watched = tail === undefined ? { watch: probes } : { watch: probes, tail };
    if (JSON.stringify(watched) === JSON.stringify(this.#watched)) return;
    this.#watched = watched;
    this.#send(watched);
  }

  /** Ask for the records of the history after those that are here; they come as an event. @returns {boolean} whether it could be asked */
  recall() {
    const held = this.held();
    return held !== null && this.#send({ have: held });
  }

  async #connect() {
    try {
      const address = await this.locate();
      if (!this.#stopped) this.#attach(this.world.open(address));
    } catch {
      this.#again();
    }
  }

  /** @param {WebSocket} socket */
  #attach(socket) {
    this.#socket = socket;
    this.#sequence = this.#acknowledged = 0;
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      this.recall();
      this.#send(this.#watched);
      this.#tick();
    };
    socket.onmessage = ({ data }) => this.#receive(data);
    socket.onclose = ({ code }) => {
      if (socket !== this.#socket) return;
      this.#end();
      this.#again(code === FULL ? "full" : "reconnecting");
    };
  }

  /** @param {string | ArrayBuffer} data */
  #receive(data) {
    if (this.#attempts > 0 || this.#sequence === 0) this.onstate("live");
    this.#attempts = 0;
    if (typeof data === "string") return this.onevent(JSON.parse(data));
    const frame = decodeFrame(data);
    this.#sequence = frame.sequence;
    this.onframe(frame);
    // In a page that nobody sees timers come once a minute, but messages still come.
    if (this.world.now() - this.#told >= ACKNOWLEDGE) this.#acknowledge();
  }

  #tick() {
    this.#ticking = this.world.later(() => {
      this.#acknowledge();
      this.#tick();
    }, ACKNOWLEDGE);
  }

  #acknowledge() {
    if (this.#sequence === this.#acknowledged) return;
    this.#told = this.world.now();
    this.#send({ ack: (this.#acknowledged = this.#sequence) });
  }

  /** @param {object} message @returns {boolean} whether there is a connection */
  #send(message) {
    if (this.#socket?.readyState !== 1) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  #end() {
    this.world.cancel(this.#ticking);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  /** Twice as long each time, and never everybody at once. @param {Connection} state meanwhile */
  #again(state = "reconnecting") {
    if (this.#stopped) return;
    this.onstate(state);
    const delay = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** this.#attempts++);
    this.#timer = this.world.later(() => this.#connect(), delay * (0.5 + 0.5 * this.world.random()));
  }
}
