// Tests the demo mode on a host that serves over HTTP, without any key or network.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { linkIn } from "../clients/chat.mjs";

/** `start(variables)` gives a host: { request(path, init), close() }. */
export function describeDemo(title, start) {
  describe(title, () => {
    let host;
    before(async () => {
      host = await start({ FLUXGATE_DEMO: "1", AUTHORIZED_API_KEY: "demo" });
    });
    after(() => host?.close());

    async function ask(content) {
      const response = await host.request("/v1/chat/completions", {
        method: "POST",
        headers: { authorization: "Bearer demo" },
        body: JSON.stringify({ model: "demo", messages: [{ role: "user", content }] }),
      });
      assert.equal(response.status, 200);
      const { choices } = await response.json();
      return choices[0].message.content;
    }

    async function open(content) {
      const response = await fetch(linkIn(content));
      assert.equal(response.status, 200);
      assert.equal(response.headers.get("content-type"), "image/png");
      const bytes = Buffer.from(await response.arrayBuffer());
      assert.equal(bytes.toString("latin1", 1, 4), "PNG");
      return { bytes, size: [bytes.readUInt32BE(16), bytes.readUInt32BE(20)] };
    }

    for (const [ratio, size] of Object.entries({
      "1:1": [1024, 1024],
      "1:2": [512, 1024],
      "3:2": [768, 512],
      "3:4": [768, 1024],
      "16:9": [1024, 576],
      "9:16": [576, 1024],
    })) {
      test(`${ratio} is a picture of ${size.join("x")}`, async () => {
        assert.deepEqual((await open(await ask(`a cat on a roof ${ratio}`))).size, size);
      });
    }

    test("the prompt is a comma-separated one that starts with the idea", async () => {
      assert.match(await ask("a cat on a roof"), /Optimized prompt: a cat on a roof(, [^,]+){2,}$/);
    });

    test("the same idea gives the same picture, another a different one", async () => {
      const [first, again, other] = await Promise.all(
        ["a cat", "a cat", "a dog"].map(async (text) => open(await ask(text))),
      );
      assert.deepEqual(first.bytes, again.bytes);
      assert.notDeepEqual(first.bytes, other.bytes);
    });

    test("the demo is the only model", async () => {
      const models = await (await host.request("/v1/models", { headers: { authorization: "Bearer demo" } })).json();
      assert.deepEqual(
        models.data.map(({ id }) => id),
        ["demo"],
      );
    });
  });
}
