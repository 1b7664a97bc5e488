// Bodies without end, and bodies that are far larger than what is sent of them.
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { constants, deflateRawSync } from "node:zlib";

const mebibyte = 1024 * 1024;
const gibibyte = 1024 * mebibyte;

/** A stream of `first` and then `piece`, for ever. */
export function withoutEnd(first, piece) {
  const bytes = Buffer.from(piece);
  function* pieces() {
    yield first;
    for (;;) yield bytes;
  }
  return Readable.from(pieces(), { objectMode: false });
}

/** A handler of tests/support/upstreams/upstream.mjs that answers with `first` and then `piece`, for ever. */
export function endless(first, piece, { status = 200, headers = {} } = {}) {
  return () => async (request, response) => {
    response.writeHead(status, headers);
    await pipeline(withoutEnd(first, piece), response).catch(() => {}); // The gateway lets go of it.
  };
}

/** The same with a length that its head tells: 1 GiB. */
export const gigabyte = (first, piece) => endless(first, piece, { headers: { "content-length": gibibyte } });

/** A body of about 1 MB that is 1 GiB when its content coding is undone: `first` and then a piece, again and again. */
export function bomb(first, piece) {
  const compressed = (bytes) => deflateRawSync(bytes, { finishFlush: constants.Z_FULL_FLUSH, level: 9 });
  const head = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]); // RFC 1952 §2.3
  const block = compressed(Buffer.alloc(mebibyte, piece));
  const body = Buffer.concat([head, compressed(Buffer.from(first)), ...Array(1024).fill(block)]);
  return () => ({ headers: { "content-encoding": "gzip" }, body });
}

/** A handler that sends `head` at once and `rest` a byte at a time; both are bytes on the wire, status line and all. */
export function trickle(head, rest, everyMs) {
  return () => (request, response) => {
    const { socket } = request;
    socket.on("error", () => {});
    socket.write(head);
    const bytes = Buffer.from(rest);
    let at = 0;
    const timer = setInterval(() => {
      if (at === bytes.length || socket.destroyed) return clearInterval(timer);
      socket.write(bytes.subarray(at, (at += 1)));
    }, everyMs);
  };
}
