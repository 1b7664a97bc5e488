// Words of backends, language models and clients that would end their line, their header, their event or their string, on every face and in the log.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { describeBuilds } from "../support/hosts/builds.mjs";
import { converse } from "../support/hosts/conversation.mjs";
import { whole } from "../support/upstreams/faults.mjs";
import { settings as drawing, withLlm, withStore, worldOf } from "../support/upstreams/openai_world.mjs";
import { samplePng } from "../support/upstreams/pictures.mjs";

const settings = { ...drawing, ...withStore, ...withLlm, SHOW_REASONING: "1" };

const post = (path, body, accept = "application/json") => ({
  method: "POST",
  url: `https://gateway.example${path}`,
  headers: { authorization: "Bearer client-key", "content-type": "application/json", accept },
  body: JSON.stringify({ model: "gpt-image-1:optimized", ...body }),
});
const tool = (accept) => (words) =>
  post(
    "/mcp",
    {
      jsonrpc: "2.0",
      id: 1,
      method: "tools/call",
      params: {
        name: "generate_image",
        arguments: { prompt: words, model: "gpt-image-1:optimized" },
        _meta: { progressToken: "t" },
      },
    },
    accept,
  );
const faces = {
  "a chat": (words, more) => post("/v1/chat/completions", { messages: [{ role: "user", content: words }], ...more }),
  "a chat, streamed": (words) => faces["a chat"](words, { stream: true }),
  images: (words, more) => post("/v1/images/generations", { prompt: words, ...more }),
  "images, streamed": (words) => faces.images(words, { stream: true }),
  "a response": (words, more) => post("/v1/responses", { input: words, ...more }),
  "a response, streamed": (words) => faces["a response"](words, { stream: true }),
  "a tool": tool("application/json"),
  "a tool, with events": tool("application/json, text/event-stream"),
};

const evil = [
  "bad size\r\nx-injected: 1\r\n\r\n<script>alert(1)</script>",
  "bad size\n\nevent: error\ndata: {}\n\ndata: [DONE]",
  "bad size\r\rid: 1\rdata: x",
  'bad size"},"x":{"injected":"1',
  "bad size\\u000a\\",
  "bad size </script><script>alert(1)</script> <img src=x onerror=alert(1)>",
  "bad size ![x](https://evil.example/x.png) [x](javascript:alert(1)) `x` <https://evil.example/>",
  "bad size https://evil.example/x www.evil.example evil@evil.example //evil.example/x",
  "bad size \u202egnp.exe\u202c \u2066x\u2069 \u200fx \u061cx",
  "bad size \u2028data: x\u2029data: y\u0085data: z",
  "bad size \u0000\u0001\u001b[2J\u001b]0;x\u0007\u007f\u009b31m",
  'bad size\n{"ev":"request","forged":1}',
  `bad size ${"x ".repeat(100_000)}`,
  `bad size ${"\u0001".repeat(10_000)}`,
  "плохой размер \u{1f600}\n猫",
];
/** No text of ours has these, nor what the words of others are printed as. */
const moves = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

/** Everything that the client is sent is of the form that it has, and nothing of another's words stands outside of its strings. */
function assertFormed(seen) {
  for (const [name, value] of Object.entries(seen.headers)) {
    assert.match(name, /^[a-z-]+$/);
    assert.match(value, /^[ -~]*$/, name);
    assert.notEqual(name, "x-injected");
  }
  assert.equal(seen.ending, "complete");
  if (!seen.headers["content-type"].startsWith("text/event-stream")) seen.json();
  else {
    assert.ok(seen.text.endsWith("\n\n"));
    for (const line of seen.text.split("\n")) {
      const [, field, value] = /^(data|event|): ?(.*)$/s.exec(line) ?? [];
      assert.ok(line === "" || field !== undefined, JSON.stringify(line.slice(0, 100)));
      if (field === "event") assert.match(value, /^[a-z_.]+$/);
      if (field === "data" && value !== "[DONE]") JSON.parse(value);
    }
    assert.ok((seen.text.match(/^data: \[DONE\]$/gm) ?? []).length <= 1);
  }
  for (const line of seen.logLines) {
    assert.doesNotMatch(line, /[\u0000-\u001f]/);
    assert.ok(line.length < 8192);
  }
  assert.equal(seen.logs.filter(({ ev }) => ev === "request").length, 1);
  for (const { ev, forged } of seen.logs) {
    assert.match(ev, /^(config|request|store_failed)$/);
    assert.equal(forged, undefined);
  }
  assert.deepEqual(seen.leftOver, []);
}

/** The texts of all events, or of the body. */
const said = (seen) =>
  seen.headers["content-type"].startsWith("text/event-stream")
    ? seen.text.split("\n").flatMap((line) => (/^data: \{/.test(line) ? [JSON.parse(line.slice(6))] : []))
    : [seen.json()];
const errorIn = (seen) => {
  for (const { error, result, response } of said(seen).reverse()) {
    const told = error?.message ?? response?.error?.message ?? (result?.isError && result.content[0].text);
    if (told) return told;
  }
};

describeBuilds("hostile words", (makeCore) => {
  const ask = (request, world) => {
    const seen = converse(makeCore(settings), request, worldOf({ llm: whole(), ...world }));
    assertFormed(seen);
    return seen;
  };

  for (const [face, requestOf] of Object.entries(faces)) {
    describe(`in ${face}`, () => {
      test("of a backend that refuses are told as plain words in one line", () => {
        for (const words of evil) {
          for (const body of [
            { error: { message: words, code: words, type: words, param: words } },
            { error: words },
            { detail: [{ msg: words, loc: ["body", words] }] },
            words,
          ]) {
            const seen = ask(requestOf("a cat"), { image: { status: 400, body: JSON.stringify(body) } });
            const told = errorIn(seen);
            assert.match(told, /^The image backend rejected the request\./, words);
            assert.ok(told.length < 500, told);
            assert.doesNotMatch(told, /[<>[\]`\n]|https?:|www\.|evil@/, told);
            assert.doesNotMatch(told, moves, told);
            assert.doesNotMatch(seen.logLines.join(""), moves);
          }
        }
      });

      test("of a backend that draws stay in their strings", () => {
        for (const words of evil) {
          const image = { b64_json: samplePng.toString("base64"), revised_prompt: words, seed: words, url: words };
          const body = { data: [image], created: words, usage: { total_tokens: words }, id: words, model: words };
          ask(requestOf("a cat"), {
            image: { status: 200, headers: { "x-request-id": "1" }, body: JSON.stringify(body) },
          });
        }
      });

      test("of a language model stay in their strings, as prompts, as thoughts and as errors", () => {
        for (const words of evil) {
          for (const llm of [
            whole({ content: words }),
            whole({ content: `TEXT\n${words}` }),
            whole({ content: `<think>${words}</think>a tabby cat`, reasoning_content: words }),
            { status: 400, body: JSON.stringify({ error: { message: words, code: words } }) },
            { status: 200, body: JSON.stringify({ error: { message: words, code: words } }) },
          ])
            ask(requestOf("a cat"), { llm });
        }
      });

      test("of a client stay in their strings", () => {
        for (const words of evil.filter((each) => each.length < 30_000)) {
          ask(requestOf(words));
          ask(requestOf(`${words} --raw`));
        }
      });
    });
  }

  test("in the names of models come as percent-encoded ASCII", () => {
    const model = 'fl"ux<é>猫%0d%0a';
    const core = makeCore({ ...settings, IMAGE_GEN_MODEL: model });
    const image = { status: 200, body: JSON.stringify({ data: [{ b64_json: samplePng.toString("base64") }] }) };
    for (const requestOf of [faces["a chat"], faces.images, faces["a response"]]) {
      const request = requestOf("a cat");
      const body = JSON.stringify({ ...JSON.parse(request.body), model });
      const seen = converse(core, { ...request, body }, worldOf({ image }));
      assert.equal(decodeURIComponent(seen.headers["x-fluxgate-model"]), model, seen.text);
      for (const value of Object.values(seen.headers)) assert.match(value, /^[ -~]*$/);
    }
  });
});
