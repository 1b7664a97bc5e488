// Tests the demo mode on a host that serves over HTTP, without any key or network.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { crc32 } from "node:zlib";
import { linkIn } from "../clients/chat.mjs";

/** `start(variables)` gives a host: { request(path, init), close() }. */
export function describeDemo(title, start) {
  describe(title, () => {
    let host;
    before(async () => {
      host = await start({ FLUXGATE_DEMO: "1", AUTHORIZED_API_KEY: "demo" });
    });
    after(() => host?.close());

    async function ask(content, fields = {}) {
      const response = await host.request("/v1/chat/completions", {
        method: "POST",
        headers: { authorization: "Bearer demo" },
        body: JSON.stringify({ model: "demo", messages: [{ role: "user", content }], ...fields }),
      });
      assert.equal(response.status, 200);
      const { choices } = await response.json();
      return choices[0].message.content;
    }

    const open = (content) => openLink(linkIn(content));

    /** The pictures of one request, in their order. */
    async function openAll(content, fields) {
      const links = [...(await ask(content, fields)).matchAll(/^!\[Image\]\((\S+)\)$/gm)];
      return Promise.all(
        links.map(async ([, link]) => ({ link, bytes: (await openLink(link)).bytes.toString("base64") })),
      );
    }

    async function openLink(link) {
      const response = await fetch(link);
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

    test("the pictures of one request differ, and are the same the next time", async () => {
      const pictures = await openAll("a cat", { n: 4 });
      assert.equal(pictures.length, 4);
      assert.equal(new Set(pictures.map(({ bytes }) => bytes)).size, 4);
      assert.deepEqual(await openAll("a cat", { n: 4 }), pictures);
      assert.deepEqual(await openAll("a cat"), pictures.slice(0, 1));
    });

    test("a seed is obeyed, and counted up from picture to picture", async () => {
      const pictures = await openAll("a cat", { n: 3, seed: 41 });
      assert.equal(new Set(pictures.map(({ bytes }) => bytes)).size, 3);
      assert.deepEqual(await openAll("a cat --seed 42", { n: 2 }), pictures.slice(1));
      assert.notEqual((await openAll("a cat"))[0].bytes, pictures[0].bytes);
    });

    test("all pictures of the images path differ, those of later turns too", async () => {
      const response = await host.request("/v1/images/generations", {
        method: "POST",
        headers: { authorization: "Bearer demo" },
        body: JSON.stringify({ model: "demo", prompt: "a cat", size: "256x256", n: 10 }),
      });
      const { data } = await response.json();
      assert.equal(new Set(data.map(({ b64_json }) => b64_json)).size, 10);
    });

    // The first case of tests/vectors/demo/ of this size. Old links have no seed.
    test("a link of old shows its old picture", async () => {
      const { origin } = new URL(linkIn(await ask("a cat")));
      const { bytes } = await openLink(`${origin}/demo.png?size=512x1024&prompt=red%20bicycle`);
      assert.deepEqual([bytes.length, crc32(bytes)], [24187, 3339758989]);
      assert.doesNotMatch(linkIn(await ask("a cat")), /seed/);
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
