// Requests that wait at an upstream, each in some place of the flow, while something happens to another one.
import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { checkErrorShape, eventsIn } from "../support/cases/cases.mjs";
import { delta, events } from "../support/upstreams/faults.mjs";
import { samplePng } from "../support/upstreams/pictures.mjs";
import { completion } from "../support/upstreams/upstream.mjs";
import { makeNonce, noncesIn } from "./nonces.mjs";
import { Exchange, ideaOf } from "./client.mjs";

/** A picture that names its nonce all over, so many times. */
export const pictureOf = (nonce, count = 4000) => Buffer.concat([samplePng, Buffer.from(` ${nonce}`.repeat(count))]);

/** The link in a whole answer or in a stream. */
export const pathIn = (text) => /\/image-proxy\?[\w=&%.:\-]+/.exec(text)?.[0];

/** Where requests wait, and what they ask for there. */
const places = {
  "the language model's head": {},
  "the language model's stream": { stream: true },
  "the image backend's head": {},
  "the image backend's head, streaming": { stream: true },
  "the middle of a text answer": { stream: true, response_format: { type: "json_object" } },
  "the middle of a picture": null,
};

/** Serves as an upstream to whoever asks: every answer holds the nonce of its call. Calls of bystanders wait until they are released. */
export class Bystanders {
  #waiting = new Map(); // nonce -> place
  #released = Promise.withResolvers();
  held = 0;

  constructor(upstream, worker) {
    this.upstream = upstream;
    this.worker = worker;
    upstream.onChat = (call) => this.#chat(this.#nonceOf(call));
    upstream.onImage = async (call) => {
      const nonce = this.#nonceOf(call);
      if (this.#placeOf(nonce).startsWith("the image backend's")) await this.#hold();
      return { body: { images: [{ url: `${upstream.origin}/pictures/${nonce}.png` }] } };
    };
    upstream.onPicture = (call) => this.#picture(this.#nonceOf(call));
  }

  /** So many requests, which all wait when this is done: [{ nonce, place, exchange }]. */
  async wait(count) {
    const bystanders = [];
    for (let i = 0; i < count; i += 1) {
      const place = Object.keys(places)[i % Object.keys(places).length];
      const nonce = makeNonce();
      const link = places[place] === null ? pathIn(await this.#textOf(nonce)) : null;
      this.#waiting.set(nonce, place);
      const request = link === null ? { body: ideaOf(`a cat ${nonce}`, places[place]) } : { method: "GET", path: link };
      bystanders.push({ nonce, place, exchange: new Exchange(this.worker.origin, request) });
    }
    while (this.held < count) await delay(2);
    return bystanders;
  }

  release() {
    this.#released.resolve();
  }

  async #textOf(nonce) {
    const { text } = await new Exchange(this.worker.origin, { body: ideaOf(`a cat ${nonce}`) }).done;
    return text;
  }

  /** A call is made for exactly one request. */
  #nonceOf(call) {
    const nonces = noncesIn(`${call.url} ${JSON.stringify(call.headers)} ${call.body}`);
    assert.equal(nonces.length, 1, `nonces of one call: ${nonces}`);
    return nonces[0];
  }

  #placeOf(nonce) {
    return this.#waiting.get(nonce) ?? "";
  }

  async #hold() {
    this.held += 1;
    await this.#released.promise;
  }

  async #chat(nonce) {
    const place = this.#placeOf(nonce);
    if (place === "the language model's head") await this.#hold();
    const isText = place === "the middle of a text answer";
    if (!isText && place !== "the language model's stream") return completion(`a tabby ${nonce}, red tile roof`);
    return async (request, response) => {
      response.on("error", () => {});
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(
        events(delta(isText ? { content: `{"${nonce}":` } : { reasoning_content: `what does ${nonce} mean?` })),
      );
      await this.#hold();
      response.end(
        events(delta({ content: isText ? "1}" : `a tabby ${nonce}, red tile roof` }), delta({}, "stop"), "[DONE]"),
      );
    };
  }

  #picture(nonce) {
    const body = pictureOf(nonce);
    if (this.#placeOf(nonce) !== "the middle of a picture") return { body };
    return async (request, response) => {
      response.on("error", () => {});
      response.writeHead(200, { "content-length": body.length });
      response.write(body.subarray(0, body.length / 2));
      await this.#hold();
      response.end(body.subarray(body.length / 2));
    };
  }
}

/**
 * How a request ended: "right" (its own answer, whole), "broken" (the transfer) or the code of an error in the closed shape. Whatever else it
 * may be fails, and so does a nonce that is not its own.
 */
export function outcomeOf({ nonce, place, exchange }) {
  const { status, headers, ending, text } = exchange;
  const foreign = noncesIn(JSON.stringify(headers) + text).filter((each) => each !== nonce);
  assert.deepEqual(foreign, [], `${place}: nonces of others`);
  if (ending === "broken" && status !== null) return "broken";
  assert.equal(ending, "complete", place);
  if (status !== 200) return codeOf(status, headers, JSON.parse(text), place);
  if (headers["content-type"].startsWith("image/")) {
    assert.ok(exchange.bytes.equals(pictureOf(nonce)), "the picture");
    return "right";
  }
  const stream = headers["content-type"].startsWith("text/event-stream") ? eventsIn(text) : [];
  if (stream.at(-1)?.error !== undefined) return codeOf(200, headers, stream.at(-1), place);
  assert.ok(text.includes(nonce), place);
  if (stream.length > 0) assert.equal(stream.at(-1), "[DONE]", place);
  if (place !== "the middle of a text answer") assert.equal(noncesIn(pathIn(text))[0], nonce, place);
  return "right";
}

function codeOf(status, headers, body, place) {
  checkErrorShape(body, 500);
  if (status !== 200) {
    assert.equal(status, { internal_error: 500, overloaded: 503 }[body.error.code]);
    // Elsewhere upstreams have been called, and may have to be paid.
    assert.equal(headers["x-should-retry"], String(place === "the beginning"));
    assert.equal(headers["retry-after"], "1");
  }
  return body.error.code;
}
