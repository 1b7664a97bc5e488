// A strict host of WASI 0.2 for the component, in virtual time. By chance it does what wasmtime, Spin and others may do and jco does not. It stops a
// guest that breaks a rule of the canonical ABI (canonical_abi.mjs) or of WASI (strict_wasi_streams.mjs, strict_wasi_http.mjs) with a Trap, does
// nothing reliably that those rules do not promise, and reports what each request did.
//
// Signatures and layouts come from the official WIT that the component is made with; the host finds its side of a function by the name. A guest
// cannot import a function that this host does not perform.
import { readFileSync } from "node:fs";
import { witOf } from "../../../scripts/componentize.mjs";
import { Border } from "./canonical_abi.mjs";
import { HandleTable, trapIf } from "./handle_table.mjs";
import * as http from "./strict_wasi_http.mjs";
import * as streams from "./strict_wasi_streams.mjs";
import { readWit } from "./wit.mjs";

const wit = readWit(witOf(readFileSync(new URL("../../../src/wasi/world.wit", import.meta.url), "utf8")));
const httpTypes = "wasi:http/types@0.2.0";
const exportedHandle = "wasi:http/incoming-handler@0.2.0#handle";

const performers = {
  "wasi:io/error@0.2.0": { Error: streams.IoError },
  "wasi:io/poll@0.2.0": { Pollable: streams.Pollable, poll: streams.poll },
  "wasi:io/streams@0.2.0": { InputStream: streams.InputStream, OutputStream: streams.OutputStream },
  "wasi:clocks/monotonic-clock@0.2.0": streams.clocks.monotonic,
  "wasi:clocks/wall-clock@0.2.0": streams.clocks.wall,
  "wasi:random/random@0.2.0": streams.random,
  "wasi:cli/environment@0.2.0": streams.cli,
  "wasi:cli/stderr@0.2.0": streams.cli,
  [httpTypes]: http,
  "wasi:http/outgoing-handler@0.2.0": http,
};

/** The host starts 5 s after its monotonic clock began, at 2026-01-01T00:00:00Z. */
const startNs = 5_000 * streams.nsPerMs;
const startUnixMs = 1_767_225_600_000;

/** The first core module in a component, which holds its own code; the others only tie it to its imports. */
export function coreModuleIn(component) {
  const preambleBytes = 8;
  const coreModuleSection = 1; // github.com/WebAssembly/component-model/blob/main/design/mvp/Binary.md
  for (let at = preambleBytes; at < component.length;) {
    const section = component[at++];
    let length = 0; // LEB128
    for (let shift = 0, more = true; more; shift += 7) {
      more = component[at] >= 0x80;
      length += (component[at++] & 0x7f) * 2 ** shift;
    }
    if (section === coreModuleSection) return new WebAssembly.Module(component.subarray(at, at + length));
    at += length;
  }
  throw new Error("no core module in this component");
}

/** One instance of a guest, and its host. */
export class StrictHost {
  nowNs = startNs;
  table = new HandleTable();
  calls = [];
  #stderr = [];

  /**
   * instantiate(importOf): gives the guest's exports; importOf(interface, name) gives the function that it imports. See guestOf().
   * random: what tests/robust/chance.mjs gives; variables: the environment; maxPieceBytes: the most that a read gives or a write may have at a
   * time, chosen anew each time; hesitant: now and then there is nothing to read though it was said that there is.
   */
  constructor(instantiate, { random, variables = {}, maxPieceBytes = Infinity, hesitant = true }) {
    Object.assign(this, { random, variables, maxPieceBytes, hesitant });
    const border = new Border({}, this.table);
    border.exports = this.exports = instantiate((interfaceName, name) => this.#import(border, interfaceName, name));
    this.exports._initialize?.();
  }

  /** Gives the core function of this name. */
  #import(border, interfaceName, name) {
    const type = wit.get(interfaceName)?.get(name);
    const performer = performers[interfaceName];
    const Class = performer?.[pascalCase(type?.resource?.name ?? "")];
    const method = camelCase(type?.name ?? "");
    const perform = {
      function: () => performer?.[method]?.bind(null, this),
      constructor: () => Class && ((...args) => new Class(this, ...args)),
      method: () => Class?.prototype[method] && ((self, ...args) => self[method](...args)),
      static: () => Class?.[method]?.bind(Class, this),
      drop: () => Class && ((self) => self.dropped()),
    }[type?.kind]?.();
    if (perform === undefined) throw new Error(`nobody performs ${interfaceName} ${name}`);
    return border.lower(type, perform);
  }

  /**
   * Lets the guest answer one request to its end.
   *
   * request: { method, path, scheme, authority, headers, body | chunks, cut }: the body as in Source; null for a scheme or authority that the
   *   host does not tell.
   * upstream(call, index): called for each call with { method, url, headers } and `upload`, the Sink that its body goes into; gives
   *   { status, headers, body | chunks, cut, ms } for an answer (ms: until its head is there; early: it does not wait for the request's body),
   *   { error } or { refused } with an error-code, "failed" or "refused" for any error-code, or "silent".
   * client, uploads: what the takers of the answer and of the calls' bodies are like, as in Sink; client.leavesAtMs counts from now.
   *
   * Gives { status, headers, bytes, text, ending, pieces, calls, logs, ms }; pieces: { ms, bytes }, times since the request; calls also have
   * startMs, endMs (of the head), body, uploadEnding, isCancelled (let go of before its answer came) and bodyEnding (of the answer, which was
   * "read" to its end or "let go" of). Where the guest gave an error-code instead of an answer, status is 0 and errorCode that. A Trap where
   * the guest broke a rule or holds anything afterwards but its stderr.
   */
  serve(request, upstream = () => "refused", { client = {}, uploads = {} } = {}) {
    const beginNs = this.nowNs;
    const { leavesAtMs = Infinity, ...reader } = client;
    this.client = { ...reader, leavesNs: beginNs + leavesAtMs * streams.nsPerMs };
    Object.assign(this, { upstream, uploads, calls: [], answer: null });
    this.#stderr = [];

    const give = (name, resource) =>
      this.table.insert(wit.get(httpTypes).get(`[resource-drop]${name}`).resource, resource);
    const incoming = give("incoming-request", new http.IncomingRequest(this, request));
    this.exports[exportedHandle](incoming, give("response-outparam", new http.ResponseOutparam(this)));
    const held = this.table.held;
    trapIf(!["", "output-stream"].includes(held.join()), `the guest still holds ${held}`);
    return this.#seen((ns) => (ns - beginNs) / streams.nsPerMs);
  }

  #seen(msOf) {
    const { response, errorCode } = this.answer ?? {};
    const calls = this.calls.map((call) => {
      const { beginNs, endNs, upload, ...rest } = call;
      return {
        ...rest,
        startMs: msOf(beginNs),
        endMs: endNs && msOf(endNs),
        body: upload.bytes.toString(),
        uploadEnding: upload.ending,
      };
    });
    const logs = Buffer.concat(this.#stderr)
      .toString()
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line));
    const seen = { errorCode, calls, logs, ms: msOf(this.nowNs) };
    if (response === undefined)
      return { ...seen, status: 0, headers: {}, bytes: Buffer.alloc(0), text: "", ending: "none", pieces: [] };
    const { status, sent: headers, sink } = response;
    const pieces = sink.pieces.map(({ ns, bytes }) => ({ ms: msOf(ns), bytes }));
    const { bytes } = sink;
    return { ...seen, status, headers, bytes, text: bytes.toString(), ending: sink.ending, pieces };
  }

  /** Lets time pass without a request. */
  pass(ms) {
    this.nowNs += ms * streams.nsPerMs;
  }

  get memoryBytes() {
    return this.exports.memory.buffer.byteLength;
  }

  // --- For the other files of this host ---

  unixMs() {
    return startUnixMs + Math.floor((this.nowNs - startNs) / streams.nsPerMs);
  }

  log(contents) {
    this.#stderr.push(contents); // They may begin or end within a character.
    return true;
  }

  pieceBytes() {
    return this.maxPieceBytes === Infinity ? Infinity : 1 + this.random.below(this.maxPieceBytes);
  }

  hesitates() {
    return this.hesitant && this.random.below(8) === 0;
  }

  /** Gives any error-code, with every payload that it can hold: a guest must free these, and a leak of this size soon shows. */
  someErrorCode() {
    return this.#some(wit.get("wasi:http/outgoing-handler@0.2.0").get("handle").result.cases[1][1]);
  }

  #some(type) {
    if (type === null) return undefined;
    if (type.kind === "string") return "x".repeat(20_000);
    if (type.kind === "u64") return 7n;
    if (type.kind === "record")
      return Object.fromEntries(type.fields.map(([name, field]) => [name, this.#some(field)]));
    if (type.kind !== "variant") return 7;
    const [tag, payload] = this.random.of(type.cases);
    return { tag, value: this.#some(payload) };
  }
}

/** A guest in WebAssembly, for StrictHost. */
export function guestOf(module) {
  return (importOf) => {
    const imports = {};
    for (const { module: from, name } of WebAssembly.Module.imports(module))
      (imports[from] ??= {})[name] = importOf(from, name);
    return new WebAssembly.Instance(module, imports).exports;
  };
}

const camelCase = (name) => name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
const pascalCase = (name) => camelCase(`-${name}`);
