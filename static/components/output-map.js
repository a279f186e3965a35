import { html, LitElement, nothing } from "lit";
import { axes } from "../charts/axes.js";
import { certainty, classMarks, ramp, splitMarks } from "../charts/colour-legend.js";
import { visible } from "../charts/examples.js";
import { centre, fromByte, movedBy, nearestExample, pixelAt } from "../charts/map-reading.js";
import { neuronOf, sourceOf } from "../charts/map-source.js";
import { OutputPicture } from "../charts/output-picture.js";
import { nearestSentence, pointSentence, titleOf } from "../charts/output-words.js";
import { onResize } from "../drawing/canvas.js";
import { formatFeature } from "../drawing/numbers.js";
import { OutputAnswers } from "./output-answers.js";

/** @typedef {import("../live/types.js").Data} Data */
/** @typedef {import("../live/types.js").Example} Example */
/** @typedef {import("../live/types.js").Frame} Frame */
/** @typedef {import("../live/types.js").SessionDocument} SessionDocument */
/** @typedef {import("../live/types.js").View} View */
/** @typedef {import("../charts/map-reading.js").Pixel} Pixel */
/** @typedef {import("../charts/map-reading.js").Range} Range */
/** @typedef {import("../charts/map-source.js").MapSource} MapSource */

const RESOLUTION = 100;
const NEURON_RESOLUTION = 50; // as the network graph watches them
const MARK = [0.12, 0.0035]; // radius of an example: so much of an em, and of the side
const REACH = 0.8; // how near the pointer must be to an example, in em
const AXES = { across: 2.6, down: 3 }; // room for their words, in em
const HINT = "Point at the picture to read values.";
/** @type {readonly Example[]} */
const NONE = [];

/** The big picture: what the network answers everywhere in the plane, or one neuron of it, with the examples on top. */
export class OutputMap extends LitElement {
  static properties = {
    session: { attribute: false },
    examples: { attribute: false },
    view: { attribute: false },
    catalogue: { attribute: false },
    room: { state: true },
    scale: { state: true },
    unavailable: { state: true },
  };

  /**
   * What the picture watches.
   * @param {View} view
   * @param {SessionDocument | null} session
   */
  static probes(view, session) {
    if (session && !session.notes.domain) return OutputAnswers.probes(session.notes);
    const neurons = view.hovered ?? view.pinned ? { neurons: { resolution: NEURON_RESOLUTION, encoding: "byte" } } : {};
    return { boundary: { resolution: RESOLUTION, encoding: "byte" }, ...neurons };
  }

  /** @type {Frame | null} */
  #frame = null;
  /** @type {MapSource | null} */
  #source = null;
  /** @type {Pixel | null} where the reading is taken */
  #pixel = null;
  #picture = new OutputPicture(() => this.#read());
  /** @type {{ all: readonly Example[], showTest: boolean, examples: Example[] }} what is on the picture, and why */
  #visible = { all: NONE, showTest: false, examples: [] };
  /** @type {Element | null} */
  #measured = null;
  #stopMeasuring = () => {};

  constructor() {
    super();
    /** @type {SessionDocument | null} */
    this.session = null;
    /** @type {Data | null} */
    this.examples = null;
    /** @type {View | null} */
    this.view = null;
    /** @type {import("../live/types.js").Catalogue | null} */
    this.catalogue = null;
    /** The side of the picture in CSS pixels, and the size of its letters. */
    this.room = { side: 0, em: 15 };
    /** @type {Pick<MapSource, "shown" | "unit" | "classes"> | null} what the colour scale says */
    this.scale = null;
    /** @type {string | null} why there is no picture */
    this.unavailable = null;
  }

  createRenderRoot() {
    return this;
  }

  /** The newest frame: drawn with the next screen frame, without rendering anew. */
  get frame() {
    return this.#frame;
  }

  set frame(frame) {
    this.#frame = frame;
    const answers = this.querySelector("output-answers");
    if (answers instanceof OutputAnswers) answers.frame = frame;
    this.#look();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#stopMeasuring();
    this.#measured = null;
    this.#picture.stop();
  }

  willUpdate() {
    this.#look();
  }

  /** Choose what is shown now. */
  #look() {
    if (!this.session) return;
    const { notes } = this.session;
    if (!notes.domain) return;
    const source = sourceOf(this.#frame, notes, neuronOf(this.view, notes));
    if (source === null) return; // the last picture stays
    this.unavailable = "unavailable" in source ? source.unavailable : null;
    this.#source = "unavailable" in source ? null : source;
    if (this.#source && !sameScale(this.scale, this.#source)) this.scale = this.#source;
    this.#picture.show(this.#source, this.view?.discretize ?? false);
  }

  updated() {
    const [map, points, stage] = ["canvas.map", "canvas.points", ".stage"].map((name) => this.querySelector(name));
    if (!(map instanceof HTMLCanvasElement) || !(points instanceof HTMLCanvasElement) || !stage || !this.session) return;
    this.#picture.attach(map, points);
    this.#measure(stage);
    this.#mark(this.session);
  }

  /** @param {Element} stage */
  #measure(stage) {
    if (this.#measured === stage) return;
    this.#stopMeasuring();
    this.#measured = stage;
    this.#stopMeasuring = onResize(stage, (width, height) => {
      if (width === 0) return; // in a tab that is not showing
      const em = parseFloat(getComputedStyle(this).fontSize);
      const side = Math.max(0, Math.floor(Math.min(width - AXES.across * em, height - AXES.down * em)));
      if (side !== this.room.side || em !== this.room.em) this.room = { side, em };
    });
  }

  /** @param {SessionDocument} session */
  #mark({ notes }) {
    if (!notes.domain) return;
    const { side, em } = this.room;
    const reach = Math.max(...(this.examples?.examples ?? []).map((/** @type {Example} */ { target }) => Math.abs(target)), 0) || 1;
    this.#picture.mark({
      examples: this.#shown, notes, domain: notes.domain, side, radius: (MARK[0] * em + MARK[1] * side) * crowding(this.#shown.length), reach,
    });
  }

  /** The examples that are on the picture; the same array while nothing has changed. */
  get #shown() {
    const [all, showTest] = [this.examples?.examples ?? NONE, this.view?.show_test ?? false];
    if (this.#visible.all !== all || this.#visible.showTest !== showTest) {
      this.#visible = { all, showTest, examples: visible(all, showTest) };
    }
    return this.#visible.examples;
  }

  render() {
    if (!this.session || !this.view) return nothing;
    const { notes } = this.session;
    const neuron = notes.domain ? neuronOf(this.view, notes) : null;
    return html`
      <header class="picture-header">
        <h2 class=${neuron ? "name" : ""}>${titleOf(notes, neuron)}</h2>
        ${this.#toggle("show_test", notes.domain ? "Test points" : "Test examples")}
        ${notes.domain ? this.#toggle("discretize", "Discretize") : nothing}
      </header>
      ${!notes.domain ? html`
        <output-answers .session=${this.session} .examples=${this.examples} .view=${this.view} .frame=${this.#frame}></output-answers>`
      : this.unavailable ? html`<p class="unavailable">${this.unavailable}</p>` : html`
        <div class="body">
          <div class="stage">${this.#plane(notes.domain, titleOf(notes, neuron), neuron ? "neurons" : "boundary")}</div>
          <div class="aside">
            <div class="legend">
              ${this.#colours()} ${classMarks(notes)} ${splitMarks(new Set(this.#shown.map(({ split }) => split)))}
            </div>
            <output class="reading" aria-live="off"></output>
          </div>
        </div>`}`;
  }

  /** @param {"show_test" | "discretize"} name @param {string} label */
  #toggle(name, label) {
    return html`
      <label data-help=${name}>
        <input type="checkbox" .checked=${this.view?.[name] ?? false}
          @change=${(/** @type {Event} */ event) => this.#emit({ [name]: isChecked(event) })} />
        ${label}
      </label>`;
  }

  /** @param {Range[]} domain @param {string} title @param {string} help */
  #plane(domain, title, help) {
    const { side } = this.room;
    const names = (this.examples?.input_names ?? ["x1", "x2"]).map(formatFeature);
    const words = `${title} over ${names[0]} and ${names[1]}, with ${this.#shown.length} examples. `
      + "Arrow keys read values, with Shift in larger steps.";
    return html`
      <div class="plane" tabindex="0" role="application" aria-label=${words} data-help=${help} style="inline-size:${side}px;block-size:${side}px"
        @pointermove=${this.#point} @pointerdown=${this.#point} @pointerleave=${this.#leave}
        @keydown=${this.#key} @blur=${this.#leave}>
        <canvas class="map" width="1" height="1"></canvas>
        <canvas class="points" width="1" height="1"></canvas>
        <svg class="axes" width=${side} height=${side} aria-hidden="true">${axes(domain, names, side)}</svg>
        <i class="pointed" hidden></i>
      </div>`;
  }

  #colours() {
    if (!this.scale) return nothing;
    const { shown, unit, classes } = this.scale;
    return classes ? certainty() : ramp(shown, unit, this.view?.discretize ?? false);
  }

  // Reading values

  /** @param {PointerEvent} event */
  #point(event) {
    const { left, top, width, height } = /** @type {Element} */ (event.currentTarget).getBoundingClientRect();
    if (!this.#source || width === 0) return;
    this.#speak(false);
    this.#pixel = pixelAt((event.clientX - left) / width, (event.clientY - top) / height, this.#source.resolution);
    this.#read();
  }

  #leave() {
    this.#pixel = null;
    this.#read();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const resolution = this.#source?.resolution;
    if (!resolution || event.ctrlKey || event.metaKey || event.altKey) return;
    const middle = { column: resolution >> 1, row: resolution >> 1 };
    const next = movedBy(this.#pixel ?? middle, event, resolution);
    if (!next) return;
    event.preventDefault();
    this.#speak(true);
    this.#pixel = this.#pixel ? next : middle;
    this.#read();
  }

  /** What the keyboard reads is spoken; what the pointer reads follows the training and would never end. @param {boolean} aloud */
  #speak(aloud) {
    this.querySelector(".reading")?.setAttribute("aria-live", aloud ? "polite" : "off");
  }

  /** Write down what is under the pointer now. */
  #read() {
    const [output, pointed] = [this.querySelector(".reading"), this.querySelector(".pointed")];
    if (!(output instanceof HTMLElement) || !(pointed instanceof HTMLElement)) return;
    const [pixel, source, domain] = [this.#pixel, this.#source, this.session?.notes.domain];
    pointed.hidden = !pixel || !source || !domain;
    if (!pixel || !source || !domain || !this.session) return write(output, HINT);
    const { column, row } = within(pixel, source.resolution);
    const index = row * source.resolution + column;
    const inputs = centre({ column, row }, domain, source.resolution);
    const value = fromByte(source.bytes[index], source.range);
    Object.assign(output.dataset, { x1: inputs[0], x2: inputs[1], value });
    /** @type {[number, number]} */
    const place = [(column + 0.5) / source.resolution, (row + 0.5) / source.resolution];
    pointed.style.left = `${100 * place[0]}%`;
    pointed.style.top = `${100 * place[1]}%`;
    const near = nearestExample(this.#shown, place, domain, (REACH * this.room.em) / this.room.side);
    const { notes } = this.session;
    const said = pointSentence(inputs, value, source.classes?.[index] ?? null, notes, neuronOf(this.view, notes));
    write(output, near ? `${said};\n${nearestSentence(near, notes)}` : said);
  }

  /** @param {Partial<View>} detail */
  #emit(detail) {
    this.dispatchEvent(new CustomEvent("view-change", { detail, bubbles: true }));
  }
}
customElements.define("output-map", OutputMap);

/** @param {Pick<MapSource, "shown" | "unit" | "classes"> | null} before @param {MapSource} now */
function sameScale(before, now) {
  return before !== null && before.unit === now.unit && !before.classes === !now.classes
    && before.shown.every((end, i) => end === now.shown[i]);
}

/** How much smaller marks are where there are many. @param {number} count */
function crowding(count) {
  return Math.min(1, (500 / Math.max(1, count)) ** 0.25);
}

/** A place read on a finer map than this one. @param {Pixel} pixel @param {number} resolution */
function within({ column, row }, resolution) {
  return { column: Math.min(column, resolution - 1), row: Math.min(row, resolution - 1) };
}

/** @param {HTMLElement} element @param {string} text */
function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** @param {Event} event */
function isChecked({ target }) {
  return target instanceof HTMLInputElement && target.checked;
}
