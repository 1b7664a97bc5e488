// Bytes that stay outside the module, to be sent as often as wanted.
import { chunkBytes, joined } from "./body.mjs";
import { codes, noBytes } from "./memory.mjs";

const toldBytes = 32;

/** A body that every use reads from its first byte. */
export class HeldBody {
  #chunks = [];
  #block = noBytes; // The last one, of which so many bytes are used.
  #usedBytes = 0;
  length = 0;

  /** Copies these bytes, into blocks of one size: what is a little longer takes the next larger place of the allocator. */
  add(bytes) {
    this.length += bytes.length;
    for (let at = 0; at < bytes.length;) {
      if (this.#usedBytes === this.#block.length) this.#beginBlock();
      const piece = bytes.subarray(at, at + this.#block.length - this.#usedBytes);
      this.#block.set(piece, this.#usedBytes);
      this.#usedBytes += piece.length;
      at += piece.length;
    }
  }

  #beginBlock() {
    this.#endBlock();
    this.#block = new Uint8Array(chunkBytes);
  }

  #endBlock() {
    if (this.#usedBytes === chunkBytes) this.#chunks.push(this.#block);
    else if (this.#usedBytes > 0) this.#chunks.push(this.#block.slice(0, this.#usedBytes));
    this.#block = noBytes;
    this.#usedBytes = 0;
  }

  /** What the core is told: the length, and the first bytes. */
  told() {
    const first = this.#first(toldBytes);
    const told = new Uint8Array(4 + first.length);
    new DataView(told.buffer).setUint32(0, this.length, true);
    told.set(first, 4);
    return told;
  }

  async read(maxBytes) {
    return this.length === 0 ? { code: codes.end } : { code: codes.ok, chunk: this.#first(maxBytes) };
  }

  async collect(maxBytes) {
    if (this.length > maxBytes) return { code: codes.tooLarge };
    return { code: codes.ok, bytes: joined(this.#all(), this.length) };
  }

  /** Gives a reader of it, for passOn(). */
  start() {
    return new HeldReader(this.#all());
  }

  /** Gives what a Response can have for a body. */
  release() {
    return new Blob(this.#all());
  }

  cancel() {} // Who uses it still needs its bytes.

  #all() {
    this.#endBlock();
    return [...this.#chunks];
  }

  #first(maxBytes) {
    const chunks = [];
    let length = 0;
    for (const chunk of this.#all()) {
      if (length >= maxBytes) break;
      chunks.push(chunk.subarray(0, maxBytes - length));
      length += chunks.at(-1).length;
    }
    return chunks.length === 0 ? noBytes : joined(chunks, length);
  }
}

class HeldReader {
  #chunks;
  #index = 0;
  #at = 0;

  constructor(chunks) {
    this.#chunks = chunks;
  }

  async read(maxBytes) {
    if (this.#index === this.#chunks.length) return { code: codes.end };
    const chunk = this.#chunks[this.#index].subarray(this.#at, this.#at + maxBytes);
    this.#at += chunk.length;
    if (this.#at === this.#chunks[this.#index].length) [this.#index, this.#at] = [this.#index + 1, 0];
    return { code: codes.ok, chunk };
  }

  cancel() {
    this.#chunks = [];
    this.#index = 0;
  }
}

/**
 * Adds to `held` the bytes `front` and behind them those of `source`, if there is one, up to the delimiter, which is dropped, or up to its end where the
 * delimiter is empty. The delimiter may begin in `front`. What is behind it is put back. Gives the reply's code.
 */
export async function hold(held, front, source, delimiter, { maxBytes, timeMs }) {
  if (source === null) {
    if (held.length + front.length > maxBytes) return codes.tooLarge;
    held.add(front);
    return codes.ok;
  }
  let pending = front; // Bytes that may be the beginning of a delimiter.
  let room = noBytes; // For them, and the next ones behind them.
  for (;;) {
    const at = delimiter.length === 0 ? -1 : placeOf(delimiter, pending);
    const keptBytes = at >= 0 ? at : pending.length - Math.max(delimiter.length - 1, 0);
    if (keptBytes > 0) {
      if (held.length + keptBytes > maxBytes) return (source.cancel(), codes.tooLarge);
      held.add(pending.subarray(0, keptBytes));
      pending = pending.subarray(keptBytes);
    }
    if (at >= 0) {
      source.putBack(pending.slice(delimiter.length));
      return codes.ok;
    }
    const { code, chunk } = await source.read(chunkBytes, timeMs);
    if (code === codes.end) {
      if (held.length + pending.length > maxBytes) return codes.tooLarge;
      held.add(pending);
    }
    if (code !== codes.ok) return code;
    if (room.length === 0) room = new Uint8Array(pending.length + delimiter.length + chunkBytes);
    room.set(pending);
    room.set(chunk, pending.length);
    pending = room.subarray(0, pending.length + chunk.length);
    source.spare = chunk.buffer;
  }
}

/** Where the delimiter stands in the bytes; -1 where it does not. */
function placeOf(delimiter, bytes) {
  for (let at = bytes.indexOf(delimiter[0]); at >= 0; at = bytes.indexOf(delimiter[0], at + 1)) {
    if (at + delimiter.length > bytes.length) return -1;
    if (delimiter.every((byte, index) => bytes[at + index] === byte)) return at;
  }
  return -1;
}
