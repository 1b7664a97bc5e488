// Writes bytes as base64 (RFC 4648 §4), piece by piece.
import { noBytes } from "./memory.mjs";

const encoder = new TextEncoder();

/** Any split of the bytes gives the same text. */
export class Base64Writer {
  /** The last one or two bytes, which no group of three holds yet. */
  #rest = noBytes;

  /** Gives the text, as bytes, of all groups that are complete. */
  write(bytes) {
    const all = this.#rest.length === 0 ? bytes : joinedWith(this.#rest, bytes);
    const wholeBytes = all.length - (all.length % 3);
    this.#rest = all.slice(wholeBytes);
    return encoder.encode(all.subarray(0, wholeBytes).toBase64());
  }

  /** Gives the last group, padded. */
  end() {
    return encoder.encode(this.#rest.toBase64());
  }
}

function joinedWith(first, second) {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}
