/** The one caption of the network: what colours, widths, dashes and squares mean, and what can be done. */

import { html, nothing } from "lit";

/**
 * @param {boolean} fixed the viewer may not change anything
 * @param {boolean} mapped there is a plane over which neurons have maps
 * @param {boolean} curved there is a line over which they have curves
 */
export function legend(fixed, mapped, curved) {
  return html`
    <p class="network-legend">
      <span><i class="sample positive" aria-hidden="true"></i> positive weight</span>
      <span><i class="sample negative" aria-hidden="true"></i> negative weight</span>
      <span>thicker: larger</span>
      <span><i class="sample square" aria-hidden="true"></i> bias</span>
      ${mapped ? html`<span>output − <i class="sample ramp" aria-hidden="true"></i> +</span>` : nothing}
      ${curved ? html`<span>curve: output over the input</span>` : nothing}
      <span class="doing">${mapped ? "Point at a neuron to enlarge it, click to keep it" : "Point at a line to read its weight"}${fixed ? nothing
        : html`; click a line or a square to change it, or press <kbd>E</kbd> on a neuron`}.</span>
    </p>`;
}
