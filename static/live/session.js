/**
 * The session of this page: opened, watched, commanded, and found again after the server was away.
 */

import { Stream } from "../wire/stream.js";
import { ApiError } from "./api.js";
import { Changes } from "./changes.js";
import { extended } from "./history.js";
import { isOvertaken } from "./order.js";
import { Pictures } from "./pictures.js";
import { Room } from "./room.js";

/** @typedef {import("./api.js").Api} Api */
/** @typedef {import("./store.js").Store} Store */
/** @typedef {import("./types.js").Adoption} Adoption */
/** @typedef {import("./types.js").Experiment} Experiment */
/** @typedef {import("./types.js").Frame} Frame */
/** @typedef {import("./types.js").Metrics} Metrics */
/** @typedef {import("./types.js").Patch} Patch */
/** @typedef {import("./types.js").SessionDocument} SessionDocument */
/** @typedef {Pick<Storage, "getItem" | "setItem">} Keeper */

const REMEMBERED = "livenet.session";
const CATCH_UP = 1000; // milliseconds
/** Changes after which the learner should read what became of the training. */
const TELLING = /^(layers|output|data|seed|dtype|optimizer$)/;
/** @type {import("./types.js").Advice[]} what can be done once a rule has ended the training */
const NEXT = [{ text: "Go on without a rule", patch: { stopping: null } }, { text: "Start again", call: "reset" }];
const NO_CONTROL = "You are watching: only the session's owner, and whom they hand control, may change it.";

export class Session {
  /** The server has another experiment than before. @type {(experiment: Experiment) => void} */
  onexperiment = () => {};

  /**
   * @param {Api} api
   * @param {Store} store
   * @param {Keeper} storage remembers the session, so that a reload finds it again
   * @param {(locate: () => Promise<string>) => Stream} [makeStream]
   */
  constructor(api, store, storage, makeStream = (locate) => new Stream(locate)) {
    this.api = api;
    this.store = store;
    this.storage = storage;
    this.room = new Room(api, store, storage);
    this.room.oncontrol = (controls) => this.#controls(controls);
    this.changes = new Changes((patch) => api.change(this.#id, patch));
    this.changes.onchange = () => this.#show();
    this.changes.onadopted = (adoption, fields) => this.#adopted(adoption, fields);
    this.changes.onrefused = (error, fields) => this.#refused(error, fields);
    this.stream = makeStream(() => this.#locate());
    this.pictures = new Pictures(this.stream);
    this.pictures.onframe = (frame) => this.#frame(frame);
    this.pictures.onchange = (computed) => store.set({ computed });
    this.stream.onevent = (event) => this.#event(event);
    this.stream.held = () => this.#held();
    this.stream.onstate = (connection) => store.set({ connection });
  }

  #id = "";
  #known = false; // whether the server has just said that the session is there
  #fetching = false;
  #returning = false; // whether the server has still to say what was missed
  #behind = false; // whether records are missing
  #catching = 0; // the timer until they may be asked for again
  #examplesOf = "";
  #reason = ""; // why the session ended

  /**
   * The session that this page had before, if it runs this experiment; else a new one.
   * @param {object | null} experiment null is the server's own choice
   */
  async open(experiment) {
    const session = (experiment && await this.#remembered(experiment)) ?? await this.api.create(experiment ?? {});
    this.#begin(session);
    await this.stream.start();
  }

  /** Watch a session that somebody else has made, or this browser's before. @param {string} id */
  visit(id) {
    this.#id = id;
    this.room.begin(id, true);
    return this.stream.start();
  }

  /** Do something about who is here; a refusal is told. @param {(room: Room) => Promise<unknown> | undefined} action */
  inRoom(action) {
    return this.#attempt(async () => action(this.room));
  }

  /** @param {Patch} patch @param {string} field */
  change(patch, field) {
    if (!this.#mayAct()) return;
    this.store.set({ errors: {} });
    return this.changes.add(patch, field);
  }

  /** Play, pause, step, reset, rewind, after the changes before it; a step while it plays pauses first. @param {string} name @param {object} [body] */
  async command(name, body) {
    const { session, view } = this.store.state;
    if (!this.#mayAct()) return;
    if (name === "play") body = { steps_per_second: view.speed };
    await this.changes.settled;
    await this.#attempt(async () => {
      if (name === "step" && session?.phase === "playing") await this.api.command(this.#id, "pause");
      const answer = await this.api.command(this.#id, name, body);
      if (name === "reset") this.store.set({ history: [] });
      if (answer.experiment) this.#take(answer);
    });
  }

  /** @param {object[]} layers some of them, each with some of its parameters */
  setParameters(layers) {
    if (this.#mayAct()) return this.#attempt(() => this.api.setParameters(this.#id, layers));
  }

  /** The JSON twin of what a chart could watch. @param {string} kind @param {Record<string, string>} settings */
  probe(kind, settings) {
    return this.api.probe(this.#id, kind, settings);
  }

  /** @param {object} experiment @returns {Promise<SessionDocument | null>} */
  async #remembered(experiment) {
    const id = this.storage.getItem(REMEMBERED);
    const session = id && await this.api.session(id).catch(() => null);
    return session && session.can_control && same(session.experiment, experiment) ? session : null;
  }

  /** @param {SessionDocument} session */
  #begin(session) {
    this.#id = session.id;
    this.#known = true;
    this.storage.setItem(REMEMBERED, session.id);
    this.room.begin(session.id, false);
    this.changes.forget();
    this.store.set({ session: null, history: [], frame: null });
    this.#take(session);
  }

  /** Where to watch, once the session is there. */
  async #locate() {
    if (!this.#known) await this.#find();
    this.#known = false;
    const address = new URL(`/api/sessions/${this.#id}/stream${this.room.query}`, location.href);
    address.protocol = address.protocol.replace("http", "ws");
    return address.href;
  }

  /** After the connection was lost: the same session, or the same experiment in a new one. */
  async #find() {
    try {
      this.#take(await this.api.session(this.#id));
    } catch (error) {
      if (this.store.state.room.visiting) throw this.#shutOut(error);
      if (!(error instanceof ApiError) || error.status !== 404) throw error;
      this.#begin(await this.api.create(this.changes.wanted ?? {}));
      this.store.say({
        id: "forgotten", tone: "info", stays: true,
        text: "The server no longer had this session. The same experiment is open in a new one, at step 0: press Play.",
      });
    }
  }

  /** A page that only visits makes no session of its own. A closed room may open again; a session that ended does not. @param {unknown} error */
  #shutOut(error) {
    this.room.refused(error);
    const { session, room } = this.store.state;
    if (room.shut !== "gone") return error;
    this.stream.stop();
    if (session) {
      this.store.withdraw("problem"); // what was asked in its last moment
      this.store.set({ session: { ...session, can_control: false, phase: "paused" } });
      this.store.say({ id: "gone", tone: "info", stays: true, text: `${this.#reason || "It has ended."} The pictures are its last ones.` });
    }
    return error;
  }

  /** Control has come or gone. @param {boolean} controls */
  #controls(controls) {
    const { session } = this.store.state;
    if (!session) return;
    this.store.set({ session: { ...session, can_control: controls } });
    this.#tellDivergence({ ...session, can_control: controls });
    this.#tellEnd({ ...session, can_control: controls });
  }

  /** Whether this page may change the session; if not, it is told. */
  #mayAct() {
    const allowed = this.store.state.session?.can_control ?? true;
    if (!allowed) this.store.say({ id: "problem", tone: "info", text: NO_CONTROL });
    return allowed;
  }

  /** @param {SessionDocument} session */
  #take(session) {
    const before = this.store.state.session;
    if (before && isOvertaken(session, before)) return;
    if (before && session.step < before.step) this.store.set({ history: [] });
    this.store.set({ session });
    this.changes.confirm(session.experiment);
    this.#experimentIs(session.experiment);
    this.#tellDivergence(session);
    this.#tellEnd(session);
    this.#tellLimit(session);
    this.#tellStandstill(session.notes);
  }

  /** @param {Experiment} experiment */
  #experimentIs(experiment) {
    this.onexperiment(experiment);
    const [id, key] = [this.#id, JSON.stringify([this.#id, experiment.data, experiment.seed])];
    if (key === this.#examplesOf) return;
    this.#examplesOf = key;
    this.#attempt(async () => {
      const examples = await this.api.data(id);
      if (key === this.#examplesOf) this.store.set({ examples });
    });
  }

  /** Show the experiment as it is wanted, and what of it is still on its way. */
  #show() {
    const { session } = this.store.state;
    const experiment = this.changes.wanted;
    if (!session || !experiment) return;
    const shown = same(experiment, session.experiment) ? session : { ...session, experiment };
    this.store.set({ session: shown, pending: this.changes.pending });
  }

  /** @param {Frame} frame */
  #frame(frame) {
    const history = extended(this.store.state.history, frame.history_length, frame.history_tail);
    this.store.set(history ? { frame, history } : { frame });
    this.#behind = !history;
    if (!history) this.#catchUp();
    this.changes.reached(frame.version);
  }

  /** Get the records that are missing, at most once a second: at first more are made than frames bring to a large audience. */
  #catchUp() {
    if (this.#returning || this.#catching) return;
    this.#catching = window.setTimeout(() => {
      this.#catching = 0;
      if (this.#behind) this.#catchUp();
    }, CATCH_UP);
    if (!this.stream.recall()) this.#fetchHistory();
  }

  /** What of the history is here when the connection comes back: the server sends the rest. */
  #held() {
    const { history } = this.store.state;
    this.#returning = history.length > 0;
    return this.#returning ? { records: history.length, step: history[history.length - 1].step } : null;
  }

  /** @param {number} start @param {Metrics[]} records */
  #recalled(start, records) {
    this.#returning = false;
    const { history } = this.store.state;
    if (start > history.length) return;
    this.store.set({ history: [...history.slice(0, start), ...records] });
    this.#behind = false;
  }

  async #fetchHistory() {
    if (this.#fetching) return;
    this.#fetching = true;
    await this.#attempt(async () => this.store.set({ history: (await this.api.metrics(this.#id)).history }));
    this.#fetching = false;
  }

  /** @param {{ event: string, session?: SessionDocument, reason?: string, start?: number, records?: Metrics[] }} message */
  #event(message) {
    const { event, session, reason = "", start = 0, records = [] } = message;
    if (this.room.event(message)) return;
    if (event === "closed") this.#reason = reason;
    if (event === "records") this.#recalled(start, records);
    if (event === "session" && session) this.#take({ ...session, can_control: this.#mayControl(session) });
  }

  /** What is sent to all who watch does not say who may control. @param {SessionDocument} session */
  #mayControl(session) {
    return this.room.controls && (session.can_control ?? this.store.state.session?.can_control ?? false);
  }

  /** @param {Adoption} adoption @param {Set<string>} fields */
  #adopted({ experiment, restarted, notice, version, notes }, fields) {
    const { session } = this.store.state;
    if (session) this.store.set({ session: { ...session, version, notes } });
    if (restarted) this.store.set({ history: [] });
    this.#experimentIs(experiment);
    this.#tellStandstill(notes);
    if (restarted || [...fields].some((field) => TELLING.test(field))) {
      this.store.say({ id: "adoption", tone: "info", text: notice });
    }
  }

  /** @param {unknown} error @param {Set<string>} fields */
  #refused(error, fields) {
    const named = error instanceof ApiError ? error.errors : [];
    if (named.length === 0) return this.#complain(error);
    const errors = named.map(({ field, message }) => [field.replace(/^experiment\./, ""), message]);
    const touched = [...fields].filter((field) => !errors.some(([path]) => path.startsWith(field)));
    this.store.set({ errors: Object.fromEntries([...touched.map((field) => [field, errors[0][1]]), ...errors]) });
    if ([...fields].some((field) => /^(layers|output)/.test(field))) this.#complain(error);
  }

  /** With the ways out, for those who may go them. @param {SessionDocument} session */
  #tellDivergence({ phase, divergence, can_control }) {
    if (phase !== "diverged" || !divergence) return this.store.withdraw("diverged");
    this.store.say({ id: "diverged", tone: "diverged", text: divergence.explanation, advice: can_control ? divergence.advice : [], stays: true });
  }

  /** Why the stopping rule has ended the training, and what can be done next. @param {SessionDocument} session */
  #tellEnd({ phase, stopped, can_control }) {
    if (phase !== "finished" || !stopped) return this.store.withdraw("finished");
    this.store.say({ id: "finished", tone: "finished", text: stopped.reason, step: stopped.step, advice: can_control ? NEXT : [], stays: true });
  }

  /** Why the server computes no more for this session today. @param {SessionDocument} session */
  #tellLimit({ compute }) {
    if (!compute?.exhausted) return this.store.withdraw("limit");
    this.store.say({ id: "limit", tone: "problem", text: compute.exhausted, stays: true });
  }

  /** Why some weights will never move. @param {import("./types.js").Notes} notes */
  #tellStandstill({ standstill }) {
    if (!standstill) return this.store.withdraw("standstill");
    this.store.say({ id: "standstill", tone: "info", text: standstill, stays: true });
  }

  /** @param {() => Promise<unknown>} action */
  async #attempt(action) {
    try {
      await action();
    } catch (error) {
      this.#complain(error);
    }
  }

  /** @param {unknown} error */
  #complain(error) {
    if (!(error instanceof ApiError)) throw error;
    if (this.store.state.room.shut === "gone") return; // that has been said
    const text = [401, 403].includes(error.status) ? NO_CONTROL : error.message;
    this.store.say({ id: "problem", tone: "problem", text });
  }
}

/** Whether two documents say the same, whatever the order of their fields. @param {any} a @param {any} b @returns {boolean} */
function same(a, b) {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || !a || !b) return false;
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => same(a[name], b[name]));
}
