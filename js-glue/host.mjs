// Performs the effects of one session with fetch and streams, and decides nothing: no status, no header, no retry.
import { Alarms } from "./alarms.mjs";
import { callService } from "./binding.mjs";
import { BodyReader, chunkBytes, goneBody, passOn, streamFor } from "./body.mjs";
import { clientBody, codes, kinds, modes } from "./memory.mjs";

const decoder = new TextDecoder();

/** Most milliseconds until a waiting request learns that its instance is lost. */
const watchMs = 1000;

/**
 * Serves one request and resolves to its Response, or rejects with the error that broke it off; `hasCalled` of the error says whether the request had
 * called an upstream before. `keepAlive`: the platform's waitUntil; `services`: by name, what binding:// URLs call.
 */
export function serve(core, request, keepAlive, services = new Map()) {
  return new Promise((resolve, reject) => {
    const session = new Session(core, request, services, resolve, reject);
    session.pump();
    if (session.closed) return;
    session.watchInstance();
    keepAlive(session.finished);
    request.signal?.addEventListener("abort", () => session.clientLeft());
  });
}

class Session {
  #core;
  #id;
  #services;
  #resolve;
  #reject;
  #finish;
  #answered = false;
  #hasCalled = false;
  #bodies = new Map(); // id of a body -> BodyReader
  #cancels = new Map(); // effect id -> function that aborts the effect
  #alarms = new Alarms();
  #client = null; // writer of the answer's body, once it streams
  #watch = null; // the effect to reply to when the client goes away

  /** True when the session is over. */
  closed = false;

  /** Resolves when the session is over: to the error that broke the answer off, if its head was out before. */
  finished = new Promise((resolve) => (this.#finish = resolve));

  constructor(core, request, services, resolve, reject) {
    this.#core = core;
    this.#services = services;
    this.#resolve = (response) => {
      this.#answered = true;
      resolve(response);
    };
    this.#reject = reject;
    this.#bodies.set(clientBody, new BodyReader(request, this.#alarms, { isHeldToLength: false }));
    const random = crypto.getRandomValues(new Uint8Array(16));
    this.#id = core.open(requestHead(request), random, Date.now());
  }

  /** Starts every effect that the core has ready. The methods below that are named after a kind of effect perform it. */
  pump() {
    try {
      for (let effect; !this.closed && (effect = this.#core.next(this.#id)) !== null;) {
        this.#perform(effect);
      }
    } catch (error) {
      this.#close(error);
    }
  }

  /**
   * Looks every second whether another request has broken the instance. The other request cannot tell this one: whatever it does counts to workerd as
   * its own I/O. workerd hands promises over to the request that made them, but no longer once V8 has optimised the code that makes them.
   */
  watchInstance() {
    this.#alarms.set(watchMs, () => {
      try {
        this.#core.assertUsable();
        this.watchInstance();
      } catch (error) {
        this.#close(error);
      }
    });
  }

  #perform(effect) {
    this[kinds[effect.kind]](effect)?.catch((error) => this.#close(error));
  }

  #reply(effect, code, data) {
    if (this.closed) return;
    this.#cancels.delete(effect.id);
    try {
      this.#core.reply(this.#id, effect.id, code, data, Date.now());
    } catch (error) {
      return this.#close(error);
    }
    this.pump();
  }

  async fetch(effect) {
    this.#hasCalled = true;
    const { method, url, headers } = parseHead(effect.head);
    const abort = new AbortController();
    const upload = this.#upload(effect, headers);
    this.#cancels.set(effect.id, () => (abort.abort(), upload.stop()));
    const call = { method, headers, body: upload.body, redirect: "manual", signal: abort.signal };
    const called = url.startsWith("binding://") ? callService(this.#services, { url, ...call }) : fetch(url, call);
    const response = await called.catch(() => undefined);
    if (!response?.ok) upload.stop(); // Nobody reads the rest of the upload.
    const code = await upload.sent;
    if (effect.body.length > chunkBytes) effect.body.buffer.transfer(0); // Frees megabytes at once that the collector would leave for later.
    if (response === null) return this.#reply(effect, codes.unsupported);
    if (response === undefined || (response.ok && code !== codes.ok)) {
      void response?.body?.cancel().catch(() => {});
      return this.#reply(effect, code === codes.ok ? codes.failed : code);
    }
    const reader = new BodyReader(response, this.#alarms, { isHeldToLength: true });
    if (this.closed || !this.#cancels.has(effect.id)) return reader.cancel();
    this.#bodies.set(effect.id, reader);
    this.#reply(effect, response.status, headerLines(response.headers));
  }

  /** Makes the body of a call: the effect's bytes and behind them the rest of the body `target`, if there is one. Gives { body, sent, stop() };
   * `sent` resolves to the code of the upload. */
  #upload(effect, headers) {
    if (effect.target === 0)
      return { body: effect.body.length > 0 ? effect.body : undefined, sent: codes.ok, stop() {} };
    const source = this.#body(effect);
    this.#bodies.delete(effect.target);
    const { readable, writable } = streamFor(headers);
    const writer = writable.getWriter();
    const send = (chunk) =>
      writer.write(chunk).then(
        () => true,
        () => false,
      );
    const stop = () => (writer.abort(new Error("broken")).catch(() => {}), source.cancel());
    const pass = async () => {
      const taken = effect.body.length === 0 || (await send(effect.body));
      const code = taken ? await passOn(source, effect, send) : codes.failed;
      if (code === codes.ok)
        return writer.close().then(
          () => codes.ok,
          () => codes.failed,
        );
      stop();
      return code === codes.clientGone ? codes.failed : code;
    };
    return { body: readable, sent: pass(), stop };
  }

  async read(effect) {
    const body = this.#body(effect);
    const { code, chunk } = await body.read(effect.maxBytes, effect.timeMs, effect.gatherMs);
    if (code !== codes.ok) this.#bodies.delete(effect.target);
    body.spare = chunk?.buffer; // The reply copies the chunk before anything is read into it again.
    this.#reply(effect, code, chunk);
  }

  async collect(effect) {
    const { code, bytes } = await this.#body(effect).collect(effect.maxBytes, effect.timeMs);
    this.#bodies.delete(effect.target);
    this.#reply(effect, code, bytes);
  }

  respond(effect) {
    const headers = parseHeaders(effect.head);
    if (effect.mode === modes.complete) {
      const body = effect.body.length > 0 ? effect.body : null;
      this.#resolve(new Response(body, { status: effect.status, headers }));
      this.#reply(effect, codes.ok);
      return;
    }
    const { readable, writable } = streamFor(headers);
    this.#client = writable.getWriter();
    this.#client.closed.catch(() => this.clientLeft());
    this.#resolve(new Response(readable, { status: effect.status, headers }));
    return this.write(effect);
  }

  async write(effect) {
    const written = effect.body.length === 0 || (await this.#send(effect.body));
    this.#reply(effect, written ? codes.ok : codes.clientGone);
  }

  async pipe(effect) {
    this.#reply(effect, await passOn(this.#body(effect), effect, (chunk) => this.#send(chunk)));
  }

  end(effect) {
    const done = effect.mode === modes.complete ? this.#client?.close() : this.#client?.abort(new Error("broken"));
    done?.catch(() => {}); // The client has gone; nobody needs to know.
    this.#client = null;
  }

  sleep(effect) {
    const alarm = this.#alarms.set(effect.timeMs, () => this.#reply(effect, codes.ok));
    this.#cancels.set(effect.id, () => this.#alarms.clear(alarm));
  }

  cancel(effect) {
    this.#cancels.get(effect.target)?.();
    this.#cancels.delete(effect.target);
    this.#bodies.get(effect.target)?.cancel();
    this.#bodies.delete(effect.target);
  }

  log(effect) {
    console.log(decoder.decode(effect.body));
  }

  done() {
    this.#close();
  }

  watch(effect) {
    this.#watch = effect;
  }

  clientLeft() {
    if (this.#watch !== null) this.#reply(this.#watch, codes.clientGone);
    this.#watch = null;
  }

  #body(effect) {
    return this.#bodies.get(effect.target) ?? goneBody;
  }

  async #send(bytes) {
    try {
      await this.#client.write(bytes);
      return true;
    } catch {
      return false;
    }
  }

  /** Ends the session, after `done` or because of an error. The error rejects the request or, once the head is out, goes to `finished`. */
  #close(error) {
    if (this.closed) return;
    this.closed = true;
    for (const cancel of this.#cancels.values()) cancel();
    for (const body of this.#bodies.values()) body.cancel();
    this.#alarms.clearAll();
    this.#client?.abort(new Error("The session is over.")).catch(() => {});
    try {
      if (!this.#core.lost) this.#core.close(this.#id);
    } catch (trap) {
      error ??= trap;
    }
    // Rejecting has no effect when the head is out; the transfer was broken above.
    if (error !== undefined) this.#reject(Object.assign(error, { hasCalled: this.#hasCalled }));
    this.#finish(this.#answered ? error : undefined);
  }
}

function requestHead(request) {
  return `${request.method} ${request.url}\n${headerLines(request.headers)}`;
}

function headerLines(headers) {
  let lines = "";
  for (const [name, value] of headers) lines += `${name}: ${value}\n`;
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

function parseHead(head) {
  const end = head.indexOf("\n");
  const space = head.indexOf(" ");
  return {
    method: head.slice(0, space),
    url: head.slice(space + 1, end),
    headers: parseHeaders(head.slice(end + 1)),
  };
}
