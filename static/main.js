/**
 * The page: every part is made elsewhere; here they are put together, and nowhere else.
 */

import "./components/data-panel.js";
import "./components/door-sign.js";
import "./components/help-panel.js";
import { InsidePanel } from "./components/inside-panel.js";
import { LayerEditor } from "./components/layer-editor.js";
import { LossChart } from "./components/loss-chart.js";
import { NetworkGraph } from "./components/network-graph.js";
import "./components/notice-list.js";
import { OutputMap } from "./components/output-map.js";
import { ShareDialog } from "./components/share-dialog.js";
import { ShortcutsDialog, shortcutOf } from "./components/shortcuts-dialog.js";
import "./components/stage-strip.js";
import "./components/state-summary.js";
import "./components/panel-tabs.js";
import "./components/training-panel.js";
import { TransportBar } from "./components/transport-bar.js";
import { offerHelp } from "./help/topics.js";
import { AddressBar } from "./live/address_bar.js";
import { Api, ApiError } from "./live/api.js";
import { addressWith, encodeExperiment } from "./live/links.js";
import { readAddress, unreadable } from "./live/opening.js";
import { onlyWatches } from "./live/room.js";
import { Session } from "./live/session.js";
import { Store } from "./live/store.js";
import { keepView, loadView } from "./live/view.js";

/** @typedef {import("./live/store.js").State} State */
/** @typedef {import("./help/topics.js").Topic} Topic */

const api = new Api();
const store = new Store(loadView(localStorage));
const session = new Session(api, store, sessionStorage);
const address = new AddressBar(window);
session.onexperiment = (experiment) => void (store.state.room.visiting || address.show(experiment));
/** @type {Topic | null} */
let topic = null;

const find = (/** @type {string} */ name) => /** @type {HTMLElement} */ (document.querySelector(name));
const transport = /** @type {TransportBar} */ (find("transport-bar"));
const layerEditor = /** @type {LayerEditor} */ (find("layer-editor"));
const sharing = /** @type {ShareDialog} */ (find("share-dialog"));
const shortcuts = /** @type {ShortcutsDialog} */ (find("shortcuts-dialog"));
const [network, output, loss, inside] = ["network-graph", "output-map", "loss-chart", "inside-panel"].map(find);
const help = find("help-panel");

/** What each part is given of the page's state. @type {[HTMLElement, (state: State) => object][]} */
const PARTS = [
  [transport, ({ session, frame, connection, view, room, computed }) => ({ session, frame, connection, view, room, computed })],
  [find("panel-tabs"), ({ view }) => ({ view })],
  [find("data-panel"), ({ catalogue, session, pending, errors }) => ({ catalogue, session, pending, errors })],
  [network, ({ catalogue, session, frame, view, pending }) => ({ catalogue, session, frame, view, pending })],
  [layerEditor, ({ catalogue, session, pending, errors }) => ({ catalogue, session, pending, errors })],
  [output, ({ catalogue, session, frame, examples, view }) => ({ catalogue, session, frame, examples, view })],
  [find("training-panel"), ({ catalogue, session, pending, errors }) => ({ catalogue, session, pending, errors })],
  [loss, ({ history, frame, session, view }) => ({
    history, view, live: frame?.latest ?? session?.latest ?? null, task: session?.notes.task ?? null,
    divergence: session?.divergence ?? null,
  })],
  [inside, ({ catalogue, session, frame, view }) => ({ catalogue, session, frame, view })],
  [help, ({ catalogue, session, frame }) => ({ catalogue, session, frame, topic })],
  [find("stage-strip"), ({ frame, view }) => ({ view, frame })],
  [find("notice-list"), ({ notices }) => ({ notices })],
  [find("state-summary"), ({ frame, session }) => ({ frame, session })],
  [find("door-sign"), ({ session, room }) => ({ session, room })],
  [sharing, ({ session, room }) => ({ session, room })],
  [shortcuts, ({ view }) => ({ view })],
];
/** The pictures, each with the probes that it needs while it can be seen. @type {[HTMLElement, (state: State) => object][]} */
const WATCHERS = [
  [network, ({ session }) => NetworkGraph.probes(session)],
  [output, ({ view, session }) => OutputMap.probes(view, session)],
  [loss, () => LossChart.probes()],
  [inside, ({ view }) => InsidePanel.probes(view)],
];

/** @param {State} state */
function compose(state) {
  for (const [part, properties] of PARTS) give(part, properties(state));
  const { session: now, room, view: { theme, presentation, panel, inside_large: large } } = state;
  const page = document.documentElement;
  page.dataset.theme = theme;
  page.dataset.panel = panel;
  page.toggleAttribute("data-presentation", presentation);
  page.toggleAttribute("data-inside", large);
  page.toggleAttribute("data-watching", onlyWatches(room, now));
  page.toggleAttribute("data-shut", room.shut !== "" && !now);
  session.pictures.audience(room.viewers, onlyWatches(room, now));
  watch();
}

/** Set what has changed; setting a frame again would draw it again. @param {any} part @param {object} properties */
function give(part, properties) {
  for (const [name, value] of Object.entries(properties)) if (part[name] !== value) part[name] = value;
}

function watch() {
  const visible = document.hidden ? [] : WATCHERS.filter(([part]) => part.checkVisibility());
  session.pictures.watch(Object.assign({}, ...visible.map(([, probes]) => probes(store.state))));
}

/** @type {Record<string, (detail: any) => void>} what the parts say, and what becomes of it */
const EVENTS = {
  "experiment-change": ({ patch, field }) => session.change(patch, field),
  "parameters-change": ({ layers }) => session.setParameters(layers),
  "view-change": (view) => {
    store.look(view);
    keepView(localStorage, store.state.view);
  },
  "command": ({ name, ...body }) => session.command(name, body),
  "edit-layer": ({ index }) => layerEditor.open(index),
  "help": ({ topic: asked, asked: aloud }) => explain(asked, aloud),
  "notice-close": ({ id }) => store.withdraw(id),
  "show-shortcuts": () => shortcuts.open(),
  "show-share": () => sharing.open(),
  "share-look": ({ looking }) => session.inRoom((room) => room.look(looking)),
  "room-open": ({ open }) => session.inRoom((room) => room.open(open)),
  "control-give": ({ viewer }) => session.inRoom((room) => room.give(viewer)),
  "control-decline": ({ viewer }) => session.inRoom((room) => room.decline(viewer)),
  "control-take": ({ grant }) => session.inRoom((room) => room.take(grant)),
  "control-ask": ({ name }) => session.inRoom((room) => room.askForControl(name)),
  "copy-experiment": async () => window.open(await experimentAddress(), "_blank", "noopener"),
};

/** The address that opens the experiment as it is now, in a session of its own. */
async function experimentAddress() {
  return addressWith(location.href, await encodeExperiment(store.state.session?.experiment ?? {}));
}

/** @param {Topic} asked @param {boolean} aloud somebody wants to read it now, not only passes by */
function explain(asked, aloud) {
  topic = asked;
  give(help, { topic });
  if (aloud && !help.checkVisibility()) store.look({ panel: "help" });
}

/** @param {KeyboardEvent} event */
function press(event) {
  const { view, session: now } = store.state;
  const shortcut = shortcutOf(event, view.shortcuts);
  if (!shortcut) return;
  event.preventDefault();
  const { command, action } = shortcut;
  if (command?.name === "toggle") session.command(now?.phase === "playing" ? "pause" : "play");
  else if (command) EVENTS.command(command);
  else if (action === "keys") shortcuts.open();
  else if (action === "seed") transport.newSeed();
  else if (action === "theme") transport.nextTheme();
  else if (action) EVENTS["view-change"]({ [action]: !view[action] });
}

async function open() {
  const { session: visited, experiment, view, notice } = await readAddress(location.href);
  store.look(view);
  if (notice) store.say(notice);
  store.set({ catalogue: await api.catalogue() });
  if (visited) return session.visit(visited);
  await session.open(experiment).catch((error) => {
    if (!experiment || !(error instanceof ApiError) || error.status !== 422) throw error;
    store.say(unreadable(error.message));
    return session.open(null);
  });
}

for (const [name, act] of Object.entries(EVENTS)) {
  document.addEventListener(name, (event) => event instanceof CustomEvent && act(event.detail));
}
give(sharing, { experiment: experimentAddress });
give(inside, { api: (/** @type {string} */ kind, /** @type {Record<string, string>} */ settings) => session.probe(kind, settings) });
offerHelp(document.body);
document.addEventListener("keydown", press);
document.addEventListener("visibilitychange", watch);
addEventListener("resize", watch);
addEventListener("online", () => session.stream.hurry());
addEventListener("hashchange", () => location.reload()); // a link of TensorFlow Playground was appended
store.subscribe(compose);
compose(store.state);
open().catch((error) => store.say({ id: "problem", tone: "problem", text: error.message, stays: true }));
