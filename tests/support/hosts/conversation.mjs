// A host without network or clock: runs one session of the core against scripted upstreams.
import { clientBody, codes, kinds, modes } from "../../../js-glue/memory.mjs";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The scripted clock starts at 2026-01-01T00:00:00Z. */
export const startMs = 1767225600000;

/**
 * Runs one request to its end.
 *
 * request: { method, url, headers, body } with body a string or bytes.
 * upstream(call, index): called for each fetch with { method, url, headers, body }; gives
 *   { status, headers?, body?, chunks?, cut?, ms? } for an answer (ms: the time until its head; cut: the body breaks off after its last
 *   chunk), "failed", "unsupported", or "silent" for an upstream that never answers. A chunk is bytes, text, or { ms, bytes? }, which comes
 *   so long after the chunk or the head before it. Without bytes it is a pause; with ms: Infinity nothing more ever comes.
 * options: now, random; clientLeavesAt and closeAfter: the number of the effect, counted from 1, during which the client goes away, and at
 *   which the host closes the session; failing: the index of the effect whose reply is `failed` in any case; takesMs(index): how long the
 *   client takes for a piece of the answer.
 *
 * Time passes only when nothing else can go on; then the clock jumps to the next event. Gives what the client saw and what the core did: { status,
 * headers, text, bytes, ending, pieces, calls, reads, logs, cancelled, leftOver, effects, ms }. pieces: { ms, text, takenMs } for each piece of the
 * answer, in ms since the start; calls also have startMs and endMs (when the head came); reads: { ms, lengthBytes, maxBytes, gatherMs } for each
 * chunk that was read; leftOver: effects and bodies that did not end and that the core did not cancel; ms: how long the conversation took.
 */
export function converse(core, request, upstream = () => "failed", options = {}) {
  const conversation = new Conversation(core, request, upstream, options);
  return conversation.run();
}

const unanswered = ["end", "cancel", "log", "done", "watch"];

class Conversation {
  constructor(core, request, upstream, options) {
    this.core = core;
    this.upstream = upstream;
    this.options = options;
    this.now = options.now ?? startMs;
    this.openedMs = this.now;
    this.bodies = new Map([[clientBody, new ScriptedBody({ body: request.body }, this.now)]]);
    this.agenda = []; // { due, id, act }: an act for the effect `id` at the time `due`
    this.waiting = new Set(); // ids of effects without a reply
    this.seen = {
      status: 0,
      headers: {},
      parts: [],
      ending: null,
      pieces: [],
      calls: [],
      reads: [],
      logs: [],
      cancelled: [],
      leftOver: [],
      effects: [],
    };
    this.session = core.open(headOf(request), options.random ?? new Uint8Array(16), this.now);
  }

  run() {
    while (this.session !== 0) {
      const effect = this.core.next(this.session);
      if (effect === null && this.leaving) {
        this.leave();
        continue;
      }
      if (effect === null) {
        if (!this.passTime()) throw new Error("The session waits for a reply that never comes.");
        continue;
      }
      const kind = kinds[effect.kind];
      this.seen.effects.push(kind);
      if (this.seen.effects.length === this.options.closeAfter) break;
      if (kind === "done") break;
      if (!unanswered.includes(kind)) this.waiting.add(effect.id);
      if (this.seen.effects.length - 1 === this.options.failing) this.failing = effect.id;
      this.leaving ||= this.seen.effects.length === this.options.clientLeavesAt;
      if (this.leaving && !["watch", "log", "cancel"].includes(kind)) {
        if (kind === "fetch") this.seen.calls.push(parseHead(effect.head)); // The fetch is under way, without an answer.
        continue;
      }
      this[kind](effect);
    }
    this.core.close(this.session);
    const { parts, ...seen } = this.seen;
    seen.leftOver = [...this.waiting, ...this.bodies.keys()].filter((id) => id !== clientBody);
    seen.ms = this.elapsedMs;
    const bytes = Buffer.concat(parts);
    return { ...seen, bytes, text: decoder.decode(bytes), json: () => JSON.parse(decoder.decode(bytes)) };
  }

  get elapsedMs() {
    return this.now - this.openedMs;
  }

  reply(effect, code, data) {
    if (this.failing === effect.id) [code, data] = [codes.failed, undefined];
    this.waiting.delete(effect.id);
    this.core.reply(this.session, effect.id, code, data, this.now);
  }

  /** Acts for the effect at the time `due`, unless the effect is cancelled before. */
  at(due, effect, act) {
    if (due <= this.now) return act();
    this.agenda.push({ due, id: effect.id, act });
  }

  fetch(effect) {
    const call = parseHead(effect.head);
    call.startMs = this.elapsedMs;
    if (effect.target === 0) return this.send(effect, call, effect.body);
    // The rest of the target's body goes with the fetch.
    const chunks = [effect.body];
    const done = (code) =>
      code === codes.ok ? this.send(effect, call, Buffer.concat(chunks)) : this.reply(effect, code);
    this.drain(effect, (bytes) => chunks.push(bytes), done);
  }

  send(effect, call, bytes) {
    Object.assign(call, { body: decoder.decode(bytes), bytes });
    const answer = this.upstream(call, this.seen.calls.length);
    this.seen.calls.push(call);
    if (answer === "silent") return;
    if (typeof answer === "string") return this.reply(effect, codes[answer]);
    this.at(this.now + (answer.ms ?? 0), effect, () => {
      call.endMs = this.elapsedMs;
      this.bodies.set(effect.id, new ScriptedBody(answer, this.now));
      const lines = Object.entries(answer.headers ?? {}).map(([name, value]) => `${name}: ${value}\n`);
      this.reply(effect, answer.status, lines.join(""));
    });
  }

  /** Calls take(code, bytes) when the next bytes of the body are there. Any other code than `ok` ends the body. */
  next(effect, maxBytes, take) {
    const body = this.bodies.get(effect.target);
    const lateMs = this.now + (effect.timeMs || Infinity);
    this.at(Math.min(body.nextMs, lateMs), effect, () => {
      const { code, bytes } = body.nextMs > this.now ? { code: codes.timedOut } : body.take(maxBytes);
      if (code !== codes.ok) this.bodies.delete(effect.target);
      take(code, bytes);
    });
  }

  read(effect) {
    this.next(effect, effect.maxBytes, (code, bytes) => {
      if (code === codes.ok)
        this.seen.reads.push({
          ms: this.elapsedMs,
          lengthBytes: bytes.length,
          maxBytes: effect.maxBytes,
          gatherMs: effect.gatherMs,
        });
      this.reply(effect, code, bytes);
    });
  }

  /** Takes the whole body, a chunk at a time, and calls done(code) at its end. */
  drain(effect, onChunk, done) {
    let leftBytes = effect.maxBytes;
    const step = (code, bytes) => {
      if (code !== codes.ok) return done(code === codes.end ? codes.ok : code);
      leftBytes -= bytes.length;
      if (leftBytes < 0) {
        this.bodies.delete(effect.target);
        return done(codes.tooLarge);
      }
      onChunk(bytes);
      this.next(effect, Infinity, step);
    };
    this.next(effect, Infinity, step);
  }

  collect(effect) {
    const chunks = [];
    const done = (code) => this.reply(effect, code, code === codes.ok ? Buffer.concat(chunks) : undefined);
    this.drain(effect, (bytes) => chunks.push(bytes), done);
  }

  respond(effect) {
    if (this.seen.status !== 0) throw new Error("A second answer.");
    this.seen.status = effect.status;
    for (const line of effect.head.split("\n").slice(0, -1)) {
      const colon = line.indexOf(": ");
      const name = line.slice(0, colon);
      if (name in this.seen.headers) throw new Error(`The header ${name} stands twice.`);
      this.seen.headers[name] = line.slice(colon + 2);
    }
    if (effect.mode === modes.complete) this.seen.ending = "complete";
    this.write(effect);
  }

  write(effect) {
    if (this.left) return this.reply(effect, codes.clientGone);
    if (this.ended) throw new Error("A piece behind the end.");
    this.at(this.give(effect.body), effect, () => this.reply(effect, codes.ok));
  }

  /** Gives bytes to the client, in order, even if no effect waits for that any more. Returns the time when the client has taken them. */
  give(bytes) {
    const { pieces, parts } = this.seen;
    const freeMs = Math.max(this.elapsedMs, pieces.at(-1)?.takenMs ?? 0);
    const takenMs = freeMs + (this.options.takesMs?.(pieces.length) ?? 0);
    pieces.push({ ms: this.elapsedMs, text: decoder.decode(bytes), takenMs });
    parts.push(bytes);
    return this.openedMs + takenMs;
  }

  pipe(effect) {
    this.drain(
      effect,
      (bytes) => this.give(bytes),
      (code) => this.reply(effect, code),
    );
  }

  end(effect) {
    if (this.ended) throw new Error("A second end.");
    this.ended = true;
    this.seen.ending = effect.mode === modes.complete ? "complete" : "broken";
  }

  sleep(effect) {
    this.at(this.now + effect.timeMs, effect, () => this.reply(effect, codes.ok));
  }

  cancel(effect) {
    this.seen.cancelled.push(effect.target);
    this.waiting.delete(effect.target);
    this.bodies.delete(effect.target);
    this.agenda = this.agenda.filter(({ id }) => id !== effect.target);
  }

  watch(effect) {
    this.watching = effect;
  }

  /** From now on the client takes nothing. */
  leave() {
    this.leaving = false;
    this.left = true;
    this.seen.callsBeforeLeaving = this.seen.calls.length;
    this.reply(this.watching, codes.clientGone);
  }

  log(effect) {
    this.seen.logs.push(JSON.parse(decoder.decode(effect.body)));
  }

  /** Moves the clock to the next event; false if there is none. */
  passTime() {
    this.agenda.sort((a, b) => a.due - b.due);
    if (this.agenda.length === 0 || this.agenda[0].due === Infinity) return false;
    const { due, act } = this.agenda.shift();
    this.now = Math.max(this.now, due);
    act();
    return true;
  }
}

/** A body whose bytes arrive when the script says. */
class ScriptedBody {
  #chunks = []; // { due, bytes }
  #endMs;
  #cut;

  constructor({ body, chunks, cut = false }, nowMs) {
    this.#cut = cut;
    this.#endMs = nowMs;
    for (const chunk of chunks ?? [body ?? ""]) {
      const { ms, bytes = "" } = Object.hasOwn(Object(chunk), "ms") ? chunk : { ms: 0, bytes: chunk };
      this.#endMs += ms;
      if (bytes.length > 0) this.#chunks.push({ due: this.#endMs, bytes: bytesOf(bytes) });
    }
  }

  /** The time when the next bytes, or the end, are there. */
  get nextMs() {
    return this.#chunks[0]?.due ?? this.#endMs;
  }

  take(maxBytes) {
    const chunk = this.#chunks.shift();
    if (chunk === undefined) return { code: this.#cut ? codes.failed : codes.end };
    const { due, bytes } = chunk;
    if (bytes.length > maxBytes) this.#chunks.unshift({ due, bytes: bytes.subarray(maxBytes) });
    return { code: codes.ok, bytes: bytes.subarray(0, maxBytes) };
  }
}

function bytesOf(body) {
  return typeof body === "string" ? encoder.encode(body) : body;
}

function headOf({ method = "GET", url, headers = {} }) {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\n`);
  return `${method} ${url}\n${lines.join("")}`;
}

function parseHead(head) {
  const [first, ...lines] = head.split("\n").slice(0, -1);
  const space = first.indexOf(" ");
  const headers = Object.fromEntries(lines.map((line) => line.split(/: (.*)/s, 2)));
  return { method: first.slice(0, space), url: first.slice(space + 1), headers };
}
