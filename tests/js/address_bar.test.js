import assert from "node:assert/strict";
import { test } from "node:test";
import { AddressBar } from "../../static/live/address_bar.js";
import { decodeExperiment, experimentIn } from "../../static/live/links.js";

/** A window whose only timer is run by hand; tells the addresses that it was given. */
function place() {
  /** @type {{ act: () => Promise<void> }} */
  const timer = { act: async () => {} };
  /** @type {string[]} */
  const shown = [];
  const window = /** @type {any} */ ({
    location: { href: "http://livenet.test/?experiment=before#x" },
    history: { replaceState: (/** @type {any} */ _state, /** @type {any} */ _title, /** @type {string} */ address) => shown.push(address) },
    setTimeout: (/** @type {() => Promise<void>} */ act) => void (timer.act = act),
    clearTimeout() {},
  });
  return { window, timer, shown };
}

test("the address holds the experiment, also one of a thousand random rows", async () => {
  const { window, timer, shown } = place();
  const inputs = Array.from({ length: 1000 }, (_, row) => [Math.round(1e4 * Math.sin(row)) / 1e4 + 0]);
  const experiment = /** @type {any} */ ({ data: { dataset: { kind: "inline", inputs } } });
  new AddressBar(window).show(experiment);
  await timer.act();
  assert.deepEqual(await decodeExperiment(experimentIn(shown[0]) ?? ""), experiment);
});

test("an experiment that no address can carry leaves the address plain", async () => {
  const { window, timer, shown } = place();
  const inputs = Array.from({ length: 20_000 }, (_, row) => [Math.sin(row)]);
  new AddressBar(window).show(/** @type {any} */ ({ data: { dataset: { kind: "inline", inputs } } }));
  await timer.act();
  assert.deepEqual(shown, ["http://livenet.test/"]);
});
