// Cherry Studio's AI Core, with its provider for OpenAI-compatible servers, against the Worker in workerd.
import { createExecutor } from "@cherrystudio/ai-core";
import { sdkClient } from "../support/clients/ai_sdk.mjs";
import { testChatClient } from "../support/clients/chat_client.mjs";

globalThis.AI_SDK_LOG_WARNINGS = false; // What it says of its own versions is not about us.

const executorOf = (use, apiKey) =>
  createExecutor("openai-compatible", {
    name: "fluxgate",
    apiKey,
    baseURL: use.baseURL,
    fetch: use.wire.fetch,
    includeUsage: true,
  });
const model = "flux-schnell";

testChatClient(
  "Cherry Studio's AI Core",
  sdkClient({
    generate: async (use, apiKey, options) => (await executorOf(use, apiKey)).generateText({ model, ...options }),
    stream: async (use, apiKey, options) => (await executorOf(use, apiKey)).streamText({ model, ...options }),
  }),
);
