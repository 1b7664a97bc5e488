// Writes bytes as base64 (RFC 4648 §4), piece by piece.
import { noBytes } from "./memory.mjs";

const encoder = new TextEncoder();

/** Any split of the bytes gives the same text. */
export class Base64Writer {
  /** The last one or two bytes, which no group of three holds yet. */
  #rest = noBytes;

  /** Gives the text, as bytes, of all groups that are complete. */
  write(bytes) {
    const missing = this.#rest.length === 0 ? 0 : 3 - this.#rest.length;
    if (bytes.length < missing) {
      this.#rest = joinedWith(this.#rest, bytes);
      return noBytes;
    }
    const first = missing === 0 ? "" : joinedWith(this.#rest, bytes.subarray(0, missing)).toBase64();
    const end = bytes.length - ((bytes.length - missing) % 3);
    this.#rest = bytes.slice(end);
    return encoder.encode(first + bytes.subarray(missing, end).toBase64());
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
