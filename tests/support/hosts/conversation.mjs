// A host without network or clock: runs one session of the core against scripted upstreams.
import { clientBody, codes, codings, kinds, modes, never } from "../../../js-glue/memory.mjs";

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
 *   which the host closes the session; upstreamsStay: what is under way when the client goes away is answered all the same; failing: the index of the effect whose reply is `failed` in any case; takesMs(index): how long the
 *   client takes for a piece of the answer.
 *
 * Time passes only when nothing else can go on; then the clock jumps to the next event. Gives what the client saw and what the core did: { status,
 * headers, text, bytes, ending, pieces, calls, reads, logs, logLines, cancelled, leftOver, effects, ms }. pieces: { ms, text, takenMs } for each piece of the
 * answer, in ms since the start; calls also have startMs and endMs (when the head came); reads: { ms, lengthBytes, maxBytes, gatherMs } for each
 * chunk that was read; leftOver: effects and bodies that did not end and that the core did not cancel; ms: how long the conversation took.
 */
export function converse(core, request, upstream = () => "failed", options = {}) {
  const conversation = new Conversation(core, request, upstream, options);
  while (conversation.goOn()) conversation.passTime();
  return conversation.finish();
}

/** A small answer comes with its head if all of it is there by then: other hosts wait, and what they do with time is their own affair. */
const maxInlineMs = 0;

/** An effect of a batch, copied out: its text and bytes outlive the batch. */
export function copyOf(effect) {
  const { id, kind, target, into, status, mode, maxBytes, timeMs, gatherMs, inlineBytes, coding } = effect;
  const { head, headBytes, body, inserts } = effect;
  const fields = { id, target, into, status, mode, maxBytes, timeMs, gatherMs, inlineBytes, coding };
  return { kind: kinds[kind], ...fields, head, headBytes, body, inserts };
}

/** All effects of the core's last batch. */
export function batchOf(core) {
  return Array.from({ length: core.effectCount }, (_, index) => copyOf(core.effect(index)));
}

/**
 * A conversation that somebody else leads: goOn() does all that needs no time and tells whether there is more, dueMs says when that is, and
 * passTime() moves the clock there. With several of them, of one core or of many, the one that is due first goes on. finish() gives what converse() gives.
 */
export class Conversation {
  constructor(core, request, upstream, options) {
    this.core = core;
    this.upstream = upstream;
    this.options = options;
    this.now = options.now ?? startMs;
    this.openedMs = this.now;
    this.bodies = new Map([[clientBody, new ScriptedBody(request, this.now)]]);
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
      logLines: [],
      cancelled: [],
      leftOver: [],
      effects: [],
    };
    this.replies = []; // What is to be told to the core as soon as its batch is performed.
    this.wakeAt = Infinity;
    this.session = core.open(headOf(request, core.requestHeaders), this.now, options.random ?? new Uint8Array(16));
    this.isOver = this.session === 0;
  }

  goOn() {
    while (!this.isOver) {
      this.takeBatch();
      if (this.isOver) break;
      if (this.leaving) this.leave();
      else if (this.replies.length > 0) this.replies.shift()();
      else return true;
    }
    return false;
  }

  finish() {
    this.core.close(this.session);
    const { parts, ...seen } = this.seen;
    seen.leftOver = [...this.waiting, ...this.bodies.keys()].filter((id) => id !== clientBody);
    seen.ms = this.elapsedMs;
    const bytes = Buffer.concat(parts);
    return { ...seen, bytes, text: decoder.decode(bytes), json: () => JSON.parse(decoder.decode(bytes)) };
  }

  /** Performs what the last call has left. */
  takeBatch() {
    const { wakeMs } = this.core;
    if (!this.isTaken) this.wakeAt = wakeMs === never ? Infinity : this.now + wakeMs;
    if (!this.isTaken) for (const effect of batchOf(this.core)) this.take(effect);
    this.isTaken = true;
  }

  take(effect) {
    if (this.isOver) return;
    const { kind } = effect;
    this.seen.effects.push(kind);
    this.isOver = kind === "done" || this.seen.effects.length === this.options.closeAfter;
    if (this.isOver) return;
    if (effect.id !== 0) this.waiting.add(effect.id);
    if (this.seen.effects.length - 1 === this.options.failing) this.failing = effect.id;
    this.leaving ||= this.seen.effects.length === this.options.clientLeavesAt;
    if (!this.leaving || this.options.upstreamsStay || ["log", "cancel"].includes(kind)) return this[kind](effect);
    if (kind === "fetch") this.seen.calls.push(parseHead(effect.head)); // The fetch is under way, without an answer.
  }

  /** Lets the core go on. */
  enter(call) {
    call();
    this.isTaken = false;
  }

  get elapsedMs() {
    return this.now - this.openedMs;
  }

  reply(effect, code, data) {
    if (this.failing === effect.id) {
      [code, data] = [codes.failed, undefined];
      if (effect.kind === "read") this.bodies.delete(effect.target); // A body that fails is gone.
    }
    this.answer(effect, () => this.core.reply(this.session, effect.id, code, data, this.now));
  }

  /** Makes the call that answers the effect when the batch is performed, unless the effect is cancelled before. */
  answer(effect, call) {
    this.replies.push(() => {
      if (!this.waiting.delete(effect.id)) return;
      this.enter(call);
    });
  }

  /** Acts for the effect at the time `due`, unless the effect is cancelled before. */
  at(due, effect, act) {
    if (due <= this.now) return act();
    this.agenda.push({ due, id: effect.id, act });
  }

  fetch(effect) {
    const call = parseHead(effect.head);
    call.startMs = this.elapsedMs;
    this.gather(effect, (code, bytes) =>
      code === codes.ok ? this.send(effect, call, bytes) : this.reply(effect, code),
    );
  }

  /** Calls done(code, bytes) with the effect's bytes and the bodies that stand between them. */
  gather({ id, body, inserts, maxBytes, timeMs }, done) {
    const parts = [];
    let at = 0;
    const step = () => {
      const insert = inserts.shift();
      if (insert === undefined) return done(codes.ok, Buffer.concat([...parts, body.subarray(at)]));
      parts.push(body.subarray(at, insert.place));
      at = insert.place;
      const chunks = [];
      this.drain(
        { id, target: insert.body, maxBytes, timeMs },
        (chunk) => chunks.push(chunk),
        (code) => {
          if (code !== codes.ok) return done(code);
          parts.push(coded(Buffer.concat(chunks), insert.coding));
          step();
        },
      );
    };
    step();
  }

  send(effect, call, bytes) {
    Object.assign(call, { body: decoder.decode(bytes), bytes });
    const answer = this.upstream(call, this.seen.calls.length);
    this.seen.calls.push(call);
    if (answer === "silent") return;
    if (typeof answer === "string") return this.reply(effect, codes[answer]);
    this.at(this.now + (answer.ms ?? 0), effect, () => {
      call.endMs = this.elapsedMs;
      const body = new ScriptedBody(answer, this.now);
      const lines = (names) => linesOf(Object.entries(answer.headers ?? {}), names);
      const { waitMs, bytes } = body.whole(effect.inlineBytes);
      this.at(this.now + waitMs, effect, () => {
        if (bytes === null || this.failing === effect.id) {
          if (this.failing !== effect.id) this.bodies.set(effect.id, body);
          return this.reply(effect, answer.status, lines(this.core.answerHeaders));
        }
        const { session, core } = this;
        const isGood = answer.status >= 200 && answer.status <= 299;
        const head = lines(isGood ? core.wholeHeaders : core.answerHeaders);
        this.answer(effect, () => core.replyWhole(session, effect.id, answer.status, head, bytes, this.now));
      });
    });
  }

  /** Calls take(code, bytes) when the next bytes of the body are there. Any other code than `ok` ends the body. */
  next(effect, maxBytes, take, body = this.use(effect.target)) {
    const lateMs = this.now + (effect.timeMs || Infinity);
    this.at(Math.min(body.nextMs, lateMs), effect, () => {
      const { code, bytes } = body.nextMs > this.now ? { code: codes.timedOut } : body.take(maxBytes);
      if (code !== codes.ok) this.lose(effect.target);
      take(code, bytes);
    });
  }

  /** The body to be read from: a held one is read from its start at every use. */
  use(target) {
    const body = this.bodies.get(target);
    return body instanceof HeldBody ? new ScriptedBody({ body: body.bytes }, this.now) : body;
  }

  /** The body is at its end; held ones stay until they are cancelled. */
  lose(target) {
    if (!(this.bodies.get(target) instanceof HeldBody)) this.bodies.delete(target);
  }

  hold(effect) {
    const { id, target, into, body: front, headBytes: delimiter, maxBytes } = effect;
    const held = into === 0 ? new HeldBody() : this.bodies.get(into);
    const end = (code, bytes) => {
      held.bytes = Buffer.concat([held.bytes, bytes]);
      if (held.bytes.length > maxBytes) code = codes.tooLarge;
      const isHeld = (code === codes.ok || code === codes.end) && this.failing !== id;
      if (isHeld && into === 0) this.bodies.set(id, held);
      if (!isHeld) this.bodies.delete(into);
      if (!isHeld && target !== 0) this.bodies.delete(target);
      this.reply(effect, code, isHeld ? held.told() : undefined);
    };
    if (target === 0) return end(codes.ok, front);
    const source = this.bodies.get(target);
    let kept = Buffer.from(front);
    let searchedBytes = 0; // No delimiter begins among them.
    const step = (code, bytes) => {
      while (code === codes.ok) {
        kept = Buffer.concat([kept, bytes]);
        const at = delimiter.length === 0 ? -1 : kept.indexOf(delimiter, searchedBytes);
        if (at >= 0) {
          source.putBack(kept.subarray(at + delimiter.length), this.now);
          return end(codes.ok, kept.subarray(0, at));
        }
        searchedBytes = Math.max(0, kept.length - delimiter.length);
        if (source.nextMs > this.now) return this.next(effect, Infinity, step, source);
        ({ code, bytes } = source.take(Infinity));
      }
      if (code !== codes.ok) this.lose(target);
      end(code, kept);
    };
    this.next(effect, Infinity, step, source);
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
    const body = this.use(effect.target);
    const step = (code, bytes) => {
      if (code !== codes.ok) return done(code === codes.end ? codes.ok : code);
      leftBytes -= bytes.length;
      if (leftBytes < 0) {
        this.lose(effect.target);
        return done(codes.tooLarge);
      }
      onChunk(bytes);
      this.next(effect, Infinity, step, body);
    };
    this.next(effect, Infinity, step, body);
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
    if (effect.mode === modes.passed) return this.pass(effect);
    if (effect.mode !== modes.complete) return this.write(effect);
    this.seen.ending = "complete";
    this.give(effect.body);
  }

  /** Gives the rest of the body to the client, whatever becomes of the session. */
  pass({ target }) {
    const { bytes, isWhole } = this.bodies.get(target).rest();
    this.bodies.delete(target);
    this.seen.ending = isWhole ? "complete" : "broken";
    this.give(bytes);
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
    const coder = new Coder(effect.coding);
    const end = (code) => {
      if (code === codes.ok) this.give(coder.end());
      this.reply(effect, code);
    };
    this.drain(effect, (bytes) => this.give(coder.write(bytes)), end);
  }

  end(effect) {
    if (this.ended) throw new Error("A second end.");
    this.ended = true;
    this.seen.ending = effect.mode === modes.complete ? "complete" : "broken";
  }

  cancel(effect) {
    this.seen.cancelled.push(effect.target);
    this.waiting.delete(effect.target);
    this.bodies.delete(effect.target);
    this.agenda = this.agenda.filter(({ id }) => id !== effect.target);
  }

  /** From now on the client takes nothing. */
  leave() {
    this.leaving = false;
    this.left = true;
    this.seen.callsBeforeLeaving = this.seen.calls.length;
    this.enter(() => this.core.clientLeft(this.session, this.now));
  }

  log(effect) {
    const line = decoder.decode(effect.body);
    this.seen.logLines.push(line);
    this.seen.logs.push(JSON.parse(line));
  }

  /** When the next event is due; Infinity where none is. */
  get dueMs() {
    return Math.min(this.wakeAt, ...this.agenda.map(({ due }) => due));
  }

  /** Moves the clock to the next event. */
  passTime() {
    this.agenda.sort((a, b) => a.due - b.due);
    if (this.dueMs === Infinity) throw new Error("The session waits for what never comes.");
    const eventMs = this.agenda[0]?.due ?? Infinity;
    this.now = Math.max(this.now, this.dueMs);
    if (eventMs <= this.wakeAt) return this.agenda.shift().act();
    this.enter(() => this.core.wake(this.session, this.now));
  }
}

/** Writes bytes as they are, or as base64 in groups of three. */
class Coder {
  #coding;
  #rest = Buffer.alloc(0);

  constructor(coding) {
    this.#coding = coding;
  }

  write(bytes) {
    if (this.#coding === codings.identity) return bytes;
    const all = Buffer.concat([this.#rest, bytes]);
    const wholeBytes = all.length - (all.length % 3);
    this.#rest = all.subarray(wholeBytes);
    return Buffer.from(all.toString("base64", 0, wholeBytes));
  }

  end() {
    return Buffer.from(this.#rest.toString("base64"));
  }
}

function coded(bytes, coding) {
  return coding === codings.identity ? bytes : Buffer.from(bytes.toString("base64"));
}

/** Bytes that stay with the host. */
class HeldBody {
  bytes = Buffer.alloc(0);

  told() {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(this.bytes.length);
    return Buffer.concat([length, this.bytes.subarray(0, 32)]);
  }
}

/** A body whose bytes arrive when the script says. */
class ScriptedBody {
  #chunks = []; // { due, bytes }
  #startMs;
  #endMs;
  #cut;

  constructor({ body, chunks, cut = false }, nowMs) {
    this.#cut = cut;
    this.#startMs = nowMs;
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

  /**
   * What a host knows of it that waits for all of it, if that is maxBytes at most: after waitMs it has the bytes, or gives up with null.
   */
  whole(maxBytes) {
    if (maxBytes === 0) return { waitMs: 0, bytes: null };
    const bytes = Buffer.concat(this.#chunks.map((chunk) => chunk.bytes));
    let length = 0;
    const tooLong = this.#chunks.find((chunk) => (length += chunk.bytes.length) > maxBytes);
    const waitMs = Math.min((tooLong?.due ?? this.#endMs) - this.#startMs, maxInlineMs);
    const isWhole = tooLong === undefined && !this.#cut && this.#endMs - this.#startMs <= maxInlineMs;
    return { waitMs, bytes: isWhole ? bytes : null };
  }

  /** All that is still to come. */
  rest() {
    return {
      bytes: Buffer.concat(this.#chunks.map(({ bytes }) => bytes)),
      isWhole: !this.#cut && this.#endMs !== Infinity,
    };
  }

  /** Bytes that were read too far. */
  putBack(bytes, nowMs) {
    if (bytes.length > 0) this.#chunks.unshift({ due: nowMs, bytes });
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

function headOf({ method = "GET", url, headers = {} }, names) {
  return `${method} ${url}\n${linesOf(Object.entries(headers), names)}`;
}

/** The lines of the fields that the core reads. */
function linesOf(fields, names) {
  return fields
    .filter(([name]) => names.includes(name))
    .map(([name, value]) => `${name}: ${value}\n`)
    .join("");
}

function parseHead(head) {
  const [first, ...lines] = head.split("\n").slice(0, -1);
  const space = first.indexOf(" ");
  const headers = Object.fromEntries(lines.map((line) => line.split(/: (.*)/s, 2)));
  return { method: first.slice(0, space), url: first.slice(space + 1), headers };
}
