// POST /v1/images/generations on a host that serves over HTTP: what a client gets, byte for byte, and how an answer breaks.
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { checkErrorShape } from "./cases.mjs";
import { assertValid } from "./schemas.mjs";
import { Client } from "../clients/client.mjs";
import { largePng, samplePng } from "../upstreams/pictures.mjs";
import { settingsFor, startUpstream } from "../upstreams/upstream.mjs";

const model = "flux-schnell";
const prompt = "a cat on a roof";

/** The two ways in which a backend gives a picture. Each function makes a handler for upstream.onImage. */
const ways = {
  "a URL": (upstream, bytes) => {
    upstream.onPicture = () => ({ headers: { "content-type": "image/png" }, body: bytes });
    return () => ({ body: { images: [{ url: `${upstream.origin}/pictures/cat.png` }] } });
  },
  base64: (upstream, bytes) => () => ({ body: { data: [{ b64_json: bytes.toString("base64") }] } }),
};

/** Sends the bytes without their length: first pieces of these sizes, then the rest. */
const inPieces =
  (bytes, sizes, headers = {}) =>
  async (request, response) => {
    response.writeHead(200, headers);
    let at = 0;
    for (const size of sizes) {
      response.write(bytes.subarray(at, (at += size)));
      await delay(2);
    }
    response.end(bytes.subarray(at));
  };

/** Sends the head and `part` of the bytes, and cuts the connection a little later. */
const cutBehind = (part, headers) => (request, response) => {
  response.writeHead(200, headers);
  response.write(part, () => setTimeout(() => request.socket.destroy(), 50));
};

const policyRefusal = { status: 400, body: { error: { code: "content_policy_violation", message: "no" } } };
const rejection = { status: 400, body: { message: "no" } };

/**
 * `start(variables)` gives a host: { origin, logs, close() }. showsCuts is false for a host that ends a broken answer as if the answer were
 * whole: there only the JSON shows that something is missing. seesClientsLeave is false for a host that tells the gateway nothing of its clients.
 */
export function describeImages(title, start, { showsCuts = true, seesClientsLeave = true } = {}) {
  describe(title, { concurrency: 1 }, () => {
    let upstream;
    let host;
    before(async () => {
      upstream = await startUpstream();
      host = await start(
        settingsFor(upstream, {
          FLUXGATE_DEMO: "1",
          // Limited keys rest, so they belong to a model of their own.
          IMAGE_GEN_API_BASE_1: `${upstream.origin}/generate`,
          IMAGE_GEN_MODEL_1: "limited",
          IMAGE_GEN_API_KEY_1: "limited-image-key",
        }),
      );
    });
    beforeEach(() => upstream.reset());
    after(async () => {
      await host?.close();
      await upstream?.close();
    });

    const imageCalls = () => upstream.callsTo("/generate");

    function send(body, headers) {
      const request = { method: "POST", headers, body: JSON.stringify({ model, prompt, ...body }) };
      return new Client(`${host.origin}/v1/images/generations`, request);
    }

    /** Gives an answer as it went over the wire: { status, headers, ending, text }. */
    async function answerTo(client) {
      await client.listen();
      const ending = await client.end();
      const { statusCode: status, headers } = await client.head;
      return { status, headers, ending, text: client.text };
    }
    const ask = (body = {}, headers = {}) => answerTo(send(body, headers));

    /** Checks that an answer is good, and gives its pictures. Each has b64_json or url, and may have revised_prompt. */
    function picturesIn({ status, headers, ending, text }) {
      assert.equal(status, 200, text.slice(0, 500));
      assert.equal(ending, "complete");
      assert.equal(headers["content-type"], "application/json");
      assert.match(headers["x-request-id"], /^[0-9a-f]{32}$/);
      assert.equal(headers["access-control-allow-origin"], "*");
      assert.equal(headers["x-should-retry"], undefined);
      const answer = JSON.parse(text);
      assertValid("images.response", answer);
      assert.ok(Math.abs(answer.created - Date.now() / 1000) < 60, `${answer.created}`);
      return answer.data;
    }

    /** Gives the pictures of a good answer as bytes. */
    function bytesIn(answer) {
      return picturesIn(answer).map(({ b64_json }) => {
        const bytes = Buffer.from(b64_json, "base64");
        assert.ok(bytes.toString("base64") === b64_json, "the base64 is that of the bytes");
        return bytes;
      });
    }

    function assertError(answer, status, code, param = null) {
      assert.equal(answer.status, status, answer.text.slice(0, 500));
      assert.equal(answer.ending, "complete");
      const body = JSON.parse(answer.text);
      checkErrorShape(body, status);
      assertValid("error", body);
      assert.deepEqual([body.error.code, body.error.param], [code, param]);
    }

    /**
     * Checks that the answer is broken or an error, and no good answer with a part of a picture. `others` are the pictures beside the broken one:
     * a good answer may hold them alone.
     */
    function assertNotShort(answer, others) {
      if (answer.status !== 200) {
        assert.ok(answer.status >= 500, `${answer.status}`);
        checkErrorShape(JSON.parse(answer.text), answer.status);
      } else if (others !== undefined && isJson(answer.text)) {
        assert.deepEqual(bytesIn(answer), others);
      } else {
        assert.ok(!isJson(answer.text), "the end did not come before the break");
        if (showsCuts) assert.equal(answer.ending, "broken");
      }
    }

    function isJson(text) {
      try {
        JSON.parse(text);
        return true;
      } catch {
        return false;
      }
    }

    describe("pictures", () => {
      for (const [way, backend] of Object.entries(ways)) {
        test(`from a backend that gives ${way} come as base64, byte for byte`, async () => {
          for (const lengthBytes of [70, 71, 72, 147_457, 2_000_000]) {
            const bytes = largePng(lengthBytes);
            upstream.onImage = backend(upstream, bytes);
            const [first, ...others] = bytesIn(await ask());
            assert.ok(first.equals(bytes), `${lengthBytes} bytes`);
            assert.equal(others.length, 0);
          }
        });

        test(`from a backend that gives ${way} are behind a link on wish`, async () => {
          const bytes = largePng(100_000);
          upstream.onImage = backend(upstream, bytes);
          const [{ url }] = picturesIn(await ask({ response_format: "url" }));
          assert.equal(upstream.callsTo("/pictures").length, 0, "whoever opens the link fetches the picture");
          const response = await fetch(url);
          assert.equal(response.status, 200);
          assert.equal(response.headers.get("content-type"), "image/png");
          assert.ok(Buffer.from(await response.arrayBuffer()).equals(bytes));
        });
      }

      const sizes = [1, 2, 3, 5, 20, 1, 31, 33, 1000, 4001, 64 * 1024, 1];

      test("may arrive in pieces, without a length", async () => {
        const bytes = largePng(300_001);
        upstream.onPicture = () => inPieces(bytes, sizes, { "content-type": "image/png" });
        const [seen] = bytesIn(await ask());
        assert.ok(seen.equals(bytes));
      });

      test("may arrive in pieces as base64", async () => {
        const bytes = largePng(300_002);
        const text = Buffer.from(JSON.stringify({ data: [{ b64_json: bytes.toString("base64") }] }));
        upstream.onImage = () => inPieces(text, [20, ...sizes], { "content-type": "application/json" });
        const [seen] = bytesIn(await ask());
        assert.ok(seen.equals(bytes));
      });

      test("of requests at the same time keep apart", async () => {
        upstream.onImage = ({ json }) => ({
          body: { images: [{ url: `${upstream.origin}/pictures/${json.prompt.slice("a cat ".length)}` }] },
        });
        upstream.onPicture = ({ url }) => ({ body: largePng(Number(url.slice("/pictures/".length))) });
        const lengths = [200_000, 200_001, 200_002, 200_003];
        const answers = await Promise.all(lengths.map((lengthBytes) => ask({ prompt: `a cat ${lengthBytes}`, n: 2 })));
        for (const [i, answer] of answers.entries()) {
          const seen = bytesIn(answer);
          assert.equal(seen.length, 2);
          for (const bytes of seen) assert.ok(bytes.equals(largePng(lengths[i])));
        }
      });

      test("are made from the user's own words, and from better ones on wish", async () => {
        const raw = await ask({ prompt: "a cat 16:9" });
        assert.equal(raw.headers["x-fluxgate-prompt"], "raw");
        assert.ok(!("revised_prompt" in picturesIn(raw)[0]));
        const optimised = await ask({ prompt: "a cat 16:9", n: 2 }, { "x-fluxgate-optimize": "1" });
        assert.equal(optimised.headers["x-fluxgate-prompt"], "optimized");
        const words = "a tabby cat, red tile roof, warm evening light";
        assert.deepEqual(
          picturesIn(optimised).map(({ revised_prompt }) => revised_prompt),
          [words, words],
        );
        assert.deepEqual(
          imageCalls().map(({ json }) => json.prompt),
          ["a cat 16:9", words, words],
        );
        assert.equal(upstream.callsTo("/llm").length, 1);
      });
    });

    describe("n pictures", () => {
      /** Gives each call another picture. The length tells which one it is. */
      function distinctPictures() {
        let index = 0;
        upstream.onPicture = ({ url }) => ({ body: largePng(1000 + Number(/(\d+)\.png$/.exec(url)[1])) });
        return () => ({ body: { images: [{ url: `${upstream.origin}/pictures/${index++}.png` }] } });
      }

      function assertDistinct(answer, indices) {
        const seen = bytesIn(answer).sort((one, other) => one.length - other.length);
        assert.deepEqual(
          seen.map(({ length }) => length - 1000),
          indices,
        );
        for (const bytes of seen) assert.ok(bytes.equals(largePng(bytes.length)));
      }

      test("are n calls, and n pictures", async () => {
        upstream.onImage = distinctPictures();
        assertDistinct(await ask({ n: 3 }), [0, 1, 2]);
        assert.equal(imageCalls().length, 3);
      });

      test("of ten, four are asked for at a time", async () => {
        const answer = distinctPictures();
        const { promise: fourAreThere, resolve } = Promise.withResolvers();
        let now = 0;
        let most = 0;
        upstream.onImage = async (call) => {
          now += 1;
          most = Math.max(most, now);
          if (now === 4) setTimeout(resolve, 100); // A fifth call has this time to come.
          await fourAreThere;
          await delay(20);
          now -= 1;
          return answer(call);
        };
        assertDistinct(await ask({ n: 10 }), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        assert.equal(most, 4);
        assert.equal(imageCalls().length, 10);
      });

      test("as links are n links", async () => {
        upstream.onImage = distinctPictures();
        const links = picturesIn(await ask({ n: 10, response_format: "url" })).map(({ url }) => url);
        assert.equal(new Set(links).size, 10);
        assert.equal(imageCalls().length, 10);
        assert.equal((await fetch(links[9])).status, 200);
      });

      test("are fewer when a call fails", async () => {
        const answer = distinctPictures();
        upstream.onImage = (call) => (imageCalls().length === 2 ? rejection : answer(call));
        assertDistinct(await ask({ n: 6 }), [0, 1, 2, 3, 4]);
        assert.equal(imageCalls().length, 6);
      });

      test("are fewer when one cannot be fetched, or is none", async () => {
        for (const bad of [{ status: 404 }, "reset", { body: "<html>" }]) {
          upstream.onImage = distinctPictures();
          const { onPicture } = upstream;
          upstream.onPicture = (call) => (call.url.endsWith("/1.png") ? bad : onPicture(call));
          assertDistinct(await ask({ n: 3 }), [0, 2]);
        }
      });

      test("are as many as there are when they come as base64", async () => {
        const bytes = largePng(500_000);
        upstream.onImage = () => (imageCalls().length === 3 ? rejection : ways.base64(upstream, bytes)());
        const seen = bytesIn(await ask({ n: 5 }));
        assert.equal(seen.length, 4);
        for (const each of seen) assert.ok(each.equals(bytes));
      });
    });

    describe("failures", () => {
      for (const n of [1, 3]) {
        test(`of all calls for ${n}: limited keys`, async () => {
          upstream.onImage = () => ({ status: 429, headers: { "retry-after": "20" }, body: { message: "slow" } });
          const answer = await ask({ model: "limited", n });
          assertError(answer, 429, "rate_limit_exceeded");
          assert.equal(answer.headers["x-should-retry"], "true");
          assert.ok(Number(answer.headers["retry-after"]) > 0);
        });

        test(`of all calls for ${n}: a breach of policy`, async () => {
          upstream.onImage = () => policyRefusal;
          assertError(await ask({ n }), 400, "content_policy_violation");
          assert.equal(imageCalls().length, n);
        });

        test(`of all calls for ${n}: half an answer`, async () => {
          upstream.onImage = () => ({ body: '{"images":[{"ur' });
          const answer = await ask({ n });
          assertError(answer, 502, "upstream_bad_response");
          assert.equal(answer.headers["x-should-retry"], "false");
          assert.equal(imageCalls().length, n, "what may have been billed is not asked for again");
        });
      }

      test("of all calls: a backend that is down", async () => {
        upstream.onImage = () => ({ status: 500, body: "<b>first-image-key exploded</b>" });
        const answer = await ask();
        assertError(answer, 503, "upstream_unavailable");
        assert.equal(answer.headers["x-should-retry"], "true");
        assert.ok(!answer.text.includes("exploded"));
      });

      test("of the only picture's host", async () => {
        for (const bad of [{ status: 404 }, { status: 500 }, "reset", { body: "<html>" }, { body: "" }]) {
          upstream.onPicture = () => bad;
          const answer = await ask();
          assert.ok(answer.status >= 500, answer.text);
          assert.equal(answer.ending, "complete");
          checkErrorShape(JSON.parse(answer.text), answer.status);
        }
      });

      test("of a link's host are no failures of ours", async () => {
        upstream.onPicture = () => "reset";
        assert.equal(picturesIn(await ask({ response_format: "url" })).length, 1);
      });
    });

    describe("a picture that breaks off", () => {
      const bytes = largePng(2_000_000);
      const cuts = {
        "in the middle": 1_000_000,
        "behind its signature": 8,
        "before its last byte": bytes.length - 1,
      };
      for (const [where, at] of Object.entries(cuts)) {
        for (const [how, headers] of Object.entries({
          "with its length": { "content-length": bytes.length },
          "without its length": {},
        })) {
          test(`${where}, ${how}`, async () => {
            upstream.onPicture = () => cutBehind(bytes.subarray(0, at), headers);
            assertNotShort(await ask());
          });
        }

        test(`${where}, as base64`, async () => {
          const text = Buffer.from(JSON.stringify({ data: [{ b64_json: bytes.toString("base64") }] }));
          upstream.onImage = () =>
            cutBehind(text.subarray(0, Math.floor((at / bytes.length) * text.length)), {
              "content-type": "application/json",
            });
          assertNotShort(await ask());
        });
      }

      test("in the middle of the second of two", async () => {
        upstream.onImage = () => ({
          body: { images: [{ url: `${upstream.origin}/pictures/${imageCalls().length}.png` }] },
        });
        upstream.onPicture = ({ url }) =>
          url.endsWith("/2.png") ? cutBehind(bytes.subarray(0, 1_000_000)) : { body: samplePng };
        assertNotShort(await ask({ n: 2 }), [samplePng]);
      });

      test("and the next request is served", async () => {
        assert.deepEqual(bytesIn(await ask()), [samplePng]);
      });
    });

    describe("a client that leaves", { skip: !seesClientsLeave && "the host tells nothing of its clients" }, () => {
      /** Makes a handler that begins an answer and never ends it. Each of `closed` resolves when a connection of the handler is closed. */
      function hold(begin = () => {}) {
        const closed = [];
        const handler = () => (request, response) => {
          response.on("error", () => {});
          closed.push(new Promise((resolve) => request.socket.once("close", resolve)));
          begin(response);
        };
        return { closed, handler };
      }

      async function leaves(client, { closed }, count) {
        client.listen().catch(() => {});
        while (closed.length < count) await delay(2);
        const firstLog = host.logs.length;
        const calls = upstream.calls.length;
        client.request.socket.resetAndDestroy();
        await Promise.all(closed);
        const isEnd = (line) => line.includes('"ev":"request"') && line.includes('"code":"client_closed"');
        while (!host.logs.slice(firstLog).some(isEnd)) await delay(2);
        assert.equal(upstream.calls.length, calls, "nothing further is asked of an upstream");
      }

      test("while pictures are made: their calls end, and no others follow", async () => {
        const held = hold();
        upstream.onImage = held.handler;
        await leaves(send({ n: 10 }), held, 4);
        assert.equal(imageCalls().length, 4);
      });

      test("while the language model thinks: no picture is asked for", async () => {
        const held = hold();
        upstream.onChat = held.handler;
        await leaves(send({}, { "x-fluxgate-optimize": "1" }), held, 1);
        assert.equal(imageCalls().length, 0);
      });

      test("while the picture's host is silent", async () => {
        const held = hold();
        upstream.onPicture = held.handler;
        await leaves(send(), held, 1);
      });

      test("in the middle of a picture", async () => {
        const bytes = largePng(2_000_000);
        const held = hold((response) => {
          response.writeHead(200, { "content-length": bytes.length });
          response.write(bytes.subarray(0, 1_000_000));
        });
        upstream.onPicture = held.handler;
        await leaves(send(), held, 1);
      });
    });

    describe("requests", () => {
      afterEach(() => assert.equal(upstream.calls.length, 0));

      const mistakes = [
        ["no prompt", { prompt: undefined }, "invalid_parameters", "prompt"],
        ["a prompt that is no text", { prompt: 5 }, "invalid_parameters", "prompt"],
        ["a list as the prompt", { prompt: ["a cat"] }, "invalid_parameters", "prompt"],
        ["a blank prompt", { prompt: " \n\t\u3000" }, "empty_prompt", "prompt"],
        ["a prompt of 32,001 characters", { prompt: "猫".repeat(32_001) }, "prompt_too_long", "prompt"],
        ["a model that is not there", { model: "gpt-4o" }, "unsupported_image_model", "model"],
        ["no picture", { n: 0 }, "invalid_parameters", "n"],
        ["eleven pictures", { n: 11 }, "invalid_parameters", "n"],
        ["half a picture", { n: 0.5 }, "invalid_parameters", "n"],
        ["a number that is a text", { n: "2" }, "invalid_parameters", "n"],
        ["a size in words", { size: "large" }, "invalid_parameters", "size"],
        ["half a size", { size: "1024x" }, "invalid_parameters", "size"],
        ["a size that is a number", { size: 1024 }, "invalid_parameters", "size"],
        ["another format of the answer", { response_format: "png" }, "invalid_parameters", "response_format"],
        ["a stream that is no switch", { stream: "yes" }, "invalid_parameters", "stream"],
      ];
      for (const [name, body, code, param] of mistakes) {
        test(`with ${name} are refused, and the field is named`, async () =>
          assertError(await ask(body), 400, code, param));
      }
    });

    test("a prompt of 32,000 characters, of any script, reaches the backend whole", async () => {
      const long = "猫".repeat(32_000);
      picturesIn(await ask({ prompt: long }));
      assert.ok(imageCalls()[0].json.prompt === long);
    });

    describe("the demo", () => {
      afterEach(() => assert.equal(upstream.calls.length, 0));

      const sizeOf = (bytes) => {
        assert.equal(bytes.toString("latin1", 1, 4), "PNG");
        assert.equal(bytes.toString("latin1", bytes.length - 8, bytes.length - 4), "IEND");
        return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
      };

      test("draws a picture without any network", async () => {
        const [bytes, ...others] = bytesIn(await ask({ model: "demo" }));
        assert.deepEqual(sizeOf(bytes), [1024, 1024]);
        assert.equal(others.length, 0);
      });

      test("draws n pictures of a size", async () => {
        const pictures = bytesIn(await ask({ model: "demo", n: 3, size: "16:9" }));
        assert.deepEqual(pictures.map(sizeOf), [
          [1024, 576],
          [1024, 576],
          [1024, 576],
        ]);
      });

      test("gives links on wish", async () => {
        const [{ url }] = picturesIn(await ask({ model: "demo", response_format: "url", size: "640x480" }));
        const response = await fetch(url);
        assert.deepEqual(sizeOf(Buffer.from(await response.arrayBuffer())), [640, 480]);
      });
    });
  });
}
