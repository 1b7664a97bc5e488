// The body of a call that is more than bytes of the module: other bodies stand between them.
import { passOn, streamFor } from "./body.mjs";
import { codes } from "./memory.mjs";

const broken = new Error("broken");

/** Sends it while the call is under way. */
export class Upload {
  /** The stream for the call. */
  body;
  /** Resolves to the reply's code when everything was sent, or when it broke off. */
  sent;
  /** The call has its answer. */
  isAnswered = false;
  #writer;
  #sources;

  /** bytes: the module's own, copied. inserts: [{ place, source, coding }], whose sources are read from now on. */
  constructor(bytes, inserts, limits, headers) {
    const { readable, writable } = streamFor(headers);
    this.body = readable;
    this.#writer = writable.getWriter();
    this.#sources = inserts.map(({ source }) => source);
    this.sent = this.#send(bytes, inserts, limits);
  }

  /** Gives up what was not sent yet. */
  stop() {
    this.#writer.abort(broken).catch(() => {});
    for (const source of this.#sources) source.cancel();
  }

  async #send(bytes, inserts, limits) {
    let at = 0;
    for (const { place, source, coding } of inserts) {
      if (!(await this.#write(bytes.subarray(at, place)))) return codes.failed;
      at = place;
      const code = await passOn(source, { ...limits, coding }, (chunk) => this.#write(chunk));
      if (code !== codes.ok) return (this.stop(), code === codes.clientGone ? codes.failed : code);
    }
    if (!(await this.#write(bytes.subarray(at)))) return codes.failed;
    return this.#writer.close().then(
      () => codes.ok,
      () => codes.failed,
    );
  }

  async #write(bytes) {
    try {
      if (bytes.length > 0) await this.#writer.write(bytes);
      return true;
    } catch {
      return (this.stop(), false);
    }
  }
}
