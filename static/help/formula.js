import katex from "katex";
import { LitElement } from "lit";

/** A formula in KaTeX, with MathML for who listens: `<math-formula .tex=${…}>`. */
export class MathFormula extends LitElement {
  static properties = { tex: { attribute: false }, block: { type: Boolean } };

  constructor() {
    super();
    this.tex = "";
    this.block = false;
  }

  createRenderRoot() {
    return this;
  }

  updated() {
    katex.render(this.tex, this, { displayMode: this.block, throwOnError: false });
  }
}
customElements.define("math-formula", MathFormula);
