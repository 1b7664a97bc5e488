// The bodies of examples/node-server: what arrives in pieces, what is held, and what is sent with both between its bytes.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, before, describe, test } from "node:test";
import { Bodies, Body, collect, passOn } from "../../examples/node-server/bodies.mjs";

const limits = { maxBytes: 1000, timeMs: 50 };
const buffers = (pieces) => pieces.map((piece) => Buffer.from(piece)).values();
const bodyOf = (...pieces) => new Body(buffers(pieces));
const textOf = async (body) => (await collect(body, limits)).toString();

/** A body whose pieces come when the test says, and then break off or end. */
function bodyByHand() {
  const next = [];
  const promised = () => (next.push(Promise.withResolvers()), next.at(-1));
  const steps = [promised()];
  const come = (step) => (steps.at(-1).resolve(step), steps.push(promised()));
  let at = 0;
  const drops = [];
  const body = new Body({ next: () => steps[at++].promise }, () => drops.push("dropped"));
  return { body, drops, give: (text) => come({ value: Buffer.from(text) }), end: () => come({ done: true }) };
}

/** The two numbers that the reply to a `hold` tells. */
const told = (bytes) => [bytes.readUInt32LE(0), bytes.subarray(4).toString()];

describe("a body", () => {
  test("is read in pieces of the length that is asked for", async () => {
    const body = bodyOf("abcdefgh", "ij");
    const seen = [];
    for (let bytes; (bytes = await body.next({ timeMs: 50, maxBytes: 3 }));) seen.push(bytes.toString());
    assert.deepEqual(seen, ["abc", "def", "gh", "ij"]);
    assert.equal(await body.next(limits), undefined);
  });

  test("that is late is whole for whoever waits again", async () => {
    const { body, give, end } = bodyByHand();
    await assert.rejects(body.next({ timeMs: 5 }), /timed_out/);
    give("late");
    end();
    assert.equal(await textOf(body), "late");
  });

  test("that is not whole in time is still to be read from its first byte", async () => {
    const { body, give, end } = bodyByHand();
    give("first ");
    assert.deepEqual(await body.whole({ maxBytes: 12, timeMs: 20 }), []);
    give("second");
    end();
    assert.deepEqual(await body.whole({ maxBytes: 11, timeMs: 20 }), []);
    assert.deepEqual(await body.whole({ maxBytes: 12, timeMs: 20 }), [Buffer.from("first second")]);
    assert.deepEqual(await bodyOf().whole({ maxBytes: 0, timeMs: 20 }), [Buffer.alloc(0)]);
  });

  test("that breaks off does so for whoever reads it, behind its bytes", async () => {
    const steps = [async () => ({ value: Buffer.from("half") }), () => Promise.reject(new Error("cut"))];
    const body = new Body({ next: () => steps.shift()() });
    assert.deepEqual(await body.whole(limits), []);
    assert.equal((await body.next(limits)).toString(), "half");
    await assert.rejects(body.next(limits), /cut/);
    await assert.rejects(body.next(limits), /cut/);
  });

  test("that is let go of gives nothing more, and its source hears of it once", async () => {
    const { body, drops, give } = bodyByHand();
    give("never read");
    body.letGo();
    body.letGo();
    await assert.rejects(body.next(limits), /failed/);
    assert.deepEqual(drops, ["dropped"]);
  });

  test("is refused beyond its limit", async () => {
    const two = { maxBytes: 2, timeMs: 50 };
    assert.equal((await collect(bodyOf("a", "b"), two)).toString(), "ab");
    await assert.rejects(collect(bodyOf("a", "b", "c"), two), /too_large/);
  });

  test("is sent as base64, however its pieces fall", async () => {
    const bytes = Buffer.from(Array.from({ length: 100 }, (_, index) => (index * 37) % 256));
    for (const size of [1, 2, 3, 4, 5, 7, 33, 100]) {
      for (const length of [0, 1, 2, 3, 4, 98, 99, 100]) {
        const pieces = [];
        for (let at = 0; at < length; at += size) pieces.push(bytes.subarray(at, Math.min(at + size, length)));
        const sent = [];
        await passOn(bodyOf(...pieces), async (piece) => sent.push(piece), limits, 1);
        assert.equal(Buffer.concat(sent).toString(), bytes.subarray(0, length).toString("base64"));
        for (const piece of sent) assert.ok(piece.length > 0);
      }
    }
  });
});

describe("what is held", () => {
  const part = (delimiter, own, more = {}) => ({
    id: 7,
    target: 1,
    mode: 0,
    limits,
    head: delimiter,
    body: Buffer.from(own),
    ...more,
  });

  test("ends at the delimiter, wherever the pieces are cut, and what is behind it comes next", async () => {
    const text = "a picture\r\n-\r\n--\r\n--x and the rest";
    for (let first = 0; first <= text.length; ++first) {
      for (const size of [1, 2, 3, 50]) {
        const pieces = [text.slice(0, first)];
        for (let at = first; at < text.length; at += size) pieces.push(text.slice(at, at + size));
        // The first piece is the effect's own, unless that would hold all of the delimiter.
        const own = text.indexOf("\r\n--x") + 5 > first ? pieces.shift() : "";
        const bodies = new Bodies(bodyOf(...pieces.filter((piece) => piece !== "")));
        const [isFound, reply] = await bodies.hold(part("\r\n--x", own));
        assert.ok(isFound);
        assert.deepEqual(told(reply), [16, "a picture\r\n-\r\n--"]);
        assert.equal(await textOf(bodies.use(8, 7)), "a picture\r\n-\r\n--");
        assert.equal(await textOf(bodies.use(9, 1)), " and the rest");
      }
    }
  });

  test("goes on to the end where there is no delimiter, or it does not come", async () => {
    for (const delimiter of ["", "\r\n--x"]) {
      const bodies = new Bodies(bodyOf("of three", " pieces\r\n--"));
      const [isFound, reply] = await bodies.hold(part(delimiter, "words "));
      assert.equal(isFound, false);
      assert.deepEqual(told(reply), [25, "words of three pieces\r\n--"]);
    }
  });

  test("is told by its length and its first 32 bytes", async () => {
    const bodies = new Bodies(bodyOf("x".repeat(20), "y".repeat(20), "z".repeat(500)));
    const [, reply] = await bodies.hold(part("", "-"));
    assert.deepEqual(told(reply), [541, `-${"x".repeat(20)}${"y".repeat(11)}`]);
    const [isWhole, nothing] = await bodies.hold(part("", "", { id: 8, target: 0 }));
    assert.ok(isWhole);
    assert.deepEqual(told(nothing), [0, ""]);
  });

  test("may be the effect's own bytes alone, and be added to", async () => {
    const bodies = new Bodies(bodyOf());
    await bodies.hold(part("", "first", { target: 0 }));
    const underWay = bodies.use(8, 7);
    const [isWhole, reply] = await bodies.hold(part("", " second", { id: 9, target: 0, mode: 7 }));
    assert.ok(isWhole);
    assert.deepEqual(told(reply), [12, "first second"]);
    assert.equal(await textOf(bodies.use(10, 7)), "first second");
    assert.equal(await textOf(bodies.use(11, 7)), "first second", "every use starts at the first byte");
    assert.equal(await textOf(underWay), "first", "what is under way goes on as it began");
    await assert.rejects(bodies.use(12, 9).next(limits), /failed/, "the id of what was added names nothing");
  });

  test("that would be too large is not held, nor what it was added to", async () => {
    const four = { maxBytes: 4, timeMs: 50 };
    const bodies = new Bodies(bodyOf("abc"));
    await assert.rejects(bodies.hold(part("", "de", { limits: four })), /too_large/);
    await assert.rejects(bodies.use(8, 7).next(limits), /failed/);
    await bodies.hold(part("", "abc", { target: 0, limits: four }));
    await assert.rejects(bodies.hold(part("", "de", { id: 9, target: 0, mode: 7, limits: four })), /too_large/);
    await assert.rejects(bodies.use(10, 7).next(limits), /failed/);
  });

  test("goes when it is cancelled, and a use of it with the effect that has it", async () => {
    const bodies = new Bodies(bodyOf());
    await bodies.hold(part("", "bytes", { target: 0 }));
    const cancelled = bodies.use(8, 7);
    const underWay = bodies.use(9, 7);
    bodies.letGo(8);
    await assert.rejects(cancelled.next(limits), /failed/);
    bodies.letGo(7);
    assert.equal(await textOf(underWay), "bytes");
    await assert.rejects(bodies.use(10, 7).next(limits), /failed/);
  });
});

describe("the bytes of a call", () => {
  let server;
  const seen = [];
  before(async () => {
    server = createServer(async (request, response) => {
      const chunks = [];
      try {
        for await (const chunk of request) chunks.push(chunk);
        seen.push({ headers: request.headers, text: Buffer.concat(chunks).toString() });
      } catch {
        seen.push({ headers: request.headers, isCut: true });
      }
      response.end();
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
  });
  after(() => server.close());

  /** Sends them, and gives what the server saw. */
  async function send(bodies, text, inserts, headers = {}, given = limits) {
    const body = bodies.between({ headers: Object.entries(headers), body: Buffer.from(text), inserts, limits: given });
    seen.length = 0;
    await fetch(`http://127.0.0.1:${server.address().port}/`, { method: "POST", headers, body, duplex: "half" });
    return seen[0];
  }

  async function bodiesWithHeld(text) {
    const bodies = new Bodies(bodyOf("the client's", " own"));
    await bodies.hold({ id: 7, target: 0, mode: 0, limits, head: "", body: Buffer.from(text) });
    return bodies;
  }

  test("go alone as they are, with their length", async () => {
    const { headers, text } = await send(await bodiesWithHeld(""), "alone", []);
    assert.equal(headers["content-length"], "5");
    assert.equal(text, "alone");
  });

  test("have their inserts at their places, in their codings", async () => {
    const bodies = await bodiesWithHeld("held");
    const inserts = [
      [0, 7, 0],
      [1, 7, 1],
      [1, 1, 0],
      [2, 7, 0],
    ];
    for (const headers of [{}, { "content-length": "34" }]) {
      bodies.keep(1, bodyOf("the client's", " own"));
      const { headers: seenHeaders, text } = await send(bodies, "<>", inserts, headers);
      assert.equal(text, "held<aGVsZA==the client's own>held");
      assert.equal(seenHeaders["content-length"], headers["content-length"]);
    }
  });

  test("that are not as many as declared are not whole for anybody", async () => {
    const bodies = await bodiesWithHeld("held");
    for (const length of ["7", "5"])
      await assert.rejects(send(bodies, "<>", [[1, 7, 0]], { "content-length": length }));
    await assert.rejects(send(bodies, "<>", [[1, 99, 0]], {}), ({ cause }) => cause.message === "failed");
  });

  test("say what was wrong with an insert", async () => {
    const bodies = await bodiesWithHeld("held");
    const causeOf = async (sending) => (await sending.catch((error) => error)).cause.message;
    assert.equal(await causeOf(send(bodies, "<>", [[1, 7, 1]], {}, { maxBytes: 3, timeMs: 50 })), "too_large");
    const { body, drops } = bodyByHand();
    bodies.keep(8, body);
    assert.equal(await causeOf(send(bodies, "<>", [[1, 8, 0]])), "timed_out");
    assert.deepEqual(drops, ["dropped"], "the call has had it");
  });
});
