// The module's memory and exports, seen from JavaScript: src/abi/abi.md in code.

export const abiVersion = 3;

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
  "sleep",
  "cancel",
  "log",
  "done",
  "watch",
];

/** The codes of a reply. */
export const codes = { ok: 0, end: 1, failed: 2, unsupported: 3, tooLarge: 4, timedOut: 5, clientGone: 6 };

/** What an effect's `mode` says about the body of our answer. */
export const modes = { complete: 0, more: 1, broken: 2 };

/** The id of the client's request body; the id of any other body is that of its fetch. */
export const clientBody = 1;

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const noBytes = new Uint8Array(0);

/** The instance cannot serve a request, for a reason that is not in the request: asking again may help. */
export class Unavailable extends Error {}

/** One instance of the core, configured with the texts, numbers and booleans of `environment` and the names of the platform's services. */
export class Core {
  /** True after a trap: every further call throws. */
  lost = false;
  #openSessions = 0;
  #exports;
  #bytes = noBytes;
  #words = new Uint32Array(0);

  /** @param {WebAssembly.Module} module */
  constructor(module, environment, serviceNames = []) {
    this.#exports = new WebAssembly.Instance(module, leftoverImports(module)).exports;
    if (this.#exports._initialize) this.#enter("_initialize");
    const version = this.#enter("fluxgate_abi_version");
    if (version !== abiVersion) throw new Error(`The module speaks ABI ${version}, not ${abiVersion}.`);
    const block = Object.entries(environment)
      .filter(([, value]) => ["string", "number", "boolean"].includes(typeof value))
      .concat(serviceNames.map((name) => [`binding://${name}`, "1"]))
      .map(([name, value]) => `${name}=${value}\0`)
      .join("");
    this.#enter("fluxgate_configure", ...this.#giveText(block));
  }

  /** Opens a session. `head`: "METHOD URL\n" and "name: value\n" lines; `random`: 16 bytes. */
  open(head, random, now) {
    const session = this.#enter("fluxgate_open", ...this.#giveText(head, random), now);
    this.#openSessions += 1;
    return session;
  }

  /** Gives the next effect, its text and bytes copied out; null when the session waits for replies. */
  next(session) {
    const pointer = this.#enter("fluxgate_next", session);
    if (pointer === 0) return null;
    this.#refresh();
    const words = this.#words;
    const at = pointer >> 2;
    return {
      id: words[at],
      kind: words[at + 1],
      target: words[at + 2],
      status: words[at + 3],
      mode: words[at + 4],
      maxBytes: words[at + 5],
      timeMs: words[at + 6],
      gatherMs: words[at + 11],
      head: this.#copyText(words[at + 7], words[at + 8]),
      body: this.#copyBytes(words[at + 9], words[at + 10]),
    };
  }

  /** Replies to an effect; `data` is text, bytes or nothing. */
  reply(session, effect, code, data, now) {
    const block = typeof data === "string" ? this.#giveText(data) : this.#giveBytes(data ?? noBytes);
    this.#enter("fluxgate_reply", session, effect, code, ...block, now);
  }

  close(session) {
    this.#openSessions -= 1;
    this.#enter("fluxgate_close", session);
  }

  get memoryBytes() {
    return this.#exports.memory.buffer.byteLength;
  }

  /** True when no session is open: nobody notices if the instance is replaced. */
  get idle() {
    return this.#openSessions === 0;
  }

  /** Throws when the instance is lost. */
  assertUsable() {
    if (this.lost) throw new Unavailable("Another request has broken the instance.");
  }

  /** Calls an export. A trap is a RuntimeError, or a RangeError when the stack overflows. */
  #enter(name, ...args) {
    this.assertUsable();
    try {
      return this.#exports[name](...args);
    } catch (error) {
      this.lost = true;
      throw error;
    }
  }

  /** Copies bytes into a block that the module then owns. Gives [pointer, length]. */
  #giveBytes(bytes) {
    const pointer = this.#allocate(bytes.length);
    if (pointer !== 0) this.#bytes.set(bytes, pointer);
    return [pointer, bytes.length];
  }

  /** Copies the bytes of `front` and then text into a block that the module then owns. Gives [pointer, length]. A UTF-16 unit becomes at most three
   * bytes. */
  #giveText(text, front = noBytes) {
    const pointer = this.#allocate(front.length + text.length * 3);
    if (pointer === 0) return [0, 0];
    this.#bytes.set(front, pointer);
    const start = pointer + front.length;
    const { written } = encoder.encodeInto(text, this.#bytes.subarray(start, start + text.length * 3));
    return [pointer, front.length + written];
  }

  #copyText(pointer, length) {
    return length === 0 ? "" : decoder.decode(this.#bytes.subarray(pointer, pointer + length));
  }

  #copyBytes(pointer, length) {
    return length === 0 ? noBytes : this.#bytes.slice(pointer, pointer + length);
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

/** Gives functions for the few imports that toolchains leave over; the core never relies on them. */
function leftoverImports(module) {
  const imports = {};
  for (const { module: space, name, kind } of WebAssembly.Module.imports(module)) {
    if (kind === "function") (imports[space] ??= {})[name] = () => 0;
  }
  return imports;
}
