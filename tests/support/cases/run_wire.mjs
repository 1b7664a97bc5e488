// What the wire shows of a host in Node: streams, clients that go away, pictures, and requests of every kind.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { Agent } from "node:http";
import { connect } from "node:net";
import { after, before, beforeEach, describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { chat, idea, linkIn } from "../clients/chat.mjs";
import { Client } from "../clients/client.mjs";
import { delta, events, llmPrompt } from "../upstreams/faults.mjs";
import { largePng } from "../upstreams/pictures.mjs";
import { settingsFor, startUpstream } from "../upstreams/upstream.mjs";
import { checkErrorShape, eventsIn } from "./cases.mjs";

const mebibyte = 1024 * 1024;

/** Asks for a stream, and begins to read it. */
function listenTo(host, body = {}) {
  const client = new Client(`${host.origin}/v1/chat/completions`, {
    method: "POST",
    body: JSON.stringify(idea("a cat", { stream: true, ...body })),
  });
  client.listen().catch(() => {});
  return client;
}

/** A request that is refused has its answer while nothing of its body comes; servesOn: and its connection serves on when the body has come. */
export async function checkStalledUploads(host, { servesOn }) {
  for (const [path, status] of [
    ["/nope", 404],
    ["/v1/chat/completions", 401],
  ]) {
    const startMs = performance.now();
    const socket = connect(new URL(host.origin).port, "127.0.0.1", () =>
      socket.write(`POST ${path} HTTP/1.1\r\nhost: a\r\ncontent-length: 400000\r\n\r\n`),
    );
    let text = "";
    socket.on("data", (data) => (text += data)).on("error", () => {});
    const says = async (words) => {
      while (!text.includes(words)) {
        assert.ok(performance.now() - startMs < 4000, `${path}: ${text}`);
        await delay(2);
      }
    };
    await says(`HTTP/1.1 ${status} `);
    if (servesOn) {
      for (let sent = 0; sent < 400_000; sent += 100_000) {
        socket.write(" ".repeat(100_000));
        await delay(20);
      }
      socket.write("GET /health HTTP/1.1\r\nhost: a\r\n\r\n");
      await says('{"status":"ok"}');
    }
    socket.destroy();
  }
}

/** `start(settings)` gives a host: { origin, pid, request(path, init), logs, close() }. */
export function describeWire(start) {
  describe("on the wire", { concurrency: 1 }, () => {
    let upstream;
    let host;
    before(async () => {
      upstream = await startUpstream();
      host = await start(
        settingsFor(upstream, { OPENAI_MODEL: "", OPENAI_MODEL_REASONING: "llm-thinker", MAX_REQUEST_BYTES: "65536" }),
      );
    });
    beforeEach(() => upstream.reset());
    after(async () => {
      await host?.close();
      await upstream?.close();
    });

    /** A handler's promise that it is asked: for the response that the test then writes. */
    function byHand(handler, begin = () => {}) {
      return new Promise((resolve) => {
        upstream[handler] = () => (request, response) => {
          response.on("error", () => {});
          begin(response);
          resolve(response);
        };
      });
    }

    const beginEvents = (response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.flushHeaders();
    };

    async function pictureLink() {
      const answer = await (await chat(host, idea("a cat"))).json();
      const link = linkIn(answer.choices[0].message.content);
      upstream.reset();
      return link;
    }

    describe("streams", () => {
      test("the head and the first chunk arrive before the language model answers", async () => {
        const asked = byHand("onChat");
        const client = listenTo(host);
        await client.reads('"role":"assistant"');
        assert.equal((await client.head).statusCode, 200);
        const llm = await asked;
        beginEvents(llm);
        llm.end(events(delta({ content: llmPrompt }, "stop"), "[DONE]"));
        assert.equal(await client.end(), "complete");
        assert.equal(eventsIn(client.text).at(-1), "[DONE]");
      });

      test("each piece of thinking arrives before the language model says the next", async () => {
        const asked = byHand("onChat", beginEvents);
        const client = listenTo(host);
        const llm = await asked;
        for (const piece of ["The roof is red, ", "so the cat is grey."]) {
          llm.write(events(delta({ reasoning_content: piece })));
          await client.reads(piece); // Would wait for ever if it came only with the end.
        }
        assert.equal(upstream.callsTo("/generate").length, 0);
        llm.end(events(delta({ content: llmPrompt }, "stop"), "[DONE]"));
        assert.equal(await client.end(), "complete");
        assert.equal(upstream.callsTo("/generate").length, 1);
      });

      test("a client that does not read holds the language model's stream back, and gets everything when it reads", async () => {
        // Sockets hold megabytes. Six bytes stand for each of these characters, so just under the 1 MiB that an answer may have becomes 6 MB.
        const pieces = Array.from({ length: 950 }, (_, i) => `${i}:${"\u0001".repeat(1000)}`);
        upstream.onChat = () => (request, response) => {
          beginEvents(response);
          for (const piece of pieces) response.write(events(delta({ reasoning_content: piece })));
          response.end(events(delta({ content: llmPrompt }, "stop"), "[DONE]"));
        };
        const check = async (client) => {
          assert.equal(await client.end(), "complete");
          const said = eventsIn(client.bytes.toString()).flatMap(({ choices = [] }) => choices);
          assert.ok(
            said
              .map((choice) => choice.delta.reasoning_content ?? "")
              .join("")
              .startsWith(`${pieces.join("")}\n\n`),
          );
        };
        const start = performance.now();
        await check(listenTo(host));
        const usualMs = performance.now() - start;
        assert.equal(upstream.callsTo("/generate").length, 1);

        const client = new Client(`${host.origin}/v1/chat/completions`, {
          method: "POST",
          body: JSON.stringify(idea("a cat", { stream: true })),
        });
        await client.head;
        await delay(Math.max(300, 2 * usualMs));
        assert.equal(
          upstream.callsTo("/generate").length,
          1,
          "the stream was not read to its end: no picture was asked for",
        );
        await check(await client.listen());
        assert.equal(upstream.callsTo("/generate").length, 2);
      });

      test("a text answer that breaks off is broken off", async () => {
        const asked = byHand("onChat", beginEvents);
        const client = listenTo(host, { response_format: { type: "json_object" } });
        const llm = await asked;
        llm.write(events(delta({ content: "half" })));
        await client.reads("half");
        llm.destroy();
        assert.equal(await client.end(), "broken");
      });
    });

    test("three pictures are asked for at once", async () => {
      const { promise: released, resolve: release } = Promise.withResolvers();
      const { onImage } = upstream;
      upstream.onImage = async (call) => (await released, onImage(call));
      const answer = chat(host, idea("a cat", { n: 3 }));
      while (upstream.callsTo("/generate").length < 3) await delay(2);
      release();
      assert.equal((await answer).status, 200);
    });

    describe("a client that goes away", () => {
      /** Lets it leave with one call held, and looks at what follows. */
      async function leaves(client, held, calls) {
        const { socket } = await held;
        const closed = new Promise((resolve) => socket.once("close", resolve));
        const firstLog = host.logs.length;
        const start = performance.now();
        client.leave();
        await Promise.race([closed, delay(2000)]);
        const outlivedMs = performance.now() - start;
        assert.ok(outlivedMs < 250, `the call outlived its client by ${outlivedMs} ms`);
        await delay(400); // A picture would be asked for again within 300 ms.
        assert.equal(upstream.calls.length, calls, "nothing further is asked of an upstream");
        const lines = host.logs.slice(firstLog).map((line) => JSON.parse(line));
        const { ev, status, code } = lines.at(-1);
        assert.deepEqual([ev, status, code], ["request", 499, "client_closed"]);
      }

      for (const stream of [false, true]) {
        const how = stream ? "from a stream" : "from a whole answer";

        test(`${how}: while the language model's head is awaited`, async () => {
          const held = byHand("onChat");
          await leaves(listenTo(host, { stream }), held, 1);
        });

        test(`${how}: in the middle of the language model's stream`, async () => {
          const held = byHand("onChat", beginEvents);
          const client = listenTo(host, { stream });
          (await held).write(events(delta({ reasoning_content: "The roof is red." })));
          await (stream ? client.reads("The roof is red.") : delay(50));
          await leaves(client, held, 1);
        });

        test(`${how}: while the picture is made`, async () => {
          const held = byHand("onImage");
          await leaves(listenTo(host, { stream }), held, 2);
        });
      }

      test("in the middle of a picture that it does not read", async () => {
        const link = await pictureLink();
        const bytes = largePng(19 * mebibyte);
        const held = byHand("onPicture", (response) => {
          response.writeHead(200, { "content-length": bytes.length });
          response.write(bytes.subarray(0, -1));
        });
        const client = new Client(link);
        await client.head;
        await delay(100);
        await leaves(client, held, 1);
      });
    });

    describe("pictures", () => {
      test("20 MiB pass, with and without a length, coded or not", async () => {
        const link = await pictureLink();
        const picture = largePng(20 * mebibyte);
        const coded = gzipSync(picture, { level: 1 });
        for (const answer of [
          { body: picture },
          () => (request, response) => response.writeHead(200).end(picture),
          { headers: { "content-encoding": "gzip" }, body: coded },
        ]) {
          upstream.onPicture = typeof answer === "function" ? answer : () => answer;
          const client = await new Client(link).listen();
          assert.equal(await client.end(), "complete");
          assert.ok(client.bytes.equals(picture));
        }
      });

      test(
        "pictures that clients do not read take no memory",
        { skip: process.platform !== "linux" && "reads /proc" },
        async () => {
          const link = await pictureLink();
          const residentBytes = () =>
            Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${host.pid}/status`, "utf8"))[1]) * 1024;
          const picture = largePng(20 * mebibyte); // More than sockets hold, unless they have carried one before.
          let sentCount = 0;
          upstream.onPicture = () => (request, response) =>
            response
              .writeHead(200, { connection: "close" })
              .on("finish", () => ++sentCount)
              .end(picture);
          const start = performance.now();
          assert.equal(await (await new Client(link).listen()).end(), "complete");
          const usualMs = performance.now() - start;
          assert.equal(sentCount, 1);
          const firstBytes = residentBytes();
          const clients = Array.from({ length: 12 }, () => new Client(link)); // 240 MiB
          await Promise.all(clients.map(({ head }) => head));
          await delay(Math.max(500, 3 * usualMs));
          assert.equal(sentCount, 1, "the backend was held back");
          const takenBytes = residentBytes() - firstBytes;
          assert.ok(takenBytes < 100 * mebibyte, `${takenBytes} bytes`);
          for (const client of clients) client.leave();
        },
      );

      test("one that is cut is a broken transfer, with a length, without, and for HTTP/1.0", async () => {
        const link = await pictureLink();
        const bytes = largePng(300_000);
        for (const headers of [{ "content-length": bytes.length }, {}]) {
          upstream.onPicture = () => (request, response) => {
            response.writeHead(200, headers);
            response.write(bytes.subarray(0, 100_000), () => setTimeout(() => request.socket.destroy(), 50));
          };
          const client = await new Client(link).listen();
          assert.equal(await client.end(), "broken");
          assert.ok(client.bytes.length > 0);
          assert.equal(await oldClient(link), "ECONNRESET");
        }
      });

      describe("that are declared pass without the module", () => {
        const declared = (bytes) => ({ "content-type": "image/png", "content-length": bytes.length });

        test("whole, and more than one on a connection", async () => {
          const link = await pictureLink();
          const agent = new Agent({ keepAlive: true, maxSockets: 1 });
          for (const lengthBytes of [20 * mebibyte, 100, 1]) {
            const bytes = largePng(20 * mebibyte).subarray(0, lengthBytes);
            upstream.onPicture = () => ({ headers: declared(bytes), body: bytes });
            const firstLog = host.logs.length;
            const client = await new Client(link, { agent }).listen();
            assert.equal(await client.end(), "complete");
            assert.ok(client.bytes.equals(bytes));
            assert.equal((await client.head).headers["content-length"], `${lengthBytes}`);
            const { status, bytes: loggedBytes } = JSON.parse(host.logs.slice(firstLog).at(-1));
            assert.deepEqual([status, loggedBytes], [200, lengthBytes]);
          }
          agent.destroy();
        });

        test("their request is over before they are", async () => {
          const link = await pictureLink();
          const bytes = largePng(100_000);
          const firstLog = host.logs.length;
          const held = byHand("onPicture", (response) => response.writeHead(200, declared(bytes)).flushHeaders());
          const client = await new Client(link).listen();
          const backend = await held;
          while (host.logs.length === firstLog) await delay(2);
          assert.equal(client.bytes.length, 0);
          backend.write(bytes.subarray(0, 50_000));
          while (client.bytes.length < 50_000) await delay(2);
          backend.end(bytes.subarray(50_000));
          assert.equal(await client.end(), "complete");
          assert.ok(client.bytes.equals(bytes));
        });

        test("one that is cut is a broken transfer, also for HTTP/1.0", async () => {
          const link = await pictureLink();
          const bytes = largePng(300_000);
          upstream.onPicture = () => (request, response) => {
            response.writeHead(200, declared(bytes));
            response.write(bytes.subarray(0, 100_000), () => setTimeout(() => request.socket.destroy(), 50));
          };
          const client = await new Client(link).listen();
          assert.equal(await client.end(), "broken");
          assert.ok(client.bytes.length > 0);
          assert.equal(await oldClient(link), "ECONNRESET");
        });

        test("a client that leaves one lets its backend go", async () => {
          const link = await pictureLink();
          const bytes = largePng(19 * mebibyte);
          for (const begin of [() => {}, (response) => response.write(bytes.subarray(0, -1))]) {
            const held = byHand("onPicture", (response) => {
              response.writeHead(200, declared(bytes)).flushHeaders();
              begin(response);
            });
            const client = new Client(link);
            await client.head;
            const { socket } = await held;
            await delay(100);
            const closed = new Promise((resolve) => socket.once("close", resolve));
            client.leave();
            await Promise.race([closed, delay(2000).then(() => assert.fail("the backend is still held"))]);
          }
        });

        test("HEAD takes none, and lets the backend go", async () => {
          const link = await pictureLink();
          const bytes = largePng(100_000);
          const held = byHand("onPicture", (response) => response.writeHead(200, declared(bytes)).flushHeaders());
          const client = await new Client(link, { method: "HEAD" }).listen();
          const { socket } = await held;
          if (!socket.destroyed) await new Promise((resolve) => socket.once("close", resolve));
          assert.equal(await client.end(), "complete");
          assert.equal((await client.head).headers["content-length"], "100000");
        });
      });

      test("one that is whole is so for HTTP/1.0", async () => {
        const link = await pictureLink();
        assert.equal(await oldClient(link), "end");
      });

      /** How the connection of an HTTP/1.0 client ends: "end" or the code of an error. */
      function oldClient(link) {
        const { port, pathname, search } = new URL(link);
        return new Promise((resolve) => {
          const socket = connect(port, "127.0.0.1", () => socket.write(`GET ${pathname}${search} HTTP/1.0\r\n\r\n`));
          socket
            .on("error", ({ code }) => resolve(code))
            .on("end", () => resolve("end"))
            .resume();
        });
      }
    });

    describe("requests", () => {
      test("a body over MAX_REQUEST_BYTES is 413, declared or not, and the connection serves on", async () => {
        // A connection that is to be closed is not read further: a client that still sends may then miss the answer.
        const agent = new Agent({ keepAlive: true });
        const large = Buffer.alloc(5 * mebibyte, " ");
        for (const headers of [{ "content-length": large.length }, { "transfer-encoding": "chunked" }]) {
          const client = await new Client(`${host.origin}/v1/chat/completions`, {
            method: "POST",
            body: large,
            headers,
            agent,
          }).listen();
          assert.equal(await client.end(), "complete");
          assert.equal((await client.head).statusCode, 413);
          const body = JSON.parse(client.text);
          checkErrorShape(body, 413);
          assert.equal(body.error.code, "request_too_large");
        }
        agent.destroy();
        // Two requests on one connection: what is left of the first's body is not taken for the second.
        const second = "GET /health HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
        const text = await raw(
          `POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\nauthorization: Bearer client-key\r\ncontent-length: ${large.length}\r\n\r\n${large}${second}`,
        );
        assert.match(text, /^HTTP\/1\.1 413 /);
        assert.ok(text.endsWith('{"status":"ok"}'), text);
        assert.equal(upstream.calls.length, 0);
      });

      test("a refused request's body is not waited for", async () => {
        const { port } = new URL(host.origin);
        const status = await new Promise((resolve) => {
          const socket = connect(port, "127.0.0.1", () =>
            socket.write("POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\ncontent-length: 1000\r\n\r\n{"),
          );
          socket.once("data", (data) => (resolve(data.toString().slice(0, 12)), socket.destroy()));
        });
        assert.equal(status, "HTTP/1.1 401");
      });

      test("a refused request is answered while nothing of its body comes, and the connection serves on behind it", async () => {
        await checkStalledUploads(host, { servesOn: true });
      });

      test("a host that is none is refused, and a path of two slashes is a path", async () => {
        for (const name of ["[x]/", "a b", '"><', "\u00ff", "a@b"]) {
          assert.match(
            await raw(`GET /health HTTP/1.1\r\nhost: ${name}\r\nconnection: close\r\n\r\n`),
            /^HTTP\/1\.1 400 /,
          );
        }
        for (const name of ["localhost", "[::1]:8787", "[", "xn--nxasmq6b.example:80"]) {
          assert.match(
            await raw(`GET /health HTTP/1.1\r\nhost: ${name}\r\nconnection: close\r\n\r\n`),
            /^HTTP\/1\.1 200 /,
          );
        }
        assert.match(
          await raw("GET //elsewhere.example/health HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n"),
          /^HTTP\/1\.1 404 /,
        );
      });

      test("HEAD has the head of GET, and no body", async () => {
        const link = new URL(await pictureLink());
        for (const path of ["/v1/models", link.pathname + link.search]) {
          const text = await raw(
            `HEAD ${path} HTTP/1.1\r\nhost: a\r\nauthorization: Bearer client-key\r\nconnection: close\r\n\r\n`,
          );
          assert.match(text, /^HTTP\/1\.1 200 /);
          assert.ok(text.endsWith("\r\n\r\n"), text);
        }
      });

      test("a client that leaves with a request behind another one ends both", async () => {
        const held = byHand("onChat");
        const body = JSON.stringify(idea("a cat"));
        const one = `POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\nauthorization: Bearer client-key\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
        const firstLog = host.logs.length;
        const socket = connect(new URL(host.origin).port, "127.0.0.1", () => socket.write(one + one));
        await held;
        while (upstream.calls.length < 2) await delay(2);
        socket.destroy();
        while (host.logs.length < firstLog + 2) await delay(2);
        for (const line of host.logs.slice(firstLog)) assert.equal(JSON.parse(line).code, "client_closed");
      });

      /** All that comes back for these bytes until the server closes the connection. */
      function raw(text) {
        return new Promise((resolve, reject) => {
          const chunks = [];
          const socket = connect(new URL(host.origin).port, "127.0.0.1", () => socket.write(text));
          socket
            .on("data", (chunk) => chunks.push(chunk))
            .on("error", reject)
            .on("end", () => (socket.end(), resolve(Buffer.concat(chunks).toString())));
        });
      }
    });
  });
}
