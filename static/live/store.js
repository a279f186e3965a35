/**
 * The page's state in one place: set in parts, told to listeners once per turn.
 */

/** @typedef {import("./types.js").Catalogue} Catalogue */
/** @typedef {import("./types.js").Connection} Connection */
/** @typedef {import("./types.js").Data} Data */
/** @typedef {import("./types.js").Frame} Frame */
/** @typedef {import("./types.js").Metrics} Metrics */
/** @typedef {import("./types.js").Notice} Notice */
/** @typedef {import("./types.js").Room} Room */
/** @typedef {import("./types.js").SessionDocument} SessionDocument */
/** @typedef {import("./types.js").View} View */

/**
 * @typedef {object} State
 * @property {Catalogue | null} catalogue
 * @property {SessionDocument | null} session its experiment is the one that the learner wants
 * @property {Frame | null} frame the newest
 * @property {readonly Metrics[]} history
 * @property {Data | null} examples
 * @property {ReadonlySet<string>} pending fields whose newest value no frame has brought yet
 * @property {Readonly<Record<string, string>>} errors why a field's value was refused
 * @property {readonly Notice[]} notices
 * @property {Connection} connection
 * @property {Room} room
 * @property {boolean} computed whether this page computes the maps itself, as in a large audience
 * @property {View} view
 */

/** @type {Room} nobody else */
const ALONE = {
  visiting: false, role: null, number: 0, name: "", viewers: 1, open: true, asked: false, people: [], grants: [], shut: "", link: "",
};

export class Store {
  /** @type {Set<(state: State) => void>} */
  #listeners = new Set();
  #telling = false;

  /** @param {View} view */
  constructor(view) {
    /** @type {State} */
    this.state = {
      catalogue: null, session: null, frame: null, history: [], examples: null, pending: new Set(), errors: {},
      notices: [], connection: "connecting", room: ALONE, computed: false, view,
    };
  }

  /** @param {Partial<State>} part */
  set(part) {
    const names = /** @type {(keyof State)[]} */ (Object.keys(part));
    if (names.every((name) => part[name] === this.state[name])) return;
    this.state = { ...this.state, ...part };
    if (this.#telling) return;
    this.#telling = true;
    queueMicrotask(() => {
      this.#telling = false;
      for (const listener of this.#listeners) listener(this.state);
    });
  }

  /** @param {Partial<Room>} part */
  room(part) {
    this.set({ room: { ...this.state.room, ...part } });
  }

  /** @param {Partial<View>} part */
  look(part) {
    this.set({ view: { ...this.state.view, ...part } });
  }

  /** @param {(state: State) => void} listener @returns {() => void} stops it */
  subscribe(listener) {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Show a notice; one with the same id gives way. @param {Notice} notice */
  say(notice) {
    this.set({ notices: [...this.state.notices.filter(({ id }) => id !== notice.id), notice] });
  }

  /** @param {string} id of the notice to take away */
  withdraw(id) {
    if (!this.state.notices.some((notice) => notice.id === id)) return;
    this.set({ notices: this.state.notices.filter((notice) => notice.id !== id) });
  }
}
