/**
 * Who else is here: what this page is to its session, who watches with it, and how control changes hands.
 *
 * The server gives every page a token, with which it comes back under the same number. A page that is handed control
 * also gets a key. Both are kept where a reload finds them and another tab does not.
 */

import { ApiError } from "./api.js";

/** @typedef {import("./api.js").Api} Api */
/** @typedef {import("./store.js").Store} Store */
/** @typedef {import("./types.js").Person} Person */
/** @typedef {import("./types.js").Role} Role */
/** @typedef {Pick<Storage, "getItem" | "setItem">} Keeper */

/**
 * @typedef {object} Event of the stream
 * @property {string} event
 * @property {number} [viewer]
 * @property {string} [token]
 * @property {Role} [role]
 * @property {string} [name]
 * @property {number} [viewers]
 * @property {boolean} [open]
 * @property {string | null} [key]
 */

export class Room {
  /** Control has come or gone. @type {(controls: boolean) => void} */
  oncontrol = () => {};

  /**
   * @param {Api} api
   * @param {Store} store
   * @param {Keeper} storage
   */
  constructor(api, store, storage) {
    this.api = api;
    this.store = store;
    this.storage = storage;
  }

  #id = "";
  #token = "";
  #key = "";
  #looking = false; // whether somebody looks at who is here
  #fetching = false;
  #asking = ""; // who was known to ask for control
  /** What the door is being changed to: until that is answered, older news of it do not count. @type {boolean | null} */
  #door = null;

  /** Whether this page may control, as far as it knows: owners by their cookie, others with a key. */
  get controls() {
    return this.store.state.room.role === "owner" || this.#key !== "";
  }

  /** What the address of the stream says of this page. */
  get query() {
    return this.#token ? `?viewer=${encodeURIComponent(this.#token)}` : "";
  }

  /** Another session. @param {string} id @param {boolean} visiting */
  begin(id, visiting) {
    this.#id = id;
    const { token = "", key = "", shown = "" } = JSON.parse(this.storage.getItem(placeOf(id)) ?? "{}");
    [this.#token, this.#key, this.api.credential] = [token, key, shown];
    this.#asking = "";
    this.store.room({ visiting, role: null, viewers: 1, open: true, asked: false, people: [], grants: [], shut: "", link: "" });
  }

  /** @param {Event} event @returns {boolean} whether it was about this */
  event(event) {
    const act = this.#events[event.event];
    act?.(event);
    return act !== undefined;
  }

  /** @type {Record<string, (event: Event) => void>} */
  #events = {
    welcome: ({ viewer = 0, token = "", role = "viewer", name = "" }) => {
      if (role === "viewer") this.#key = "";
      this.#token = token;
      this.#keep(role);
      this.store.room({ role: role === "controller" && !this.#key ? "viewer" : role, number: viewer, name, asked: false, shut: "" });
      if (role === "owner") this.refresh();
    },
    presence: ({ viewers = 1, open = true }) => {
      this.store.room({ viewers, open: this.#door ?? open });
      const { role, people } = this.store.state.room;
      if (this.#looking || (role === "owner" && people.some(({ asks }) => asks))) this.refresh();
    },
    control: ({ key }) => this.#control(key ?? ""),
    request: () => this.refresh(),
    declined: () => {
      this.store.room({ asked: false });
      this.store.say({ id: "control", tone: "info", text: "You are not given control now. You watch on." });
    },
  };

  /** @param {string} key empty: taken back */
  #control(key) {
    this.#key = key;
    const role = key ? "controller" : "viewer";
    this.#keep(role);
    this.store.room({ role, asked: false });
    this.store.say({
      id: "control", tone: "info", stays: key !== "",
      text: key ? "You have control now: play, change anything, try something." : "Control has been taken back. You watch on.",
    });
    this.oncontrol(key !== "");
  }

  /** @param {Role} role */
  #keep(role) {
    const shown = this.api.credential = role === "owner" ? "" : this.#key || this.#token;
    this.storage.setItem(placeOf(this.#id), JSON.stringify({ token: this.#token, key: this.#key, shown }));
  }

  /** Look at who is here, and go on looking until it is said that nobody does. @param {boolean} looking */
  look(looking) {
    this.#looking = looking;
    if (!looking) return;
    this.store.withdraw("requests"); // they are in the list
    return this.refresh();
  }

  /** Ask who is here, if this page may know. */
  async refresh() {
    if (this.#fetching || !this.controls) return;
    this.#fetching = true;
    const document = await this.api.room(this.#id).catch(() => null);
    this.#fetching = false;
    if (!document?.viewers) return;
    const { open, link, viewer_count: viewers, viewers: people, grants = [] } = document;
    this.store.room({ open: this.#door ?? open, link, viewers, people, grants });
    this.#tellRequests(people.filter(({ asks }) => asks));
  }

  /** Once: whoever has read it and closed it is left alone. @param {Person[]} asking */
  #tellRequests(asking) {
    const numbers = asking.map(({ number }) => number);
    if (numbers.join() === this.#asking) return;
    this.#asking = numbers.join();
    if (asking.length === 0 || this.#looking || this.store.state.room.role !== "owner") return this.store.withdraw("requests");
    const [number] = numbers;
    const one = asking.length === 1;
    this.store.say({
      id: "requests", tone: "info", stays: true,
      text: one ? `${nameOf(asking[0])} asks for control.` : `${asking.length} ask for control: ${asking.map(nameOf).join(", ")}.`,
      advice: one ? [
        { text: "Give control", say: ["control-give", { viewer: number }] },
        { text: "Decline", say: ["control-decline", { viewer: number }] },
      ] : [{ text: "Show who", say: ["show-share", {}] }],
    });
  }

  // What people do; refusals are thrown

  /** @param {boolean} open */
  async open(open) {
    this.#door = open;
    this.store.room({ open });
    try {
      await this.api.openRoom(this.#id, open);
    } catch (error) {
      this.store.room({ open: !open });
      throw error;
    } finally {
      this.#door = null;
    }
  }

  /** @param {number} viewer */
  async give(viewer) {
    await this.api.giveControl(this.#id, viewer);
    await this.refresh();
  }

  /** @param {number} viewer */
  async decline(viewer) {
    await this.api.declineControl(this.#id, viewer);
    await this.refresh();
  }

  /** @param {string} grant */
  async take(grant) {
    await this.api.takeControl(this.#id, grant);
    await this.refresh();
  }

  /** @param {string} name */
  async askForControl(name) {
    await this.api.askForControl(this.#id, name);
    this.store.room({ asked: true, ...(name && { name }) });
  }

  /** The server did not let this page in. @param {unknown} error @returns {boolean} whether that was it */
  refused(error) {
    const shut = error instanceof ApiError ? SHUT[error.status] : undefined;
    if (shut) this.store.room({ shut });
    return shut !== undefined;
  }
}

/** @type {Record<number, "closed" | "gone">} */
const SHUT = { 403: "closed", 404: "gone" };

/** @param {string} id */
const placeOf = (id) => `livenet.room.${id}`;

/** Whether a page only watches. @param {import("./types.js").Room} room @param {import("./types.js").SessionDocument | null} session */
export function onlyWatches({ visiting, role }, session) {
  return (visiting || role === "viewer") && !session?.can_control;
}

/** What somebody is called. @param {{ number: number, name: string }} person */
export function nameOf({ number, name }) {
  return name || `Viewer ${number}`;
}
