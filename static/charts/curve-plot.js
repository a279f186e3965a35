/**
 * A plot of curves over training: uPlot with the page's colours, one line style per split, the raw curve faint behind
 * the smoothed one, zoom by dragging, and a mark where training broke.
 */

import uPlot from "uplot";
import { colour, onThemeChange } from "../drawing/tokens.js";
import { formatCount, formatPercent, formatRate, superscript } from "../drawing/numbers.js";

/** @typedef {import("./timeline.js").Axis} Axis */
/** @typedef {import("./timeline.js").Measure} Measure */
/** @typedef {import("./timeline.js").Split} Split */

/**
 * @typedef {object} Style what needs a new plot when it changes
 * @property {Measure} measure
 * @property {Axis} axis
 * @property {boolean} log
 * @property {readonly Split[]} splits
 * @property {number} em the size of letters in CSS pixels
 */

/**
 * @typedef {object} Curves
 * @property {number[]} x
 * @property {(number | null)[][]} raw one per split
 * @property {(number | null)[][]} smoothed one per split; the same as `raw` without smoothing
 * @property {number | null} broken where training diverged
 */

/** Tokens and dashes of the splits (dashes in units of the line's width). @type {Record<Split, { token: string, dash: number[] }>} */
export const LINES = {
  train: { token: "--split-train", dash: [] },
  validation: { token: "--split-validation", dash: [1, 3] },
  test: { token: "--split-test", dash: [6, 3] },
};

const FAINT = 0.3;
const EMPTY = { x: [], raw: [], smoothed: [], broken: null };

export class CurvePlot {
  /** @type {uPlot | null} */
  #plot = null;
  /** @type {Style | null} */
  #style = null;
  /** @type {Curves} */
  #curves = EMPTY;
  #size = { width: 0, height: 0 };
  #zoomed = false;
  #stopTheme;
  /** Called with the index of the point that is pointed at, or `null`. @type {(index: number | null) => void} */
  pointed = () => {};
  /** Called when a zoom begins or ends. @type {(zoomed: boolean) => void} */
  zoomed = () => {};

  /** @param {HTMLElement} host */
  constructor(host) {
    this.host = host;
    this.#stopTheme = onThemeChange(() => this.#rebuild());
  }

  /** @param {Style} style */
  set style(style) {
    if (JSON.stringify(style) === JSON.stringify(this.#style)) return;
    if (style.axis !== this.#style?.axis) this.#zoomed = false;
    this.#style = style;
    this.#curves = EMPTY;
    this.#rebuild();
  }

  /** @param {number} width @param {number} height */
  resize(width, height) {
    this.#size = { width, height };
    if (this.#plot) this.#plot.setSize(this.#size);
    else this.#rebuild();
  }

  /** @param {Curves} curves */
  draw(curves) {
    this.#curves = curves;
    if (!this.#plot) return;
    const [{ min, max }, { top }] = [this.#plot.scales.x, this.#plot.cursor];
    this.#plot.batch(() => {
      this.#plot?.setData(this.#data(), !this.#zoomed);
      if (this.#zoomed && min !== undefined && max !== undefined) this.#plot?.setScale("x", { min, max });
    });
    if (top !== undefined && top >= 0) this.pointed(this.#plot.cursor.idx ?? null);
  }

  /** Show everything again. */
  unzoom() {
    this.#setZoomed(false);
    this.#plot?.setData(this.#data(), true);
  }

  /** Zoom around the cursor, or the newest end. @param {number} factor below 1 shows less */
  zoom(factor) {
    const { x } = this.#curves;
    const { min, max } = this.#plot?.scales.x ?? {};
    if (!this.#plot || min === undefined || max === undefined || x.length < 2) return;
    const middle = x[this.#plot.cursor.idx ?? x.length - 1];
    const [low, high] = [middle - (middle - min) * factor, middle + (max - middle) * factor];
    if (low <= x[0] && high >= x[x.length - 1]) return this.unzoom();
    this.#setZoomed(true);
    this.#plot.setScale("x", { min: Math.max(low, x[0]), max: Math.min(high, x[x.length - 1]) });
  }

  /** Move the cursor along the curve. @param {number} index clamped */
  point(index) {
    const { x } = this.#curves;
    if (!this.#plot || x.length === 0) return;
    const at = Math.max(0, Math.min(x.length - 1, index));
    this.#plot.setCursor({ left: this.#plot.valToPos(x[at], "x"), top: this.#plot.bbox.height / 2 / devicePixelRatio });
  }

  destroy() {
    this.#stopTheme();
    this.#plot?.destroy();
    this.#plot = null;
  }

  #rebuild() {
    const { width, height } = this.#size;
    this.#plot?.destroy();
    this.#plot = null;
    if (!this.#style || width === 0 || height === 0) return;
    this.#plot = new uPlot(options(this.#style, this.#size, {
      drawn: (plot) => this.#drawMarks(plot),
      pointed: (index) => this.pointed(index),
      selected: (plot) => this.#select(plot),
      unzoom: () => this.unzoom(),
    }), this.#data(), this.host);
  }

  /** @returns {uPlot.AlignedData} */
  #data() {
    const { x, raw, smoothed } = this.#curves;
    const count = this.#style?.splits.length ?? 0;
    if (raw.length !== count) return [[], ...Array.from({ length: 2 * count }, () => [])];
    return [x, ...raw, ...smoothed];
  }

  /** @param {uPlot} plot */
  #select(plot) {
    if (plot.select.width === 0) return;
    const [min, max] = [plot.select.left, plot.select.left + plot.select.width].map((place) => plot.posToVal(place, "x"));
    this.#setZoomed(true);
    plot.setScale("x", { min, max });
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  }

  /** @param {boolean} zoomed */
  #setZoomed(zoomed) {
    if (this.#zoomed !== zoomed) this.zoomed((this.#zoomed = zoomed));
  }

  /** The heads of the curves, and where training broke. @param {uPlot} plot */
  #drawMarks(plot) {
    const { x, smoothed, broken } = this.#curves;
    const last = x.length - 1;
    for (const [i, split] of (this.#style?.splits ?? []).entries()) {
      const value = smoothed[i]?.[last];
      if (typeof value === "number") drawHead(plot, x[last], value, colour(LINES[split].token));
    }
    if (broken !== null) drawBreak(plot, broken);
  }
}

/**
 * @param {Style} style
 * @param {{ width: number, height: number }} size
 * @param {{ drawn: (plot: uPlot) => void, pointed: (index: number | null) => void, selected: (plot: uPlot) => void,
 *   unzoom: () => void }} on
 * @returns {uPlot.Options}
 */
function options(style, size, on) {
  const { measure, log, splits, em } = style;
  return {
    ...size,
    padding: [0.6 * em, 1.2 * em, 0, 0],
    legend: { show: false },
    cursor: {
      drag: { x: true, y: false, setScale: false, dist: 4 },
      points: { size: 0.5 * em, show: true },
      bind: { dblclick: () => () => (on.unzoom(), null) },
    },
    scales: { x: { time: false }, y: { distr: log ? 3 : 1, range: log ? undefined : (_, low, high) => span(measure, low, high) } },
    axes: [axis(em, (values) => values.map(formatCount)), axis(em, (values) => values.map((value) => value === null ? null : tick(measure, value)))],
    series: [{}, ...splits.map((split) => line(split, em, FAINT)), ...splits.map((split) => line(split, em, 1))],
    hooks: { draw: [on.drawn], setCursor: [(plot) => on.pointed(plot.cursor.idx ?? null)], setSelect: [on.selected] },
  };
}

/** @param {Split} split @param {number} em @param {number} alpha @returns {uPlot.Series} */
function line(split, em, alpha) {
  const { token, dash } = LINES[split];
  const width = em / (alpha < 1 ? 12 : 7.5);
  return {
    stroke: colour(token, alpha), width, dash: alpha < 1 ? [] : dash.map((part) => part * width),
    points: { show: false }, spanGaps: false,
  };
}

/** @param {number} em @param {(values: number[]) => (string | null)[]} format @returns {uPlot.Axis} */
function axis(em, format) {
  return {
    stroke: colour("--text-quiet"), font: `${0.75 * em}px system-ui, sans-serif`, space: (_, side) => (side === 0 ? 3.4 : 1.7) * em,
    grid: { stroke: colour("--line", 0.6), width: 1 }, ticks: { show: false }, gap: 4,
    size: (_, values, side) => (side === 0 ? 1.4 * em : widest(values, em)),
    values: (_, values) => format(values),
  };
}

/** @param {string[] | null} values @param {number} em */
function widest(values, em) {
  return 0.6 * em + 0.42 * em * Math.max(3, ...(values ?? []).map((text) => text?.length ?? 0));
}

/**
 * The ends of a linear axis: losses from 0, shares up to 1; an R² below −1 is off the picture.
 * @param {Measure} measure @param {number} low @param {number} high @returns {[number, number]}
 */
function span(measure, low, high) {
  if (measure === "loss") return [0, high > 0 ? 1.05 * high : 1];
  const floor = measure === "r2" ? Math.max(-1, low ?? 0) : Math.max(0, low ?? 0);
  return [Math.min(floor, 0.95) - 0.02, 1.02];
}

/** @param {Measure} measure @param {number} value */
function tick(measure, value) {
  if (measure === "accuracy") return value > 1 || value < 0 ? null : formatPercent(value).replace(".0", "");
  if (value > 0 && (value < 1e-3 || value >= 1e4)) return power(value);
  return formatRate(value);
}

/** 1e-5 as 10⁻⁵. @param {number} value */
function power(value) {
  const exponent = Math.floor(Math.log10(value) + 1e-9);
  const factor = Math.round(value / 10 ** exponent);
  return `${factor === 1 ? "" : `${factor}·`}10${superscript(exponent)}`;
}

/** @param {uPlot} plot @param {number} x @param {number} y @param {string} ink */
function drawHead(plot, x, y, ink) {
  const { ctx, scales, bbox } = plot;
  const [left, top] = [plot.valToPos(x, "x", true), plot.valToPos(y, "y", true)];
  if (scales.x.max === undefined || x > scales.x.max || left < bbox.left || top < bbox.top || top > bbox.top + bbox.height) return;
  ctx.fillStyle = ink;
  ctx.beginPath();
  ctx.arc(left, top, 3.2 * devicePixelRatio, 0, 2 * Math.PI);
  ctx.fill();
}

/** @param {uPlot} plot @param {number} x */
function drawBreak({ ctx, bbox, valToPos }, x) {
  const left = valToPos(x, "x", true);
  if (!(left >= bbox.left && left <= bbox.left + bbox.width)) return;
  ctx.save();
  ctx.strokeStyle = ctx.fillStyle = colour("--danger");
  ctx.lineWidth = 1.5 * devicePixelRatio;
  ctx.setLineDash([]);
  ctx.beginPath();
  ctx.moveTo(left, bbox.top);
  ctx.lineTo(left, bbox.top + bbox.height);
  ctx.stroke();
  ctx.textAlign = left > bbox.left + bbox.width / 2 ? "right" : "left";
  ctx.textBaseline = "top";
  ctx.fillText(" diverged ", left, bbox.top);
  ctx.restore();
}
