// Cherry Studio's AI Core, with its providers for OpenAI-compatible servers and for OpenAI, against the Worker in workerd.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createExecutor } from "@cherrystudio/ai-core";
import { sdkClient } from "../support/clients/ai_sdk.mjs";
import { testChatClient } from "../support/clients/chat_client.mjs";
import { startWorkerd } from "../support/hosts/workerd.mjs";
import { useImageServer } from "../support/upstreams/image_server.mjs";

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

describe("Cherry Studio's AI Core: pictures", { concurrency: 1 }, () => {
  const name = "gpt-image-1";
  const use = useImageServer(startWorkerd);
  const executor = (provider) =>
    createExecutor(provider, { name: "fluxgate", apiKey: "client-key", baseURL: `${use.host.origin}/v1` });

  for (const provider of ["openai", "openai-compatible"]) {
    test(`generateImage with the provider ${provider}`, async () => {
      const { image } = await (await executor(provider)).generateImage({ model: name, prompt: "a cat" });
      assert.ok(Buffer.from(image.uint8Array).equals(use.backend.picture));
    });
  }

  test("generateText and streamText with the provider openai, by the responses API", async () => {
    const asked = { model: name, prompt: "a cat" };
    const whole = await (await executor("openai")).generateText(asked);
    assert.match(whole.text, /Optimized prompt: a cat, /);
    const stream = await (await executor("openai")).streamText(asked);
    assert.match(await stream.text, /Optimized prompt: a cat, /);
    assert.deepEqual(use.paths(), ["/v1/images/generations", "/v1/images/generations"]);
  });
});
