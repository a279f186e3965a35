import { html } from "lit";

/**
 * One of a few, as radio buttons in a row.
 * @param {object} options
 * @param {string} options.name of the group, one in the page
 * @param {string} options.label of the group, for who does not see it
 * @param {readonly (readonly [value: string, title: string])[]} options.values
 * @param {string} options.chosen
 * @param {(value: string) => void} options.choose
 */
export function choice({ name, label, values, chosen, choose }) {
  return html`
    <fieldset class="choice"><legend class="visually-hidden">${label}</legend>
      ${values.map(([value, title]) => html`
        <label><input type="radio" name=${name} value=${value} .checked=${value === chosen}
          @change=${() => choose(value)} /><span>${title}</span></label>`)}
    </fieldset>`;
}
