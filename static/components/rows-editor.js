import { html, LitElement, nothing } from "lit";
import { formatCount } from "../drawing/numbers.js";
import { entryOf } from "../forms/catalogue.js";
import { examplesOf, readTable, RowsError, taskOf, taskProblem, weightColumn, withoutWeights, writeRows } from "./data/rows.js";

/** @typedef {import("../live/types.js").Catalogue} Catalogue */
/** @typedef {import("../live/types.js").Component} Component */
/** @typedef {import("../live/types.js").Task} Task */
/** @typedef {import("./data/rows.js").Examples} Examples */
/** @typedef {import("./data/rows.js").Table} Table */

/**
 * @typedef {object} Reading
 * @property {string[]} names of all columns
 * @property {Table | null} table without the weights
 * @property {Examples | null} examples
 * @property {number[] | null} weights how much each example counts; null is all alike
 * @property {Task | null} task
 * @property {string} problem
 * @property {string} words
 */

/** What still goes into an experiment, which every reader of its link carries along. */
const MOST = { columns: 100, numbers: 20_000, letters: 400_000 };

/** @type {Record<Task, string>} */
const TASKS = { binary: "One of two classes", multiclass: "One of several classes", regression: "A number" };

/** A dialog in which rows of numbers are pasted or typed, and their last column, or another, is what is to be predicted. */
export class RowsEditor extends LitElement {
  static properties = {
    catalogue: { attribute: false },
    text: { state: true },
    target: { state: true },
    task: { state: true },
    weight: { state: true },
  };

  constructor() {
    super();
    /** @type {Catalogue | null} */
    this.catalogue = null;
    this.text = "";
    /** @type {number | null} position of the column; null is the last */
    this.target = null;
    /** @type {Task | null} null is what the targets look like */
    this.task = null;
    /** @type {number | null} position of the column of weights, −1 for none; null is what the names say */
    this.weight = null;
  }

  createRenderRoot() {
    return this;
  }

  /**
   * Show the rows as they were written, if they are still those of the dataset or were refused; else as they are.
   * @param {Component} dataset
   * @param {boolean} refused
   */
  async open({ inputs, targets, weights = null }, refused) {
    const { examples, weights: written } = this.#read();
    const same = JSON.stringify([examples?.inputs, examples?.targets, written]) === JSON.stringify([inputs, targets, weights]);
    if (!same && !refused) Object.assign(this, { text: writeRows(inputs, targets, weights), target: null, task: null, weight: null });
    await this.updateComplete;
    this.querySelector("dialog")?.showModal();
  }

  render() {
    const read = this.#read();
    return html`
      <dialog class="rows-editor" aria-labelledby="rows-editor-title">
        <form method="dialog" @submit=${(/** @type {SubmitEvent} */ event) => this.#submit(event, read)}>
          <h2 id="rows-editor-title">Own examples</h2>
          <p id="rows-editor-hint">One example a line, its numbers apart by commas, semicolons, tabs or spaces; a line of
            names above them if you like. Copied from a spreadsheet or a CSV file it is right as it is.</p>
          <textarea rows="10" spellcheck="false" autocomplete="off" wrap="off" aria-label="Rows"
            aria-describedby="rows-editor-hint rows-editor-state" aria-invalid=${read.problem ? "true" : "false"}
            .value=${this.text} @input=${this.#write}></textarea>
          ${read.table ? this.#choices(read.table, read) : nothing}
          <p id="rows-editor-state" role="status" class=${read.problem ? "problem" : "quiet"}>${read.problem || read.words}</p>
          <p class="buttons">
            <button type="submit" value="use" class="primary" ?disabled=${read.problem !== ""}>Use these rows</button>
            <button type="submit" value="cancel">Cancel</button>
          </p>
        </form>
      </dialog>`;
  }

  /** @param {Table} table @param {Reading} reading */
  #choices({ names }, { names: all, task }) {
    const target = this.#targetOf(names);
    return html`
      <div class="choices">
        <label>To be predicted
          <select @change=${(/** @type {Event} */ event) => (this.target = Number(valueOf(event)))}>
            ${names.map((name, index) => html`<option value=${index} .selected=${index === target}>${name}</option>`)}
          </select></label>
        <label>It is
          <select @change=${(/** @type {Event} */ event) => (this.task = /** @type {Task} */ (valueOf(event)))}>
            ${Object.entries(TASKS).map(([value, words]) => html`<option value=${value} .selected=${value === task}>${words}</option>`)}
          </select></label>
        ${all.length < 3 ? nothing : html`<label>How much each counts
          <select @change=${(/** @type {Event} */ event) => (this.weight = Number(valueOf(event)))}>
            <option value="-1" .selected=${this.#weightOf(all) < 0}>All alike</option>
            ${all.map((name, index) => html`<option value=${index} .selected=${index === this.#weightOf(all)}>${name}</option>`)}
          </select></label>`}
      </div>`;
  }

  /** @param {string[]} names */
  #targetOf({ length }) {
    return Math.min(this.target ?? length - 1, length - 1);
  }

  /** @param {string[]} names */
  #weightOf(names) {
    return this.weight !== null && this.weight < names.length ? this.weight : weightColumn(names);
  }

  /** What the text says, or what is wrong with it. */
  #read() {
    /** @type {Reading} */
    const read = { names: [], table: null, examples: null, weights: null, task: this.task, problem: "", words: "" };
    try {
      if (this.text.length > MOST.letters) throw new RowsError(`The text is too long; at most ${formatCount(MOST.letters)} letters are allowed.`);
      const whole = readTable(this.text, { ...MOST, rows: this.#mostRows });
      Object.assign(read, { names: whole.names, table: whole });
      const weight = whole.names.length > 2 ? this.#weightOf(whole.names) : -1;
      if (weight >= 0) Object.assign(read, withoutWeights(whole, weight));
      const table = read.table ?? whole;
      read.examples = examplesOf(table, this.#targetOf(table.names));
      read.task ??= taskOf(read.examples);
      read.problem = taskProblem(read.examples, read.task);
      read.words = summary(read.examples);
    } catch (error) {
      if (!(error instanceof RowsError)) throw error;
      read.problem = error.message;
    }
    return read;
  }

  get #mostRows() {
    const fields = (this.catalogue && entryOf(this.catalogue, "datasets", "inline")?.fields) ?? [];
    return fields.find(({ name }) => name === "inputs")?.maximum_length ?? Infinity;
  }

  /** @param {Event} event */
  #write(event) {
    this.text = valueOf(event);
    this.task = this.weight = null;
  }

  /** @param {SubmitEvent} event @param {Reading} reading */
  #submit({ submitter }, { examples, weights, task, problem }) {
    if (!(submitter instanceof HTMLButtonElement) || submitter.value !== "use" || problem || !examples) return;
    const detail = { inputs: examples.inputs, targets: examples.targets, weights, task };
    this.dispatchEvent(new CustomEvent("examples-change", { detail, bubbles: true }));
  }
}
customElements.define("rows-editor", RowsEditor);

/** "4 rows, 2 inputs. Classes: 0 is rain, 1 is sun." @param {Examples} examples */
function summary({ inputs, classes }) {
  const [rows, columns] = [inputs.length, inputs[0].length];
  const sizes = `${formatCount(rows)} row${rows === 1 ? "" : "s"}, ${columns} input${columns === 1 ? "" : "s"}.`;
  return classes ? `${sizes} Class ${classes.map((name, index) => `${index} is ${name}`).join(", ")}.` : sizes;
}

/** @param {Event} event */
function valueOf({ target }) {
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement ? target.value : "";
}
