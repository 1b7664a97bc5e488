// Answers of the shim, and how node:http sends them: no faster than the client takes them, and never cut short without a broken connection.

/** An answer goes out in pieces, so that a slow client is told from one that takes nothing. */
const pieceBytes = 64 * 1024;

const notAscii = /[^\0-\x7f]/;

/** node:http writes a byte for each character; values are sent as UTF-8. */
function onTheWire(headers) {
  for (const [name, value] of Object.entries(headers)) {
    if (notAscii.test(value)) headers = { ...headers, [name]: Buffer.from(value).toString("latin1") };
  }
  return headers;
}

/** What serve() makes in place of a Response: all that is needed to send one. */
export class Answer {
  status;
  headers;
  body;

  /** body: null, bytes that are copied, text, a Blob or a stream. lengthBytes: the length of a stream, where it is known. */
  constructor(body, { status, headers, lengthBytes }) {
    this.status = status;
    this.headers = onTheWire(lengthBytes === undefined ? headers : { ...headers, "content-length": lengthBytes });
    this.body = typeof body === "string" ? Buffer.from(body) : body instanceof Uint8Array ? Buffer.from(body) : body;
  }
}

/**
 * Sends an answer. Resolves when node:http has handed all of it over, or the client has gone, or has taken nothing for takesMs. acts: a set of what is
 * called when the connection closes.
 */
export async function send(outgoing, answer, { takesMs, acts }) {
  const out = new Outlet(outgoing, takesMs);
  acts.add(out.leave);
  try {
    await sendTo(out, outgoing, answer);
  } finally {
    acts.delete(out.leave);
  }
}

async function sendTo(out, outgoing, { status, headers, body }) {
  const isWhole = body === null || body instanceof Uint8Array || body instanceof Blob;
  const bytes = body instanceof Blob ? await body.bytes() : body;
  const isBodiless = outgoing.req.method === "HEAD" || status === 204 || status === 304; // RFC 9110 §6.4.1
  const declared = headers["content-length"] ?? (isWhole && !isBodiless ? String(bytes?.length ?? 0) : undefined);
  outgoing.writeHead(status, declared === undefined ? headers : { ...headers, "content-length": declared });
  if (isBodiless && !isWhole) body.cancel().catch(() => {});
  if (isBodiless || body === null) return out.end();
  if (isWhole && bytes.length <= pieceBytes) return out.end(bytes);
  try {
    const sentBytes = isWhole ? await sendBytes(out, bytes) : await sendStream(out, body);
    if (declared !== undefined && Number(declared) !== sentBytes)
      throw new Error("The body has not its declared length.");
  } catch {
    return out.breakOff();
  }
  return out.end();
}

async function sendBytes(out, bytes) {
  for (let at = 0; at < bytes.length; at += pieceBytes) await out.write(bytes.subarray(at, at + pieceBytes));
  return bytes.length;
}

async function sendStream(out, stream) {
  const reader = stream.getReader();
  const letGo = () => reader.cancel().catch(() => {});
  out.onLeave(letGo);
  out.sendHeadSoon();
  let lengthBytes = 0;
  try {
    for (let step; !(step = await reader.read()).done; lengthBytes += step.value.length) await out.write(step.value);
    return lengthBytes;
  } catch (error) {
    letGo();
    throw error;
  }
}

/**
 * Where an answer goes: a ServerResponse, in which nothing waits for ever. One whose request came behind another one on the connection has no socket before
 * the other's answer is out: it hears nothing of the connection's end, and its client cannot take anything yet.
 */
class Outlet {
  #outgoing;
  #takesMs;
  #hasWritten = false;
  #hasLeft;
  #onLeave = new Set();

  constructor(outgoing, takesMs) {
    this.#outgoing = outgoing;
    this.#takesMs = takesMs;
    this.#hasLeft = outgoing.req.socket.destroyed;
    outgoing.on("error", () => {}); // Whoever writes learns of it.
  }

  /** To be called when the connection closes. */
  leave = () => {
    this.#hasLeft = true;
    for (const act of this.#onLeave) act();
  };

  onLeave(act) {
    if (this.#hasLeft) act();
    else this.#onLeave.add(act);
  }

  /** The head goes with the first bytes if they are there at once, and else before them. */
  sendHeadSoon() {
    setImmediate(() => {
      const { destroyed, writableEnded } = this.#outgoing;
      if (!this.#hasWritten && !destroyed && !writableEnded) this.#outgoing.flushHeaders();
    });
  }

  /** Resolves when more may be written; rejects when the client has gone or takes nothing. */
  async write(bytes) {
    if (this.#hasLeft || this.#outgoing.destroyed) throw new Error("The client has gone.");
    this.#hasWritten = true;
    if (!this.#outgoing.write(bytes)) await this.#untilTaken("drain");
  }

  /** Resolves when everything was handed over. */
  async end(bytes) {
    this.#outgoing.end(bytes);
    if (!this.#outgoing.writableFinished) await this.#untilTaken("finish").catch(() => this.breakOff());
  }

  /** A reset, for HTTP/1.0 takes every other end for the answer's own. */
  breakOff() {
    const { socket } = this.#outgoing;
    socket?.resetAndDestroy();
    this.#outgoing.destroy();
  }

  #untilTaken(event) {
    const outgoing = this.#outgoing;
    return new Promise((resolve, reject) => {
      let timer;
      const settle = (act) => {
        clearTimeout(timer);
        outgoing.off(event, onTaken).off("socket", startTimer);
        this.#onLeave.delete(onLeave);
        act();
      };
      const onTaken = () => settle(resolve);
      const onLeave = () => settle(() => reject(new Error("The client has gone.")));
      const onLate = () => settle(() => reject(new Error("The client takes nothing.")));
      const startTimer = () => (timer = setTimeout(onLate, this.#takesMs));
      outgoing.on(event, onTaken);
      if (outgoing.socket) startTimer();
      else outgoing.on("socket", startTimer);
      this.onLeave(onLeave);
    });
  }
}
