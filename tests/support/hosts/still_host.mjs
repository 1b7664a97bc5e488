// A host whose requests stop where they wait, or all run at once, so that the module's memory shows what they hold meanwhile.
import { readFileSync } from "node:fs";
import { Core, codes, modes, never } from "../../../js-glue/memory.mjs";
import { workerModule } from "../../needs/worker.mjs";
import { batchOf } from "./conversation.mjs";
import { largePng } from "../upstreams/pictures.mjs";

const module = new WebAssembly.Module(readFileSync(workerModule()));
const variables = {
  AUTHORIZED_API_KEY: "client-key",
  IMAGE_GEN_API_BASE: "https://backend.example/generate",
  IMAGE_GEN_API_KEY: "image-key",
  IMAGE_PROXY_SECRET: "0123456789abcdef0123456789abcdef",
  IMAGE_GEN_API_TYPE: "openai",
  IMAGE_GEN_MODEL: "flux",
};
/** Variables that add a language model. A host whose name ends in -llm.example answers as one. */
export const withLlm = {
  OPENAI_API_BASE: "https://the-llm.example/v1",
  OPENAI_API_KEY: "llm-key",
  OPENAI_MODEL: "llm-small",
};
const startMs = 1767225600000;
const decoder = new TextDecoder();

export class StillHost {
  #core;
  #picture;
  #held = { bytes: 0 };

  /** pictureBytes: the size of each picture that the backend makes. */
  constructor({ pictureBytes = 1000, services = [], environment = {} } = {}) {
    this.#core = new Core(module, { ...variables, ...environment }, services);
    this.#picture = Buffer.from(JSON.stringify({ data: [{ b64_json: largePng(pictureBytes).toString("base64") }] }));
  }

  get memoryBytes() {
    return this.#core.memoryBytes;
  }

  /** The bytes of all pictures that requests have given to hold. */
  get heldBytes() {
    return this.#held.bytes;
  }

  /**
   * Starts a request, which goes on until it waits, and gives what has happened to it: { status, calls, made, sent }. made: how many pictures have
   * come; sent: the text that the client got behind the head. Options: fields: further fields of the body; answers: how many pictures the backend
   * makes; llm: the pieces of the language model's answer, with null at the end if it ends; reads: does the client take more than the beginning of a
   * stream? declares: does it declare the body's length? arrives: does the body come? key: the client's key.
   */
  ask(options) {
    const request = new Request(this.#core, this.#picture, this.#held, options);
    while (request.ready.length > 0) request.ready.shift()(startMs);
    return request.seen;
  }

  askMany(count, options) {
    return Array.from({ length: count }, () => this.ask(options));
  }

  /** Asks several requests at once. The things that they wait for come in the order that `random` chooses, and time goes on while nothing comes. */
  askTogether(list, random) {
    const requests = list.map((options) => new Request(this.#core, this.#picture, this.#held, options));
    for (let nowMs = startMs; ;) {
      const moving = requests.filter(({ ready }) => ready.length > 0);
      if (moving.length > 0) {
        const { ready } = random.of(moving);
        ready.splice(random.below(ready.length), 1)[0](nowMs);
        continue;
      }
      const first = requests.reduce((one, other) => (one.wakeAt <= other.wakeAt ? one : other));
      if (first.wakeAt === Infinity) return requests.map(({ seen }) => seen);
      nowMs = first.wakeAt;
      first.wake(nowMs);
    }
  }

  /** Starts a request for a stored picture, which goes on until it waits for the store. Gives its status, which is null then. */
  show(headers = "") {
    const session = this.#core.open(
      `GET https://gateway.example/i/${"A".repeat(22)}.png\n${headers}`,
      startMs,
      new Uint8Array(16),
    );
    return batchOf(this.#core).find(({ kind }) => kind === "respond")?.status ?? null;
  }
}

/** A request under way. */
class Request {
  seen = { status: null, calls: 0, made: 0, sent: "" };
  /** The things that can come now, as functions of the time. */
  ready = [];
  /** When it wants to be woken. */
  wakeAt = Infinity;

  #core;
  #session;
  #picture;
  #body;
  #held;
  #ownHeld = new Map(); // id -> bytes
  #options;
  #bodies = new Map(); // id of an answer's body -> { next(maxBytes) }, which gives its next bytes, null at its end, undefined for none

  constructor(
    core,
    picture,
    held,
    {
      idea = "a cat",
      n = 1,
      fields = {},
      answers = n,
      llm = [],
      reads = true,
      declares = true,
      arrives = true,
      key = "client-key",
    } = {},
  ) {
    this.#core = core;
    this.#picture = picture;
    this.#held = held;
    this.#options = { answers, llm, reads, arrives };
    this.#body = Buffer.from(
      JSON.stringify({ model: "flux", n, messages: [{ role: "user", content: idea }], ...fields }),
    );
    const length = declares ? `content-length: ${this.#body.length}\n` : "";
    this.#session = core.open(
      `POST https://gateway.example/v1/chat/completions\nauthorization: Bearer ${key}\n${length}`,
      startMs,
      new Uint8Array(16),
    );
    this.#perform(startMs);
  }

  #perform(nowMs) {
    const { wakeMs } = this.#core;
    this.wakeAt = wakeMs === never ? Infinity : nowMs + wakeMs;
    for (const effect of batchOf(this.#core)) this[effect.kind](effect);
  }

  wake(nowMs) {
    this.#core.wake(this.#session, nowMs);
    this.#perform(nowMs);
  }

  #reply(id, code, bytes) {
    this.ready.push((nowMs) => {
      this.#core.reply(this.#session, id, code, bytes, nowMs);
      this.#perform(nowMs);
    });
  }

  collect({ id }) {
    if (this.#options.arrives) this.#reply(id, codes.ok, this.#body);
  }

  fetch({ id, head }) {
    const { answers, llm } = this.#options;
    const isForLlm = head.includes("-llm.example/");
    if (head.includes("binding://") || (isForLlm ? llm.length === 0 : this.seen.calls >= answers)) return; // Nobody answers.
    if (!isForLlm) this.seen.calls += 1;
    this.#bodies.set(id, { ...(isForLlm ? piecesOf(llm) : rangesOf(this.#picture)), isPicture: !isForLlm });
    this.#reply(id, 200, "content-type: application/json\n");
  }

  read({ id, target, maxBytes }) {
    const { next, isPicture } = this.#bodies.get(target);
    const bytes = next(maxBytes);
    if (isPicture && bytes === null) this.seen.made += 1;
    if (bytes !== undefined) this.#reply(id, bytes === null ? codes.end : codes.ok, bytes ?? undefined);
  }

  respond({ id, status, mode, body }) {
    this.seen.status = status;
    if (mode === modes.complete) this.seen.sent = decoder.decode(body);
    else this.#reply(id, codes.ok);
  }

  write({ id, body }) {
    this.seen.sent += decoder.decode(body);
    if (this.#options.reads) this.#reply(id, codes.ok);
  }

  /** Bytes of the module's own: nobody here sends a form. */
  hold({ id, body }) {
    this.#hold(id, body.length);
    const told = Buffer.alloc(4);
    told.writeUInt32LE(body.length);
    this.#reply(id, codes.ok, Buffer.concat([told, body.subarray(0, 32)]));
  }

  #hold(id, bytes) {
    this.#held.bytes += bytes - (this.#ownHeld.get(id) ?? 0);
    this.#ownHeld.set(id, bytes);
  }

  cancel({ target }) {
    this.#hold(target, 0);
  }

  log() {}
  end() {}
  pipe() {}

  done() {
    this.#core.close(this.#session);
    this.wakeAt = Infinity;
  }
}

function rangesOf(bytes) {
  let at = 0;
  const next = (maxBytes) => {
    if (at >= bytes.length) return null;
    at += maxBytes;
    return bytes.subarray(at - maxBytes, at);
  };
  return { next };
}

function piecesOf(pieces) {
  let at = 0;
  return { next: () => (pieces[at] === null ? null : pieces[at++]) };
}
