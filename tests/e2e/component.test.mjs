// The component in jco: the cases of every host, streams and the demo as on every host, and what is its own.
//
// jco is one host of WASI 0.2 among several. It answers one request after the other on one instance, knows no broken answer and tells a guest
// nothing of its clients: tests that say "on jco" are of these.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { Agent } from "node:http";
import { connect } from "node:net";
import { after, before, beforeEach, describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { checkErrorShape } from "../support/cases/cases.mjs";
import { Client } from "../support/clients/client.mjs";
import { startComponent } from "../support/hosts/component.mjs";
import { llmPrompt } from "../support/upstreams/faults.mjs";
import { largePng, samplePng } from "../support/upstreams/pictures.mjs";
import { describeCases, oneAtATime } from "../support/cases/run_cases.mjs";
import { describeEffects } from "../support/cases/run_effects.mjs";
import { describeDemo } from "../support/cases/run_demo.mjs";
import { describeImageClients } from "../support/cases/run_image_clients.mjs";
import { describeImages } from "../support/cases/run_images.mjs";
import { describeStreams } from "../support/cases/run_streams.mjs";
import { probeComponent } from "../needs/wasi.mjs";
import { completion, settingsFor, startUpstream } from "../support/upstreams/upstream.mjs";
import { chat, idea, linkIn } from "../support/clients/chat.mjs";

const mebibyte = 1024 * 1024;

describe("the component", { concurrency: 3 }, () => {
  describeCases("the cases", oneAtATime(startComponent));
  describeStreams("streams", startComponent, { showsCuts: false });
  describeDemo("the demo", startComponent);
  const startProbe = (variables) => startComponent(variables, { component: probeComponent() });
  describeEffects("effects", startProbe, { showsCuts: false, endsCalls: false, seesClientsLeave: false });
  describeImages("pictures without a chat", startComponent, { showsCuts: false, seesClientsLeave: false });
  describeImageClients("clients of pictures without a chat", startComponent, { seesClientsLeave: false });

  describe("on the wire", { concurrency: 1 }, () => {
    let upstream;
    let host;
    before(async () => {
      upstream = await startUpstream();
      host = await startComponent(
        settingsFor(upstream, {
          IMAGE_GEN_API_BASE_1: "http://127.0.0.1:1/generate",
          IMAGE_GEN_MODEL_1: "nobody-listens",
          IMAGE_GEN_API_KEY_1: "a-key",
          IMAGE_TIMEOUT_MS: "1000",
          IMAGE_RETRY_AMBIGUOUS: "0",
          MAX_REQUEST_BYTES: "65536",
        }),
      );
    });
    beforeEach(() => upstream.reset());
    after(async () => {
      await host?.close();
      await upstream?.close();
    });

    async function pictureLink() {
      const answer = await (await chat(host, idea("a cat"))).json();
      const link = linkIn(answer.choices[0].message.content);
      upstream.reset();
      return link;
    }

    async function assertError(response, status, code) {
      assert.equal(response.status, status);
      const body = await response.json();
      checkErrorShape(body, status);
      assert.equal(body.error.code, code);
    }

    test("the link is a signed one, for there is no store; behind it are the upstream's bytes", async () => {
      const link = await pictureLink();
      assert.match(link, new RegExp(`^${host.origin}/image-proxy\\?url=[^&]+&exp=\\d+&sig=[\\w-]{43}$`));
      const response = await fetch(link);
      assert.equal(response.status, 200);
      assert.equal(response.headers.get("content-type"), "image/png");
      assert.deepEqual(Buffer.from(await response.arrayBuffer()), samplePng);
    });

    test("two pictures are asked for side by side", async () => {
      const { promise: released, resolve: release } = Promise.withResolvers();
      const { onImage } = upstream;
      upstream.onImage = async (call) => (await released, onImage(call));
      const answer = chat(host, idea("a cat", { n: 2 }));
      while (upstream.callsTo("/generate").length < 2) await delay(2);
      release();
      const { choices } = await (await answer).json();
      assert.equal(choices[0].message.content.match(/!\[Image\]/g).length, 2);
    });

    test("a key that is refused makes room for the next", async () => {
      const { onImage } = upstream;
      upstream.onImage = (call) =>
        upstream.callsTo("/generate").length === 1 ? { status: 401, body: { message: "no" } } : onImage(call);
      assert.equal((await chat(host, idea("a cat"))).status, 200);
      const keys = upstream.callsTo("/generate").map(({ headers }) => headers.authorization);
      assert.equal(keys.length, 2);
      assert.notEqual(keys[0], keys[1]);
    });

    test("a body over MAX_REQUEST_BYTES is 413, declared or not, and the host serves on", async () => {
      const agent = new Agent({ keepAlive: true }); // Connections that are to be closed may be so while the client still sends.
      const body = Buffer.alloc(5 * mebibyte, " ");
      for (const headers of [{ "content-length": body.length }, { "transfer-encoding": "chunked" }]) {
        const client = await new Client(`${host.origin}/v1/chat/completions`, {
          method: "POST",
          body,
          headers,
          agent,
        }).listen();
        assert.equal(await client.end(), "complete");
        assert.equal((await client.head).statusCode, 413);
        assert.equal(JSON.parse(client.text).error.code, "request_too_large");
      }
      agent.destroy();
      assert.equal((await host.request("/health")).status, 200);
    });

    describe("the image backend fails", () => {
      /** Sends a head and a part of its body, and a little later ends the connection by that method. */
      const breakOffBy = (method) => () => (request, response) => {
        response.writeHead(200, { "content-type": "application/json", "content-length": 1000 });
        response.write('{"images":[');
        setTimeout(() => request.socket[method](), 20);
      };
      test("and is not there", async () => {
        await assertError(await chat(host, idea("a cat", { model: "nobody-listens" })), 502, "upstream_unreachable");
      });

      for (const [what, answer, status, code] of [
        ["resets the connection", "reset", 502, "upstream_unreachable"],
        [
          "closes it inside its head",
          () => (request) => request.socket.end("HTTP/1.1 200 OK\r\ncontent-le"),
          502,
          "upstream_unreachable",
        ],
        [
          "speaks no HTTP",
          () => (request) => request.socket.end("220 mail.example ESMTP\r\n"),
          502,
          "upstream_unreachable",
        ],
        ["says nothing", () => () => {}, 504, "upstream_timeout"],
        ["breaks off its body", breakOffBy("destroy"), 502, "upstream_bad_response"],
        ["ends its body early", breakOffBy("end"), 502, "upstream_bad_response"],
        ["is no JSON", { body: "<html>" }, 502, "upstream_bad_response"],
        ["answers 400", { status: 400, body: { message: "no" } }, 400, "upstream_rejected_request"],
      ]) {
        test(`and ${what}`, async () => {
          upstream.onImage = typeof answer === "function" ? answer : () => answer;
          await assertError(await chat(host, idea("a cat")), status, code);
        });
      }

      const statuses = [
        [401, 502, "upstream_auth_failed"],
        [429, 429, "rate_limit_exceeded"],
        [503, 503, "upstream_unavailable"],
      ];
      for (const [upstreamStatus, status, code] of statuses) {
        test(`and answers ${upstreamStatus}`, async () => {
          upstream.onImage = () => ({ status: upstreamStatus, body: { message: "no" } });
          const fresh = await startComponent(settingsFor(upstream)); // Keys that have failed rest.
          try {
            await assertError(await chat(fresh, idea("a cat")), status, code);
          } finally {
            await fresh.close();
          }
        });
      }
    });

    describe("pictures", () => {
      test("20 MiB pass, with and without a length, past the guest's memory", async () => {
        const link = await pictureLink();
        const picture = largePng(20 * mebibyte);
        const firstBytes = residentBytes();
        for (const answer of [{ body: picture }, () => (request, response) => response.writeHead(200).end(picture)]) {
          upstream.onPicture = typeof answer === "function" ? answer : () => answer;
          const client = new Client(link);
          await client.head;
          await delay(300); // It reads nothing yet: whoever sends has to wait.
          await client.listen();
          assert.equal(await client.end(), "complete");
          assert.ok(client.bytes.equals(picture));
        }
        assert.ok(residentBytes() - firstBytes < 100 * mebibyte, `${residentBytes() - firstBytes} bytes`);
        assert.ok(host.memoryBytes() <= 4 * mebibyte, `${host.memoryBytes()} bytes`);
      });

      test("a URL's every character reaches the upstream, escaped where hosts want it", async () => {
        upstream.onImage = () => ({
          body: { images: [{ url: `${upstream.origin}/pictures/{a}|[b].png?c={d}&e=%7B'"<>\`^` }] },
        });
        const response = await fetch(await pictureLink());
        assert.equal(response.status, 200);
        assert.deepEqual(
          upstream.calls.map(({ url }) => url),
          ["/pictures/%7Ba%7D%7C%5Bb%5D.png?c=%7Bd%7D&e=%7B'%22%3C%3E%60%5E"],
        );
      });

      // Hosts on JavaScript undo codings; WASI has no such service.
      test("no upstream is asked for a coded body, and one that comes all the same is refused", async () => {
        const link = await pictureLink();
        upstream.onPicture = () => ({ headers: { "content-encoding": "gzip" }, body: gzipSync(samplePng) });
        await assertError(await fetch(link), 502, "upstream_bad_response");
        assert.equal(upstream.calls[0].headers["accept-encoding"], "identity");
      });

      test("a coded answer of the image backend is paid for once", async () => {
        upstream.onImage = () => ({ headers: { "content-encoding": "gzip" }, body: gzipSync("{}") });
        await assertError(await chat(host, idea("a cat")), 502, "upstream_bad_response");
        assert.equal(upstream.calls.filter(({ url }) => url === "/generate").length, 1);
      });

      test("over 20 MiB are refused where a length says so, and cut where none does", async () => {
        const link = await pictureLink();
        upstream.onPicture = () => (request, response) =>
          response.writeHead(200, { "content-length": 21 * mebibyte }).write(samplePng);
        await assertError(await fetch(link), 502, "upstream_too_large");
        upstream.onPicture = () => (request, response) => response.writeHead(200).end(largePng(21 * mebibyte));
        const client = await new Client(link).listen();
        await client.end();
        assert.ok(client.bytes.length <= 20 * mebibyte);
      });

      // jco knows no broken answer: it ends the body when the guest returns. Other hosts take a body that is dropped unfinished for broken.
      test("one that is cut, on jco, is short: of its length where there is one", async () => {
        const link = await pictureLink();
        const bytes = largePng(300_000);
        for (const [headers, ending] of [
          [{ "content-length": bytes.length }, "broken"],
          [{}, "complete"],
        ]) {
          upstream.onPicture = () => (request, response) => {
            response.writeHead(200, headers);
            response.write(bytes.subarray(0, 100_000), () => setTimeout(() => request.socket.destroy(), 50));
          };
          const firstLog = host.logs.length;
          const client = await new Client(link).listen();
          assert.equal(await client.end(), ending);
          assert.ok(client.bytes.length > 0 && client.bytes.length <= 100_000);
          // The log comes by a way of its own: lines of the request before may still be on it.
          while (!host.logs.slice(firstLog).some((line) => JSON.parse(line).code === "upstream_bad_response"))
            await delay(2);
        }
      });

      /** The memory of the whole process. */
      const residentBytes = () =>
        Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${host.pid}/status`, "utf8"))[1]) * 1024;
    });

    describe("clients", () => {
      test("eight at once are answered, one after the other", async () => {
        const answers = await Promise.all(Array.from({ length: 8 }, () => chat(host, idea("a cat"))));
        assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
      });

      test("that leave while the language model thinks hold the others up for no longer than it does", async () => {
        upstream.onChat = async () => (await delay(500), completion(llmPrompt));
        const body = JSON.stringify(idea("a cat", { stream: true }));
        const client = await new Client(`${host.origin}/v1/chat/completions`, { method: "POST", body }).listen();
        await client.reads('"role":"assistant"');
        client.leave();
        assert.equal((await host.request("/health")).status, 200);
      });

      test("that leave in the middle of their request hold nobody up", async () => {
        const client = new Client(`${host.origin}/v1/chat/completions`, {
          method: "POST",
          headers: { "content-length": 1000 },
          body: "{",
        });
        await delay(100);
        client.leave();
        const start = performance.now();
        assert.equal((await host.request("/health")).status, 200);
        assert.ok(performance.now() - start < 1000);
      });

      test("with strange heads are answered", async () => {
        const ask = async (head) => (await raw(`${head}\r\nconnection: close\r\n\r\n`)).slice(0, 12);
        assert.equal(await ask("PROPFIND /v1/models HTTP/1.1\r\nhost: a"), "HTTP/1.1 405");
        assert.equal(await ask("GET /{a}|[b]?c={d}&%zz%00\\ HTTP/1.1\r\nhost: a"), "HTTP/1.1 404");
        assert.equal(await ask("GET //elsewhere.example/health HTTP/1.1\r\nhost: a"), "HTTP/1.1 404");
        assert.equal(
          await ask("GET /v1/models HTTP/1.1\r\nhost: [::1]:80\r\nauthorization: Bearer \xff\xfe"),
          "HTTP/1.1 401",
        );
        assert.equal(await ask("GET /health HTTP/1.0"), "HTTP/1.1 200");
        assert.equal(await ask(`GET /health HTTP/1.1\r\nhost: a${"\r\nx: y".repeat(500)}`), "HTTP/1.1 200");
      });

      /** All that comes back for these bytes until the host closes the connection. */
      function raw(text) {
        return new Promise((resolve, reject) => {
          const chunks = [];
          const socket = connect(new URL(host.origin).port, "127.0.0.1", () => socket.write(text, "latin1"));
          socket.on("data", (chunk) => chunks.push(chunk)).on("error", reject);
          socket.on("end", () => (socket.end(), resolve(Buffer.concat(chunks).toString())));
        });
      }
    });

    test("300 requests leave the guest's memory as it was", async () => {
      const kinds = [
        () => host.request("/v1/models", { headers: { authorization: "Bearer client-key" } }),
        () => chat(host, idea("a cat")),
        () => chat(host, idea("a cat", { stream: true })),
      ];
      const ask = async (i) => {
        const response = await kinds[i % kinds.length]();
        assert.equal(response.status, 200);
        await response.text();
      };
      for (let i = 0; i < 30; i += 1) await ask(i);
      const firstBytes = host.memoryBytes();
      assert.ok(firstBytes > 0);
      for (let i = 0; i < 300; i += 1) await ask(i);
      assert.equal(host.memoryBytes(), firstBytes);
    });
  });

  describe("a client that leaves in the middle of a picture", () => {
    let upstream;
    let host;
    before(async () => {
      upstream = await startUpstream();
      host = await startComponent(settingsFor(upstream));
    });
    after(async () => {
      await host?.close();
      await upstream?.close();
    });

    // jco tells a guest nothing of its clients: it takes up to 64 KiB for one that has left, and then nothing more.
    test("holds the others up, on jco, for the 60 s that a client may read nothing", async () => {
      const answer = await (await chat(host, idea("a cat"))).json();
      upstream.onPicture = () => ({ body: largePng(20 * mebibyte) });
      const client = new Client(linkIn(answer.choices[0].message.content));
      await client.head;
      client.leave();
      const start = performance.now();
      assert.equal((await host.request("/health")).status, 200);
      const heldUpMs = performance.now() - start;
      assert.ok(heldUpMs < 65_000, `${heldUpMs} ms`);
      const requests = host.logs.map((line) => JSON.parse(line)).filter(({ ev }) => ev === "request");
      assert.equal(requests[1].code, "upstream_timeout", "a picture's 60 s in all began a little earlier");
    });
  });
});
