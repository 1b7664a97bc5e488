// OpenAI's Agents SDK over chat completions, against the Worker in workerd. It reads thinking as `reasoning`.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Agent, OpenAIChatCompletionsModel, Runner, setTracingDisabled, tool } from "@openai/agents";
import OpenAI from "openai";
import { assertPicture, assertToolsSent, idea, testChatClient } from "../support/clients/chat_client.mjs";

setTracingDisabled(true);

async function ask(use, content, { streams = false, apiKey = "client-key", history = [], system, tools = [] } = {}) {
  const client = new OpenAI({ apiKey, baseURL: use.baseURL, fetch: use.wire.fetch, maxRetries: 0 });
  const model = new OpenAIChatCompletionsModel(client, "flux-schnell");
  const agent = new Agent({ name: "painter", instructions: system, model, tools });
  const runner = new Runner({ tracingDisabled: true });
  const input = [...history, { role: "user", content }];
  const result = await runner.run(agent, input, { stream: streams });
  const kinds = [];
  let finish;
  if (streams) {
    for await (const { type, data } of result) {
      if (type !== "raw_model_stream_event") continue;
      if (data.type === "output_text_delta") kinds.push("text");
      if (data.type !== "model") continue;
      // It has no event for thinking and for the reason of the end but the chunk as it came.
      const [choice] = data.event.choices;
      if (choice?.delta.reasoning) kinds.push("thinking");
      finish ??= choice?.finish_reason;
    }
    await result.completed;
  }
  const [{ usage, output, providerData }] = result.rawResponses;
  return {
    text: result.finalOutput,
    thinking: output
      .filter(({ type }) => type === "reasoning")
      .map(({ rawContent }) => rawContent.map(({ text }) => text).join(""))
      .join(""),
    usage: [usage.inputTokens, usage.outputTokens],
    finish: finish ?? providerData.choices[0].finish_reason,
    history: result.history,
    kinds,
  };
}

testChatClient("OpenAI's agents", {
  ask,
  parts: (text) => [{ type: "input_text", text }],
  failureOf: (error) => ({
    status: error.status,
    text: error.message,
    retryAfter: error.headers?.get("retry-after"),
  }),
  own: (use) => {
    test("tools that an agent has are sent, and change nothing", async () => {
      const parameters = { type: "object", properties: {}, required: [], additionalProperties: false };
      const time = tool({ name: "get_time", description: "Tells the time.", parameters, execute: () => assert.fail() });
      for (const streams of [false, true]) {
        const { text } = await ask(use, idea, { streams, tools: [time] });
        await assertPicture(text);
        assertToolsSent(use, "get_time");
      }
    });
  },
});
