/** The few signs of the page, on a grid of 24; words beside them or in their labels say what they mean. */

import { html } from "lit";

/** @param {string} path */
const icon = (path) => html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d=${path} /></svg>`;

export const PLAY = icon("M8 5v14l11-7z");
export const PAUSE = icon("M6 5h4v14H6zm8 0h4v14h-4z");
export const STEP = icon("M6 5v14l9-7zm10 0h3v14h-3z");
export const RESET = icon("M12 5V1L7 6l5 5V7a6 6 0 1 1-6 6H4a8 8 0 1 0 8-8z");
export const SEED = icon("M5 3h14a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2zm3 3.2a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6zm4 4a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6zm4 4a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6z");
export const SHARE = icon("M18 16a3 3 0 0 0-2 .8l-7-4.1v-1.4l7-4.1A3 3 0 1 0 15 5v.7L8 9.8a3 3 0 1 0 0 4.4l7 4.1V19a3 3 0 1 0 3-3z");
export const PEOPLE = icon("M8.5 4a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7zm0 9C5 13 2 14.8 2 17.5V20h13v-2.5C15 14.8 12 13 8.5 13zM16 5.2v2.1a2 2 0 0 1 0 3.4v2.1a4 4 0 0 0 0-7.6zm.6 9v1.9c2 .5 3.4 1.3 3.4 2.4V20h2v-2.5c0-1.7-2.4-2.9-5.4-3.3z");
export const EYE = icon("M12 5C7 5 3 8.5 1.5 12 3 15.5 7 19 12 19s9-3.5 10.5-7C21 8.5 17 5 12 5zm0 11.5a4.5 4.5 0 1 1 0-9 4.5 4.5 0 0 1 0 9zm0-7a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z");
export const COPY = icon("M8 2h11a2 2 0 0 1 2 2v12h-2V4H8zM4 6h11a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V8a2 2 0 0 1 2-2zm0 2v12h11V8z");
export const HAND = icon("M6.5 3A1.5 1.5 0 0 1 8 4.5V11h1V2.5a1.5 1.5 0 0 1 3 0V11h1V3.5a1.5 1.5 0 0 1 3 0V12h1V6.5a1.5 1.5 0 0 1 3 0V15a7 7 0 0 1-7 7h-1c-2.5 0-4.3-1.2-5.5-3.2L3.3 13.5a1.5 1.5 0 0 1 2.5-1.6L5 4.5A1.5 1.5 0 0 1 6.5 3z");
export const PRESENT = icon("M3 4h18v2h-1v10h-7v2.2l3 2.6-1.3 1.5-2.7-2.3-2.7 2.3L8 20.8l3-2.6V16H4V6H3zm3 2v8h12V6z");
export const THEME = icon("M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zm0 2v14a7 7 0 0 1 0-14z");
export const KEYBOARD = icon("M3 6h18a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1H3a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1zm1 2v8h16V8zm2 1h2v2H6zm4 0h2v2h-2zm4 0h4v2h-4zM6 13h2v2H6zm3 0h6v2H9zm7 0h2v2h-2z");
export const REWIND = icon("M11 6v12L3 12zm9 0v12l-8-6z");
export const CLOSE = icon("m6.4 5 5.6 5.6L17.6 5 19 6.4 13.4 12l5.6 5.6-1.4 1.4-5.6-5.6L6.4 19 5 17.6l5.6-5.6L5 6.4z");
export const TABLE = icon("M4 4h16a1 1 0 0 1 1 1v7h-2v-2h-4v3h-2v-3H9v4h4v2H9v3h4v2H4a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1zm1 6v4h2v-4zm0 6v3h2v-3zm13-2h2v3h3v2h-3v3h-2v-3h-3v-2h3z");
export const ENLARGE = icon("M4 4h7v2H7.4l4.3 4.3-1.4 1.4L6 7.4V11H4zm9 14h3.6l-4.3-4.3 1.4-1.4 4.3 4.3V13h2v7h-7z");
