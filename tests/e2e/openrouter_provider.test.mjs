// OpenRouter's provider for the AI SDK, against the Worker in workerd. It reads thinking as `reasoning`.
import { createOpenRouter } from "@openrouter/ai-sdk-provider";
import { generateText, streamText } from "ai";
import { sdkClient } from "../support/clients/ai_sdk.mjs";
import { testChatClient } from "../support/clients/chat_client.mjs";

globalThis.AI_SDK_LOG_WARNINGS = false; // What it says of its own versions is not about us.

const modelOf = (use, apiKey) =>
  createOpenRouter({ apiKey, baseURL: use.baseURL, fetch: use.wire.fetch, compatibility: "strict" }).chat(
    "flux-schnell",
  );

testChatClient(
  "OpenRouter's provider",
  sdkClient({
    generate: (use, apiKey, options) => generateText({ model: modelOf(use, apiKey), ...options }),
    stream: (use, apiKey, options) => streamText({ model: modelOf(use, apiKey), ...options }),
  }),
);
