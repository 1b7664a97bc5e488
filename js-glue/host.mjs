// Performs the effects of one session with fetch and streams, and decides nothing: no status, no header, no retry.
//
// A request that ends soon costs what is made for it. So nothing is made before it is needed: no promise for an answer that is there at once, no
// reader for a body that comes whole, no alarm and no signal where nothing is given up.
import { Alarms } from "./alarms.mjs";
import { BodyReader, drain, goneBody, passOn, streamFor } from "./body.mjs";
import { Calls } from "./calls.mjs";
import { declaredBytes, headerLines, parseHeaders } from "./heads.mjs";
import { HeldBody, hold } from "./held.mjs";
import { clientBody, codes, kinds, modes } from "./memory.mjs";

/** Most milliseconds until a waiting request learns that its instance is lost, or that a small answer does not come behind its head. */
const lookMs = 1000;

/** A client's body of this declared length comes in one piece. */
const maxWaitedBytes = 64 * 1024;

/** A body that is passed on and of which something was read before may be silent so long: no core looks after it any more. */
const passedStallMs = 60_000;

/** So much of a body that nobody wants is read before its answer: most forms, and no more than costs a moment. */
const maxDrainedBytes = 16 * 1024 * 1024;
const maxDrainMs = 250;

const broken = new Error("broken");

/**
 * What platforms do differently; this is Cloudflare's way. Answer: what is made of an answer, `new Answer(body, { status, headers, lengthBytes })`, where
 * body is null, bytes that it copies, text, a Blob or a stream, and lengthBytes the length of a stream of the platform's own, as text, if it is known.
 * callsWithoutSignal: so many calls of a session are not ended when they are given up, unless the core wants it: a signal costs, and the platform ends them
 * with the request. Those that are given up hold three of the six connections at most. fetch: performs calls of upstreams.
 */
const cloudflare = { Answer: Response, callsWithoutSignal: 3, fetch: (url, call) => fetch(url, call) };

/**
 * Serves one request. Gives its Response, or a promise of it. Throws, or rejects with, the error that broke it off; `hasCalled` of the error says
 * whether the request had called an upstream before. `keepAlive`: the platform's waitUntil, called for what outlives the Response or the client with a
 * promise that resolves at the end, to an error that nobody else hears of. `services`: by name, what binding:// URLs call.
 */
export function serve(core, request, keepAlive, services = new Map(), platform = cloudflare) {
  return new Session(core, request, keepAlive, services, platform).begin();
}

class Session {
  #core;
  #request;
  #keepAlive;
  #services;
  #platform;
  #id = 0;
  #bodies = null; // id of a body -> BodyReader or HeldBody
  #calls = null; // Those under way, once there was one.
  #alarms = null;
  #lookDue = Infinity;
  #client = null; // The writer of the answer's body, once it streams.
  #clientHasLeft = false;
  #response = null;
  #error = undefined;
  #settle = null; // { resolve, reject } of the promise of our Response.
  #over = null; // A promise that resolves when the session is over, and its function.
  #finish = null;

  /** True when the session is over. */
  closed = false;

  constructor(core, request, keepAlive, services, platform) {
    this.#core = core;
    this.#request = request;
    this.#keepAlive = keepAlive;
    this.#services = services;
    this.#platform = platform;
  }

  begin() {
    const { method, url, headers } = this.#request;
    const head = `${method} ${url}\n${headerLines(headers, this.#core.requestHeaders)}`;
    try {
      this.#id = this.#core.open(head, Date.now());
    } catch (error) {
      throw Object.assign(error, { hasCalled: false });
    }
    this.#performBatch();
    if (this.#error !== undefined) throw this.#error;
    if (!this.closed) this.#watchClient();
    return this.#response ?? new Promise((resolve, reject) => (this.#settle = { resolve, reject }));
  }

  /** Starts what the last call has made ready. The methods that are named after a kind of effect perform it. */
  #performBatch() {
    const core = this.#core;
    try {
      const { wakeMs } = core;
      for (let index = 0, count = core.effectCount; index < count && !this.closed; index += 1) {
        const effect = core.effect(index);
        this[kinds[effect.kind]](effect)?.catch((error) => this.#close(error));
      }
      if (this.closed) return;
      this.#lookIn(Math.min(wakeMs, lookMs));
      // The answer is out, and something is still to be done: a backend is told that nobody waits for its picture.
      if (this.#response !== null && this.#over === null) this.#keepAlive(this.#untilOver());
    } catch (error) {
      this.#close(error);
    }
  }

  #lookIn(milliseconds) {
    const due = Date.now() + milliseconds;
    if (due >= this.#lookDue) return; // Setting a timer costs more than a look too many.
    this.#lookDue = due;
    setTimeout(() => this.#look(due), milliseconds);
  }

  /**
   * Tells the core the time, at least once a second. That is also how a request learns that another one has broken the instance: the other one cannot
   * tell it, for whatever it does counts to workerd as its own I/O.
   */
  #look(due) {
    if (this.#lookDue === due) this.#lookDue = Infinity;
    if (this.closed) return;
    this.#calls?.giveHeads();
    if (this.closed) return;
    try {
      this.#core.wake(this.#id, Date.now());
    } catch (error) {
      return this.#close(error);
    }
    this.#performBatch();
  }

  reply(id, code, data) {
    if (this.closed) return;
    try {
      this.#core.reply(this.#id, id, code, data, Date.now());
    } catch (error) {
      return this.#close(error);
    }
    this.#performBatch();
  }

  /** Replies with the head of an answer, whose body is still to be read. */
  replyHead(id, response, body) {
    this.#putBody(id, body);
    this.reply(id, response.status, headerLines(response.headers, this.#core.answerHeaders));
  }

  /** Replies with an answer and all of its body, which is text or bytes. */
  replyWhole(id, { ok, status, headers }, body) {
    if (this.closed) return;
    const core = this.#core;
    const lines = headerLines(headers, ok ? core.wholeHeaders : core.answerHeaders);
    try {
      core.replyWhole(this.#id, id, status, lines, body, Date.now());
    } catch (error) {
      return this.#close(error);
    }
    this.#performBatch();
  }

  fetch(effect) {
    this.#calls ??= new Calls(this, this.#services, this.#platform);
    this.#calls.start(effect);
  }

  async read(effect) {
    const { id, target, maxBytes, timeMs, gatherMs } = effect;
    const body = this.#body(target);
    const { code, chunk } = await body.read(maxBytes, timeMs, gatherMs);
    if (code !== codes.ok) this.#forget(target);
    body.spare = chunk?.buffer; // The reply copies the chunk before anything is read into it again.
    this.reply(id, code, chunk);
  }

  collect(effect) {
    const { id, target, maxBytes } = effect;
    const length = target === clientBody ? declaredBytes(this.#request.headers) : Infinity;
    if (length > Math.min(maxBytes, maxWaitedBytes) || this.#bodies?.has(target)) return this.#collectPieces(effect);
    this.#request.arrayBuffer().then(
      (buffer) =>
        buffer.byteLength > maxBytes // Who is no network peer may declare any length.
          ? this.reply(id, codes.tooLarge)
          : this.reply(id, codes.ok, new Uint8Array(buffer)),
      () => this.reply(id, codes.failed),
    );
  }

  async #collectPieces(effect) {
    const { id, target, maxBytes, timeMs } = effect;
    const body = this.#body(target);
    const { code, bytes } = await body.collect(maxBytes, timeMs);
    this.#forget(target);
    this.reply(id, code, bytes);
  }

  async hold(effect) {
    const { id, into, target, maxBytes, timeMs } = effect;
    const { body: front, headBytes: delimiter } = effect;
    const held = into === 0 ? new HeldBody() : this.#body(into);
    const source = target === 0 ? null : this.#body(target);
    const code = await hold(held, front, source, delimiter, { maxBytes, timeMs });
    const isHeld = code === codes.ok || code === codes.end;
    if (code !== codes.ok) this.#bodies?.delete(target);
    if (!isHeld) this.#bodies?.delete(into);
    if (isHeld && into === 0) this.#putBody(id, held);
    this.reply(id, code, isHeld ? held.told() : undefined);
  }

  respond(effect) {
    const { status, mode } = effect;
    const headers = parseHeaders(effect.head);
    if (mode === modes.complete) {
      const bytes = effect.view; // The platform copies it at once.
      const response = new this.#platform.Answer(bytes.length > 0 ? bytes : null, { status, headers });
      return this.#answer(status < 400 ? response : this.#afterUpload(response));
    }
    if (mode === modes.passed) return this.#pass(effect.target, status, headers);
    this.#keepAlive(this.#untilOver());
    const { readable, writable } = streamFor(headers);
    this.#client = writable.getWriter();
    this.#client.closed.catch(() => this.#clientLeft());
    this.#answer(new this.#platform.Answer(readable, { status, headers }));
    return this.write(effect);
  }

  /**
   * An answer to a request whose body nobody has read to its end: the platform would close the connection under a client that is still sending, and
   * the client would never see the answer. So what comes soon is read first. Gives the response, or a promise of it.
   */
  #afterUpload(response) {
    const request = this.#request;
    const isUntouched = request.body !== null && !request.bodyUsed;
    const body = isUntouched ? this.#body(clientBody) : this.#bodies?.get(clientBody);
    if (body === undefined) return response;
    this.#bodies.delete(clientBody);
    this.#alarms = null; // The session's end would clear the body's.
    return drain(body, { maxBytes: maxDrainedBytes, timeMs: maxDrainMs }).then(() => response);
  }

  /** Leaves the rest of the answer to the platform; where something of the body was read before, to a loop. */
  #pass(target, status, headers) {
    const body = this.#body(target);
    this.#bodies?.delete(target);
    const rest = body.release();
    if (rest === null) return this.#passOn(body, status, headers);
    const { "content-length": lengthBytes, ...others } = headers; // The platform knows the length of its own streams.
    this.#answer(new this.#platform.Answer(rest, { status, headers: others, lengthBytes }));
  }

  #passOn(body, status, headers) {
    this.#alarms = null; // The session's end would clear the body's.
    const { readable, writable } = streamFor(headers);
    const client = writable.getWriter();
    const send = (bytes) => sendTo(client, bytes);
    const sent = passOn(body, { maxBytes: Infinity, timeMs: passedStallMs }, send).then((code) =>
      code === codes.ok ? client.close() : client.abort(broken),
    );
    this.#keepAlive(sent.catch(() => {}));
    this.#answer(new this.#platform.Answer(readable, { status, headers }));
  }

  #answer(response) {
    if (this.#settle !== null) this.#settle.resolve(response);
    this.#response = response;
  }

  async write(effect) {
    const { id, body } = effect;
    this.reply(id, (await sendTo(this.#client, body)) ? codes.ok : codes.clientGone);
  }

  async pipe(effect) {
    const { id, target, maxBytes, timeMs, coding } = effect;
    const body = this.#body(target);
    const source = body instanceof HeldBody ? body.start() : body;
    const code = await passOn(source, { maxBytes, timeMs, coding }, (bytes) => sendTo(this.#client, bytes));
    this.#forget(target);
    this.reply(id, code);
  }

  end(effect) {
    const done = effect.mode === modes.complete ? this.#client?.close() : this.#client?.abort(broken);
    done?.catch(() => {}); // The client has gone; nobody needs to know.
    this.#client = null;
  }

  cancel({ target }) {
    this.#calls?.stop(target);
    this.#bodies?.get(target)?.cancel();
    this.#bodies?.delete(target);
  }

  log(effect) {
    console.log(effect.text);
  }

  done() {
    this.#close();
  }

  #watchClient() {
    const { signal } = this.#request;
    if (signal) signal.onabort = () => this.#clientIsAborted();
  }

  /**
   * The client has closed its connection. workerd ends a request with its client, and what it does from here on reaches nobody, unless this very call
   * keeps it alive.
   */
  #clientIsAborted() {
    if (this.closed) return;
    this.#keepAlive(this.#untilOver());
    this.#clientLeft();
  }

  #clientLeft() {
    if (this.closed || this.#clientHasLeft) return;
    this.#clientHasLeft = true;
    try {
      this.#core.clientLeft(this.#id, Date.now());
    } catch (error) {
      return this.#close(error);
    }
    this.#performBatch();
  }

  #body(target) {
    if (target === clientBody && !this.#bodies?.has(clientBody)) {
      this.#putBody(clientBody, this.readerOf(this.#request, { isHeldToLength: false }));
    }
    return this.#bodies?.get(target) ?? goneBody;
  }

  /** Gives the body to a call that sends all of it: a held one stays, any other is the call's from then on. */
  sourceOf(target) {
    const body = this.#body(target);
    if (body instanceof HeldBody) return body.start();
    this.#bodies?.delete(target);
    return body;
  }

  /** The body is over, unless it is held. */
  #forget(target) {
    if (!(this.#bodies?.get(target) instanceof HeldBody)) this.#bodies?.delete(target);
  }

  #putBody(id, body) {
    this.#bodies ??= new Map();
    this.#bodies.set(id, body);
  }

  readerOf(source, { isHeldToLength = true } = {}) {
    this.#alarms ??= new Alarms();
    return new BodyReader(source, this.#alarms, { isHeldToLength });
  }

  /** Resolves when the session is over. */
  #untilOver() {
    this.#over ??= new Promise((resolve) => (this.#finish = resolve));
    return this.#over;
  }

  /** Ends the session, after `done` or because of an error. */
  #close(error) {
    if (this.closed) return;
    this.closed = true;
    this.#calls?.stopAll();
    for (const body of this.#bodies?.values() ?? []) body.cancel();
    this.#alarms?.clearAll();
    this.#client?.abort(new Error("The session is over.")).catch(() => {});
    try {
      if (!this.#core.lost) this.#core.close(this.#id);
    } catch (trap) {
      error ??= trap;
    }
    if (error !== undefined && this.#response === null) {
      this.#error = Object.assign(error, { hasCalled: this.#calls !== null });
      this.#settle?.reject(error);
    } else if (error !== undefined) {
      this.#keepAlive(Promise.resolve(error)); // The head is out; the transfer was broken above.
    }
    this.#finish?.();
    // The platform keeps the request's signal and our timer for a while, and so this.
    this.#request = this.#services = this.#bodies = this.#client = null;
  }
}

/** Resolves to whether the bytes were taken. */
async function sendTo(writer, bytes) {
  if (bytes.length === 0) return true;
  try {
    await writer.write(bytes);
    return true;
  } catch {
    return false;
  }
}
