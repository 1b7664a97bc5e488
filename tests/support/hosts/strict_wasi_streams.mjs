// wasi:io, wasi:clocks, wasi:random and wasi:cli of the strict host (strict_wasi_host.mjs), and the peers behind its streams, which send and take
// bytes at certain times.
//
// Classes have the names of WIT's resources, methods those of WIT's functions, in camel case. Each rule names its source: "WIT" is the documentation
// of the function in github.com/WebAssembly/wasi-io/tree/v0.2.0/wit, "wasmtime" is its host in
// github.com/bytecodealliance/wasmtime/tree/main/crates/wasi/src/p2.
import { error, ok } from "./canonical_abi.mjs";
import { Resource, trapIf } from "./handle_table.mjs";

export const nsPerMs = 1_000_000;
/** Most bytes that blocking-write-and-flush takes. WIT: "a write of up to 4096 bytes"; wasmtime traps at more. */
const maxBlockingWriteBytes = 4096;

// --- wasi:io/error, wasi:io/poll ---

export class IoError extends Resource {}

/** `readyAt()` says when the pollable will be ready, in ns; Infinity: never, as far as is known now. It is a child of the resource that it watches
 * (WIT of subscribe). */
export class Pollable extends Resource {
  constructor(host, parent, readyAt) {
    super(host, parent);
    this.readyAt = readyAt;
  }
}

/**
 * Lets time pass until a pollable is ready. WIT: the result holds "one or more indices"; so it need neither hold all ready ones nor hold them in
 * order. An empty list would wait for ever; wasmtime traps ("empty poll list").
 */
export function poll(host, pollables) {
  trapIf(pollables.length === 0, "poll with an empty list");
  const times = pollables.map((each) => each.readyAt());
  const earliest = Math.min(...times);
  trapIf(
    earliest === Infinity,
    `nothing that is polled will ever be ready: ${pollables.map(({ parent }) => parent?.constructor.name ?? "a time")}`,
  );
  host.nowNs = Math.max(host.nowNs, earliest);
  const ready = [...times.keys()].filter((i) => times[i] <= host.nowNs);
  return host.random.below(2) === 0 ? ready : [host.random.of(ready)];
}

// --- wasi:io/streams ---

/** Makes a stream-error. For a broken connection a host may give either of its two cases. */
function streamError(host, isGoodEnd) {
  const closes = isGoodEnd || host.random.below(2) === 0;
  return error(closes ? { tag: "closed" } : { tag: "last-operation-failed", value: new IoError(host) });
}

export class InputStream extends Resource {
  constructor(host, parent, source) {
    super(host, parent);
    this.source = source;
  }

  /** WIT: "up to len bytes", and an empty list where none are there; there may be fewer than could be had, and none though it was ready. */
  read(lengthBytes) {
    if (this.source.hasEnded) return error({ tag: "closed" });
    const bytes = this.source.take(Math.min(Number(lengthBytes), this.host.pieceBytes()));
    if (bytes !== null) return ok(bytes);
    // Good ends and only those are `closed`, or a body without a length that was cut off would pass for a whole one.
    return this.source.isCut
      ? error({ tag: "last-operation-failed", value: new IoError(this.host) })
      : error({ tag: "closed" });
  }

  subscribe() {
    return new Pollable(this.host, this, () => this.source.readyAt());
  }
}

export class OutputStream extends Resource {
  #permittedBytes = 0;

  constructor(host, parent, sink) {
    super(host, parent);
    this.sink = sink;
  }

  /** WIT: "the number of bytes permitted for the next call to write"; 0 until the pollable is ready. */
  checkWrite() {
    this.#permittedBytes = 0;
    if (this.sink.isClosed) return streamError(this.host, false);
    const roomBytes = this.sink.roomBytes();
    if (roomBytes > 0) this.#permittedBytes = Math.min(roomBytes, this.host.pieceBytes());
    return ok(BigInt(this.#permittedBytes));
  }

  /** WIT: "check-write gave permit of Ok(n) and contents has a length of less than or equal to n. Otherwise, this function will trap." */
  write(contents) {
    trapIf(
      contents.length > this.#permittedBytes,
      `a write of ${contents.length} bytes where ${this.#permittedBytes} are permitted`,
    );
    this.#permittedBytes = 0;
    if (this.sink.isClosed) return streamError(this.host, false);
    return this.sink.put(contents) ? ok() : streamError(this.host, false);
  }

  blockingWriteAndFlush(contents) {
    trapIf(contents.length > maxBlockingWriteBytes, `a blocking write of ${contents.length} bytes`);
    return this.sink.put(contents) ? ok() : streamError(this.host, false);
  }

  subscribe() {
    return new Pollable(this.host, this, () => this.sink.readyAt());
  }
}

// --- wasi:clocks, wasi:random, wasi:cli ---

export const clocks = {
  monotonic: {
    now: (host) => BigInt(host.nowNs),
    subscribeInstant: (host, when) =>
      new Pollable(host, null, () => (when > Number.MAX_SAFE_INTEGER ? Infinity : Number(when))),
  },
  wall: {
    now(host) {
      const ms = BigInt(host.unixMs());
      return { seconds: ms / 1000n, nanoseconds: Number(ms % 1000n) * nsPerMs };
    },
  },
};

export const random = {
  getRandomU64: (host) => (BigInt(host.random.below(2 ** 32)) << 32n) | BigInt(host.random.below(2 ** 32)),
};

export const cli = {
  getEnvironment: (host) => Object.entries(host.variables),
  getStderr: (host) => new OutputStream(host, null, { put: (contents) => host.log(contents) }),
};

// --- Peers ---

/**
 * Sends a body: { body } whole and at once, or { chunks }. A chunk is bytes, text, or { ms, bytes? }, which comes so long after the chunk before.
 * cut: the body breaks off after the last chunk.
 */
export class Source {
  isCut;
  hasEnded = false; // True when the bytes and the end were taken.
  #host;
  #chunks; // { at, bytes }, with bytes; times in ns
  #endNs;

  constructor(host, { body = "", chunks = [body], cut = false }) {
    this.#host = host;
    this.isCut = cut;
    this.#endNs = host.nowNs;
    this.#chunks = chunks.flatMap((chunk) => {
      const { ms, bytes = "" } = Object.hasOwn(Object(chunk), "ms") ? chunk : { ms: 0, bytes: chunk };
      this.#endNs += ms * nsPerMs;
      return bytes.length === 0 ? [] : [{ at: this.#endNs, bytes: Buffer.from(bytes) }];
    });
  }

  readyAt() {
    return this.#chunks[0]?.at ?? this.#endNs;
  }

  /** Gives the next bytes, an empty buffer when none have come yet, or null at the end. */
  take(maxBytes) {
    if (this.readyAt() > this.#host.nowNs || this.#host.hesitates()) return Buffer.alloc(0);
    const [chunk] = this.#chunks;
    this.hasEnded = chunk === undefined;
    if (this.hasEnded) return null;
    const bytes = chunk.bytes.subarray(0, maxBytes);
    chunk.bytes = chunk.bytes.subarray(maxBytes);
    if (chunk.bytes.length === 0) this.#chunks.shift();
    return bytes;
  }
}

/** The least part of a peer's buffer: sockets call a buffer full that has less room. */
const leastRoom = 1 / 8;

/**
 * Takes a body. The peer takes so many bytes per ms out of a buffer, and may leave at a certain time, or stay but stop reading after readsBytes.
 * `ending` is "open", "whole" or "broken". `declaredBytes`: the content-length, if there is one.
 */
export class Sink {
  ending = "open";
  pieces = []; // { ns, bytes }
  #host;
  #peer;
  #lengthBytes = 0;
  #bufferedBytes = 0;
  #drainedNs;

  constructor(
    host,
    { bytesPerMs = Infinity, bufferBytes = 65_536, readsBytes = Infinity, leavesNs = Infinity } = {},
    declaredBytes,
  ) {
    this.#host = host;
    this.#peer = { bytesPerMs, bufferBytes, readsBytes, leavesNs };
    this.declaredBytes = declaredBytes;
    this.#drainedNs = host.nowNs;
  }

  get isClosed() {
    return this.#host.nowNs >= this.#peer.leavesNs;
  }

  get bytes() {
    return Buffer.concat(this.pieces.map(({ bytes }) => bytes));
  }

  roomBytes() {
    const { bytesPerMs, bufferBytes, readsBytes } = this.#peer;
    const passedMs = (this.#host.nowNs - this.#drainedNs) / nsPerMs;
    this.#drainedNs = this.#host.nowNs;
    this.#bufferedBytes = bytesPerMs === Infinity ? 0 : Math.max(0, this.#bufferedBytes - passedMs * bytesPerMs);
    const freeBytes = Math.floor(bufferBytes - this.#bufferedBytes);
    return freeBytes < bufferBytes * leastRoom ? 0 : Math.min(freeBytes, readsBytes - this.#lengthBytes);
  }

  /** WIT of output-stream.subscribe: ready when check-write gives more than 0, or an error. */
  readyAt() {
    const { bytesPerMs, bufferBytes, readsBytes, leavesNs } = this.#peer;
    if (this.isClosed || this.roomBytes() > 0) return this.#host.nowNs;
    if (this.#lengthBytes >= readsBytes) return leavesNs;
    const waitMs = (this.#bufferedBytes - bufferBytes * (1 - leastRoom) + 1) / bytesPerMs;
    return Math.min(leavesNs, this.#host.nowNs + Math.ceil(waitMs * nsPerMs));
  }

  /** Takes bytes. False when the body gets longer than declared: wasmtime fails such a write (WrittenState in crates/wasi-http/src/p2/body.rs). */
  put(bytes) {
    this.#bufferedBytes += bytes.length;
    this.#lengthBytes += bytes.length;
    this.pieces.push({ ns: this.#host.nowNs, bytes });
    return this.#lengthBytes <= (this.declaredBytes ?? Infinity);
  }

  /** Ends the body well, if the peer has not left. False when the body is shorter than declared. */
  finish() {
    const isAll = this.#lengthBytes === (this.declaredBytes ?? this.#lengthBytes);
    this.ending = isAll && !this.isClosed ? "whole" : "broken";
    return isAll;
  }

  break() {
    this.ending = "broken";
  }
}
