import { LitElement } from "lit";

/** @typedef {import("../live/types.js").Catalogue} Catalogue */
/** @typedef {import("../live/types.js").SessionDocument} SessionDocument */

/** A part of the page that shows choices of the experiment as controls: what all such parts are given. */
export class FormPanel extends LitElement {
  /** @type {import("lit").PropertyDeclarations} */
  static properties = {
    catalogue: { attribute: false },
    session: { attribute: false },
    pending: { attribute: false },
    errors: { attribute: false },
  };

  constructor() {
    super();
    /** @type {Catalogue | null} */
    this.catalogue = null;
    /** @type {SessionDocument | null} */
    this.session = null;
    /** @type {ReadonlySet<string>} paths of the fields whose change is on its way */
    this.pending = new Set();
    /** @type {Readonly<Record<string, string>>} what was refused, by path */
    this.errors = {};
  }

  createRenderRoot() {
    return this;
  }
}
