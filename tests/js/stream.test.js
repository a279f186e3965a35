import assert from "node:assert/strict";
import { test } from "node:test";
import { Stream } from "../../static/wire/stream.js";

/** A world without time and network: what is asked of it is written down, and happens when the test says so. */
function world({ away = 0 } = {}) {
  /** @type {any[]} */
  const sockets = [];
  /** @type {{ action: () => void, milliseconds: number }[]} */
  const timers = [];
  const clock = { now: 0 };
  const open = () => {
    const socket = { readyState: 1, sent: /** @type {any[]} */ ([]), closed: false,
      send: (/** @type {string} */ text) => socket.sent.push(JSON.parse(text)), close: () => (socket.closed = true) };
    sockets.push(socket);
    return /** @type {any} */ (socket);
  };
  const later = (/** @type {() => void} */ action, /** @type {number} */ milliseconds) => timers.push({ action, milliseconds });
  const stream = new Stream(async () => {
    if (away-- > 0) throw new Error("away");
    return "ws://here";
  }, { open, later, cancel: () => {}, random: () => 1, now: () => clock.now });
  /** @type {string[]} */
  const states = [];
  stream.onstate = (state) => states.push(state);
  return { stream, sockets, timers, states, clock };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test("the watched probes are said when the socket opens, and again only when they change", async () => {
  const { stream, sockets } = world();
  stream.watch({ boundary: { resolution: 50 } });
  await stream.start();
  sockets[0].onopen();
  stream.watch({ boundary: { resolution: 50 } });
  stream.watch({ weights: {} });
  assert.deepEqual(sockets[0].sent, [{ watch: { boundary: { resolution: 50 } } }, { watch: { weights: {} } }]);
});

test("each pause is twice the one before, up to a longest", async () => {
  const { stream, timers } = world({ away: 9 });
  await stream.start();
  for (let i = 0; i < 8; i++) {
    timers[i].action();
    await settled();
  }
  assert.deepEqual(timers.map(({ milliseconds }) => milliseconds), [300, 600, 1200, 2400, 4800, 8000, 8000, 8000, 8000]);
});

test("pauses are spread over the upper half, so that not all come back at once", async () => {
  const { stream, timers } = world({ away: 1 });
  stream.world.random = () => 0;
  await stream.start();
  assert.equal(timers[0].milliseconds, 150);
});

test("after a loss it connects again, watches the same, and then says that it is live", async () => {
  const { stream, sockets, timers, states } = world();
  stream.watch({ weights: {} });
  await stream.start();
  sockets[0].onopen();
  sockets[0].onmessage({ data: '{"event": "session"}' });
  sockets[0].onclose({ code: 1006 });
  timers[timers.length - 1].action();
  await settled();
  sockets[1].onopen();
  sockets[1].onmessage({ data: '{"event": "session"}' });
  assert.deepEqual(sockets[1].sent, [{ watch: { weights: {} } }]);
  assert.deepEqual(states, ["connecting", "live", "reconnecting", "live"]);
});

test("what has arrived is acknowledged twice a second, once", async () => {
  const { stream, sockets, timers } = world();
  await stream.start();
  sockets[0].onopen();
  sockets[0].onmessage({ data: emptyFrame(12) });
  timers[0].action();
  timers[1].action();
  assert.deepEqual(sockets[0].sent, [{ watch: {} }, { ack: 12 }]);
  assert.deepEqual(timers.map(({ milliseconds }) => milliseconds), [500, 500, 500]);
});

test("where timers come rarely, the frames themselves bring acknowledgements", async () => {
  const { stream, sockets, clock } = world();
  await stream.start();
  sockets[0].onopen();
  for (const [now, sequence] of [[100, 1], [499, 2], [500, 3], [900, 4], [1100, 5]]) {
    clock.now = now;
    sockets[0].onmessage({ data: emptyFrame(sequence) });
  }
  assert.deepEqual(sockets[0].sent, [{ watch: {} }, { ack: 3 }, { ack: 5 }]);
});

for (const [code, state] of /** @type {const} */ ([[1012, "reconnecting"], [1013, "full"], [4403, "reconnecting"]])) {
  test(`closed with ${code} it is ${state}, and comes back`, async () => {
    const { stream, sockets, timers, states } = world();
    await stream.start();
    sockets[0].onclose({ code });
    timers[timers.length - 1].action();
    await settled();
    assert.deepEqual([sockets.length, states], [2, ["connecting", state]]);
  });
}

test("a stopped stream stays silent", async () => {
  const { stream, sockets, states } = world();
  await stream.start();
  stream.stop();
  assert.ok(sockets[0].closed);
  sockets[0].onclose({ code: 1006 });
  await settled();
  assert.deepEqual([sockets.length, states], [1, ["connecting"]]);
});

/** @param {number} sequence */
function emptyFrame(sequence) {
  const text = new TextEncoder().encode('{"arrays": []}  ');
  const header = new DataView(new ArrayBuffer(32 + text.length));
  header.setUint32(0, 0x314e564c, true);
  header.setUint32(4, text.length, true);
  header.setUint32(8, sequence, true);
  new Uint8Array(header.buffer).set(text, 32);
  return header.buffer;
}

test("whoever comes back says first what is here already", async () => {
  const { stream, sockets } = world();
  stream.held = () => ({ records: 412, step: 8240 });
  await stream.start();
  sockets[0].onopen();
  assert.deepEqual(sockets[0].sent, [{ have: { records: 412, step: 8240 } }, { watch: {} }]);
});
