// A host without network or clock: runs one session of the core against scripted upstreams.
import { clientBody, codes, kinds, modes } from "../../js-glue/memory.mjs";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** 2026-01-01T00:00:00Z: where the scripted clock starts. */
export const startMs = 1767225600000;

/**
 * Runs one request to its end.
 *
 * request: { method, url, headers, body } with body a string or bytes.
 * upstream(call, index): called for each fetch with { method, url, headers, body }; gives
 *   { status, headers?, body?, chunks?, cut? } for an answer (cut: the body breaks off after what is given),
 *   "failed", "unsupported", or "silent" for an upstream that never answers.
 * options: now, random; clientLeavesAt: the client goes away while the so-manieth effect and those beside it are under way; closeAfter: the host closes the session at the so-manieth effect; failing: the index of the effect whose reply
 *   is `failed` whatever it should have been.
 *
 * Sleeps end only when nothing else can go on; the clock then jumps. Gives what the client saw and what the core did:
 * { status, headers, text, bytes, ending, calls, logs, cancelled, effects }.
 */
export function converse(core, request, upstream = () => "failed", options = {}) {
  const conversation = new Conversation(core, request, upstream, options);
  return conversation.run();
}

class Conversation {
  constructor(core, request, upstream, options) {
    this.core = core;
    this.upstream = upstream;
    this.options = options;
    this.now = options.now ?? startMs;
    this.bodies = new Map([[clientBody, { chunks: chunksOf(request.body), cut: false }]]);
    this.sleeping = [];
    this.waiting = new Set(); // ids of effects that never get a reply by themselves
    this.seen = { status: 0, headers: {}, parts: [], ending: null, calls: [], logs: [], cancelled: [], effects: [] };
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
        if (!this.wakeSleeper()) throw new Error("The session waits for a reply that never comes.");
        continue;
      }
      const kind = kinds[effect.kind];
      this.seen.effects.push(kind);
      if (this.seen.effects.length === this.options.closeAfter) break;
      if (kind === "done") break;
      this.leaving ||= this.seen.effects.length === this.options.clientLeavesAt;
      if (this.leaving && !["watch", "log"].includes(kind)) {
        if (kind === "fetch") this.seen.calls.push(parseHead(effect.head)); // Under way, without an answer.
        continue;
      }
      this.failing = this.seen.effects.length - 1 === this.options.failing;
      this[kind](effect);
    }
    this.core.close(this.session);
    const { parts, ...seen } = this.seen;
    const bytes = Buffer.concat(parts);
    return { ...seen, bytes, text: decoder.decode(bytes), json: () => JSON.parse(decoder.decode(bytes)) };
  }

  reply(effect, code, data) {
    if (this.failing) [code, data, this.failing] = [codes.failed, undefined, false];
    this.core.reply(this.session, effect.id, code, data, this.now);
  }

  fetch(effect) {
    const call = parseHead(effect.head);
    call.body = decoder.decode(effect.body);
    const answer = this.upstream(call, this.seen.calls.length);
    this.seen.calls.push(call);
    if (answer === "silent") return this.waiting.add(effect.id);
    if (typeof answer === "string") return this.reply(effect, codes[answer]);
    this.now += answer.ms ?? 0;
    this.bodies.set(effect.id, { chunks: answer.chunks?.map(bytesOf) ?? chunksOf(answer.body), cut: answer.cut === true });
    const lines = Object.entries(answer.headers ?? {}).map(([name, value]) => `${name}: ${value}\n`);
    this.reply(effect, answer.status, lines.join(""));
  }

  read(effect) {
    const body = this.bodies.get(effect.target);
    const chunk = body.chunks.shift();
    if (chunk?.length > effect.maxBytes) body.chunks.unshift(chunk.subarray(effect.maxBytes));
    if (chunk !== undefined) return this.reply(effect, codes.ok, chunk.subarray(0, effect.maxBytes));
    this.bodies.delete(effect.target);
    this.reply(effect, body.cut ? codes.failed : codes.end);
  }

  collect(effect) {
    const body = this.bodies.get(effect.target);
    this.bodies.delete(effect.target);
    const bytes = Buffer.concat(body.chunks);
    if (bytes.length > effect.maxBytes) return this.reply(effect, codes.tooLarge);
    if (body.cut) return this.reply(effect, codes.failed);
    this.reply(effect, codes.ok, bytes);
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
    this.seen.parts.push(effect.body);
    this.reply(effect, codes.ok);
  }

  pipe(effect) {
    const body = this.bodies.get(effect.target);
    this.bodies.delete(effect.target);
    const bytes = Buffer.concat(body.chunks);
    if (bytes.length > effect.maxBytes) return this.reply(effect, codes.tooLarge);
    this.seen.parts.push(bytes);
    this.reply(effect, body.cut ? codes.failed : codes.ok);
  }

  end(effect) {
    this.seen.ending = effect.mode === modes.complete ? "complete" : "broken";
  }

  sleep(effect) {
    this.sleeping.push({ effect, due: this.now + effect.timeMs });
  }

  cancel(effect) {
    this.seen.cancelled.push(effect.target);
    this.waiting.delete(effect.target);
    this.bodies.delete(effect.target);
    this.sleeping = this.sleeping.filter((sleeper) => sleeper.effect.id !== effect.target);
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

  wakeSleeper() {
    this.sleeping.sort((a, b) => a.due - b.due);
    const sleeper = this.sleeping.shift();
    if (sleeper === undefined) return false;
    this.now = Math.max(this.now, sleeper.due);
    this.reply(sleeper.effect, codes.ok);
    return true;
  }
}

function bytesOf(body) {
  return typeof body === "string" ? encoder.encode(body) : body;
}

function chunksOf(body) {
  const bytes = bytesOf(body ?? "");
  return bytes.length === 0 ? [] : [bytes];
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
