// The AI SDK with its provider for OpenAI-compatible servers, against the Worker in workerd.
import assert from "node:assert/strict";
import { afterEach, before, describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { APICallError, generateObject, generateText, jsonSchema, Output, streamText, tool } from "ai";
import { languageModel, useGateway } from "../support/clients/clients.mjs";
import { linkIn } from "../support/clients/chat.mjs";

globalThis.AI_SDK_LOG_WARNINGS = false; // What it says of its own versions is not about us.

const prompt = "a cat on a roof 16:9";
const words = "a tabby cat, red tile roof, warm evening light";
const thinks = "Cats like warm tiles.";

/** A gateway for a suite, and its model as the SDK sees it; connect() makes others. */
function useModel(settings) {
  const use = useGateway(settings);
  use.connect = (options) => {
    const common = {
      name: "fluxgate",
      apiKey: "client-key",
      baseURL: use.baseURL,
      fetch: use.wire.fetch,
      includeUsage: true,
    };
    return createOpenAICompatible({ ...common, ...options })("flux-schnell");
  };
  before(() => (use.model = use.connect()));
  return use;
}

async function partsOf(stream) {
  const parts = [];
  for await (const part of stream) parts.push(part);
  return parts;
}

/** A type once, however often it comes in a row. */
const order = (parts) => parts.map(({ type }) => type).filter((type, i, types) => type !== types[i - 1]);

describe("the AI SDK", () => {
  const use = useModel({ SHOW_REASONING: "1" });

  test("generateText gives a picture that opens, the thinking and the usage", async () => {
    use.upstream.onChat = languageModel({ thinks });
    const { text, reasoningText, finishReason, usage, response } = await generateText({ model: use.model, prompt });
    assert.equal((await fetch(linkIn(text))).headers.get("content-type"), "image/png");
    assert.equal(reasoningText, thinks);
    assert.equal(finishReason, "stop");
    assert.deepEqual([usage.inputTokens, usage.outputTokens, usage.totalTokens], [300, 20, 320]);
    assert.equal(response.modelId, "flux-schnell");
  });

  test("streamText gives thinking, then text, then the end with the usage", async () => {
    use.upstream.onChat = languageModel({ thinks });
    const result = streamText({ model: use.model, prompt, onError: ({ error }) => assert.fail(error) });
    const parts = await partsOf(result.stream);
    assert.deepEqual(order(parts), [
      ...["start", "start-step", "reasoning-start", "reasoning-delta", "reasoning-end"],
      ...["text-start", "text-delta", "text-end", "finish-step", "finish"],
    ]);
    assert.match(await result.reasoningText, /^Cats like warm tiles\./);
    const text = await result.text;
    assert.ok(text.endsWith(`Optimized prompt: ${words}`), text);
    assert.equal((await fetch(linkIn(text))).status, 200);
    assert.equal(await result.finishReason, "stop");
    const { inputTokens, outputTokens } = await result.usage;
    assert.deepEqual([inputTokens, outputTokens], [300, 20]);
  });

  test("a system prompt is a wish to the language model", async () => {
    await generateText({ model: use.model, instructions: "Paint in watercolour.", prompt });
    assert.match(use.upstream.calls[0].body, /Paint in watercolour\./);
  });

  test("leaving while the picture is made aborts its call", async () => {
    const { promise: closed, resolve } = Promise.withResolvers();
    use.upstream.onImage = () => (request) => request.socket.once("close", resolve);
    const controller = new AbortController();
    const result = streamText({ model: use.model, prompt, abortSignal: controller.signal });
    let last;
    for await (const part of result.stream) {
      last = part;
      if (part.type !== "reasoning-delta") continue;
      while (use.pictureCalls() === 0) await delay(5);
      controller.abort();
    }
    assert.equal(last.type, "abort");
    await closed;
    assert.equal(use.pictureCalls(), 1);
  });
});

describe("the AI SDK and failures", () => {
  const use = useModel();
  const half = () => ({ body: "cut off in the mid" });

  test("an error in the stream reaches onError, once, and nothing is asked for again", async () => {
    use.upstream.onImage = half;
    const errors = [];
    const result = streamText({ model: use.model, prompt, onError: ({ error }) => errors.push(error) });
    const parts = await partsOf(result.stream);
    assert.equal(parts.filter(({ type }) => type === "error").length, 1);
    assert.equal(errors.length, 1);
    assert.match(JSON.stringify(errors[0]), /upstream_bad_response/);
    assert.ok(!parts.some(({ type }) => type === "text-delta"));
    assert.equal(use.pictureCalls(), 1);
    assert.equal(use.wire.exchanges.length, 1);
  });

  // The SDK tries every 5xx again by default and reads no x-should-retry; streamText is safe, since an error there comes after the head.
  test("a failure that may have been billed is not tried again with maxRetries 0", async () => {
    use.upstream.onImage = half;
    await assert.rejects(generateText({ model: use.model, prompt, maxRetries: 0 }), (error) => {
      assert.ok(APICallError.isInstance(error));
      assert.deepEqual([error.statusCode, error.data.error.code], [502, "upstream_bad_response"]);
      assert.equal(error.responseHeaders["x-should-retry"], "false");
      return true;
    });
    assert.equal(use.pictureCalls(), 1);
  });

  test("a wrong key is an error at once", async () => {
    const model = use.connect({ apiKey: "wrong" });
    await assert.rejects(generateText({ model, prompt }), (error) => {
      assert.ok(APICallError.isInstance(error));
      assert.deepEqual([error.statusCode, error.data.error.code, error.isRetryable], [401, "invalid_api_key", false]);
      return true;
    });
    assert.equal(use.wire.exchanges.length, 1);
  });

  test("a refusal for reasons of policy is an error at once", async () => {
    use.upstream.onImage = () => ({
      status: 400,
      body: { error: { code: "content_policy_violation", message: "no" } },
    });
    await assert.rejects(generateText({ model: use.model, prompt }), (error) => {
      assert.deepEqual([error.statusCode, error.data.error.code], [400, "content_policy_violation"]);
      return true;
    });
    assert.equal(use.pictureCalls(), 1);
  });
});

describe("the AI SDK, wanting text", () => {
  const use = useModel();
  const properties = { mood: { type: "string", enum: ["calm", "wild"] }, cats: { type: "integer" } };
  const schema = jsonSchema({ type: "object", properties, required: ["mood", "cats"], additionalProperties: false });
  const wanted = { mood: "calm", cats: 7 };

  afterEach(() => assert.equal(use.pictureCalls(), 0));

  const asked = () => use.upstream.calls[0].json;

  test("an object, with structured outputs", async () => {
    const model = use.connect({ supportsStructuredOutputs: true });
    const { output } = await generateText({ model, prompt, output: Output.object({ schema }) });
    assert.deepEqual(output, wanted);
    assert.deepEqual([asked().model, asked().response_format.type], ["llm-small", "json_schema"]);
  });

  test("an object, with generateObject", async () => {
    const { object } = await generateObject({
      model: use.connect({ supportsStructuredOutputs: true }),
      prompt,
      schema,
    });
    assert.deepEqual(object, wanted);
  });

  test("an object, without structured outputs: any JSON is asked for", async () => {
    use.upstream.onChat = languageModel({ says: JSON.stringify(wanted) });
    const { output } = await generateText({ model: use.model, prompt, output: Output.object({ schema }) });
    assert.deepEqual(output, wanted);
    assert.deepEqual(asked().response_format, { type: "json_object" });
  });

  test("an object in a stream", async () => {
    const model = use.connect({ supportsStructuredOutputs: true });
    const result = streamText({ model, prompt, output: Output.object({ schema }) });
    assert.deepEqual(await result.output, wanted);
    assert.equal((await result.usage).totalTokens, 320);
  });

  test("a forced tool", async () => {
    const tools = { describe: tool({ inputSchema: schema }) };
    const { toolCalls, finishReason } = await generateText({ model: use.model, prompt, tools, toolChoice: "required" });
    assert.equal(finishReason, "tool-calls");
    assert.deepEqual([toolCalls[0].toolName, toolCalls[0].input], ["describe", wanted]);
  });

  test("a forced tool in a stream", async () => {
    const tools = { describe: tool({ inputSchema: schema }) };
    const result = streamText({ model: use.model, prompt, tools, toolChoice: { type: "tool", toolName: "describe" } });
    const [call] = await result.toolCalls;
    assert.deepEqual([call.toolName, call.input], ["describe", wanted]);
  });
});
