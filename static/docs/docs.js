/**
 * The interactive reference: every REST call from /openapi.json as a form that really sends it.
 */

import { html, nothing, render } from "lit";

/**
 * @typedef {object} Operation
 * @property {string} description
 * @property {string[]} tags
 * @property {object[]} [security]
 * @property {{ content: { "application/json": { example: object, schema: object } } }} [requestBody]
 */
/** @typedef {{ method: string, path: string, operation: Operation }} Call */
/** @typedef {{ status: string, text: string, seconds: number }} Answer */
/** @typedef {{ id: string, key: string }} Identity */

const HEADINGS = {
  health: "Server", catalogue: "What there is", sessions: "New session", watch: "Watch: needs the id", control: "Control: needs the key",
  room: "The room: who watches, and who else controls",
};
const LONGEST = 20_000; // characters of an answer that are shown

/** @type {Identity} */
const session = { id: "", key: "" };
/** @type {Map<string, Answer>} */
const answers = new Map();

/** @param {any} description @returns {Call[]} */
function callsOf({ paths }) {
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })));
}

/** @param {Call} call */
function addressOf({ path }) {
  return path.replace("{session_id}", session.id || "{session_id}").replace("{kind}", "boundary?resolution=5");
}

/** @param {Event} event @param {Call} call */
async function send(event, call) {
  event.preventDefault();
  if (!(event.target instanceof HTMLFormElement)) return;
  const fields = new FormData(event.target);
  const body = fields.get("body");
  const headers = { ...(body === null ? {} : { "Content-Type": "application/json" }), ...authorization(call) };
  const start = performance.now();
  const response = await fetch(String(fields.get("address")), { method: call.method, headers, body: body && String(body) });
  const text = await response.text();
  const seconds = (performance.now() - start) / 1000;
  answers.set(keyOf(call), { status: `${response.status} ${response.statusText}`, text: pretty(text), seconds });
  if (call.path === "/api/sessions" && response.ok) Object.assign(session, pick(JSON.parse(text)));
  draw();
}

/** @param {Call} call @returns {Record<string, string>} */
function authorization({ operation }) {
  return operation.security && session.key ? { Authorization: `Bearer ${session.key}` } : {};
}

/** @param {Identity} created @returns {Identity} */
function pick({ id, key }) {
  return { id, key };
}

/** @param {Call} call */
function keyOf({ method, path }) {
  return `${method} ${path}`;
}

/** @param {string} text */
function pretty(text) {
  if (!text) return "";
  const whole = JSON.stringify(JSON.parse(text), null, 1);
  return whole.length > LONGEST ? `${whole.slice(0, LONGEST)}\n… (${whole.length} characters)` : whole;
}

/** @param {Event} event */
function identify({ target }) {
  if (target instanceof HTMLInputElement) session[/** @type {keyof Identity} */ (target.name)] = target.value.trim();
  draw();
}

/** @param {Call} call */
function callForm(call) {
  const { method, operation } = call;
  const body = operation.requestBody?.content["application/json"];
  const answer = answers.get(keyOf(call));
  return html`
    <details class="call">
      <summary><span class="method">${method}</span> <code>${call.path}</code> <span>${operation.description}</span></summary>
      <form @submit=${(/** @type {Event} */ event) => send(event, call)}>
        <label>Address <input name="address" .value=${addressOf(call)} spellcheck="false" required></label>
        ${body ? html`
          <label>Body <textarea name="body" rows="6" spellcheck="false">${JSON.stringify(body.example, null, 1)}</textarea></label>
          <details><summary>Schema</summary><pre>${JSON.stringify(body.schema, null, 1)}</pre></details>` : nothing}
        <button>Send ${method}</button>
      </form>
      ${answer ? html`<output><p>${answer.status} after ${answer.seconds.toFixed(3)} s</p><pre tabindex="0">${answer.text}</pre></output>` : nothing}
    </details>`;
}

/** @param {Call[]} calls @param {string} tag */
function group(calls, tag) {
  const found = calls.filter(({ operation }) => operation.tags.includes(tag));
  return html`<section><h2>${HEADINGS[/** @type {keyof typeof HEADINGS} */ (tag)] ?? tag}</h2>${found.map(callForm)}</section>`;
}

const description = await (await fetch("/openapi.json")).json();
const calls = callsOf(description);

function draw() {
  const container = document.querySelector("#calls");
  if (!(container instanceof HTMLElement)) return;
  render(html`
    <fieldset class="identity">
      <legend>Session (made by POST /api/sessions)</legend>
      <label>id <input name="id" .value=${session.id} @change=${identify} spellcheck="false" autocomplete="off"></label>
      <label>key <input name="key" .value=${session.key} @change=${identify} spellcheck="false" autocomplete="off"></label>
    </fieldset>
    ${Object.keys(HEADINGS).map((tag) => group(calls, tag))}
    <section><h2>Schemas</h2>${Object.entries(description.components.schemas).map(([name, schema]) => html`
      <details><summary>${name}</summary><pre tabindex="0">${JSON.stringify(schema, null, 1)}</pre></details>`)}</section>`, container);
}

draw();
