// The shim's reading of bodies, and its clock.
import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, mock, test } from "node:test";
import { Alarms } from "../../js-glue/alarms.mjs";
import { BodyReader, drain, passOn } from "../../js-glue/body.mjs";
import { codes } from "../../js-glue/memory.mjs";

/** A body whose bytes come when send() is called: { source, send(text), close(), fail() }. */
function body(headers = {}) {
  let controller;
  const stream = new ReadableStream({ type: "bytes", start: (given) => void (controller = given) });
  return {
    source: { headers: new Headers(headers), body: stream },
    send: (text) => controller.enqueue(new TextEncoder().encode(text)),
    close: () => (controller.close(), controller.byobRequest?.respond(0)),
    fail: () => controller.error(new Error("broken")),
  };
}

const textOf = (outcome) => ({ ...outcome, ...(outcome.chunk && { chunk: new TextDecoder().decode(outcome.chunk) }) });
const ok = (chunk) => ({ code: codes.ok, chunk });

/** Lets everything happen that needs no time. */
const settle = async () => {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
};

/** The promise's value so far; undefined while it waits. */
async function soFar(promise) {
  await settle();
  return Promise.race([promise, Promise.resolve(undefined)]);
}

const maxBytes = 1024;
const idleMs = 15_000;
const gatherMs = 16;

beforeEach(() => mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_767_225_600_000 }));
afterEach(() => mock.timers.reset());

/** Does it while the clock shows so much less. */
async function setBack(milliseconds, act) {
  const { now } = Date;
  Date.now = () => now() - milliseconds;
  try {
    await act();
  } finally {
    Date.now = now;
  }
}

async function pass(milliseconds) {
  mock.timers.tick(milliseconds);
  await settle();
}

describe("reading a body", () => {
  test("every chunk is given as it comes", async () => {
    const { source, send, close } = body();
    const reader = new BodyReader(source, new Alarms(), { isHeldToLength: true });
    for (const text of ["one", "two", "three"]) {
      send(text);
      assert.deepEqual(textOf(await soFar(reader.read(maxBytes, idleMs))), ok(text));
    }
    close();
    assert.deepEqual(await soFar(reader.read(maxBytes, idleMs)), { code: codes.end });
  });

  test("chunks that follow each other closely are gathered, the first one not", async () => {
    const { source, send, close } = body();
    const reader = new BodyReader(source, new Alarms(), { isHeldToLength: true });
    send("one ");
    assert.deepEqual(textOf(await soFar(reader.read(maxBytes, idleMs, gatherMs))), ok("one "));
    await pass(5);
    const next = reader.read(maxBytes, idleMs, gatherMs);
    for (const text of ["two ", "three ", "four "]) {
      send(text);
      await pass(3);
      assert.equal(await soFar(next), undefined, text);
    }
    await pass(2);
    assert.deepEqual(textOf(await soFar(next)), ok("two three four "));
    send("five");
    await pass(gatherMs);
    assert.deepEqual(
      textOf(await soFar(reader.read(maxBytes, idleMs, gatherMs))),
      ok("five"),
      "what comes later is given at once",
    );
    close();
    assert.deepEqual(await soFar(reader.read(maxBytes, idleMs, gatherMs)), { code: codes.end });
  });

  for (const [what, finish, code] of [
    ["the end", (made) => made.close(), codes.end],
    ["a failure", (made) => made.fail(), codes.failed],
  ]) {
    test(`${what} ends the gathering, and comes after what was gathered`, async () => {
      const made = body();
      const reader = new BodyReader(made.source, new Alarms(), { isHeldToLength: true });
      made.send("one ");
      await reader.read(maxBytes, idleMs, gatherMs);
      const next = reader.read(maxBytes, idleMs, gatherMs);
      made.send("two ");
      await settle();
      made.send("three");
      await settle();
      finish(made);
      assert.deepEqual(textOf(await soFar(next)), ok("two three"));
      assert.deepEqual(await soFar(reader.read(maxBytes, idleMs, gatherMs)), { code });
    });
  }

  test("no more is gathered than may be given, and nothing is lost", async () => {
    const { source, send } = body();
    const reader = new BodyReader(source, new Alarms(), { isHeldToLength: true });
    send("abc");
    await reader.read(8, idleMs, gatherMs);
    send("0123456789ABCDEF01234");
    const pieces = [];
    for (let i = 0; i < 3; i += 1) {
      const next = reader.read(8, idleMs, gatherMs);
      await pass(gatherMs);
      pieces.push(textOf(await soFar(next)).chunk);
    }
    assert.deepEqual(pieces, ["01234567", "89ABCDEF", "01234"]);
  });

  test("a read that was begun while gathering has its own time", async () => {
    const { source, send } = body();
    const reader = new BodyReader(source, new Alarms(), { isHeldToLength: true });
    send("one");
    await reader.read(maxBytes, idleMs, gatherMs);
    send("two");
    const second = reader.read(maxBytes, idleMs, gatherMs);
    await pass(gatherMs);
    assert.deepEqual(textOf(await soFar(second)), ok("two"));
    const third = reader.read(maxBytes, idleMs, gatherMs);
    await pass(idleMs - 1);
    assert.equal(await soFar(third), undefined);
    await pass(1);
    assert.deepEqual(await soFar(third), { code: codes.timedOut });
  });

  test("a body of known length is not asked for an end behind it", async () => {
    const made = body({ "content-length": "6" });
    const reader = new BodyReader(made.source, new Alarms(), { isHeldToLength: true });
    made.send("abc");
    const all = reader.collect(maxBytes, idleMs);
    await settle();
    made.send("def");
    const { code, bytes } = await soFar(all);
    assert.deepEqual([code, new TextDecoder().decode(bytes)], [codes.ok, "abcdef"]);
    assert.deepEqual(await soFar(reader.read(maxBytes, idleMs)), { code: codes.end });
  });

  test("a length of what is not decoded yet says nothing", async () => {
    const made = body({ "content-length": "3", "content-encoding": "gzip" });
    const reader = new BodyReader(made.source, new Alarms(), { isHeldToLength: true });
    made.send("much longer");
    const all = reader.collect(maxBytes, idleMs);
    await settle();
    made.close();
    const { code, bytes } = await soFar(all);
    assert.deepEqual([code, new TextDecoder().decode(bytes)], [codes.ok, "much longer"]);
  });

  for (const [what, headers, isHeldToLength] of [
    ["one beside chunks", { "content-length": "3", "transfer-encoding": "chunked" }, true],
    ["one that comes twice", { "content-length": "3, 3" }, true],
    ["one that is no number", { "content-length": "-3" }, true],
    ["one that nobody holds the peer to", { "content-length": "3" }, false],
    ["0 that nobody holds the peer to", { "content-length": "0" }, false],
  ]) {
    test(`a length ends no body: ${what}`, async () => {
      const made = body(headers);
      const all = new BodyReader(made.source, new Alarms(), { isHeldToLength }).collect(maxBytes, idleMs);
      for (const text of ["much ", "longer"]) {
        made.send(text);
        await settle();
      }
      made.close();
      const { code, bytes } = await soFar(all);
      assert.deepEqual([code, new TextDecoder().decode(bytes)], [codes.ok, "much longer"]);
    });
  }

  test("the length of what HEAD does not send is not too large", async () => {
    const source = { headers: new Headers({ "content-length": "5000" }), body: null };
    const { code, bytes } = await soFar(
      new BodyReader(source, new Alarms(), { isHeldToLength: true }).collect(maxBytes, idleMs),
    );
    assert.deepEqual([code, bytes.length], [codes.ok, 0]);
  });

  test("a body that is cancelled while it is read has failed", async () => {
    const { source, send } = body();
    const reader = new BodyReader(source, new Alarms(), { isHeldToLength: true });
    send("half");
    const all = reader.collect(maxBytes, idleMs);
    await settle();
    reader.cancel();
    assert.deepEqual(await soFar(all), { code: codes.failed });
  });

  test("a clock that is set back holds nothing back for longer", async () => {
    const { source, send } = body();
    const reader = new BodyReader(source, new Alarms(), { isHeldToLength: true });
    send("one");
    await reader.read(maxBytes, idleMs, gatherMs);
    await setBack(3_600_000, async () => {
      send("two");
      const next = reader.read(maxBytes, idleMs, gatherMs);
      await settle();
      await pass(gatherMs);
      assert.deepEqual(textOf(await soFar(next)), ok("two"));
    });
  });

  test("passOn gives every chunk and then the code", async () => {
    const made = body();
    const seen = [];
    const done = passOn(
      new BodyReader(made.source, new Alarms(), { isHeldToLength: true }),
      { maxBytes, timeMs: idleMs },
      async (chunk) => seen.push(new TextDecoder().decode(chunk)) > 0,
    );
    for (const text of ["one", "two"]) {
      made.send(text);
      await settle();
    }
    made.close();
    assert.equal(await soFar(done), codes.ok);
    assert.deepEqual(seen, ["one", "two"]);
  });
});

describe("alarms", () => {
  test("ring when they are due, in that order", async () => {
    const alarms = new Alarms();
    const rung = [];
    for (const ms of [2500, 40, 1000, 0, 999]) alarms.set(ms, () => rung.push(ms));
    const cleared = alarms.set(500, () => rung.push("cleared"));
    alarms.clear(cleared);
    for (const [ms, expected] of [
      [0, [0]],
      [39, [0]],
      [1, [0, 40]],
      [959, [0, 40, 999]],
      [1, [0, 40, 999, 1000]],
      [1499, [0, 40, 999, 1000]],
      [1, [0, 40, 999, 1000, 2500]],
    ]) {
      mock.timers.tick(ms);
      assert.deepEqual(rung, expected);
    }
  });

  test("one that is set or cleared by another", () => {
    const alarms = new Alarms();
    const rung = [];
    let second;
    alarms.set(10, () => {
      rung.push("first");
      alarms.clear(second);
      alarms.set(5, () => rung.push("third"));
    });
    second = alarms.set(10, () => rung.push("second"));
    mock.timers.tick(10);
    assert.deepEqual(rung, ["first"]);
    mock.timers.tick(5);
    assert.deepEqual(rung, ["first", "third"]);
  });

  test("clearAll() leaves nothing, and what is set later rings", () => {
    const alarms = new Alarms();
    const rung = [];
    alarms.set(10, () => (rung.push("first"), alarms.clearAll()));
    alarms.set(2000, () => assert.fail("it rang"));
    mock.timers.tick(10);
    alarms.set(1500, () => rung.push("later"));
    mock.timers.tick(1500);
    assert.deepEqual(rung, ["first", "later"]);
    mock.timers.tick(5000);
  });

  test("a clock that is set back makes none late", async () => {
    const alarms = new Alarms();
    const rung = [];
    alarms.set(300, () => rung.push("rung"));
    alarms.set(50, () => {});
    mock.timers.tick(100);
    await setBack(3000, async () => {
      for (let i = 0; i < 10; i += 1) await pass(100);
    });
    assert.deepEqual(rung, ["rung"]);
  });
});

describe("a body that nobody wants", () => {
  const limits = { maxBytes: 10, timeMs: 250 };
  const drained = (source) => drain(new BodyReader(source, new Alarms(), { isHeldToLength: false }), limits);

  test("is read to its end", async () => {
    const { source, send, close } = body();
    const done = drained(source).then(() => "done");
    send("abc");
    assert.equal(await soFar(done), undefined);
    close();
    assert.equal(await soFar(done), "done");
  });

  test("is let go of beyond so many bytes", async () => {
    const { source, send } = body();
    const done = drained(source).then(() => "done");
    send("abcdefgh");
    assert.equal(await soFar(done), undefined);
    send("ijk");
    assert.equal(await soFar(done), "done");
    assert.throws(() => send("l"), "nobody reads it any more");
  });

  test("is let go of after so long, however often bytes come", async () => {
    const { source, send } = body();
    const done = drained(source).then(() => "done");
    for (let ms = 0; ms < 200; ms += 100) {
      send("a");
      await pass(100);
    }
    assert.equal(await soFar(done), undefined);
    await pass(50);
    assert.equal(await soFar(done), "done");
  });

  test("may break off", async () => {
    const { source, fail } = body();
    const done = drained(source).then(() => "done");
    fail();
    assert.equal(await soFar(done), "done");
  });
});
