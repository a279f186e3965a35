/**
 * How the learner looks at it: kept on this machine, never part of the experiment.
 */

/** @typedef {import("./types.js").View} View */
/** @typedef {Pick<Storage, "getItem" | "setItem">} Keeper */

const NAME = "livenet.view";

/** @type {View} */
export const FIRST_VIEW = {
  discretize: false, show_test: false, theme: "auto", presentation: false, smoothing: 0, log_loss: false,
  pinned: null, hovered: null, inside_tab: "now", inside_quantity: "weights", inside_picture: "spread", inside_large: false, speed: null, panel: "network",
  shortcuts: true,
};

/** What outlives a visit; the rest belongs to the moment. @type {(keyof View)[]} */
const LASTING = ["theme", "smoothing", "log_loss", "shortcuts"];

/** @param {Keeper} storage @returns {View} */
export function loadView(storage) {
  try {
    const kept = JSON.parse(storage.getItem(NAME) ?? "{}");
    return { ...FIRST_VIEW, ...lasting({ ...FIRST_VIEW, ...kept }) };
  } catch {
    return { ...FIRST_VIEW };
  }
}

/** @param {Keeper} storage @param {View} view */
export function keepView(storage, view) {
  try {
    storage.setItem(NAME, JSON.stringify(lasting(view)));
  } catch {
    // A full or forbidden storage only means that nothing is remembered.
  }
}

/** @param {View} view @returns {Partial<View>} */
function lasting(view) {
  return Object.fromEntries(LASTING.map((name) => [name, view[name]]));
}
