// The bodies of src/abi/abi.md: bytes that arrive, bytes that are held, and bytes that go out with both between them.

/** A body that is read once, piece by piece. */
export class Body {
  #chunks;
  #drop;
  #coming; // The next step of `chunks`, until its bytes are taken.
  #returned = []; // What was put back.
  #isGone = false;

  /** `chunks`: an iterator of buffers that are there or still come. `drop` tells their source that nobody reads on. */
  constructor(chunks, drop = () => {}) {
    this.#chunks = chunks;
    this.#drop = drop;
  }

  /** Gives the next bytes, or undefined at the end. When none come within `timeMs`, all stays as it is. */
  async next({ timeMs, maxBytes = Infinity }) {
    if (this.#isGone) throw new Error("failed");
    const bytes = this.#returned.shift() ?? (await this.#arrival(timeMs));
    if (bytes?.length > maxBytes) this.putBack(bytes.subarray(maxBytes));
    return bytes?.subarray(0, maxBytes);
  }

  async #arrival(timeMs) {
    let timer;
    const late = new Promise((_, reject) => (timer = setTimeout(reject, timeMs, new Error("timed_out"))));
    this.#coming ??= this.#chunks.next();
    const { value } = await Promise.race([this.#coming, late]).finally(() => clearTimeout(timer));
    if (value) this.#coming = undefined; // An end or an error is there for whoever asks again.
    return value;
  }

  /** These bytes come again, before all others. */
  putBack(bytes) {
    if (bytes.length > 0) this.#returned.unshift(bytes);
  }

  /** Gives all bytes, as one, if they are there in time and not too many; otherwise none, and all are still to be read. */
  async whole({ maxBytes, timeMs }) {
    const parts = [];
    const endMs = performance.now() + timeMs;
    try {
      for (let left = maxBytes; left >= 0; left -= parts.at(-1).length) {
        const bytes = await this.next({ timeMs: endMs - performance.now() });
        if (!bytes) return [Buffer.concat(parts)];
        parts.push(bytes);
      }
    } catch {} // Late or broken off; whoever reads on finds it so.
    this.putBack(Buffer.concat(parts));
    return [];
  }

  use() {
    return this;
  }

  letGo() {
    if (!this.#isGone) this.#drop();
    this.#isGone = true;
  }
}

/** Bytes that stay. Every use begins with the first, and goes on as it began, whatever is added. */
class HeldBody {
  #parts = [];
  #lengthBytes = 0;

  use() {
    if (this.#parts.length > 1) this.#parts = [Buffer.concat(this.#parts)];
    return new Body([...this.#parts].values());
  }

  letGo() {}

  add(bytes, maxBytes) {
    if ((this.#lengthBytes += bytes.length) > maxBytes) throw new Error("too_large");
    if (bytes.length > 0) this.#parts.push(bytes);
  }

  /** Adds `own` and the bytes of a body up to the delimiter, and says whether that was found. */
  async addUpTo(delimiter, own, body, { maxBytes, timeMs }) {
    const doubtfulBytes = Math.max(delimiter.length - 1, 0); // So many last ones may be the beginning of a delimiter.
    for (let bytes = own, next; ; bytes = Buffer.concat([bytes, next])) {
      const place = delimiter.length > 0 ? bytes.indexOf(delimiter) : -1;
      const sureBytes = place < 0 ? Math.max(bytes.length - doubtfulBytes, 0) : place;
      this.add(bytes.subarray(0, sureBytes), maxBytes);
      bytes = bytes.subarray(sureBytes);
      if (place >= 0) {
        body.putBack(bytes.subarray(delimiter.length));
        return true;
      }
      next = await body.next({ timeMs });
      if (next === undefined) {
        this.add(bytes, maxBytes);
        return false;
      }
    }
  }

  /** Its length, and its first 32 bytes, as a reply tells them. */
  description() {
    const told = Buffer.alloc(36);
    let end = told.writeUInt32LE(this.#lengthBytes);
    for (const part of this.#parts) end += part.copy(told, end);
    return told.subarray(0, end);
  }
}

/** What stands for a body that is not there any more. */
const goneBody = new Body();
goneBody.letGo();

/** The bodies of one session by their numbers, and what its effects use of them. */
export class Bodies {
  #bodies = new Map();
  #uses = new Map(); // id of an effect under way -> the Body that goes when the effect is cancelled

  constructor(clientBody) {
    this.#bodies.set(1, clientBody);
  }

  keep(number, body) {
    this.#bodies.set(number, body);
    return body;
  }

  /** Gives a body to an effect: one that is kept, by its number, or another. */
  use(id, body) {
    const used = typeof body === "number" ? this.#at(body) : body;
    this.#uses.set(id, used);
    return used;
  }

  #at(number) {
    return this.#bodies.get(number)?.use() ?? goneBody;
  }

  /** Gives a body that the session's end does not concern any more. */
  takeAway(number) {
    const body = this.#at(number);
    this.#bodies.delete(number);
    return body;
  }

  endUse(id) {
    this.#uses.delete(id);
  }

  /** Performs an effect `hold`: gives whether there is nothing more to be found, and what the reply tells. */
  async hold({ id, target, mode, limits, head, body }) {
    const held = this.#bodies.get(mode) ?? new HeldBody();
    try {
      const source = this.use(id, target === 0 ? new Body([].values()) : target);
      const isFound = await held.addUpTo(Buffer.from(head, "latin1"), body, source, limits);
      if (mode === 0) this.keep(id, held);
      return [isFound || target === 0, held.description()];
    } catch (error) {
      this.letGo(mode);
      throw error;
    }
  }

  /** Gives the bytes of an effect `fetch` with its inserts between them; undefined when there are none. */
  between({ headers, body: bytes, inserts, limits }) {
    if (inserts.length === 0) return bytes.length > 0 ? bytes : undefined;
    const bodies = inserts.map(([place, number, coding]) => ({ place, body: this.#at(number), coding }));
    const [, length] = headers.find(([name]) => name === "content-length") ?? [];
    return upTo(Number(length ?? Infinity), withInserts(bytes, bodies, limits));
  }

  /** Lets go of a body, or of what an effect uses. */
  letGo(number) {
    for (const map of [this.#uses, this.#bodies]) {
      map.get(number)?.letGo();
      map.delete(number);
    }
  }

  letGoOfAll() {
    for (const number of [...this.#uses.keys(), ...this.#bodies.keys()]) this.letGo(number);
  }
}

/** The pieces of a body in a coding, within an effect's limits. */
async function* piecesOf(body, { maxBytes, timeMs }, coding = 0) {
  let carried = Buffer.alloc(0); // Base64 makes four characters of three bytes: one or two wait for the next piece.
  for (let left = maxBytes, bytes; (bytes = await body.next({ timeMs }));) {
    if ((left -= bytes.length) < 0) throw new Error("too_large");
    if (coding === 1) {
      const all = Buffer.concat([carried, bytes]);
      carried = all.subarray(all.length - (all.length % 3));
      bytes = inBase64(all.subarray(0, all.length - carried.length));
    }
    if (bytes.length > 0) yield bytes;
  }
  if (carried.length > 0) yield inBase64(carried);
}

/** The same pieces, which break off where there are more bytes than were declared: fetch would wait for ever. */
async function* upTo(lengthBytes, pieces) {
  for await (const bytes of pieces) {
    if ((lengthBytes -= bytes.length) < 0) throw new Error("failed");
    yield bytes;
  }
}

const inBase64 = (bytes) => Buffer.from(bytes.toString("base64"));

/** Gives all bytes of a body. */
export async function collect(body, limits) {
  const parts = [];
  for await (const bytes of piecesOf(body, limits)) parts.push(bytes);
  return Buffer.concat(parts);
}

const noLimits = { maxBytes: Infinity, timeMs: 2 ** 31 - 1 };

/** Sends all bytes of a body, each piece when the one before is taken. */
export async function passOn(body, send, limits = noLimits, coding = 0) {
  for await (const bytes of piecesOf(body, limits, coding)) await send(bytes);
}

/** The bytes of a call with bodies between them: { place, body, coding }. It has those bodies, however it ends. */
async function* withInserts(bytes, inserts, limits) {
  let from = 0;
  try {
    for (const { place, body, coding } of inserts) {
      if (place > from) yield bytes.subarray(from, place);
      yield* piecesOf(body, limits, coding);
      from = place;
    }
    if (bytes.length > from) yield bytes.subarray(from);
  } finally {
    for (const { body } of inserts) body.letGo();
  }
}
