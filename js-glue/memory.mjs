// The module's memory and exports, seen from JavaScript: src/abi/abi.md in code.

export const abiVersion = 4;

/** The names of effect kinds, by number. */
export const kinds = [
  null,
  "fetch",
  "read",
  "collect",
  "respond",
  "write",
  "pipe",
  "end",
  null,
  "cancel",
  "log",
  "done",
  null,
  "hold",
];

/** The codes of a reply. */
export const codes = { ok: 0, end: 1, failed: 2, unsupported: 3, tooLarge: 4, timedOut: 5, clientGone: 6 };

/** What an effect's `mode` says about the body of our answer. */
export const modes = { complete: 0, more: 1, broken: 2, passed: 3 };

/** How a body is written: an insert's, or one that is piped. */
export const codings = { identity: 0, base64: 1 };

/** The id of the client's request body; the id of any other body is that of its fetch or hold. */
export const clientBody = 1;

/** The `wakeMs` of a session that waits for no time. */
export const never = 2 ** 31 - 1;

const recordWords = 16;
const insertWords = 3;
const randomBytes = 16;

const encoder = new TextEncoder();
const decoder = new TextDecoder();
export const noBytes = new Uint8Array(0);

/** Random bytes for 256 sessions: each call of the platform costs more than the bytes. */
const random = new Uint8Array(256 * randomBytes);
let randomAt = random.length;

function nextRandom() {
  if (randomAt === random.length) {
    crypto.getRandomValues(random);
    randomAt = 0;
  }
  randomAt += randomBytes;
  return random.subarray(randomAt - randomBytes, randomAt);
}

/** The instance cannot serve a request, for a reason that is not in the request: asking again may help. */
export class Unavailable extends Error {}

/**
 * One instance of the core, configured with the texts, numbers and booleans of `environment` and the names of the platform's services. Each call
 * that lets a session go on leaves a batch: effectCount, effect(index) and wakeMs tell of it until the next call of any session.
 */
export class Core {
  /** True after a trap: every further call throws. */
  lost = false;
  /** The names of the headers that the core reads: of clients' requests, of upstreams' answers, and of good answers that come whole. */
  requestHeaders;
  answerHeaders;
  wholeHeaders;
  #openSessions = 0;
  #exports;
  #bytes = noBytes;
  #words = new Uint32Array(0);
  #batchAt;
  #effect;

  /** @param {WebAssembly.Module} module */
  constructor(module, environment, serviceNames = []) {
    this.#exports = new WebAssembly.Instance(module, leftoverImports(module)).exports;
    if (this.#exports._initialize) this.#enter("_initialize");
    const version = this.#enter("fluxgate_abi_version");
    if (version !== abiVersion) throw new Error(`The module speaks ABI ${version}, not ${abiVersion}.`);
    this.#batchAt = this.#enter("fluxgate_batch") >> 2;
    const block = Object.entries(environment)
      .filter(([, value]) => ["string", "number", "boolean"].includes(typeof value))
      .concat(serviceNames.map((name) => [`binding://${name}`, "1"]))
      .map(([name, value]) => `${name}=${value}\0`)
      .join("");
    const names = this.#enter("fluxgate_configure", ...this.#giveText(block));
    this.#refresh();
    const text = this.#text(names, this.#bytes.indexOf(0, names) - names);
    this.requestHeaders = namesIn(text, "request: ");
    this.answerHeaders = namesIn(text, "answer: ");
    this.wholeHeaders = namesIn(text, "whole: ");
    this.#effect = new Effect((pointer, length) => this.#text(pointer, length));
  }

  /** Opens a session. `head`: "METHOD URL\n" and "name: value\n" lines. */
  open(head, now, random = nextRandom()) {
    const [pointer, length] = this.#giveText(head, random);
    const session = this.#enter("fluxgate_open", pointer, length, now);
    this.#refresh();
    this.#openSessions += 1;
    return session;
  }

  /** Replies to an effect; `data` is text, bytes or nothing. */
  reply(session, effect, code, data, now) {
    const [pointer, length] = this.#give(data);
    this.#enter("fluxgate_reply", session, effect, code, pointer, length, now);
    this.#refresh();
  }

  /** Replies to a fetch with an answer and all of its body, which is text or bytes. */
  replyWhole(session, effect, status, lines, body, now) {
    const [headPointer, headLength] = this.#giveText(lines);
    const [bodyPointer, bodyLength] = this.#giveBehind(headPointer, body);
    this.#enter("fluxgate_reply_whole", session, effect, status, headPointer, headLength, bodyPointer, bodyLength, now);
    this.#refresh();
  }

  wake(session, now) {
    this.#enter("fluxgate_wake", session, now);
    this.#refresh();
  }

  clientLeft(session, now) {
    this.#enter("fluxgate_client_left", session, now);
    this.#refresh();
  }

  close(session) {
    this.#openSessions -= 1;
    this.#enter("fluxgate_close", session);
  }

  get effectCount() {
    return this.#words[this.#batchAt];
  }

  /** An effect of the batch. It is the same object for all; what is needed later must be copied. */
  effect(index) {
    this.#effect.words = this.#words;
    this.#effect.bytes = this.#bytes;
    this.#effect.at = (this.#words[this.#batchAt + 1] >> 2) + index * recordWords;
    return this.#effect;
  }

  /** In how many ms the session wants wake(). */
  get wakeMs() {
    return this.#words[this.#batchAt + 2];
  }

  get memoryBytes() {
    return this.#exports.memory.buffer.byteLength;
  }

  /** True when no session is open: nobody notices if the instance is replaced. */
  get idle() {
    return this.#openSessions === 0;
  }

  /** Calls an export. A trap is a RuntimeError, or a RangeError when the stack overflows. */
  #enter(name, ...args) {
    if (this.lost) throw new Unavailable("Another request has broken the instance.");
    try {
      return this.#exports[name](...args);
    } catch (error) {
      this.lost = true;
      throw error;
    }
  }

  #give(data = noBytes) {
    if (typeof data === "string") return this.#giveText(data);
    const pointer = this.#allocate(data.length);
    if (pointer !== 0) this.#bytes.set(data, pointer);
    return [pointer, data.length];
  }

  /** As #give(); where there is no room for it, a block that was given before goes back. */
  #giveBehind(pointer, data) {
    try {
      return this.#give(data);
    } catch (error) {
      if (!this.lost) this.#enter("fluxgate_free", pointer);
      throw error;
    }
  }

  /** Copies the bytes of `front` and then text into a block that the module then owns. Gives [pointer, length]. A UTF-16 unit becomes one byte
   * where the text is ASCII, and three at most. */
  #giveText(text, front = noBytes, unitBytes = 1) {
    const mostBytes = text.length * unitBytes;
    const pointer = this.#allocate(front.length + mostBytes);
    if (pointer === 0) return [0, 0];
    this.#bytes.set(front, pointer);
    const start = pointer + front.length;
    const { read, written } = encoder.encodeInto(text, this.#bytes.subarray(start, start + mostBytes));
    if (read === text.length) return [pointer, front.length + written];
    this.#enter("fluxgate_free", pointer); // There is more than ASCII in it.
    return this.#giveText(text, front, 3);
  }

  #text(pointer, length) {
    return length === 0 ? "" : decoder.decode(this.#bytes.subarray(pointer, pointer + length));
  }

  #allocate(length) {
    if (length === 0) return 0;
    const pointer = this.#enter("fluxgate_alloc", length);
    if (pointer === 0) throw new Unavailable("The module is out of memory.");
    this.#refresh();
    return pointer;
  }

  /** Makes new views when the memory has grown, which detaches old ones. */
  #refresh() {
    const { buffer } = this.#exports.memory;
    if (this.#bytes.buffer === buffer) return;
    this.#bytes = new Uint8Array(buffer);
    this.#words = new Uint32Array(buffer);
  }
}

/** One record of a batch, read in place. */
class Effect {
  words;
  bytes;
  at = 0;
  #text;

  constructor(text) {
    this.#text = text;
  }

  get id() {
    return this.words[this.at];
  }
  get kind() {
    return this.words[this.at + 1];
  }
  get target() {
    return this.words[this.at + 2];
  }
  get status() {
    return this.words[this.at + 3];
  }
  get mode() {
    return this.words[this.at + 4];
  }
  /** fetch: must a cancel end it at once? */
  get endsAtOnce() {
    return this.mode === 1;
  }
  /** hold: the held body that gets the bytes. */
  get into() {
    return this.mode;
  }
  get maxBytes() {
    return this.words[this.at + 5];
  }
  get timeMs() {
    return this.words[this.at + 6];
  }
  get gatherMs() {
    return this.words[this.at + 11];
  }
  get inlineBytes() {
    return this.words[this.at + 12];
  }
  get coding() {
    return this.words[this.at + 15];
  }
  get head() {
    return this.#text(this.words[this.at + 7], this.words[this.at + 8]);
  }
  get headBytes() {
    return this.#view(this.at + 7).slice();
  }
  /** The body's bytes as text. */
  get text() {
    return this.#text(this.words[this.at + 9], this.words[this.at + 10]);
  }
  /** A view of the body's bytes, until the next call into the module. */
  get view() {
    return this.#view(this.at + 9);
  }
  get body() {
    return this.view.slice();
  }
  /** The bodies that stand between the bytes: [{ place, body, coding }]. */
  get inserts() {
    const from = this.words[this.at + 13] >> 2;
    return Array.from({ length: this.words[this.at + 14] }, (_, index) => {
      const [place, body, coding] = this.words.subarray(from + index * insertWords);
      return { place, body, coding };
    });
  }

  #view(at) {
    const [pointer, length] = [this.words[at], this.words[at + 1]];
    return length === 0 ? noBytes : this.bytes.subarray(pointer, pointer + length);
  }
}

/** The names in the line of `text` that begins so. */
function namesIn(text, beginning) {
  const line = text.split("\n").find((each) => each.startsWith(beginning));
  return line === undefined ? [] : line.slice(beginning.length).split(" ");
}

/** Gives functions for the few imports that toolchains leave over; the core never relies on them. */
function leftoverImports(module) {
  const imports = {};
  for (const { module: space, name, kind } of WebAssembly.Module.imports(module)) {
    if (kind === "function") (imports[space] ??= {})[name] = () => 0;
  }
  return imports;
}
