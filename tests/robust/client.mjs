// A client on the wire that takes whatever comes.
import { request as httpRequest } from "node:http";

/** The body of a chat request. */
export const ideaOf = (content, extra = {}) =>
  JSON.stringify({ model: "flux-schnell", messages: [{ role: "user", content }], ...extra });

/**
 * One request, sent at once. status: null until a head is there; ending: null until it is over, then "complete" or "broken" (nothing at all came,
 * or not the whole), or "left" after leave(); begun and done: promises of the head, or the end without one, and of the end. Neither ever rejects.
 * lengthBytes: the length that the body is said to have, null for none; a body that is not as long is never ended.
 */
export class Exchange {
  status = null;
  headers = {};
  ending = null;
  #chunks = [];
  #text;

  constructor(
    origin,
    {
      method = "POST",
      path = "/v1/chat/completions",
      key = "client-key",
      headers = {},
      body = "",
      lengthBytes,
      agent = false,
      reads = true,
    } = {},
  ) {
    const begun = Promise.withResolvers();
    const done = Promise.withResolvers();
    this.begun = begun.promise;
    this.done = done.promise;
    this.end = (ending) => {
      this.ending ??= ending;
      begun.resolve(this);
      done.resolve(this);
    };
    const length = lengthBytes === undefined ? Buffer.byteLength(body) : lengthBytes;
    const lengthHeader = method === "POST" && lengthBytes !== null ? { "content-length": length } : {};
    this.request = httpRequest(new URL(path, origin), {
      method,
      agent,
      headers: { authorization: `Bearer ${key}`, ...lengthHeader, ...headers },
    });
    this.request.on("error", () => this.end("broken"));
    this.request.on("response", (response) => {
      this.response = response;
      this.status = response.statusCode;
      this.headers = response.headers;
      begun.resolve(this);
      response.on("error", () => {});
      response.on("close", () => this.end(response.complete ? "complete" : "broken"));
      if (reads) response.on("data", (chunk) => this.#chunks.push(chunk));
    });
    this.request.write(body);
    if (length === Buffer.byteLength(body)) this.request.end();
  }

  get bytes() {
    return Buffer.concat(this.#chunks);
  }

  /** When it is over. */
  get text() {
    return (this.#text ??= this.bytes.toString("latin1"));
  }

  /** Resets the connection, as Cloudflare's edge does when a client goes away. One that is closing already is left to it: Node.js may never end after that. */
  leave() {
    if (this.ending !== null) return;
    this.end("left");
    this.request.socket?.resetAndDestroy();
    this.request.destroy();
  }
}
