/**
 * The REST interface, as any script may use it; the cookie of the page's own sessions goes along by itself.
 */

/** @typedef {import("./types.js").Adoption} Adoption */
/** @typedef {import("./types.js").Catalogue} Catalogue */
/** @typedef {import("./types.js").Data} Data */
/** @typedef {import("./types.js").Metrics} Metrics */
/** @typedef {import("./types.js").Patch} Patch */
/** @typedef {import("./types.js").RoomDocument} RoomDocument */
/** @typedef {import("./types.js").SessionDocument} SessionDocument */

/** A refusal in words (RFC 9457), or no answer at all: then the status is 0. */
export class ApiError extends Error {
  /**
   * @param {number} status
   * @param {{ title?: string, detail?: string, errors?: { field: string, message: string }[] }} problem
   */
  constructor(status, problem) {
    super(problem.detail ?? problem.title ?? `The server answered ${status}.`);
    this.status = status;
    /** What is wrong with which field, dotted paths. */
    this.errors = problem.errors ?? [];
  }
}

export class Api {
  /** What this page shows of itself where no cookie does: the token of a viewer, or the key of a grant. */
  credential = "";

  /** @param {typeof fetch} [ask] */
  constructor(ask = (...request) => fetch(...request)) {
    this.ask = ask;
  }

  /** @returns {Promise<Catalogue>} */
  catalogue() {
    return this.#call("GET", "catalogue");
  }

  /** @param {object} experiment @returns {Promise<SessionDocument>} */
  create(experiment) {
    return this.#call("POST", "sessions", { experiment });
  }

  /** @param {string} id @returns {Promise<SessionDocument>} */
  session(id) {
    return this.#call("GET", `sessions/${id}`);
  }

  /** @param {string} id @param {Patch} patch @returns {Promise<Adoption>} */
  change(id, patch) {
    return this.#call("PATCH", `sessions/${id}/experiment`, patch, "application/merge-patch+json");
  }

  /** "play", "pause", "step", "reset", "rewind". @param {string} id @param {string} name @param {object} [body] @returns {Promise<any>} */
  command(id, name, body) {
    return this.#call("POST", `sessions/${id}/${name}`, body ?? {});
  }

  /** @param {string} id @param {object[]} layers some of them, each with some of its parameters */
  setParameters(id, layers) {
    return this.#call("PUT", `sessions/${id}/parameters`, { layers });
  }

  /** @param {string} id @returns {Promise<{ history: Metrics[], latest: Metrics }>} */
  metrics(id) {
    return this.#call("GET", `sessions/${id}/metrics`);
  }

  /** @param {string} id @returns {Promise<Data>} */
  data(id) {
    return this.#call("GET", `sessions/${id}/data`);
  }

  /** @param {string} id @param {string} kind @param {Record<string, string>} settings @returns {Promise<any>} */
  probe(id, kind, settings) {
    return this.#call("GET", `sessions/${id}/probes/${kind}?${new URLSearchParams(settings)}`);
  }

  /** @param {string} id @returns {Promise<RoomDocument>} */
  room(id) {
    return this.#call("GET", `sessions/${id}/room`);
  }

  /** @param {string} id @param {boolean} open @returns {Promise<RoomDocument>} */
  openRoom(id, open) {
    return this.#call("PATCH", `sessions/${id}/room`, { open });
  }

  /** Hand control to somebody who watches. @param {string} id @param {number} viewer */
  giveControl(id, viewer) {
    return this.#call("POST", `sessions/${id}/room/grants`, { viewer });
  }

  /** @param {string} id @param {string} grant */
  takeControl(id, grant) {
    return this.#call("DELETE", `sessions/${id}/room/grants/${grant}`);
  }

  /** Ask the owner for control. @param {string} id @param {string} name */
  askForControl(id, name) {
    return this.#call("POST", `sessions/${id}/room/requests`, { name });
  }

  /** Give no control to somebody who asks. @param {string} id @param {number} viewer */
  declineControl(id, viewer) {
    return this.#call("DELETE", `sessions/${id}/room/requests/${viewer}`);
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {object} [body]
   * @param {string} [type]
   */
  async #call(method, path, body, type = "application/json") {
    /** @type {Record<string, string>} */
    const headers = this.credential ? { Authorization: `Bearer ${this.credential}` } : {};
    if (body !== undefined) headers["Content-Type"] = type;
    const response = await this.ask(`/api/${path}`, { method, headers, body: body && JSON.stringify(body) }).catch(() => {
      throw new ApiError(0, { detail: "The server does not answer." });
    });
    const answer = await response.json().catch(() => ({}));
    if (!response.ok) throw new ApiError(response.status, answer);
    return answer;
  }
}
