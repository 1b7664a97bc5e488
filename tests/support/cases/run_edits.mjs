// Edits as the SDKs send them, on any host: the pictures arrive at a strict backend byte for byte.
import assert from "node:assert/strict";
import { createReadStream, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { generateImage } from "ai";
import OpenAI, { toFile } from "openai";
import { settingsFor, startImageServer } from "../upstreams/image_server.mjs";
import { largePng, samplePng } from "../upstreams/pictures.mjs";

/** `start(settings)` starts the host. */
export function describeEdits(title, start) {
  describe(title, { concurrency: 1 }, () => {
    let backend;
    let host;
    let folder;
    let client;
    const pictures = [largePng(300_000), largePng(70_001)];
    before(async () => {
      folder = mkdtempSync(join(tmpdir(), "fluxgate-edits-"));
      writeFileSync(join(folder, "cat.png"), pictures[0]);
      backend = await startImageServer();
      host = await start(settingsFor(backend));
      client = new OpenAI({ baseURL: `${host.origin}/v1`, apiKey: "client-key", maxRetries: 0 });
    });
    after(async () => {
      await host?.close();
      backend?.close();
      rmSync(folder, { recursive: true, force: true });
    });
    beforeEach(() => backend.calls.splice(0));

    const asked = { model: "gpt-image-1", prompt: "put a hat on it" };
    function assertGiven(...given) {
      assert.equal(backend.calls.length, 1);
      const [call] = backend.calls;
      assert.equal(call.url, "https://api.openai.com/v1/images/edits");
      assert.equal(Number(call.headers["content-length"]), call.body.length);
      for (const picture of given) assert.ok(call.body.includes(picture));
    }
    const assertMade = ({ data }) => assert.equal(data[0].b64_json, samplePng.toString("base64"));

    test("openai: a file, and its options", async () => {
      const image = await toFile(pictures[0], "cat.png", { type: "image/png" });
      assertMade(await client.images.edit({ ...asked, image, size: "1024x1024", quality: "low" }));
      assertGiven(pictures[0]);
      assert.match(backend.calls[0].body.toString("latin1"), /name="quality"\r\n\r\nlow\r\n/);
    });

    test("openai: a list of files, and a mask", async () => {
      const image = await Promise.all(pictures.map((bytes, i) => toFile(bytes, `${i}.png`, { type: "image/png" })));
      const mask = await toFile(samplePng, "mask.png", { type: "image/png" });
      assertMade(await client.images.edit({ ...asked, image, mask }));
      assertGiven(...pictures, samplePng);
    });

    test("openai: a stream of a file, which is sent without its length", async () => {
      assertMade(await client.images.edit({ ...asked, image: createReadStream(join(folder, "cat.png")) }));
      assertGiven(pictures[0]);
    });

    test("openai: a variation", async () => {
      const image = await toFile(pictures[0], "cat.png", { type: "image/png" });
      assertMade(await client.images.createVariation({ model: "gpt-image-1", image }));
      assertGiven(pictures[0]);
    });

    test("openai: no picture is an error that the SDK tells", async () => {
      const image = await toFile(Buffer.from("a text"), "cat.png", { type: "image/png" });
      await assert.rejects(client.images.edit({ ...asked, image }), (error) => {
        assert.ok(error instanceof OpenAI.BadRequestError);
        assert.equal(error.code, "invalid_image");
        return true;
      });
      assert.deepEqual(backend.calls, []);
    });

    for (const bytes of [50_000, 900_000, 3_000_000]) {
      test(`a wrong key and a wrong path are told to who sends ${bytes} bytes, and the next call is served`, async () => {
        const image = await toFile(largePng(bytes), "cat.png", { type: "image/png" });
        const stranger = new OpenAI({ baseURL: `${host.origin}/v1`, apiKey: "another-key", maxRetries: 0 });
        const lost = new OpenAI({ baseURL: `${host.origin}/v2`, apiKey: "client-key", maxRetries: 0 });
        const provider = createOpenAICompatible({ name: "own", baseURL: `${host.origin}/v2`, apiKey: "client-key" });
        for (let round = 0; round < 2; round += 1) {
          await assert.rejects(stranger.images.edit({ ...asked, image }), OpenAI.AuthenticationError);
          await assert.rejects(lost.images.edit({ ...asked, image }), OpenAI.NotFoundError);
          const drawing = generateImage({
            model: provider.imageModel("gpt-image-1"),
            prompt: { text: "put a hat on it", images: [largePng(bytes)] },
            maxRetries: 0,
          });
          await assert.rejects(drawing, (error) => error.statusCode === 404);
          assert.equal((await client.models.list()).data.length, 1);
        }
        assert.deepEqual(backend.calls, []);
      });
    }

    test("AI SDK: generateImage with pictures", async () => {
      const provider = createOpenAICompatible({ name: "own", baseURL: `${host.origin}/v1`, apiKey: "client-key" });
      const { image } = await generateImage({
        model: provider.imageModel("gpt-image-1"),
        prompt: { text: "put a hat on it", images: pictures },
        maxRetries: 0,
      });
      assert.deepEqual(Buffer.from(image.uint8Array), samplePng);
      assertGiven(...pictures);
    });

    test("openai: a picture in a chat, and then a change", async () => {
      const url = `data:image/png;base64,${pictures[1].toString("base64")}`;
      const content = [
        { type: "text", text: "put a hat on it" },
        { type: "image_url", image_url: { url } },
      ];
      const messages = [{ role: "user", content }];
      const first = await client.chat.completions.create({ model: "gpt-image-1", messages });
      assertGiven(pictures[1]);
      messages.push(first.choices[0].message, { role: "user", content: "make it blue" });
      backend.calls.splice(0);
      await client.chat.completions.create({ model: "gpt-image-1", messages });
      assertGiven(samplePng);
    });
  });
}
