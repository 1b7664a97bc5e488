// Bodies of requests and responses, read piece by piece or whole, within limits.
import { Base64Writer } from "./base64.mjs";
import { declaredBytes } from "./heads.mjs";
import { codes, codings, noBytes } from "./memory.mjs";

/** Most bytes of one read. The platform's own chunks of 4 KiB make a transfer cost several times as much. */
export const chunkBytes = 64 * 1024;
/** How much is coded at once: what a piece costs beside its bytes is then little. A multiple of three, so that no bytes are left over. */
const codedBytes = 192 * 1024;

/** Reads the body of a Request or Response. */
export class BodyReader {
  /** The buffer of a chunk that was used up: the next read takes it if it is large enough. */
  spare;
  /** Null once the body is over: a broken stream keeps its error, whose stack keeps this reader, which must not keep the stream. */
  #source;
  #alarms;
  #reader = null;
  #declaredBytes; // Infinity where no length is declared, or that of other (coded) bytes.
  #leftBytes; // How many declared bytes are still to come; Infinity where nobody holds the peer to them.
  #ahead = null; // A read that was begun ahead, for the next caller.
  #front = noBytes; // Bytes that come before all that is still to be read.
  #lastMs = 0; // When read() last gave a chunk.

  /** isHeldToLength: the platform breaks off a body that has not its declared length. A request of another Worker may declare any length. */
  constructor(source, alarms, { isHeldToLength }) {
    this.#source = source;
    this.#alarms = alarms;
    const { headers } = source;
    const isCoded = headers.has("content-encoding") || headers.has("transfer-encoding");
    this.#declaredBytes = isCoded ? Infinity : declaredBytes(headers);
    this.#leftBytes = isHeldToLength ? this.#declaredBytes : Infinity;
  }

  /**
   * Reads the next chunk. Gives { code, chunk }: ok with at most maxBytes, end, failed or timedOut. Bytes that come within gatherMs of the last chunk
   * wait until that time has passed, and are given in one piece with those that have come meanwhile.
   */
  async read(maxBytes, idleMs, gatherMs = 0) {
    const outcome = await this.#within(idleMs, this.#next(maxBytes));
    if (outcome === undefined) return (this.cancel(), { code: codes.timedOut });
    if (gatherMs === 0 || outcome.code !== codes.ok) return outcome;
    const waitMs = Math.min(this.#lastMs + gatherMs - Date.now(), gatherMs); // The clock may have been set back.
    if (waitMs > 0) outcome.chunk = await this.#gather(outcome.chunk, maxBytes, waitMs);
    this.#lastMs = Date.now();
    return outcome;
  }

  /** Reads the whole body. Gives { code, bytes }: ok with all bytes, tooLarge, failed or timedOut. */
  async collect(maxBytes, idleMs) {
    const isTooLarge = this.#declaredBytes !== Infinity && this.#declaredBytes > maxBytes;
    if (isTooLarge && this.#source?.body) return (this.cancel(), { code: codes.tooLarge });
    const chunks = [];
    let length = 0;
    for (;;) {
      const { code, chunk } = await this.read(chunkBytes, idleMs);
      if (code === codes.end) return { code: codes.ok, bytes: joined(chunks, length) };
      if (code !== codes.ok) return { code };
      // A small chunk must not keep its whole buffer.
      const small = chunk.length * 2 < chunk.buffer.byteLength;
      chunks.push(small ? chunk.slice() : chunk);
      if (small) this.spare = chunk.buffer;
      length += chunk.length;
      if (length > maxBytes) return (this.cancel(), { code: codes.tooLarge });
    }
  }

  /**
   * Waits for all of a body of at most maxBytes. Gives its bytes; null for a longer body and for one that breaks off. read() begins with what has come,
   * also while this waits.
   */
  async whole(maxBytes) {
    if (this.#source.body === null) return noBytes;
    while (this.#front.length <= maxBytes) {
      const coming = this.#take(maxBytes + 1 - this.#front.length);
      this.#ahead = coming;
      const { code, chunk } = await coming;
      if (this.#ahead !== coming) return null; // read() has begun.
      if (code === codes.end) return this.#takeFront(maxBytes);
      if (code !== codes.ok) return null;
      this.#ahead = null;
      this.#front = joined([this.#front, chunk], this.#front.length + chunk.length);
      this.spare = chunk.buffer;
    }
    return null;
  }

  /** All of the body comes as this promise of text or bytes, and read() waits for it. Gives this reader. */
  comesAs(coming) {
    this.#leftBytes = 0;
    this.#ahead = coming.then(
      (body) => (body.length === 0 ? { code: codes.end } : { code: codes.ok, chunk: bytesOf(body) }),
      () => ({ code: codes.failed }),
    );
    return this;
  }

  /** Gives the platform's own stream, which is the caller's from then on; null when something of it was read. */
  release() {
    if (this.#source === null || this.#reader !== null || this.#ahead !== null) return null;
    const { body } = this.#source;
    this.#letGo();
    return body;
  }

  /** The next read begins with these bytes. */
  putBack(bytes) {
    this.#front = joined([bytes, this.#front], bytes.length + this.#front.length);
  }

  /** Drops the body; an abandoned one would keep its connection. */
  cancel() {
    const done = this.#reader ? this.#reader.cancel() : this.#source?.body?.cancel();
    done?.catch(() => {});
    this.#letGo();
  }

  #letGo() {
    this.#source = null;
    this.#reader = null;
  }

  /** Gives the next chunk: { code, chunk } with ok, end or failed. */
  async #next(maxBytes) {
    if (this.#front.length > 0 && this.#source !== null) return { code: codes.ok, chunk: this.#takeFront(maxBytes) };
    const ahead = this.#ahead;
    this.#ahead = null;
    const outcome = await (ahead ?? this.#take(maxBytes));
    if (outcome.chunk?.length > maxBytes) {
      this.#front = outcome.chunk;
      outcome.chunk = this.#takeFront(maxBytes);
    }
    return outcome;
  }

  #takeFront(maxBytes) {
    const chunk = this.#front.subarray(0, maxBytes);
    this.#front = this.#front.subarray(chunk.length);
    return chunk;
  }

  async #take(maxBytes) {
    if (this.#source === null) return { code: codes.failed };
    if (this.#leftBytes === 0 || this.#source.body === null) return { code: codes.end };
    const wantedBytes = Math.min(maxBytes, chunkBytes, this.#leftBytes, Math.max(this.#declaredBytes, 1));
    const buffer = this.spare?.byteLength >= wantedBytes ? this.spare : new ArrayBuffer(wantedBytes);
    this.spare = undefined;
    try {
      this.#reader ??= this.#source.body.getReader({ mode: "byob" });
      const { done, value } = await this.#reader.read(new Uint8Array(buffer, 0, wantedBytes));
      if (this.#source === null) return { code: codes.failed }; // It was cancelled meanwhile.
      if (!done) {
        this.#leftBytes -= value.length;
        return { code: codes.ok, chunk: value };
      }
      this.#letGo();
      return { code: codes.end };
    } catch {
      this.#letGo();
      return { code: codes.failed };
    }
  }

  /** Joins the first chunk and those that come within waitMs. A read that is still under way then is left to the next read(). */
  async #gather(first, maxBytes, waitMs) {
    const gathered = new Uint8Array(maxBytes);
    let length = 0;
    const add = (chunk) => {
      gathered.set(chunk, length);
      length += chunk.length;
      this.spare = chunk.buffer;
    };
    add(first);
    const timeIsUp = new Promise((resolve) => this.#alarms.set(waitMs, resolve));
    while (length < maxBytes) {
      this.#ahead = this.#take(maxBytes - length);
      const outcome = await Promise.race([this.#ahead, timeIsUp]);
      if (outcome?.code !== codes.ok) break;
      this.#ahead = null;
      add(outcome.chunk);
    }
    return gathered.subarray(0, length);
  }

  /** Gives the promise's value, or undefined after so many milliseconds. The promise must not reject. */
  #within(milliseconds, promise) {
    return new Promise((resolve) => {
      const alarm = this.#alarms.set(milliseconds, resolve);
      promise.then((value) => (this.#alarms.clear(alarm), resolve(value)));
    });
  }
}

/** Stands for a body that is gone. */
export const goneBody = {
  read: async () => ({ code: codes.failed }),
  collect: async () => ({ code: codes.failed }),
  release: () => null,
  putBack() {},
  cancel() {},
};

/** Reads bytes that nobody wants, so many and so long at most, and lets go of the rest. */
export async function drain(body, { maxBytes, timeMs }) {
  const dueMs = Date.now() + timeMs;
  for (let leftBytes = maxBytes, leftMs = timeMs; leftBytes > 0 && leftMs > 0; leftMs = dueMs - Date.now()) {
    const { code, chunk } = await body.read(chunkBytes, leftMs);
    if (code !== codes.ok) break;
    leftBytes -= chunk.length;
    body.spare = chunk.buffer;
  }
  body.cancel();
}

/** Passes a body on chunk by chunk, coded if need be, and gives the reply's code. `send` resolves to whether its chunk was taken. */
export async function passOn(body, { maxBytes, timeMs, coding = codings.identity }, send) {
  const writer = coding === codings.base64 ? new Base64Writer() : null;
  const source = writer === null ? body : new FullReader(body, codedBytes);
  let left = maxBytes;
  for (;;) {
    const { code, chunk } = await source.read(chunkBytes, timeMs);
    if (code === codes.end) {
      const rest = writer?.end() ?? noBytes;
      return rest.length === 0 || (await send(rest)) ? codes.ok : codes.clientGone;
    }
    if (code !== codes.ok) return code;
    left -= chunk.length;
    if (left < 0) return (body.cancel(), codes.tooLarge);
    const bytes = writer === null ? chunk : writer.write(chunk);
    if (bytes.length > 0 && !(await send(bytes))) return (body.cancel(), codes.clientGone);
    source.spare = chunk.buffer;
  }
}

/** Reads a body in chunks of one size; only the last one is smaller. */
class FullReader {
  spare; // Nobody needs the chunk's buffer any more.
  #body;
  #buffer;
  #last = null; // What follows the last chunk.

  constructor(body, size) {
    this.#body = body;
    this.#buffer = new Uint8Array(size);
  }

  /** idleMs: the longest wait for any bytes. */
  async read(maxBytes, idleMs) {
    let length = 0;
    while (this.#last === null && length < this.#buffer.length) {
      const outcome = await this.#body.read(Math.min(maxBytes, this.#buffer.length - length), idleMs);
      if (outcome.code !== codes.ok) {
        this.#last = outcome;
        break;
      }
      this.#buffer.set(outcome.chunk, length);
      length += outcome.chunk.length;
      this.#body.spare = outcome.chunk.buffer;
    }
    if (length === 0 || (this.#last !== null && this.#last.code !== codes.end)) return this.#last;
    return { code: codes.ok, chunk: this.#buffer.subarray(0, length) };
  }
}

/** Makes the stream for a body that we send. With a content-length, a body that ends short breaks the transfer. */
export function streamFor(headers) {
  const length = headers["content-length"];
  return length === undefined ? new IdentityTransformStream() : new FixedLengthStream(Number(length));
}

const encoder = new TextEncoder();
const bytesOf = (body) => (typeof body === "string" ? encoder.encode(body) : body);

export function joined(chunks, length) {
  if (chunks.length === 1) return chunks[0];
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
