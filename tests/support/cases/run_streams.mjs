// Tests the streamed answers of a host over real sockets: what arrives when, and how an answer ends.
import assert from "node:assert/strict";
import { request as httpRequest } from "node:http";
import { after, before, beforeEach, describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { checkErrorShape } from "./cases.mjs";
import { delta, events, llmPrompt } from "../upstreams/faults.mjs";
import { settingsFor, startUpstream } from "../upstreams/upstream.mjs";
import { idea } from "../clients/chat.mjs";

/** A client that reads when it is told to. Times are in ms since it asked. */
class Listener {
  text = "";
  times = []; // [ms, length of the text at that time]

  constructor(origin, body) {
    const start = performance.now();
    const headers = { authorization: "Bearer client-key" };
    this.request = httpRequest(`${origin}/v1/chat/completions`, { method: "POST", headers, agent: false });
    this.request.on("response", (response) => {
      this.response = response;
      response.setEncoding("utf8");
      response.on("end", () => (this.complete = response.complete));
      if (!this.waits) this.listen();
    });
    this.elapsedMs = () => performance.now() - start;
    this.request.end(JSON.stringify(body));
  }

  listen() {
    this.response.on("data", (text) => {
      this.text += text;
      this.times.push([this.elapsedMs(), this.text.length]);
    });
  }

  /** Waits until the text holds `part`, and gives the time when it did. */
  async reads(part) {
    while (!this.text.includes(part)) {
      assert.equal(this.complete, undefined, `The answer has ended without ${part}: ${this.text.slice(-500)}`);
      await delay(2);
    }
    const end = this.text.indexOf(part) + part.length;
    return this.times.find(([, length]) => length >= end)[0];
  }

  async end() {
    while (this.complete === undefined) await delay(2);
    assert.equal(this.complete, true);
    return this;
  }

  /** The data of all events. */
  get events() {
    const blocks = this.text.split("\n\n").filter((block) => block !== "" && !block.startsWith(":"));
    return blocks
      .map((block) => block.slice("data: ".length))
      .map((data) => (data === "[DONE]" ? data : JSON.parse(data)));
  }

  joined(field) {
    return this.events
      .flatMap(({ choices = [] }) => choices)
      .map((choice) => choice.delta[field] ?? "")
      .join("");
  }
}

/**
 * `start(variables)` gives a host: { origin, close() }. showsCuts: false for a host that ends a broken answer as if it were whole, so that only the
 * missing [DONE] shows the cut.
 */
export function describeStreams(title, start, { showsCuts = true } = {}) {
  describe(title, { concurrency: 2 }, () => {
    describe("while everything is on its way", { concurrency: 1 }, () => {
      let upstream;
      let host;
      before(async () => {
        upstream = await startUpstream();
        host = await start(settingsFor(upstream, { OPENAI_MODEL: "", OPENAI_MODEL_REASONING: "llm-thinker" }));
      });
      beforeEach(() => upstream.reset());
      after(async () => {
        await host?.close();
        await upstream?.close();
      });

      const ask = (extra = {}) => new Listener(host.origin, idea("a cat", { stream: true, ...extra }));

      /** Lets the test write the language model's stream: resolves to the response when the model is asked. */
      function llmByHand() {
        return new Promise((resolve) => {
          upstream.onChat = () => (request, response) => {
            response.writeHead(200, { "content-type": "text/event-stream" });
            response.flushHeaders();
            resolve(response);
          };
        });
      }

      test("the head and the first chunk arrive while the language model has not answered", async () => {
        let answer;
        upstream.onChat = () => (request, response) => (answer = response);
        const client = ask();
        await client.reads('"role":"assistant"');
        const { statusCode, headers } = client.response;
        assert.equal(statusCode, 200);
        assert.equal(headers["content-type"], "text/event-stream; charset=utf-8");
        assert.match(headers["x-request-id"], /^[0-9a-f]{32}$/);
        assert.equal(client.events.length, 1);
        while (answer === undefined) await delay(2);
        answer.writeHead(200, { "content-type": "text/event-stream" });
        answer.end(events(delta({ content: llmPrompt }, "stop"), "[DONE]"));
        await client.end();
        assert.equal(client.events.at(-1), "[DONE]");
        assert.ok(client.joined("content").endsWith(`\n\nOptimized prompt: ${llmPrompt}`), client.joined("content"));
      });

      test("a piece of thinking each millisecond: all arrive, in their order", async () => {
        const asked = llmByHand();
        const client = ask();
        const llm = await asked;
        const pieces = Array.from({ length: 300 }, (_, i) => `${i} `);
        for (const piece of pieces) {
          llm.write(events(delta({ reasoning_content: piece })));
          await delay(1);
        }
        await client.reads("299 "); // The text arrives before the end, whatever the host holds back.
        llm.end(events(delta({ content: llmPrompt }, "stop"), "[DONE]"));
        await client.end();
        assert.ok(client.joined("reasoning_content").startsWith(pieces.join("")), client.joined("reasoning_content"));
      });

      test("each piece of thinking arrives before the language model says the next", async () => {
        const asked = llmByHand();
        const client = ask();
        const llm = await asked;
        const pieces = ["The roof is red, ", "so the cat is grey, ", "and the sun is low."];
        for (const piece of pieces) {
          llm.write(events(delta({ reasoning_content: piece })));
          await client.reads(piece); // This would wait for ever if the piece came only with the end.
        }
        llm.write(events(delta({ content: "<think>Let me" })));
        await client.reads("Let me");
        assert.equal(upstream.callsTo("/generate").length, 0);
        llm.end(events(delta({ content: ` see.</think>${llmPrompt}` }, "stop"), "[DONE]"));
        await client.end();
        assert.ok(
          client.joined("reasoning_content").startsWith(`${pieces.join("")}Let me see.\n\nThe prompt is ready.`),
          client.joined("reasoning_content"),
        );
        assert.equal(upstream.callsTo("/generate").length, 1);
      });

      test("progress arrives while the picture is made", async () => {
        const { promise: released, resolve: release } = Promise.withResolvers();
        const { onImage } = upstream;
        upstream.onImage = async (call) => (await released, onImage(call));
        const client = ask();
        await client.reads("Asking flux-schnell for a picture of 1024x1024");
        assert.equal(client.joined("content"), "");
        release();
        await client.end();
        assert.equal(client.events.at(-1), "[DONE]");
      });

      test("a client that does not read holds the language model's stream back, and gets everything when it reads", async () => {
        // Sockets hold megabytes. Six bytes stand for each of these characters, so just under the 1 MiB that an answer may have becomes 6 MB.
        const pieces = Array.from({ length: 950 }, (_, i) => `${i}:${"\u0001".repeat(1000)}`);
        upstream.onChat = () => (request, response) => {
          response.writeHead(200, { "content-type": "text/event-stream" });
          for (const piece of pieces) response.write(events(delta({ reasoning_content: piece })));
          response.end(events(delta({ content: llmPrompt }, "stop"), "[DONE]"));
        };
        const check = (client) => {
          assert.ok(client.joined("reasoning_content").startsWith(`${pieces.join("")}\n\nThe prompt is ready.`));
          assert.ok(client.joined("content").includes(llmPrompt));
          assert.equal(client.events.at(-1), "[DONE]");
        };
        const reader = await ask().end();
        const usualMs = reader.elapsedMs();
        check(reader);
        assert.equal(upstream.callsTo("/generate").length, 1);

        const client = ask();
        client.waits = true;
        while (client.response === undefined) await delay(2);
        await delay(2 * usualMs);
        assert.equal(
          upstream.callsTo("/generate").length,
          1,
          "the stream was not read to its end: no picture was asked for",
        );
        client.listen();
        check(await client.end());
        assert.equal(upstream.callsTo("/generate").length, 2);
      });

      test("an error behind the head is the last event, and the body ends well", async () => {
        upstream.onImage = () => ({ status: 400, body: { code: 20012, message: "no" } });
        const client = await ask().end();
        assert.equal(client.response.statusCode, 200);
        const errors = client.events.filter((event) => event.error !== undefined);
        assert.equal(errors.length, 1);
        checkErrorShape(client.events.at(-1), 400);
        assert.equal(client.events.at(-1).error.code, "upstream_rejected_request");
        assert.ok(!client.text.includes("[DONE]"));
      });

      test("an error before the head is an answer of its own", async () => {
        const client = await new Listener(host.origin, idea(" ", { stream: true })).end();
        assert.equal(client.response.statusCode, 400);
        assert.equal(client.response.headers["content-type"], "application/json");
        assert.equal(JSON.parse(client.text).error.code, "empty_prompt");
      });

      test("a refusal of the language model is an error event", async () => {
        upstream.onChat = () => ({ status: 400, body: { error: { code: "content_policy_violation", message: "no" } } });
        const client = await ask().end();
        assert.equal(client.events.at(-1).error.code, "content_policy_violation");
        assert.equal(upstream.callsTo("/generate").length, 0);
      });

      test("include_usage: the language model's counts in a chunk of their own, and null in all others", async () => {
        const asked = llmByHand();
        const client = ask({ stream_options: { include_usage: true } });
        (await asked).end(
          events(
            delta({ content: llmPrompt }, "stop"),
            JSON.stringify({ choices: [], usage: { prompt_tokens: 300, completion_tokens: 20, total_tokens: 320 } }),
            "[DONE]",
          ),
        );
        await client.end();
        const chunks = client.events.slice(0, -1);
        assert.deepEqual(chunks.at(-1).choices, []);
        assert.deepEqual(chunks.at(-1).usage, { prompt_tokens: 300, completion_tokens: 20, total_tokens: 320 });
        for (const chunk of chunks.slice(0, -1)) assert.equal(chunk.usage, null);
        assert.equal(chunks.at(-2).choices[0].finish_reason, "stop");
      });

      test("without include_usage no chunk speaks of usage", async () => {
        const client = await ask().end();
        assert.equal(client.events.at(-1), "[DONE]");
        assert.ok(!client.text.includes("usage"));
      });

      test("a text answer arrives while the language model still writes it", async () => {
        const asked = llmByHand();
        const client = ask({ response_format: { type: "json_object" } });
        const llm = await asked;
        for (const piece of ['{"a":', '"b"}']) {
          llm.write(events(delta({ content: piece })));
          await client.reads(JSON.stringify(piece));
        }
        llm.end("data: [DONE]\n\n");
        await client.end();
        assert.equal(client.joined("content"), '{"a":"b"}');
      });

      test("a text answer that breaks off is broken off", async () => {
        const asked = llmByHand();
        const client = ask({ response_format: { type: "json_object" } });
        const broken = new Promise((resolve) =>
          client.request.once("response", (response) => response.once("error", resolve)),
        );
        const llm = await asked;
        llm.write(events(delta({ content: "half" })));
        await client.reads("half");
        llm.destroy();
        if (showsCuts) assert.equal((await broken).code, "ECONNRESET");
        else assert.ok(!(await client.end()).text.includes("[DONE]"));
      });
    });

    describe("while nothing happens", () => {
      let upstream;
      let host;
      before(async () => {
        upstream = await startUpstream();
        host = await start(settingsFor(upstream));
      });
      after(async () => {
        await host?.close();
        await upstream?.close();
      });

      test("a comment arrives within 10 s", async () => {
        const { promise: released, resolve: release } = Promise.withResolvers();
        const { onImage } = upstream;
        upstream.onImage = async (call) => (await released, onImage(call));
        const client = new Listener(host.origin, idea("a cat", { stream: true }));
        const firstMs = await client.reads('"role":"assistant"');
        const commentMs = await client.reads(": keep-alive\n\n");
        assert.ok(commentMs - firstMs < 10_000, `${commentMs - firstMs} ms`);
        release();
        await client.end();
        assert.equal(client.events.at(-1), "[DONE]");
        assert.ok(client.text.endsWith("data: [DONE]\n\n"));
      });
    });
  });
}
