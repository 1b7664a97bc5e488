// A request of node:http as the shim wants it: what it uses of a Request, and nothing that costs before it is used.

/** Bytes that nobody can read any more. */
const gone = () => new Error("The client has gone.");

export class ClientRequest {
  method;
  url;
  headers;
  /** Its `onabort` is called when the client leaves. */
  signal = { onabort: null };
  /** True once something has been read. */
  bodyUsed = false;
  #incoming;
  #body;

  /** url: the whole one, as the core sees it. */
  constructor(incoming, url) {
    this.#incoming = incoming;
    this.method = incoming.method;
    this.url = url;
    this.headers = new RequestHeaders(incoming.headers);
  }

  /** The body as a stream of bytes; null where there is none. */
  get body() {
    if (this.#body === undefined) this.#body = hasBody(this.#incoming) ? this.#stream() : null;
    return this.#body;
  }

  async arrayBuffer() {
    this.bodyUsed = true;
    const chunks = [];
    for await (const chunk of this.#incoming.iterator({ destroyOnReturn: false })) chunks.push(chunk);
    if (!this.#incoming.complete) throw gone();
    const { buffer, byteOffset, length } = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
    return buffer.slice(byteOffset, byteOffset + length);
  }

  #stream() {
    const incoming = this.#incoming;
    let rest = null; // Of a chunk that was longer than what was asked for.
    let isDropped = false;
    return new ReadableStream({
      type: "bytes",
      autoAllocateChunkSize: 65536,
      pull: async (controller) => {
        this.bodyUsed = true;
        const chunk = rest ?? (await nextChunk(incoming));
        if (isDropped) return void incoming.resume(); // While somebody waited for a chunk nothing could flow.
        if (chunk === null) {
          controller.close();
          return controller.byobRequest.respond(0);
        }
        const { view } = controller.byobRequest;
        const taken = chunk.subarray(0, view.byteLength);
        rest = taken.length < chunk.length ? chunk.subarray(taken.length) : null;
        // The parser's chunks are parts of one buffer: they are copied, for a stream takes a buffer whole.
        new Uint8Array(view.buffer, view.byteOffset, taken.length).set(taken);
        controller.byobRequest.respond(taken.length);
      },
      // What still comes is dropped, so that the connection can be used again.
      cancel() {
        isDropped = true;
        incoming.resume();
      },
    });
  }
}

const isAscii = /^[\0-\x7f]*$/;

/** What the shim uses of Headers. */
class RequestHeaders {
  #fields;

  /** fields: by their names in lower case, as node:http has them. */
  constructor(fields) {
    this.#fields = fields;
  }

  /** node:http gives a character for each byte; keys and words are UTF-8. */
  get(name) {
    const value = this.#fields[name] ?? null;
    return value === null || isAscii.test(value) ? value : Buffer.from(value, "latin1").toString();
  }

  has(name) {
    return this.#fields[name] !== undefined;
  }
}

/** Source: RFC 9112 §6.3. */
function hasBody({ headers }) {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}

/** Resolves to the next bytes, or to null at the end; rejects when there is no such. */
function nextChunk(incoming) {
  const chunk = incoming.read();
  if (chunk !== null) return chunk;
  if (incoming.readableEnded) return null;
  if (incoming.destroyed) throw gone();
  return new Promise((resolve, reject) => {
    const settle = (act) => {
      for (const [name, listener] of Object.entries(listeners)) incoming.off(name, listener);
      act();
    };
    const listeners = {
      readable: () => {
        const chunk = incoming.read();
        if (chunk !== null) settle(() => resolve(chunk));
      },
      end: () => settle(() => resolve(null)),
      error: (error) => settle(() => reject(error)),
      close: () => settle(() => (incoming.complete ? resolve(null) : reject(gone()))),
    };
    for (const [name, listener] of Object.entries(listeners)) incoming.on(name, listener);
  });
}
