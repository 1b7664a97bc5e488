// LangChain's ChatOpenAI against the Worker in workerd.
import assert from "node:assert/strict";
import { afterEach, before, describe, test } from "node:test";
import { HumanMessage, SystemMessage } from "@langchain/core/messages";
import { ChatOpenAI } from "@langchain/openai";
import { languageModel, useGateway } from "../support/clients/clients.mjs";
import { linkIn } from "../support/clients/chat.mjs";

process.env.LANGSMITH_TRACING = "false"; // Whoever runs the tests may have it on.
process.env.LANGCHAIN_TRACING_V2 = "false";

const idea = "a cat on a roof 16:9";
const words = "a tabby cat, red tile roof, warm evening light";
const usage = { input_tokens: 300, output_tokens: 20, total_tokens: 320 };

/** A gateway for a suite, and a chat model of it; connect() makes others. */
function useChatModel(settings) {
  const use = useGateway(settings);
  use.connect = (options) => {
    const configuration = { baseURL: use.baseURL, fetch: use.wire.fetch };
    return new ChatOpenAI({ model: "flux-schnell", apiKey: "client-key", configuration, ...options });
  };
  before(() => (use.chat = use.connect()));
  return use;
}

/** Streams, and gives all pieces as one message. */
async function streamed(chat, input) {
  let whole;
  for await (const chunk of await chat.stream(input)) whole = whole === undefined ? chunk : whole.concat(chunk);
  return whole;
}

function assertUsage(message) {
  const { input_tokens, output_tokens, total_tokens } = message.usage_metadata;
  assert.deepEqual({ input_tokens, output_tokens, total_tokens }, usage);
}

describe("LangChain", () => {
  const use = useChatModel({ SHOW_REASONING: "1" });

  test("invoke gives a picture that opens, and the usage", async () => {
    const message = await use.chat.invoke([new SystemMessage("Paint in watercolour."), new HumanMessage(idea)]);
    assert.equal((await fetch(linkIn(message.content))).headers.get("content-type"), "image/png");
    assertUsage(message);
    assert.equal(message.response_metadata.finish_reason, "stop");
    assert.match(use.upstream.calls[0].body, /Paint in watercolour\./);
  });

  test("stream gives the thinking, the content and the usage", async () => {
    use.upstream.onChat = languageModel({ thinks: "Cats like warm tiles." });
    const message = await streamed(use.chat, idea);
    assert.match(message.additional_kwargs.reasoning_content, /^Cats like warm tiles\.\s/);
    assert.ok(message.content.endsWith(`Optimized prompt: ${words}`), message.content);
    assert.equal((await fetch(linkIn(message.content))).status, 200);
    assertUsage(message);
    assert.equal(message.response_metadata.finish_reason, "stop");
  });

  test("content in parts", async () => {
    const message = await use.chat.invoke([new HumanMessage({ content: [{ type: "text", text: idea }] })]);
    assert.match(linkIn(message.content), /\/image-proxy\?/);
  });

  test("batch", async () => {
    const answers = await use.chat.batch([idea, "a dog 1:1"]);
    for (const { content } of answers) assert.match(linkIn(content), /\/image-proxy\?/);
    assert.equal(use.pictureCalls(), 2);
  });
});

describe("LangChain and failures", () => {
  const use = useChatModel();
  const half = () => ({ body: "cut off in the mid" });

  test("an error in the stream is thrown, and nothing is asked for again", async () => {
    use.upstream.onImage = half;
    await assert.rejects(streamed(use.chat, idea), (error) => {
      assert.deepEqual([error.code, error.type], ["upstream_bad_response", "server_error"]);
      return true;
    });
    assert.equal(use.pictureCalls(), 1);
    assert.equal(use.wire.exchanges.length, 1);
  });

  // LangChain tries every 5xx again, six times by default, and reads no x-should-retry; stream() is safe, as the test before shows.
  test("a failure that may have been billed is not tried again with maxRetries 0", async () => {
    use.upstream.onImage = half;
    await assert.rejects(use.connect({ maxRetries: 0 }).invoke(idea), (error) => {
      assert.deepEqual([error.status, error.code], [502, "upstream_bad_response"]);
      return true;
    });
    assert.equal(use.pictureCalls(), 1);
  });

  test("a wrong key is an error at once", async () => {
    await assert.rejects(use.connect({ apiKey: "wrong" }).invoke(idea), (error) => {
      assert.deepEqual([error.status, error.code], [401, "invalid_api_key"]);
      return true;
    });
    assert.equal(use.wire.exchanges.length, 1);
  });

  test("an unknown model is an error at once", async () => {
    await assert.rejects(streamed(use.connect({ model: "gpt-4o" }), idea), (error) => {
      assert.deepEqual([error.status, error.code, error.param], [400, "unsupported_image_model", "model"]);
      return true;
    });
    assert.equal(use.wire.exchanges.length, 1);
  });
});

describe("LangChain, wanting text", () => {
  const use = useChatModel();
  const schema = {
    title: "description",
    type: "object",
    properties: { mood: { type: "string", enum: ["calm", "wild"] }, cats: { type: "integer" } },
    required: ["mood", "cats"],
    additionalProperties: false,
  };
  const wanted = { mood: "calm", cats: 7 };

  afterEach(() => assert.equal(use.pictureCalls(), 0));

  for (const method of ["jsonSchema", "functionCalling"]) {
    test(`withStructuredOutput by ${method}`, async () => {
      assert.deepEqual(await use.chat.withStructuredOutput(schema, { method }).invoke(idea), wanted);
      assert.equal(use.upstream.calls[0].json.model, "llm-small");
    });
  }

  test("withStructuredOutput by jsonMode", async () => {
    use.upstream.onChat = languageModel({ says: JSON.stringify(wanted) });
    assert.deepEqual(await use.chat.withStructuredOutput(schema, { method: "jsonMode" }).invoke(idea), wanted);
  });

  test("a forced tool, whole and streamed", async () => {
    const tools = [{ type: "function", function: { name: "describe", parameters: schema } }];
    const bound = use.chat.bindTools(tools, { tool_choice: "describe" });
    for (const message of [await bound.invoke(idea), await streamed(bound, idea)]) {
      assert.deepEqual([message.tool_calls[0].name, message.tool_calls[0].args], ["describe", wanted]);
      assertUsage(message);
    }
  });
});
