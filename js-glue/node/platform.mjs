// Node as serve() wants a platform. Importing this makes global what the shim is written for and a Node may lack: two streams of Cloudflare's, and what
// newer Nodes have of the language.
import { Answer } from "./answer.mjs";

/** Node ends no call by itself, and has as many connections as it needs. */
export const platform = { Answer, callsWithoutSignal: 0, fetch: fetchWithEarlyAnswer };

/** So much of an early answer is waited for, and so long. */
const earlyBytes = 64 * 1024;
const earlyMs = 1000;

/**
 * As fetch(), but for a call whose body is still being sent when it is refused: the shim then gives the body up, and Node the answer with it. So what
 * comes of that soon is read first.
 */
async function fetchWithEarlyAnswer(url, call) {
  const answer = await fetch(url, call);
  if (answer.ok || !(call.body instanceof ReadableStream)) return answer;
  const { status, headers } = answer;
  const early = [];
  const reader = answer.body?.getReader();
  const isLate = new Promise((resolve) => setTimeout(resolve, earlyMs, { done: true }));
  for (let leftBytes = earlyBytes; reader !== undefined && leftBytes > 0; leftBytes -= early.at(-1).length) {
    const { done, value } = await Promise.race([reader.read().catch(() => ({ done: true })), isLate]);
    if (done) break;
    early.push(value);
  }
  reader?.cancel().catch(() => {});
  const fields = new Headers(headers);
  for (const name of ["content-length", "content-encoding", "transfer-encoding"]) fields.delete(name); // They are not of these bytes.
  return new Response(early.length === 0 ? null : new Blob(early), { status, headers: fields });
}

const brokenLength = () => new RangeError("The body has not its declared length.");

/**
 * Passes bytes on, each write when it is read. They are copied, for whoever has written them uses their buffer again. Source:
 * developers.cloudflare.com/workers/runtime-apis/streams/transformstream.
 */
class IdentityTransformStream extends TransformStream {
  constructor({ transform = () => {}, flush = () => {} } = {}) {
    const copying = (bytes, controller) => {
      transform(bytes);
      controller.enqueue(bytes.slice());
    };
    super({ transform: copying, flush }, { highWaterMark: 1 }, { highWaterMark: 0 });
  }
}

/** The same for so many bytes, no more and no less. */
class FixedLengthStream extends IdentityTransformStream {
  constructor(lengthBytes) {
    let left = lengthBytes;
    super({
      transform(bytes) {
        left -= bytes.length;
        if (left < 0) throw brokenLength();
      },
      flush() {
        if (left > 0) throw brokenLength();
      },
    });
  }
}

/** Node 25 has it. */
function toBase64() {
  return Buffer.from(this.buffer, this.byteOffset, this.length).toString("base64");
}

/** Node 22 has it. */
async function bytes() {
  return new Uint8Array(await this.arrayBuffer());
}

/** Node 22 has it. */
function transfer(lengthBytes = this.byteLength) {
  const moved = new Uint8Array(structuredClone(this, { transfer: [this] }));
  const buffer = new ArrayBuffer(lengthBytes);
  new Uint8Array(buffer).set(moved.subarray(0, lengthBytes));
  return buffer;
}

for (const [object, members] of [
  [globalThis, { IdentityTransformStream, FixedLengthStream }],
  [Uint8Array.prototype, { toBase64 }],
  [Response.prototype, { bytes }],
  [ArrayBuffer.prototype, { transfer }],
]) {
  for (const [name, value] of Object.entries(members)) {
    if (!(name in object)) Object.defineProperty(object, name, { value, configurable: true, writable: true });
  }
}
