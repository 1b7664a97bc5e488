// The calls of upstreams and services that a session has under way.
import { callService } from "./binding.mjs";
import { chunkBytes } from "./body.mjs";
import { headOf } from "./heads.mjs";
import { codes } from "./memory.mjs";
import { Upload } from "./upload.mjs";

/** The content types whose bodies are text. */
const textTypes = /^(text\/|application\/(json|[^;]*\+json))/i;

/** What is under way by its id. It is still wanted while it is here. */
export class Calls {
  #session;
  #services;
  #platform;
  #calls = new Map(); // id -> { stop(), giveHead() }, each if there is something to do
  #count = 0;

  /** session: gets the replies, and gives bodies. services: by name, what binding:// URLs call. platform: as serve() takes it. */
  constructor(session, services, platform) {
    this.#session = session;
    this.#services = services;
    this.#platform = platform;
  }

  /** Performs an effect `fetch`. */
  start(effect) {
    const { id, inlineBytes } = effect;
    const { method, url, headers } = headOf(effect.head);
    const isService = url.startsWith("binding://");
    const upload = this.#uploadOf(effect, headers, isService);
    const call = { method, headers, body: upload.body, redirect: "manual", duplex: "half" };
    this.#count += 1;
    if (effect.endsAtOnce || this.#count > this.#platform.callsWithoutSignal || upload.stop) {
      const abort = new AbortController();
      call.signal = abort.signal;
      this.#calls.set(id, { stop: () => (abort.abort(), upload.stop?.()) });
      // A call whose body breaks off would wait for the rest.
      upload.sent?.then((code) => code === codes.ok || upload.isAnswered || abort.abort());
    } else {
      this.#calls.set(id, {});
    }
    const called = isService ? callService(this.#services, { url, ...call }) : this.#platform.fetch(url, call);
    called.then(
      (response) => this.#took(id, response, inlineBytes, upload),
      () => this.#took(id, undefined, 0, upload),
    );
  }

  /** Those whose small bodies have not come yet reply with their heads. */
  giveHeads() {
    for (const call of this.#calls.values()) call.giveHead?.();
  }

  /** Nobody wants it any more. */
  stop(id) {
    this.#calls.get(id)?.stop?.();
    this.#calls.delete(id);
  }

  stopAll() {
    for (const id of this.#calls.keys()) this.stop(id);
  }

  /**
   * The body of a call: an Upload, or { body } of the effect's bytes alone, which the platform copies at once. A service does not; free() gives up its
   * megabytes, which the collector would leave for later.
   */
  #uploadOf(effect, headers, isService) {
    const { inserts } = effect;
    if (inserts.length > 0) {
      const limits = { maxBytes: effect.maxBytes, timeMs: effect.timeMs };
      const sources = inserts.map(({ body, ...insert }) => ({ ...insert, source: this.#session.sourceOf(body) }));
      return new Upload(effect.body, sources, limits, headers);
    }
    if (effect.view.length === 0) return {};
    if (!isService) return { body: effect.view };
    const { body } = effect;
    return { body, free: () => body.length > chunkBytes && body.buffer.transfer(0) };
  }

  /** The head of an answer is there, or there is none: null without such a service, undefined without an answer. */
  #took(id, response, inlineBytes, upload) {
    upload.free?.();
    if (upload.stop) return void this.#tookUpload(id, response, upload);
    if (response === null) return this.#fail(id, codes.unsupported);
    if (response === undefined) return this.#fail(id, codes.failed);
    this.#tookHead(id, response, inlineBytes);
  }

  async #tookUpload(id, response, upload) {
    upload.isAnswered = true;
    if (!response?.ok) upload.stop(); // Nobody reads the rest of it.
    const code = await upload.sent;
    if (response === null) return this.#fail(id, codes.unsupported);
    if (response !== undefined && (code === codes.ok || !response.ok)) return this.#tookHead(id, response, 0);
    void response?.body?.cancel().catch(() => {});
    this.#fail(id, code === codes.ok ? codes.failed : code);
  }

  #fail(id, code) {
    if (this.#calls.delete(id)) this.#session.reply(id, code);
  }

  #tookHead(id, response, inlineBytes) {
    const call = this.#calls.get(id);
    if (call === undefined) return void response.body?.cancel().catch(() => {});
    const length = inlineBytes > 0 ? response.headers.get("content-length") : null;
    const isDeclared = length !== null && !response.headers.has("content-encoding");
    if (inlineBytes === 0 || (isDeclared && Number(length) > inlineBytes))
      return this.#giveHead(id, response, this.#session.readerOf(response));
    if (isDeclared) this.#awaitDeclared(id, call, response);
    else this.#awaitAll(id, call, response, inlineBytes);
  }

  #giveHead(id, response, body) {
    this.#calls.delete(id);
    this.#session.replyHead(id, response, body);
  }

  /** Waits for a body of a declared length. The platform reads it for less than a reader costs, and text for less than bytes. */
  #awaitDeclared(id, call, response) {
    const isText = textTypes.test(response.headers.get("content-type"));
    const coming = isText ? response.text() : response.bytes();
    call.giveHead = () => this.#giveHead(id, response, this.#session.readerOf(response).comesAs(coming));
    coming.then(
      (body) => this.#giveWhole(id, call, response, body),
      () => this.#giveWhole(id, call, response, null),
    );
  }

  /** Waits for a body that may turn out to be longer. */
  #awaitAll(id, call, response, inlineBytes) {
    const reader = this.#session.readerOf(response);
    const { stop } = call;
    call.giveHead = () => this.#giveHead(id, response, reader);
    call.stop = () => (stop?.(), reader.cancel());
    reader.whole(inlineBytes).then((bytes) => this.#giveWhole(id, call, response, bytes));
  }

  /** body: text or bytes; null for one that did not come whole. */
  #giveWhole(id, call, response, body) {
    if (this.#calls.get(id) !== call) return;
    if (body === null) return call.giveHead();
    this.#calls.delete(id);
    this.#session.replyWhole(id, response, body);
  }
}
