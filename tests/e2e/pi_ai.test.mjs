// pi-ai, which agents in terminals ask their models with, against the Worker in workerd. It always streams.
import assert from "node:assert/strict";
import { test } from "node:test";
import { complete, stream, Type } from "@mariozechner/pi-ai";
import { wireEverybody } from "../support/clients/clients.mjs";
import { assertPicture, assertToolsSent, idea, testChatClient } from "../support/clients/chat_client.mjs";

const modelOf = (use) => ({
  id: "flux-schnell",
  name: "flux-schnell",
  api: "openai-completions",
  provider: "fluxgate",
  baseUrl: use.baseURL,
  reasoning: true,
  input: ["text", "image"],
  cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
  contextWindow: 32_000,
  maxTokens: 4096,
});

async function ask(use, content, { streams = false, apiKey = "client-key", history = [], system, tools } = {}) {
  const messages = [...history, { role: "user", content, timestamp: 0 }];
  const context = { systemPrompt: system, messages, tools };
  const options = { apiKey, maxRetries: 0 };
  const kinds = [];
  let answer;
  if (streams) {
    const events = stream(modelOf(use), context, options);
    for await (const { type } of events) {
      if (type === "thinking_delta") kinds.push("thinking");
      if (type === "text_delta") kinds.push("text");
    }
    answer = await events.result();
  } else {
    answer = await complete(modelOf(use), context, options);
  }
  if (answer.stopReason === "error") throw new Error(answer.errorMessage);
  const joined = (type, field) =>
    answer.content
      .filter((block) => block.type === type)
      .map((block) => block[field])
      .join("");
  return {
    text: joined("text", "text"),
    thinking: joined("thinking", "thinking"),
    usage: [answer.usage.input, answer.usage.output],
    finish: answer.stopReason,
    history: [...messages, answer],
    kinds,
  };
}

testChatClient("pi-ai", {
  ask,
  before: wireEverybody,
  alwaysStreams: true,
  parts: (text) => [{ type: "text", text }],
  // It tells the status in its message, and no header.
  failureOf: ({ message }) => ({ status: Number(/^\d{3}/.exec(message)?.[0]) || undefined, text: message }),
  own: (use) => {
    test("offered tools are sent, and change nothing", async () => {
      const tools = [{ name: "read", description: "Reads a file.", parameters: Type.Object({ path: Type.String() }) }];
      const { text, finish } = await ask(use, idea, { tools });
      await assertPicture(text);
      assertToolsSent(use, "read");
      assert.equal(finish, "stop");
    });
  },
});
