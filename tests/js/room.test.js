import assert from "node:assert/strict";
import { test } from "node:test";
import { Api } from "../../static/live/api.js";
import { nameOf, onlyWatches, Room } from "../../static/live/room.js";
import { Store } from "../../static/live/store.js";
import { FIRST_VIEW } from "../../static/live/view.js";

const ID = "abc";

/** A page in a room; what it asks of the server is written down and answered from `answers`. */
function page({ kept = /** @type {Map<string, string>} */ (new Map()), visiting = true } = {}) {
  /** @type {{ method: string, path: string, shown: string | null, body: any }[]} */
  const asked = [];
  /** @type {Record<string, any>} */
  const answers = {};
  const ask = async (/** @type {any} */ path, /** @type {any} */ { method, headers, body }) => {
    asked.push({ method, path, shown: headers.Authorization ?? null, body: body && JSON.parse(body) });
    return Response.json(answers[`${method} ${path}`] ?? {});
  };
  const storage = { getItem: (/** @type {string} */ name) => kept.get(name) ?? null,
    setItem: (/** @type {string} */ name, /** @type {string} */ text) => void kept.set(name, text) };
  const api = new Api(/** @type {any} */ (ask));
  const store = new Store(FIRST_VIEW);
  const room = new Room(api, store, storage);
  room.begin(ID, visiting);
  return { room, store, api, asked, answers, kept };
}

/** @param {ReturnType<typeof page>} page @param {number[]} asking numbers of those who ask for control */
function people({ answers }, asking) {
  const viewers = [1, 2, 3].map((number) => ({ number, name: number === 2 ? "Ada" : "", role: number === 1 ? "owner" : "viewer", since: 0, asks: asking.includes(number) }));
  answers[`GET /api/sessions/${ID}/room`] = { open: true, role: "owner", viewer_count: 3, viewers, grants: [], link: "http://192.168.1.20:8000/?session=abc" };
}

/** @param {Store} store */
const told = (store) => store.state.notices.map(({ text }) => text);

const settled = () => new Promise((resolve) => setImmediate(resolve));
const welcome = { event: "welcome", viewer: 2, token: "me.1", role: /** @type {const} */ ("viewer"), name: "" };

test("a page shows the token that it was given, in calls and when it comes back", async () => {
  const { room, asked } = page();
  assert.equal(room.query, "");
  assert.ok(room.event(welcome));
  assert.equal(room.query, "?viewer=me.1");
  await room.askForControl("Ada");
  assert.deepEqual(asked, [{ method: "POST", path: `/api/sessions/${ID}/room/requests`, shown: "Bearer me.1", body: { name: "Ada" } }]);
});

test("after a reload it is who it was, with what it controls", () => {
  const first = page();
  first.room.event(welcome);
  first.room.event({ event: "control", key: "secret" });
  const { room, api, store } = page({ kept: first.kept });
  assert.equal(api.credential, "secret");
  assert.equal(room.query, "?viewer=me.1");
  room.event({ ...welcome, role: "controller" });
  assert.equal(store.state.room.role, "controller");
  assert.ok(room.controls);
});

test("another session knows nothing of the first one's keys", () => {
  const { room, api } = page();
  room.event(welcome);
  room.event({ event: "control", key: "secret" });
  room.begin("other", true);
  assert.deepEqual([api.credential, room.query, room.controls], ["", "", false]);
});

test("control comes and goes at once, in words and in what is shown to the server", () => {
  const { room, store, api } = page();
  /** @type {boolean[]} */
  const heard = [];
  room.oncontrol = (controls) => heard.push(controls);
  room.event(welcome);
  room.event({ event: "control", key: "secret" });
  assert.deepEqual([api.credential, store.state.room.role], ["secret", "controller"]);
  assert.match(told(store)[0], /You have control/);
  room.event({ event: "control", key: null });
  assert.deepEqual([api.credential, store.state.room.role], ["me.1", "viewer"]);
  assert.match(told(store)[0], /taken back/);
  assert.deepEqual(heard, [true, false]);
});

test("what was taken back while the page was away is known when it comes back", () => {
  const { room, api, store } = page();
  room.event(welcome);
  room.event({ event: "control", key: "secret" });
  room.event(welcome);
  assert.deepEqual([api.credential, store.state.room.role, room.controls], ["me.1", "viewer", false]);
});

test("an owner shows no token: the cookie says more", () => {
  const { room, api } = page({ visiting: false });
  room.event({ ...welcome, role: "owner" });
  assert.equal(api.credential, "");
  assert.ok(room.controls);
});

test("who only watches does not ask who else is here", async () => {
  const { room, asked, store } = page();
  room.event(welcome);
  await room.look(true);
  room.event({ event: "presence", viewers: 24, open: false });
  assert.deepEqual(asked, []);
  assert.deepEqual([store.state.room.viewers, store.state.room.open], [24, false]);
});

test("a request is told to the owner once, and again only when somebody else asks", async () => {
  const owner = page({ visiting: false });
  const { room, store } = owner;
  people(owner, [2]);
  room.event({ ...welcome, viewer: 1, role: "owner" });
  await settled();
  assert.equal(told(store)[0], "Ada asks for control.");
  assert.equal(store.state.room.link, "http://192.168.1.20:8000/?session=abc");
  assert.deepEqual(store.state.notices[0].advice?.[0].say, ["control-give", { viewer: 2 }]);
  store.withdraw("requests");
  room.event({ event: "presence", viewers: 4, open: true });
  await settled();
  assert.deepEqual(told(store), []);
  people(owner, [2, 3]);
  room.event({ event: "request", viewer: 3 });
  await settled();
  assert.equal(told(store)[0], "2 ask for control: Ada, Viewer 3.");
  people(owner, []);
  await room.give(3);
  assert.deepEqual(told(store), []);
});

test("while the list is looked at, a request stands there and nowhere else", async () => {
  const owner = page({ visiting: false });
  people(owner, [3]);
  owner.room.event({ ...welcome, viewer: 1, role: "owner" });
  await settled();
  await owner.room.look(true);
  assert.deepEqual(told(owner.store), []);
  assert.deepEqual(owner.store.state.room.people.filter(({ asks }) => asks).map(nameOf), ["Viewer 3"]);
});

test("older news do not move a door that is being opened", async () => {
  const { room, store } = page();
  const opened = room.open(false);
  room.event({ event: "presence", viewers: 3, open: true });
  assert.deepEqual([store.state.room.viewers, store.state.room.open], [3, false]);
  await opened;
  room.event({ event: "presence", viewers: 3, open: true });
  assert.equal(store.state.room.open, true);
});

test("the door is where the owner put it, unless the server refuses", async () => {
  const { room, store } = page({ visiting: false });
  await room.open(false);
  assert.equal(store.state.room.open, false);
  room.api.ask = async () => Response.json({ detail: "not yours" }, { status: 403 });
  await assert.rejects(room.open(true), /not yours/);
  assert.equal(store.state.room.open, false);
});

test("events of the session are not about the room", () => {
  assert.equal(page().room.event({ event: "session" }), false);
});

test("a page watches until it may control; one that made its session never only watches", () => {
  const session = /** @type {any} */ ({ can_control: false });
  const { store, room } = page();
  assert.ok(onlyWatches(store.state.room, null));
  room.event(welcome);
  assert.ok(onlyWatches(store.state.room, session));
  assert.ok(!onlyWatches(store.state.room, { ...session, can_control: true }));
  assert.ok(!onlyWatches(page({ visiting: false }).store.state.room, null));
});

test("who asks is declined in one click, and told so", async () => {
  const owner = page({ visiting: false });
  people(owner, [2]);
  owner.room.event({ ...welcome, viewer: 1, role: "owner" });
  await settled();
  const [notice] = owner.store.state.notices;
  assert.deepEqual(notice.advice?.map(({ text }) => text), ["Give control", "Decline"]);
  people(owner, []);
  await owner.room.decline(2);
  assert.deepEqual(owner.asked.at(-2), { method: "DELETE", path: `/api/sessions/${ID}/room/requests/2`, shown: null, body: undefined });
  assert.deepEqual(told(owner.store), []);
  const guest = page();
  guest.room.event(welcome);
  await guest.room.askForControl("");
  guest.room.event({ event: "declined" });
  assert.equal(guest.store.state.room.asked, false);
  assert.deepEqual(told(guest.store), ["You are not given control now. You watch on."]);
});
