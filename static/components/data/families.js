/**
 * Datasets that look alike stand together.
 */

import { kindsOf } from "../../forms/catalogue.js";

/** @typedef {import("../../live/types.js").Catalogue} Catalogue */
/** @typedef {import("../../live/types.js").Family} Family */

/** In the order of the menu. @type {readonly (readonly [Family, string])[]} */
export const FAMILIES = [
  ["points", "Points"], ["curves", "Curves"], ["tables", "Tables"], ["images", "Images"], ["sequences", "Sequences"],
];

/**
 * The datasets of a family; one without a picture has its examples from the learner.
 * @param {Catalogue} catalogue
 * @param {Family} family
 */
export function ofFamily(catalogue, family) {
  return kindsOf(catalogue, "datasets").filter((kind) => kind.family === family);
}
