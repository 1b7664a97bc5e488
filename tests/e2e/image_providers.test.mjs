// Further clients that ask for pictures, against the Worker in workerd: OpenRouter's provider for the AI SDK, and TanStack's adapters for OpenAI.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createOpenRouter } from "@openrouter/ai-sdk-provider";
import { chat, generateImage as generateByTanStack } from "@tanstack/ai";
import { createOpenaiChat, createOpenaiImage } from "@tanstack/ai-openai";
import { imageGenerationTool } from "@tanstack/ai-openai/tools";
import { generateImage, generateText, streamText } from "ai";
import { startWorkerd } from "../support/hosts/workerd.mjs";
import { useImageServer } from "../support/upstreams/image_server.mjs";
import { largePng } from "../support/upstreams/pictures.mjs";

globalThis.AI_SDK_LOG_WARNINGS = false; // What it says of its own versions is not about us.

describe("further clients", { concurrency: 1 }, () => {
  const use = useImageServer(startWorkerd);
  const assertPicture = (bytes) => assert.ok(Buffer.from(bytes).equals(use.backend.picture));

  describe("OpenRouter's provider", () => {
    const openrouter = () =>
      createOpenRouter({ apiKey: "client-key", baseURL: `${use.host.origin}/v1`, compatibility: "strict" });
    const modalities = { extraBody: { modalities: ["image", "text"] } };

    test("generateImage, and from a picture", async () => {
      const model = openrouter().imageModel("gpt-image-1");
      const made = await generateImage({ model, prompt: "a cat", aspectRatio: "3:2" });
      assertPicture(made.image.uint8Array);
      const given = largePng(50_000);
      const changed = await generateImage({ model, prompt: { text: "put a hat on it", images: [given] } });
      assertPicture(changed.image.uint8Array);
      assert.deepEqual(use.paths(), ["/v1/images/generations", "/v1/images/edits"]);
      assert.ok(use.backend.calls[1].body.includes(given));
    });

    test("a chat that gives its pictures beside the text, whole and streamed", async () => {
      const model = openrouter().chat("gpt-image-1", modalities);
      const whole = await generateText({ model, prompt: "a cat" });
      assertPicture(whole.files[0].uint8Array);
      assert.match(whole.text, /^Optimized prompt: a cat, /);
      const stream = streamText({ model, prompt: "a cat" });
      const files = await stream.files;
      assertPicture(files[0].uint8Array);
      assert.match(await stream.text, /^Optimized prompt: a cat, /);
    });
  });

  describe("TanStack's adapters", () => {
    const access = () => ({ baseURL: `${use.host.origin}/v1` });

    test("generateImage", async () => {
      const adapter = createOpenaiImage("gpt-image-1", "client-key", access());
      const { images } = await generateByTanStack({ adapter, prompt: "a cat", size: "1024x1024" });
      assertPicture(Buffer.from(images[0].b64Json, "base64"));
    });

    test("a chat with the image tool, by the responses API", async () => {
      const adapter = createOpenaiChat("gpt-image-1", "client-key", access());
      let text = "";
      const events = chat({
        adapter,
        messages: [{ role: "user", content: "a cat" }],
        tools: [imageGenerationTool({})],
      });
      for await (const event of events) {
        assert.notEqual(event.type, "RUN_ERROR", JSON.stringify(event).slice(0, 500));
        if (event.type === "TEXT_MESSAGE_CONTENT") text += event.delta;
      }
      assert.match(text, /Optimized prompt: a cat, /);
      assert.deepEqual(use.paths(), ["/v1/images/generations"]);
    });
  });
});
