import { html, LitElement, nothing } from "lit";
import * as icons from "./icons.js";

/** @typedef {import("../live/types.js").View} View */

/**
 * @typedef {object} Shortcut
 * @property {string} keys as written
 * @property {string} words what it does
 * @property {{ name: string, [more: string]: any }} [command]
 * @property {"seed" | "theme" | "presentation" | "discretize" | "show_test" | "keys"} [action] of the page itself
 */

/** What a key does, by the key; the dialog lists the same. @type {Record<string, Shortcut>} */
export const SHORTCUTS = {
  " ": { keys: "Space", words: "Play or pause", command: { name: "toggle" } },
  s: { keys: "S", words: "Train on one batch", command: { name: "step", steps: 1 } },
  S: { keys: "Shift + S", words: "Train for one epoch", command: { name: "step", epochs: 1 } },
  r: { keys: "R", words: "Reset to the first weights", command: { name: "reset" } },
  n: { keys: "N", words: "New seed: other examples, other first weights", action: "seed" },
  d: { keys: "D", words: "Discretize the output", action: "discretize" },
  e: { keys: "E", words: "Show test points; on a neuron: edit its numbers", action: "show_test" },
  p: { keys: "P", words: "Presentation size", action: "presentation" },
  t: { keys: "T", words: "Light, dark or the system's colours", action: "theme" },
  "?": { keys: "?", words: "Explain what has the focus; with none, this list", action: "keys" },
};

/** Keys inside the pictures, for the list only. */
const INSIDE = [
  ["Arrow keys", "Between neurons; in the output and loss pictures: read values"],
  ["Enter", "Pin a neuron to the output picture"],
  ["+ − 0", "Zoom the loss curve, show all"],
];

/** All keys of the page, and whether single keys are commands at all. */
export class ShortcutsDialog extends LitElement {
  static properties = {
    view: { attribute: false },
  };

  constructor() {
    super();
    /** @type {View | null} */
    this.view = null;
  }

  createRenderRoot() {
    return this;
  }

  /** Show the list. */
  open() {
    const dialog = this.querySelector("dialog");
    if (!dialog?.open) dialog?.showModal();
  }

  render() {
    if (!this.view) return nothing;
    const rows = [...Object.values(SHORTCUTS).map(({ keys, words }) => [keys, words]), ...INSIDE];
    return html`
      <dialog aria-labelledby="shortcuts-title" closedby="any">
        <form method="dialog">
          <header><h2 id="shortcuts-title">Keyboard</h2>
            <button class="quiet close" aria-label="Close">${icons.CLOSE}</button></header>
          <dl>${rows.map(([keys, words]) => html`<div><dt><kbd>${keys}</kbd></dt><dd>${words}</dd></div>`)}</dl>
          <label><input type="checkbox" .checked=${this.view.shortcuts} @change=${this.#switch}> Single keys are commands</label>
        </form>
      </dialog>`;
  }

  /** @param {Event} event */
  #switch({ target }) {
    const shortcuts = target instanceof HTMLInputElement && target.checked;
    this.dispatchEvent(new CustomEvent("view-change", { detail: { shortcuts }, bubbles: true }));
  }
}
customElements.define("shortcuts-dialog", ShortcutsDialog);

/**
 * The shortcut that a key press means here: none while something is typed, or where the key has its own meaning.
 * @param {KeyboardEvent} event
 * @param {boolean} enabled
 * @returns {Shortcut | null}
 */
export function shortcutOf(event, enabled) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return null;
  if (!enabled && event.key !== "?") return null;
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest("select, input:not([type=range], [type=checkbox], [type=radio]), textarea, dialog, [popover]")) return null;
  if (event.key === " " && target?.closest("button, input, summary, [role=button]")) return null;
  return SHORTCUTS[event.key] ?? null;
}
