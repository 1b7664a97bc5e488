// Tests what a host makes of effects, byte by byte: it runs the core with tests/probe/gateway.cpp in it, over real sockets.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { request as httpRequest } from "node:http";
import { after, before, beforeEach, describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { Client } from "../clients/client.mjs";
import { inChunks, startPlainUpstream } from "../upstreams/plain_upstream.mjs";

const boundary = "BOUNDARY";
const sizes = [0, 1, 2, 3, 100_000, 5_000_000];
const bodies = new Map(sizes.map((size) => [size, randomBytes(size)]));
const large = bodies.get(100_000);
const most = 1000; // Fewer bytes than `large` has.

const startOf = (bytes) => bytes.subarray(0, 32).toString("hex");
const base64 = (bytes) => bytes.toString("base64");
const withLength = (bytes) => ({ "content-length": bytes.length });

/** A form with a field, a file and a field. */
function formOf(
  file,
  end = `\r\n--${boundary}\r\ncontent-disposition: form-data; name="n"\r\n\r\n2\r\n--${boundary}--\r\n`,
) {
  const head =
    `--${boundary}\r\ncontent-disposition: form-data; name="prompt"\r\n\r\na cat\r\n--${boundary}\r\n` +
    `content-disposition: form-data; name="image"; filename="a.png"\r\ncontent-type: image/png\r\n\r\n`;
  return { body: Buffer.concat([Buffer.from(head), file, Buffer.from(end)]), fileAt: head.length };
}

/**
 * `start(variables)` gives a host that runs the probe: { origin, close() }. Traits of the host:
 * showsCuts: a broken answer does not look whole, though it has no length.
 * endsCalls: an upstream sees the end of a call that is given up.
 * seesClientsLeave: a client that has gone is noticed soon.
 */
export function describeEffects(title, start, { showsCuts = true, endsCalls = true, seesClientsLeave = true } = {}) {
  describe(title, { concurrency: 1 }, () => {
    let upstream;
    let host;
    before(async () => {
      upstream = await startPlainUpstream();
      host = await start({});
    });
    beforeEach(() => upstream.reset());
    after(async () => {
      await host?.close();
      await upstream?.close();
    });

    const urlOf = (path, settings = {}) =>
      `${host.origin}${path}?${new URLSearchParams({ upstream: upstream.origin, ...settings })}`;

    /** What the probe answers as JSON. */
    async function ask(path, settings, init) {
      const response = await fetch(urlOf(path, settings), init);
      assert.equal(response.status, 200);
      return response.json();
    }
    const post = (path, settings, body) => ask(path, settings, { method: "POST", body });

    /** A request whose body the test writes: { request, told() }; told() is what the probe answers as JSON. */
    function openPost(path, settings, headers = {}) {
      const request = httpRequest(urlOf(path, settings), { method: "POST", headers, agent: false });
      const answered = new Promise((resolve, reject) => request.on("response", resolve).on("error", reject));
      answered.catch(() => {});
      request.flushHeaders();
      const told = async () => JSON.parse(Buffer.concat(await (await answered).toArray()).toString());
      return { request, told };
    }

    /** Sends these pieces of a request's body one after the other, and gives what the probe answers as JSON. */
    async function postInPieces(path, settings, pieces, headers) {
      const { request, told } = openPost(path, settings, headers);
      for (const piece of pieces) {
        if (piece.length > 0) request.write(piece);
        await delay(3);
      }
      request.end();
      return told();
    }

    /** Reads an answer to its end, whichever that is. */
    async function read(path, settings) {
      const client = await new Client(urlOf(path, settings)).listen();
      return { ending: await client.end(), bytes: client.bytes, headers: (await client.head).headers };
    }
    const assertCut = ({ ending }) => showsCuts && assert.equal(ending, "broken");
    const toldIn = ({ headers }) => JSON.parse(headers["x-probe"]);

    /** An upstream's call that came whole, with its length declared. */
    function assertCall(path, expected) {
      const { body, headers, ending } = upstream.callTo(path);
      assert.equal(ending, "whole");
      assert.equal(headers["content-length"], String(expected.length));
      assert.ok(body.equals(expected), `${body.length} bytes to ${path}`);
    }

    async function assertCallEnds(path) {
      while (endsCalls && upstream.callTo(path)?.ending !== "broken") await delay(2);
      assert.notEqual(upstream.callTo(path)?.ending, "whole");
    }

    describe("a form's file is held, and sent twice", () => {
      function assertForm(told, file, { whole = true, fields = "a cat;2;" } = {}) {
        assert.deepEqual(told, { whole, fields, length: file.length, start: startOf(file), statuses: [200, 200] });
        assertCall("/plain", Buffer.concat([Buffer.from("front|"), file, Buffer.from("|back")]));
        assertCall("/base64", Buffer.from(JSON.stringify({ a: base64(file), b: base64(file) })));
      }

      for (const size of sizes) {
        test(`of ${size} bytes`, async () => {
          const { body } = formOf(bodies.get(size));
          assertForm(await post("/form", { boundary }, body), bodies.get(size));
        });
      }

      const looks = ["\r\n-", "\r\n--BOUNDAR", "\r\n--BOUNDARX", "\r\n\r\n--BOUNDA", "\r\r\n--BOUNDAR\r\n--BOUN"];
      for (const [name, file] of [["an empty file", ""], ...looks.map((each) => [JSON.stringify(each), `a${each}`])]) {
        test(`cut in two at every place: ${name}`, async () => {
          const { body, fileAt } = formOf(Buffer.from(file));
          const end = fileAt + file.length + boundary.length + 6;
          for (let at = fileAt - 3; at <= end; at += 1) {
            upstream.reset();
            const pieces = [body.subarray(0, at), body.subarray(at)];
            assertForm(await postInPieces("/form", { boundary }, pieces, withLength(body)), Buffer.from(file));
          }
        });
      }

      test("byte by byte, without a length", async () => {
        const file = Buffer.from("abc\r\n--BOUNDAR\r\n-");
        const { body, fileAt } = formOf(file);
        const pieces = Array.from(body.subarray(fileAt), (byte) => Buffer.from([byte]));
        assertForm(await postInPieces("/form", { boundary }, [body.subarray(0, fileAt), ...pieces]), file);
      });

      test("whose last delimiter is missing: all that came is held", async () => {
        for (const file of ["", "abc\r\n--BOUNDAR", "\r\n--"].map(Buffer.from)) {
          upstream.reset();
          const { body, fileAt } = formOf(file, "");
          const told = await postInPieces("/form", { boundary }, [body.subarray(0, fileAt), body.subarray(fileAt)]);
          assertForm(told, file, { whole: false, fields: "a cat;" });
        }
      });

      test("that is too large, or stops, is held no more", async () => {
        const { body, fileAt } = formOf(large);
        assert.equal((await post("/form", { boundary, max: most }, body)).error, "request_too_large");
        const fits = { boundary, max: large.length };
        assert.equal((await post("/form", fits, body)).length, large.length);
        const stopped = openPost("/form", { boundary, idle: 100 }, withLength(body));
        stopped.request.write(body.subarray(0, fileAt + 10));
        assert.equal((await stopped.told()).error, "request_timeout");
        stopped.request.destroy();
      });

      test("of a client that goes away is sent nowhere", async () => {
        const { body, fileAt } = formOf(large);
        const { request } = openPost("/form", { boundary }, withLength(body));
        request.on("error", () => {});
        request.write(body.subarray(0, fileAt + 10));
        await delay(100);
        request.destroy();
        assert.equal((await ask("/timers")).early, false);
        assert.deepEqual(upstream.calls, []);
      });

      test("the rest of a body behind its first byte, to the end, piped twice", async () => {
        for (const size of sizes) {
          const bytes = bodies.get(size);
          const response = await fetch(urlOf("/hold-rest"), { method: "POST", body: bytes });
          const told = JSON.parse(response.headers.get("x-probe"));
          assert.deepEqual(told, { length: size, start: startOf(bytes), found: false });
          const expected = Buffer.concat([bytes, Buffer.from(`|${base64(bytes)}`)]);
          assert.ok(Buffer.from(await response.arrayBuffer()).equals(expected), `${size} bytes`);
        }
      });
    });

    describe("an upstream's body is held, added to, sent again, and passed on", () => {
      for (const size of sizes) {
        test(`of ${size} bytes, with and without a length`, async () => {
          const bytes = bodies.get(size);
          for (const headers of [withLength(bytes), {}]) {
            upstream.reset();
            upstream.answers["/body"] = inChunks([bytes], { headers });
            let tries = 0;
            upstream.answers["/again"] = (request, response) =>
              request.on("end", () => response.writeHead(++tries === 1 ? 500 : 200).end());
            const answer = await read("/hold-body");
            const all = Buffer.concat([bytes, Buffer.from("more")]);
            const { length, start, read: readBytes, collected, statuses } = toldIn(answer);
            assert.deepEqual([length, start, readBytes, collected], [size, startOf(bytes), 6, size + 4]);
            assert.deepEqual(statuses, [500, 200]);
            assert.equal(answer.ending, "complete");
            assert.ok(answer.bytes.equals(all));
            const expected = Buffer.concat([Buffer.from("own:"), all]);
            const calls = upstream.calls.filter(({ path }) => path === "/again");
            assert.deepEqual(
              calls.map(({ body }) => body.equals(expected)),
              [true, true],
            );
          }
        });
      }

      for (const [name, answer, settings, error] of [
        ["breaks off", inChunks([large], { ending: "break" }), {}, "upstream_bad_response"],
        [
          "ends before its length",
          inChunks([large], { headers: { "content-length": 200_000 }, ending: "break" }),
          {},
          "upstream_bad_response",
        ],
        ["is too large", inChunks([large]), { max: most }, "upstream_too_large"],
        ["is too large, as it says", { body: large }, { max: most }, "upstream_too_large"],
        ["stops", inChunks([large], { ending: "silent" }), { idle: 100 }, "upstream_timeout"],
        ["has no room for more", { body: large }, { most: large.length + 3 }, "upstream_too_large"],
      ]) {
        test(`one that ${name}`, async () => {
          upstream.answers["/body"] = answer;
          assert.equal((await ask("/hold-body", settings)).error, error);
          assert.equal(upstream.callTo("/again"), undefined);
        });
      }
    });

    describe("a body is sent as base64", () => {
      const expected = (bytes) => `data:${base64(bytes)};end`;
      for (const size of sizes) {
        test(`of ${size} bytes`, async () => {
          upstream.answers["/body"] = { body: bodies.get(size) };
          const { ending, bytes } = await read("/pipe-base64");
          assert.equal(ending, "complete");
          assert.ok(bytes.toString() === expected(bodies.get(size)), `${bytes.length} bytes`);
        });
      }

      test("in pieces of any length", async () => {
        const pieces = [1, 1, 2, 4, 5, 7, 1, 3, 2].map((size) => large.subarray(0, size));
        upstream.answers["/body"] = inChunks(pieces, { everyMs: 5 });
        assert.equal((await read("/pipe-base64")).bytes.toString(), expected(Buffer.concat(pieces)));
      });

      for (const [name, options, settings] of [
        ["breaks off", { ending: "break" }, {}],
        ["is too large", {}, { max: most }],
        ["stops", { ending: "silent" }, { idle: 100 }],
      ]) {
        test(`one that ${name} breaks the answer`, async () => {
          upstream.answers["/body"] = inChunks([large], options);
          const answer = await read("/pipe-base64", settings);
          assertCut(answer);
          assert.ok(!answer.bytes.toString().includes(";end"));
        });
      }
    });

    describe("a body is passed on", () => {
      for (const size of sizes) {
        test(`of ${size} bytes, with and without a length`, async () => {
          for (const headers of [withLength(bodies.get(size)), {}]) {
            upstream.answers["/body"] = inChunks([bodies.get(size)], { headers });
            const answer = await read("/passed");
            assert.equal(answer.headers["content-length"], headers["content-length"]?.toString());
            assert.equal(answer.ending, "complete");
            assert.ok(answer.bytes.equals(bodies.get(size)));
          }
        });
      }

      test("as it comes, when the core is long done", async () => {
        const pieces = ["one ", "two ", "three"];
        upstream.answers["/body"] = inChunks(pieces, { everyMs: 300 });
        const client = await new Client(urlOf("/passed")).listen();
        for (const piece of pieces) await client.reads(piece);
        assert.equal(await client.end(), "complete");
        assert.equal(client.text, "one two three");
      });

      test("one that breaks off breaks the answer", async () => {
        for (const headers of [{ "content-length": large.length + 1 }, {}]) {
          upstream.answers["/body"] = inChunks([large], { headers, ending: "break" });
          const answer = await read("/passed");
          if (headers["content-length"]) assert.equal(answer.ending, "broken");
          assertCut(answer);
          assert.ok(large.subarray(0, answer.bytes.length).equals(answer.bytes));
        }
      });
    });

    describe("the rest of a body is sent within a call", () => {
      const sent = (bytes) => Buffer.concat([Buffer.from("own:"), bytes]);
      for (const size of sizes) {
        test(`of ${size} bytes: an upstream's and the client's, whole and begun`, async () => {
          const bytes = bodies.get(size);
          for (const settings of [{}, { read: 1 }, { read: 4000 }, { declare: size + 4 }]) {
            for (const of of ["client", "upstream"]) {
              upstream.reset();
              upstream.answers["/body"] = { body: bytes };
              const told = await post("/insert-rest", { of, ...settings }, bytes);
              assert.deepEqual(told, { status: 200, answer: "ok" });
              const { body, ending, headers } = upstream.callTo("/rest");
              assert.equal(ending, "whole");
              assert.ok(body.equals(sent(bytes)), `${body.length} bytes of ${of} with ${JSON.stringify(settings)}`);
              if (settings.declare) assert.equal(headers["content-length"], String(size + 4));
            }
          }
        });
      }

      test("as it comes, while the answer comes", async () => {
        upstream.answers["/body"] = inChunks(["one ", "two ", "three"], { everyMs: 100 });
        upstream.answers["/rest"] = (request, response) => (
          response.writeHead(201).flushHeaders(),
          request.pipe(response)
        );
        assert.deepEqual(await ask("/insert-rest"), { status: 201, answer: "own:one two three" });
      });

      test("an answer that does not wait for all of it counts", async () => {
        upstream.answers["/body"] = inChunks([large], { ending: "silent" });
        upstream.answers["/rest"] = (request, response) => response.writeHead(413).end("no");
        const told = await ask("/insert-rest", { idle: 3000 });
        assert.deepEqual(told, { status: 413, answer: "no" });
      });

      for (const [name, options, settings, error] of [
        ["breaks off", { ending: "break" }, {}, "upstream_unreachable"],
        ["is too large", {}, { max: most }, "upstream_too_large"],
        ["stops", { ending: "silent" }, { idle: 100 }, "upstream_timeout"],
        ["is shorter than was declared", {}, { declare: large.length + 5 }, "upstream_unreachable"],
        ["is longer than was declared", {}, { declare: large.length + 3 }, "upstream_unreachable"],
      ]) {
        test(`one that ${name}: the call fails, and does not look whole`, async () => {
          upstream.answers["/body"] = inChunks([large], options);
          upstream.answers["/rest"] = (request, response) => request.on("end", () => response.end("ok"));
          assert.equal((await ask("/insert-rest", settings)).error, error);
          if (upstream.callTo("/rest") !== undefined && !name.includes("longer")) await assertCallEnds("/rest");
        });
      }

      test("a client's body that is too large", async () => {
        const told = await post("/insert-rest", { of: "client", max: most }, large);
        assert.equal(told.error, "upstream_too_large");
      });
    });

    describe("a body may come with its head", () => {
      const text = Buffer.from("a short body of 28 bytes, no?");
      for (const [name, bytes, answer] of [
        ["and is short enough", 100, { body: text }],
        ["and is just short enough", text.length, { body: text }],
        ["but is too long", text.length - 1, { body: text }],
        ["but is not asked for", 0, { body: text }],
        ["but has no length", 100, inChunks([text])],
        ["but is empty", 100, { body: "" }],
        [
          "and is damaged text",
          100,
          { headers: { "content-type": "application/json" }, body: Buffer.from("a \xff b", "latin1") },
        ],
        ["but takes too long", 100, inChunks(["a ", "short ", "body"], { everyMs: 600 })],
        [
          "but takes too long for its length",
          100,
          inChunks(["a ", "short ", "body"], { everyMs: 600, headers: { "content-length": 12 } }),
        ],
      ]) {
        test(name, async () => {
          upstream.answers["/body"] = answer;
          const told = await ask("/inline", { bytes });
          const expected = answer.body?.toString() ?? (name.includes("takes") ? "a short body" : text.toString());
          assert.equal(told.body, expected);
          if (bytes < text.length || name.includes("takes")) assert.equal(told.here, false);
        });
      }
    });

    describe("time", () => {
      test("is told when it was asked for", async () => {
        const told = await ask("/timers");
        assert.equal(told.early, false);
        assert.equal(told.late, true);
        assert.ok(told.slept >= 50 && told.slept < 1050, `${told.slept} ms`);
        assert.ok(told.all >= 250 && told.all < 2250, `${told.all} ms`);
      });

      test("a call that is not answered is given up", async () => {
        upstream.answers["/never"] = () => {};
        const start = performance.now();
        assert.equal((await ask("/late")).error, "upstream_timeout");
        const ms = performance.now() - start;
        assert.ok(ms >= 100 && ms < 1500, `${ms} ms`);
        if (endsCalls) await assertCallEndsSoon();
      });

      /** The call had no body: that its answer's connection was closed is all that an upstream sees. */
      async function assertCallEndsSoon() {
        const { request } = upstream.callTo("/never");
        while (!request.socket.destroyed) await delay(2);
      }
    });

    test(
      "a client that leaves is told of, and effects go on",
      { skip: !seesClientsLeave && "the host tells nothing of its clients" },
      async () => {
        const client = await new Client(urlOf("/leave")).listen();
        await client.reads("tick");
        assert.equal(upstream.callTo("/called-off"), undefined);
        client.leave();
        while (upstream.callTo("/called-off") === undefined) await delay(2);
      },
    );
  });
}
