import { html, LitElement, nothing } from "lit";
import { onResize } from "../drawing/canvas.js";
import { formatWeight } from "../drawing/numbers.js";
import { entryOf } from "../forms/catalogue.js";
import { LayerMenu } from "./layer-menu.js";
import { columnsOf, sources, summary } from "./network/columns.js";
import { nearest } from "./network/curves.js";
import { between, block, flow, header } from "./network/headers.js";
import { layOut } from "./network/layout.js";
import { legend } from "./network/legend.js";
import { neuronsOf } from "./network/neurons.js";
import { insertLayer, removeLayer, setActivation, setUnits } from "./network/patches.js";
import { Picture } from "./network/picture.js";
import { biasReading, unitReading, weightReading } from "./network/readings.js";
import { stepped } from "./network/steps.js";
import { UnitSheet } from "./unit-sheet.js";
import { ValueEditor } from "./value-editor.js";

/** @typedef {import("../live/types.js").Catalogue} Catalogue */
/** @typedef {import("../live/types.js").Experiment} Experiment */
/** @typedef {import("../live/types.js").SessionDocument} SessionDocument */
/** @typedef {import("../live/types.js").View} View */
/** @typedef {import("./network/columns.js").Column} Column */
/** @typedef {import("./network/curves.js").Hit} Hit */
/** @typedef {import("./network/layout.js").Layout} Layout */
/** @typedef {import("./network/steps.js").Neuron} Neuron */
/** @typedef {import("./network/readings.js").Reading} Reading */
/** @typedef {import("./network/readings.js").Source} Source */

const RESOLUTION = 50;
const REACH = { mouse: 8, touch: 16 }; // how far from a line the pointer still means it
/** @type {Layout} */
const NOTHING_YET = {
  width: 0, height: 0, size: 0, em: 15, compact: false, labelled: false, fitting: 0, places: [], gaps: [],
};

/** The network: every neuron a live map, every weight a line that can be read and changed. */
export class NetworkGraph extends LitElement {
  static properties = {
    catalogue: { attribute: false },
    session: { attribute: false },
    view: { attribute: false },
    pending: { attribute: false },
    room: { state: true },
    everything: { state: true },
    current: { state: true },
  };

  /** What the graph watches: maps where there is a plane, curves where there is a line. @param {SessionDocument | null} session */
  static probes(session) {
    const { domain, interval } = session?.notes ?? {};
    if (domain) return { neurons: { resolution: RESOLUTION, encoding: "byte" }, weights: {} };
    return interval ? { neuron_curves: { resolution: RESOLUTION }, weights: {} } : { weights: {} };
  }

  /** @type {Column[]} */
  #columns = [];
  #layout = NOTHING_YET;
  #picture = new Picture(this);
  /** @type {Reading | null} */
  #reading = null;
  /** @type {(() => void)[]} */
  #stop = [];

  constructor() {
    super();
    /** @type {Catalogue | null} */
    this.catalogue = null;
    /** @type {SessionDocument | null} */
    this.session = null;
    /** @type {View | null} */
    this.view = null;
    /** @type {ReadonlySet<string>} */
    this.pending = new Set();
    /** @type {import("./network/layout.js").Room} measured once rendered */
    this.room = { width: 600, height: 320, em: 15 };
    /** Whether every neuron is drawn, even where the column must scroll. */
    this.everything = false;
    /** @type {Neuron} the one neuron in the tab order */
    this.current = { column: 0, unit: 0 };
    this.#picture.painted = () => this.#refreshCard();
  }

  createRenderRoot() {
    return this;
  }

  /** The newest frame: drawn with the next screen frame, without rendering anew. */
  get frame() {
    return this.#picture.frame;
  }

  set frame(frame) {
    this.#picture.frame = frame;
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    for (const stop of this.#stop) stop();
    this.#stop = [];
    this.#picture.stop();
  }

  /** @param {import("lit").PropertyValues} changed */
  willUpdate(changed) {
    if (!this.session) return;
    if (["session", "room", "everything"].some((name) => changed.has(name))) this.#arrange(this.session);
    this.#picture.discretize = this.view?.discretize ?? false;
    this.#picture.neuron = this.#named(this.view?.hovered);
  }

  /** @param {SessionDocument} session */
  #arrange({ experiment, notes }) {
    this.#columns = columnsOf(experiment, notes);
    this.#layout = layOut(this.#columns, this.room, this.everything);
    this.#picture.arrange(this.#columns, this.#layout, notes);
    const { column, unit } = this.current;
    const first = Math.max(0, this.#layout.places.findIndex(({ y }) => y.length > 0));
    if (this.#layout.places[column]?.y[unit] === undefined) this.current = { column: first, unit: 0 };
  }

  updated() {
    if (this.#stop.length === 0) this.#measure();
    this.#picture.attach();
  }

  #measure() {
    const [stage, headers] = [this.querySelector(".stage"), this.querySelector(".headers")];
    if (!(stage instanceof HTMLElement) || !(headers instanceof HTMLElement)) return;
    const measure = () => {
      if (stage.clientWidth === 0) return; // in a tab that is not showing
      const em = parseFloat(getComputedStyle(this).fontSize);
      const height = Math.max(12 * em, stage.clientHeight - headers.offsetHeight);
      this.room = { width: stage.clientWidth, height, em };
    };
    this.#stop = [onResize(stage, measure), onResize(headers, measure)];
  }

  render() {
    const { catalogue, session } = this;
    if (!catalogue || !session) return nothing;
    const { places, width, height } = this.#layout;
    const fixed = !session.can_control;
    const toggle = () => (this.everything = !this.everything);
    const state = { ...this.#layout, current: this.current, pinned: this.#named(this.view?.pinned), fixed, toggle };
    const { compact } = this.#layout;
    const broken = session.divergence?.layer ?? null;
    const around = { catalogue, count: places.length, fixed, compact, pending: this.pending, broken, actions: this.#actions };
    return html`
      <div class="stage" data-help="picture:network" ?data-pending=${this.pending.has("layers")}>
        <div class="headers ${compact ? "compact" : ""}"
          style="inline-size:${width}px;padding-inline-start:${places[0]?.left ?? 0}px">
          ${places.map((place, i) => header(this.#columns[i], place, i, around))}
        </div>
        <div class="plane" style="inline-size:${width}px;block-size:${height}px"
          role="group" aria-label=${summary(this.#columns)} @click=${this.#press} @keydown=${this.#key}
          @pointermove=${this.#point} @pointerleave=${this.#leavePlane}
          @focusin=${this.#enter} @pointerover=${this.#enter} @pointerout=${this.#leave} @focusout=${this.#leave}>
          <canvas class="edges" aria-hidden="true" style="inline-size:${width}px;block-size:${height}px"></canvas>
          ${this.#flows()}
          ${places.map((place, i) => this.#column(place, i, state))}
        </div>
      </div>
      ${legend(fixed, session.notes.domain !== null, Boolean(session.notes.interval))}
      <div class="hovercard" popover="manual" aria-hidden="true"></div>
      <layer-menu .catalogue=${catalogue} @layer-add=${this.#add}></layer-menu>
      <value-editor></value-editor>
      <unit-sheet></unit-sheet>`;
  }

  /** @param {import("./network/layout.js").Place} place @param {number} i @param {import("./network/neurons.js").State} state */
  #column(place, i, state) {
    const [column, { height }] = [this.#columns[i], this.#layout];
    if (column.role === "block") return block(column, place, height);
    if (column.role === "between" && this.catalogue) return between(column, place, this.catalogue);
    return neuronsOf(column, place, i, state);
  }

  /** Between columns that no weights connect. */
  #flows() {
    const { places, height } = this.#layout;
    const connected = new Set(sources(this.#columns).flatMap((from, to) => (from < 0 ? [] : [to])));
    return places.map((to, i) => {
      const [before, column] = [this.#columns[i - 1], this.#columns[i]];
      return !before || connected.has(i) || (column.role === "between" && before.role !== "block") ? nothing : flow(places[i - 1], to, height);
    });
  }

  // Changing the layers

  #actions = {
    add: (/** @type {number} */ index, /** @type {string} */ before, /** @type {Element} */ opener) => {
      const menu = this.querySelector("layer-menu");
      if (menu instanceof LayerMenu) menu.open({ index, before, shape: this.#columns[index]?.shape ?? null }, opener);
    },
    remove: (/** @type {number} */ index) => this.#change((layers) => removeLayer(layers, index)),
    units: (/** @type {number} */ index, /** @type {number} */ units) =>
      this.#change((layers) => setUnits(layers, index, units), `layers.${index}.units`),
    activation: (/** @type {number} */ index, /** @type {string} */ kind) =>
      this.#change((layers) => setActivation(layers, index, kind), `layers.${index}.activation`),
    edit: (/** @type {number} */ index) => this.#emit("edit-layer", { index }),
  };

  /** @param {CustomEvent<{ index: number, kind: string }>} event */
  #add({ detail: { index, kind } }) {
    const entry = this.catalogue && entryOf(this.catalogue, "layers", kind);
    if (entry) this.#change((layers) => insertLayer(layers, index, entry));
  }

  /** @param {(layers: Experiment["layers"]) => Experiment["layers"]} edit @param {string} [field] */
  #change(edit, field = "layers") {
    if (!this.session) return;
    this.#emit("experiment-change", { patch: { layers: edit(this.session.experiment.layers) }, field });
  }

  // Reading and changing numbers

  /** @type {Source} */
  #source = {
    kernel: (layer) => this.#picture.kernel(layer),
    bias: (layer) => this.#picture.bias(layer),
    send: (name, parameters) => this.#emit("parameters-change", { layers: [{ name, parameters }] }),
  };

  /** What the pointer is on: a line, a bias square or nothing. @param {MouseEvent} event @returns {Reading | null} */
  #readingAt(event) {
    const square = closest(event.target, ".bias");
    if (square) return biasReading(this.#columns[numbers(square).column], numbers(square).unit, this.#source);
    const hit = this.#hit(event);
    this.#picture.edge = hit;
    return hit && weightReading(this.#columns, hit, this.#source);
  }

  /** @param {MouseEvent} event */
  #hit(event) {
    const { target, currentTarget, clientX, clientY } = event;
    if (!(currentTarget instanceof Element) || closest(target, "button")) return null;
    const { left, top } = currentTarget.getBoundingClientRect();
    const touch = event instanceof PointerEvent && event.pointerType === "touch";
    return nearest(this.#layout.gaps, clientX - left, clientY - top, touch ? REACH.touch : REACH.mouse);
  }

  /** @param {PointerEvent} event */
  #point(event) {
    this.#reading = this.#readingAt(event);
    const card = this.#card();
    if (!card) return;
    card.togglePopover(this.#reading !== null);
    card.style.left = `${Math.min(event.clientX + 14, innerWidth - card.offsetWidth - 8)}px`;
    card.style.top = `${event.clientY + 18}px`;
    this.#picture.redraw();
  }

  #leavePlane() {
    this.#reading = this.#picture.edge = null;
    this.#card()?.togglePopover(false);
    this.#picture.redraw();
  }

  /** The card follows the number while it trains. */
  #refreshCard() {
    const card = this.#card();
    if (!card || !this.#reading) return;
    const { tell, value } = this.#reading;
    const doing = this.session?.can_control ? "; click to edit" : "";
    card.textContent = `${tell(formatWeight(value()))}${doing}`;
  }

  #card() {
    const card = this.querySelector(".hovercard");
    return card instanceof HTMLElement ? card : null;
  }

  /** @param {MouseEvent} event */
  #press(event) {
    const neuron = closest(event.target, ".neuron");
    if (neuron) return this.#pin(numbers(neuron));
    const opener = closest(event.target, ".edit-unit");
    if (opener) return this.#openSheet(numbers(opener));
    const reading = this.session?.can_control ? this.#readingAt(event) : null;
    const value = reading?.value();
    if (!reading || value === undefined) return;
    this.#leavePlane();
    const editor = this.querySelector("value-editor");
    if (editor instanceof ValueEditor) editor.open({ title: reading.title, value, apply: reading.set }, event);
  }

  // Neurons

  /** @param {Neuron} neuron */
  #pin(neuron) {
    const pinned = this.#named(this.view?.pinned);
    const again = pinned?.column === neuron.column && pinned.unit === neuron.unit;
    this.current = neuron;
    this.#emit("view-change", { pinned: again ? null : this.#name(neuron) });
  }

  /** @param {Event} event */
  #enter({ target }) {
    const neuron = closest(target, ".neuron");
    if (!neuron) return;
    if (neuron === document.activeElement) this.current = numbers(neuron);
    this.#hover(numbers(neuron));
  }

  /** @param {Event} event */
  #leave({ target }) {
    if (closest(target, ".neuron")) this.#hover(null);
  }

  /** @param {Neuron | null} neuron */
  #hover(neuron) {
    const [before, hovered] = [this.view?.hovered, neuron && this.#name(neuron)];
    if (before?.layer !== hovered?.layer || before?.unit !== hovered?.unit) this.#emit("view-change", { hovered });
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const neuron = closest(event.target, ".neuron");
    if (!neuron || event.ctrlKey || event.metaKey || event.altKey) return;
    const editing = event.key.toLowerCase() === "e";
    const next = stepped(this.#layout.places, numbers(neuron), event.key);
    if (editing || next) event.preventDefault();
    if (editing) this.#openSheet(numbers(neuron));
    if (next) this.#focus(next);
  }

  /** @param {Neuron} next */
  #focus(next) {
    const button = this.querySelector(`.neuron[data-column="${next.column}"][data-unit="${next.unit}"]`);
    if (button instanceof HTMLElement) button.focus();
  }

  /** @param {Neuron} neuron */
  #openSheet(neuron) {
    const unit = this.session?.can_control ? unitReading(this.#columns, neuron, this.#source) : null;
    const sheet = this.querySelector("unit-sheet");
    if (unit && sheet instanceof UnitSheet) sheet.open(unit);
  }

  /** @param {Neuron} neuron */
  #name({ column, unit }) {
    return { layer: this.#columns[column].name, unit };
  }

  /** @param {View["hovered"]} [neuron] @returns {Neuron | null} */
  #named(neuron) {
    const column = this.#columns.findIndex(({ name }) => name === neuron?.layer);
    return neuron && column >= 0 ? { column, unit: neuron.unit } : null;
  }

  /** @param {string} name @param {object} detail */
  #emit(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
  }
}
customElements.define("network-graph", NetworkGraph);

/** @param {EventTarget | null} target @param {string} selector @returns {HTMLElement | null} */
function closest(target, selector) {
  const found = target instanceof Element ? target.closest(selector) : null;
  return found instanceof HTMLElement ? found : null;
}

/** The neuron that an element stands for. @param {HTMLElement} element @returns {Neuron} */
function numbers({ dataset }) {
  return { column: Number(dataset.column), unit: Number(dataset.unit) };
}
