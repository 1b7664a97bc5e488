// Performs the effects of one session with fetch and streams, and decides nothing: no status, no header, no retry.
//
// A request that ends soon costs what is made for it. So nothing is made before it is needed: no promise for an answer that is there at once, no
// reader for a body that comes whole, no alarm and no signal where nothing is given up.
import { Alarms } from "./alarms.mjs";
import { callService } from "./binding.mjs";
import { BodyReader, chunkBytes, goneBody, passOn, streamFor } from "./body.mjs";
import { HeldBody, hold } from "./held.mjs";
import { clientBody, codes, kinds, modes } from "./memory.mjs";
import { Upload } from "./upload.mjs";

/** Most milliseconds until a waiting request learns that its instance is lost, and that a small answer stays away behind its head. */
const lookMs = 1000;

/** A client's body of this declared length comes in one piece. */
const maxWaitedBytes = 64 * 1024;

/** So many calls of a session have no signal, unless the core wants one: those that are given up hold three of the six connections at most. */
const callsWithoutSignal = 3;

/** A body that is passed on and of which something was read before may be silent so long: no core looks after it any more. */
const passedStallMs = 60_000;

const broken = new Error("broken");

/**
 * Serves one request. Gives its Response, or a promise of it. Throws, or rejects with, the error that broke it off; `hasCalled` of the error says
 * whether the request had called an upstream before. `keepAlive`: the platform's waitUntil, called for what outlives the Response or the client with a
 * promise that resolves at the end, to an error that nobody else hears of. `services`: by name, what binding:// URLs call.
 */
export function serve(core, request, keepAlive, services = new Map()) {
  return new Session(core, request, keepAlive, services).begin();
}

class Session {
  #core;
  #request;
  #keepAlive;
  #services;
  #id = 0;
  #bodies = null; // id of a body -> BodyReader or HeldBody
  #calls = null; // id of a fetch under way -> { stop(), giveHead() }
  #callCount = 0;
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

  constructor(core, request, keepAlive, services) {
    this.#core = core;
    this.#request = request;
    this.#keepAlive = keepAlive;
    this.#services = services;
  }

  begin() {
    const { method, url, headers, signal } = this.#request;
    const head = `${method} ${url}\n${headerLines(headers, this.#core.requestHeaders)}`;
    try {
      this.#id = this.#core.open(head, Date.now());
    } catch (error) {
      throw Object.assign(error, { hasCalled: false });
    }
    this.#performBatch();
    if (this.#error !== undefined) throw this.#error;
    if (!this.closed && signal) signal.onabort = () => this.#clientIsAborted();
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
      if (!this.closed) this.#lookIn(Math.min(wakeMs, lookMs));
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
    for (const call of this.#calls?.values() ?? []) call.giveHead?.();
    if (this.closed) return;
    try {
      this.#core.wake(this.#id, Date.now());
    } catch (error) {
      return this.#close(error);
    }
    this.#performBatch();
  }

  #reply(id, code, data) {
    if (this.closed) return;
    try {
      this.#core.reply(this.#id, id, code, data, Date.now());
    } catch (error) {
      return this.#close(error);
    }
    this.#performBatch();
  }

  #replyWhole(id, response, bytes) {
    try {
      this.#core.replyWhole(this.#id, id, response.status, this.#answerLines(response), bytes, Date.now());
    } catch (error) {
      return this.#close(error);
    }
    this.#performBatch();
  }

  fetch(effect) {
    const { id, inlineBytes } = effect;
    const { method, url, headers } = headOf(effect.head);
    const isService = url.startsWith("binding://");
    const upload = this.#uploadOf(effect, headers, isService);
    const call = { method, headers, body: upload.body, redirect: "manual" };
    this.#callCount += 1;
    this.#calls ??= new Map();
    if (effect.endsAtOnce || this.#callCount > callsWithoutSignal || upload.stop) {
      const abort = new AbortController();
      call.signal = abort.signal;
      this.#calls.set(id, { stop: () => (abort.abort(), upload.stop?.()) });
      // A call whose body breaks off would wait for the rest.
      upload.sent?.then((code) => code === codes.ok || upload.isAnswered || abort.abort());
    } else {
      this.#calls.set(id, {});
    }
    const called = isService ? callService(this.#services, { url, ...call }) : fetch(url, call);
    called.then(
      (response) => this.#took(id, response, inlineBytes, upload),
      () => this.#took(id, undefined, 0, upload),
    );
  }

  /**
   * The body of a call: an Upload, or { body } of the effect's bytes alone, which the platform copies at once. A service does not; free() gives up its
   * megabytes, which the collector would leave for later.
   */
  #uploadOf(effect, headers, isService) {
    const { inserts } = effect;
    if (inserts.length > 0) {
      const limits = { maxBytes: effect.maxBytes, timeMs: effect.timeMs };
      const sources = inserts.map(({ body, ...insert }) => ({ ...insert, source: startOf(this.#body(body)) }));
      for (const { body } of inserts) this.#forget(body); // They are the upload's from now on.
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
    if (response === null) return this.#endCall(id, codes.unsupported);
    if (response === undefined) return this.#endCall(id, codes.failed);
    this.#tookHead(id, response, inlineBytes);
  }

  async #tookUpload(id, response, upload) {
    upload.isAnswered = true;
    if (!response?.ok) upload.stop(); // Nobody reads the rest of it.
    const code = await upload.sent;
    if (response === null) return this.#endCall(id, codes.unsupported);
    if (response !== undefined && (code === codes.ok || !response.ok)) return this.#tookHead(id, response, 0);
    void response?.body?.cancel().catch(() => {});
    this.#endCall(id, code === codes.ok ? codes.failed : code);
  }

  #endCall(id, code) {
    if (this.#calls?.delete(id)) this.#reply(id, code);
  }

  #tookHead(id, response, inlineBytes) {
    const call = this.#calls?.get(id);
    if (this.closed || call === undefined) return void response.body?.cancel().catch(() => {});
    const length = inlineBytes > 0 ? response.headers.get("content-length") : null;
    const isDeclared = length !== null && !response.headers.has("content-encoding");
    if (inlineBytes === 0 || (isDeclared && Number(length) > inlineBytes))
      return this.#giveHead(id, response, this.#readerOf(response, true));
    if (isDeclared) this.#awaitDeclared(id, call, response);
    else this.#awaitAll(id, call, response, inlineBytes);
  }

  /** Replies with the head; the body is still to be read. */
  #giveHead(id, response, body) {
    this.#calls.delete(id);
    this.#putBody(id, body);
    this.#reply(id, response.status, this.#answerLines(response));
  }

  /** Waits for a body of a declared length. The platform reads it for less than a reader costs. */
  #awaitDeclared(id, call, response) {
    const coming = response.arrayBuffer();
    const giveHead = () => this.#giveHead(id, response, this.#readerOf(response, true).comesAs(coming));
    call.giveHead = giveHead;
    coming.then(
      (buffer) => this.#giveWhole(id, call, response, new Uint8Array(buffer)),
      () => this.#giveWhole(id, call, response, null),
    );
  }

  /** Waits for a body that may turn out to be longer. */
  #awaitAll(id, call, response, inlineBytes) {
    const reader = this.#readerOf(response, true);
    call.giveHead = () => this.#giveHead(id, response, reader);
    call.reader = reader;
    reader.whole(inlineBytes).then((bytes) => this.#giveWhole(id, call, response, bytes));
  }

  /** bytes: null for a body that did not come whole. */
  #giveWhole(id, call, response, bytes) {
    if (this.closed || this.#calls.get(id) !== call) return;
    if (bytes === null) return call.giveHead();
    this.#calls.delete(id);
    this.#replyWhole(id, response, bytes);
  }

  async read(effect) {
    const { id, target, maxBytes, timeMs, gatherMs } = effect;
    const body = this.#body(target);
    const { code, chunk } = await body.read(maxBytes, timeMs, gatherMs);
    if (code !== codes.ok) this.#forget(target);
    body.spare = chunk?.buffer; // The reply copies the chunk before anything is read into it again.
    this.#reply(id, code, chunk);
  }

  collect(effect) {
    const { id, target, maxBytes } = effect;
    const length = target === clientBody ? declaredBytes(this.#request.headers) : Infinity;
    if (length > Math.min(maxBytes, maxWaitedBytes) || this.#bodies?.has(target)) return this.#collectPieces(effect);
    this.#request.arrayBuffer().then(
      (buffer) =>
        buffer.byteLength > maxBytes // Who is no network peer may declare any length.
          ? this.#reply(id, codes.tooLarge)
          : this.#reply(id, codes.ok, new Uint8Array(buffer)),
      () => this.#reply(id, codes.failed),
    );
  }

  async #collectPieces(effect) {
    const { id, target, maxBytes, timeMs } = effect;
    const body = this.#body(target);
    const { code, bytes } = await body.collect(maxBytes, timeMs);
    this.#forget(target);
    this.#reply(id, code, bytes);
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
    this.#reply(id, code, isHeld ? held.told() : undefined);
  }

  respond(effect) {
    const { status, mode } = effect;
    const headers = parseHeaders(effect.head);
    if (mode === modes.complete) {
      const bytes = effect.view; // The platform copies it at once.
      return this.#answer(new Response(bytes.length > 0 ? bytes : null, { status, headers }));
    }
    if (mode === modes.passed) return this.#pass(effect.target, status, headers);
    this.#keepAlive(this.#untilOver());
    const { readable, writable } = streamFor(headers);
    this.#client = writable.getWriter();
    this.#client.closed.catch(() => this.#clientLeft());
    this.#answer(new Response(readable, { status, headers }));
    return this.write(effect);
  }

  /** Leaves the rest of the answer to the platform; where something of the body was read before, to a loop. */
  #pass(target, status, headers) {
    const body = this.#body(target);
    this.#bodies?.delete(target);
    const rest = body.release();
    if (rest === null) return this.#passOn(body, status, headers);
    const { "content-length": length, ...others } = headers; // The platform knows the length of its own streams.
    this.#answer(new Response(rest, { status, headers: others }));
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
    this.#answer(new Response(readable, { status, headers }));
  }

  #answer(response) {
    if (this.#settle !== null) this.#settle.resolve(response);
    this.#response = response;
  }

  async write(effect) {
    const { id, body } = effect;
    this.#reply(id, (await sendTo(this.#client, body)) ? codes.ok : codes.clientGone);
  }

  async pipe(effect) {
    const { id, target, maxBytes, timeMs, coding } = effect;
    const source = startOf(this.#body(target));
    const code = await passOn(source, { maxBytes, timeMs, coding }, (bytes) => sendTo(this.#client, bytes));
    this.#forget(target);
    this.#reply(id, code);
  }

  end(effect) {
    const done = effect.mode === modes.complete ? this.#client?.close() : this.#client?.abort(broken);
    done?.catch(() => {}); // The client has gone; nobody needs to know.
    this.#client = null;
  }

  cancel({ target }) {
    this.#stopCall(target);
    this.#bodies?.get(target)?.cancel();
    this.#bodies?.delete(target);
  }

  #stopCall(id) {
    const call = this.#calls?.get(id);
    call?.stop?.();
    call?.reader?.cancel();
    this.#calls?.delete(id);
  }

  log(effect) {
    console.log(effect.text);
  }

  done() {
    this.#close();
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
      this.#putBody(clientBody, this.#readerOf(this.#request, false));
    }
    return this.#bodies?.get(target) ?? goneBody;
  }

  /** The body is over, unless it is held. */
  #forget(target) {
    if (!(this.#bodies?.get(target) instanceof HeldBody)) this.#bodies?.delete(target);
  }

  #putBody(id, body) {
    this.#bodies ??= new Map();
    this.#bodies.set(id, body);
  }

  #readerOf(source, isHeldToLength) {
    this.#alarms ??= new Alarms();
    return new BodyReader(source, this.#alarms, { isHeldToLength });
  }

  #answerLines({ headers }) {
    return headerLines(headers, this.#core.answerHeaders);
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
    for (const id of this.#calls?.keys() ?? []) this.#stopCall(id);
    for (const body of this.#bodies?.values() ?? []) body.cancel();
    this.#alarms?.clearAll();
    this.#client?.abort(new Error("The session is over.")).catch(() => {});
    try {
      if (!this.#core.lost) this.#core.close(this.#id);
    } catch (trap) {
      error ??= trap;
    }
    if (error !== undefined && this.#response === null) {
      this.#error = Object.assign(error, { hasCalled: this.#callCount > 0 });
      this.#settle?.reject(error);
    } else if (error !== undefined) {
      this.#keepAlive(Promise.resolve(error)); // The head is out; the transfer was broken above.
    }
    this.#finish?.();
    // The platform keeps the request's signal and our timer for a while, and so this.
    this.#request = this.#services = this.#bodies = this.#calls = this.#client = null;
  }
}

/** A body for a use that reads all of it. */
function startOf(body) {
  return body instanceof HeldBody ? body.start() : body;
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

/** The calls of a gateway have few different heads: parsing one costs more than finding it. */
const heads = new Map();
const maxHeads = 64;
const maxKeptHeadLength = 4096;

function headOf(text) {
  const known = heads.get(text);
  if (known !== undefined) return known;
  const end = text.indexOf("\n");
  const space = text.indexOf(" ");
  const head = {
    method: text.slice(0, space),
    url: text.slice(space + 1, end),
    headers: parseHeaders(text.slice(end + 1)),
  };
  if (heads.size === maxHeads) heads.clear();
  if (text.length <= maxKeptHeadLength) heads.set(text, head);
  return head;
}

function headerLines(headers, names) {
  let lines = "";
  for (const name of names) {
    const value = headers.get(name);
    if (value !== null) lines += `${name}: ${value}\n`;
  }
  return lines;
}

/** Reads "name: value\n" lines as { name: value }. No name comes twice. */
function parseHeaders(lines) {
  const headers = {};
  for (let at = 0; at < lines.length;) {
    const colon = lines.indexOf(": ", at);
    const end = lines.indexOf("\n", colon);
    headers[lines.slice(at, colon)] = lines.slice(colon + 2, end);
    at = end + 1;
  }
  return headers;
}

/** Infinity where no length is declared. */
function declaredBytes(headers) {
  const length = headers.get("content-length");
  return length !== null && /^\d+$/.test(length) ? Number(length) : Infinity;
}
