// LibreChat's agents, as LibreChat runs them for a custom endpoint, against the Worker in workerd.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import {
  ChatModelStreamHandler,
  createContentAggregator,
  formatAgentMessages,
  GraphEvents,
  ModelEndHandler,
  Providers,
  Run,
  TitleMethod,
  tool,
} from "@librechat/agents";
import {
  assertPicture,
  assertToolsSent,
  idea,
  testChatClient,
  thinks,
  words,
} from "../support/clients/chat_client.mjs";
import { languageModel } from "../support/clients/clients.mjs";

// Whoever runs the tests may have tracing on.
process.env.LANGSMITH_TRACING = "false";
process.env.LANGCHAIN_TRACING_V2 = "false";
delete process.env.LANGFUSE_SECRET_KEY;

/** What LibreChat makes of the endpoint's settings. */
const clientOptions = (use, { apiKey = "client-key", streams = false } = {}) => ({
  model: "flux-schnell",
  apiKey,
  streaming: streams,
  disableStreaming: !streams,
  streamUsage: true,
  maxRetries: 0,
  configuration: { baseURL: use.baseURL, fetch: use.wire.fetch },
});

async function createRun(use, { system, handlers = {}, tools = [], ...options } = {}) {
  return Run.create({
    runId: randomUUID(),
    graphConfig: {
      type: "standard",
      instructions: system,
      tools,
      llmConfig: { provider: Providers.OPENAI, ...clientOptions(use, options) },
    },
    customHandlers: handlers,
    returnContent: true,
  });
}

async function ask(use, content, { history = [], ...options } = {}) {
  const kinds = [];
  const usages = [];
  const { contentParts, aggregateContent } = createContentAggregator();
  const heard = (kind) => ({
    handle(event, data) {
      if (kind) kinds.push(kind);
      aggregateContent({ event, data });
    },
  });
  let last;
  const modelEnd = new ModelEndHandler(usages);
  const handlers = {
    [GraphEvents.CHAT_MODEL_STREAM]: new ChatModelStreamHandler(),
    [GraphEvents.CHAT_MODEL_END]: {
      handle: (event, data, ...rest) => {
        last = data.output;
        return modelEnd.handle(event, data, ...rest);
      },
    },
    [GraphEvents.ON_RUN_STEP]: heard(),
    [GraphEvents.ON_REASONING_DELTA]: heard("thinking"),
    [GraphEvents.ON_MESSAGE_DELTA]: heard("text"),
  };
  const run = await createRun(use, { ...options, handlers });
  const payload = [...history, { role: "user", content }];
  const { messages } = formatAgentMessages(payload);
  const given = await run.processStream({ messages }, { configurable: { thread_id: "chat" }, version: "v2" });
  assert.deepEqual(contentParts, given); // What is shown while it comes, and what is kept.
  const joined = (type) =>
    given
      .filter((part) => part.type === type)
      .map((part) => part[type])
      .join("");
  return {
    text: joined("text"),
    thinking: joined("think"),
    usage: [usages[0].input_tokens, usages[0].output_tokens],
    finish: last.response_metadata.finish_reason,
    history: [...payload, { role: "assistant", content: given }],
    kinds,
  };
}

testChatClient("LibreChat's agents", {
  ask,
  parts: (text) => [{ type: "text", text }],
  failureOf: (error) => ({ status: error.status, text: error.message, retryAfter: error.headers?.get("retry-after") }),
  own(use) {
    const label = "Cat on a Warm Roof";
    const options = () => ({ provider: Providers.OPENAI, clientOptions: clientOptions(use) });
    const talk = [{ type: "text", text: `![Image](http://127.0.0.1/x.png)\n\nOptimized prompt: ${words}` }];

    test("its titles are texts, in every way that it asks for them", async () => {
      for (const titleMethod of Object.values(TitleMethod)) {
        use.upstream.onChat = languageModel({ says: label });
        const run = await createRun(use);
        const { title } = await run.generateTitle({ ...options(), inputText: idea, contentParts: talk, titleMethod });
        assert.ok(title.length > 0, titleMethod);
        if (titleMethod === TitleMethod.COMPLETION) assert.equal(title, label);
      }
      assert.equal(use.pictureCalls(), 0);
    });

    test("its labels for thinking and activities are texts", async () => {
      use.upstream.onChat = languageModel({ says: label });
      const run = await createRun(use);
      const entries = [{ toolName: "search", toolInput: { query: "tiles" }, toolOutput: "red", status: "success" }];
      const activities = [{ entries }, { label: "Found tiles" }];
      const step = { reasoningStepId: "step", revision: 1 };
      for (const answer of [
        await run.generateActivityLabel({ ...options(), entries, thinkingExcerpts: [thinks] }),
        await run.generateActivityPhaseLabel({ ...options(), activities }),
        await run.generateReasoningLabel({ ...options(), ...step, visibleReasoning: thinks }),
      ]) {
        assert.equal(answer.label, label);
      }
      assert.equal(use.pictureCalls(), 0);
    });

    test("offered tools are sent, and change nothing", async () => {
      const schema = { type: "object", properties: {} };
      const time = tool(() => assert.fail(), { name: "get_time", description: "Tells the time.", schema });
      for (const streams of [false, true]) {
        await assertPicture((await ask(use, idea, { streams, tools: [time] })).text);
        assertToolsSent(use, "get_time");
      }
    });
  },
});
