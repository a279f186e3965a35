/**
 * What the help speaks about, as text in the attribute `data-help` of whatever it explains:
 * "field:optimizer.learning_rate", "kind:activations.tanh", or just the name of a picture or button: "boundary".
 */

/**
 * @typedef {{ field: string } | { registry: string, kind: string } | { picture: string }} Topic
 */

const HOVERING = 350; // milliseconds before the pointer counts as asking

/** @param {string} text @returns {Topic | null} */
export function parseTopic(text) {
  const [, sort, name] = /^(?:(\w+):)?(.+)$/.exec(text) ?? [];
  if (!name) return null;
  if (sort === "field") return { field: name };
  if (sort !== "kind") return { picture: name };
  const [registry, kind] = name.split(".");
  return kind ? { registry, kind } : null;
}

/**
 * Send `help` {topic} from whatever has a `data-help` when the pointer rests on it, when it takes the focus, when
 * its help button is pressed and on the key ?. One call serves a whole page.
 * @param {HTMLElement} root
 */
export function offerHelp(root) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let waiting;
  const ask = (/** @type {EventTarget | null} */ target, asked = false) => {
    clearTimeout(waiting);
    const element = explained(target);
    const topic = element && parseTopic(element.dataset.help ?? "");
    if (topic) element.dispatchEvent(new CustomEvent("help", { detail: { topic, asked }, bubbles: true }));
  };
  root.addEventListener("focusin", ({ target }) => ask(target));
  root.addEventListener("pointerover", ({ target }) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => ask(target), HOVERING);
  });
  root.addEventListener("click", ({ target }) => {
    if (target instanceof Element && target.closest("button.help")) ask(target, true);
  });
  root.addEventListener("keydown", (event) => {
    if (event.key !== "?" || isText(event.target) || !explained(event.target)) return;
    event.preventDefault();
    ask(event.target, true);
  });
}

/** @param {EventTarget | null} target @returns {HTMLElement | null} */
function explained(target) {
  const found = target instanceof Element ? target.closest("[data-help]") : null;
  return found instanceof HTMLElement ? found : null;
}

/** @param {EventTarget | null} target */
function isText(target) {
  return target instanceof HTMLTextAreaElement || (target instanceof HTMLInputElement && target.type === "text");
}
