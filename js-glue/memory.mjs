// The module's memory and exports, seen from JavaScript: src/abi/abi.md in code.

export const abiVersion = 3;

/** Effect kinds by their number. */
export const kinds = [
  null, "fetch", "read", "collect", "respond", "write", "pipe", "end", "sleep", "cancel", "log", "done",
  "watch",
];

/** Codes of a reply. */
export const codes = { ok: 0, end: 1, failed: 2, unsupported: 3, tooLarge: 4, timedOut: 5, clientGone: 6 };

/** What `mode` says of a response's body. */
export const modes = { complete: 0, more: 1, broken: 2 };

/** The name of the client's request body; other bodies are named by the id of their fetch. */
export const clientBody = 1;

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const noBytes = new Uint8Array(0);

/** The instance cannot serve now, for a reason that lies not with this request: another may be served. */
export class Unavailable extends Error {}

/** One instance of the core, configured with the variables of `environment` that are text, and with the names of the platform's services. */
export class Core {
  /** True after a trap. The instance is poisoned then: every further call throws. */
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

  /** The next effect, its text and bytes copied out; null when the session waits. */
  next(session) {
    const pointer = this.#enter("fluxgate_next", session);
    if (pointer === 0) return null;
    this.#refresh();
    const words = this.#words;
    const at = pointer >> 2;
    return {
      id: words[at], kind: words[at + 1], target: words[at + 2], status: words[at + 3], mode: words[at + 4],
      maxBytes: words[at + 5], timeMs: words[at + 6], gatherMs: words[at + 11],
      head: this.#copyText(words[at + 7], words[at + 8]),
      body: this.#copyBytes(words[at + 9], words[at + 10]),
    };
  }

  /** Answers an effect; `data` is text or bytes, or nothing. */
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

  /** No session is open: the instance can be replaced without anybody's notice. */
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

  /** Copies bytes into a block that the module then owns: [pointer, length]. */
  #giveBytes(bytes) {
    const pointer = this.#allocate(bytes.length);
    if (pointer !== 0) this.#bytes.set(bytes, pointer);
    return [pointer, bytes.length];
  }

  /** The same for text, with bytes in front of it. A UTF-16 unit becomes at most three bytes. */
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

  /** Growth detaches views. */
  #refresh() {
    const { buffer } = this.#exports.memory;
    if (this.#bytes.buffer === buffer) return;
    this.#bytes = new Uint8Array(buffer);
    this.#words = new Uint32Array(buffer);
  }
}

/** Toolchains leave a few imports over that the core never relies on. */
function leftoverImports(module) {
  const imports = {};
  for (const { module: space, name, kind } of WebAssembly.Module.imports(module)) {
    if (kind === "function") (imports[space] ??= {})[name] = () => 0;
  }
  return imports;
}
