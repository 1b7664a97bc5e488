// Chats that ask for pictures beside the text (`modalities`), as OpenRouter's clients do.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { describeBuilds } from "../support/hosts/builds.mjs";
import { converse } from "../support/hosts/conversation.mjs";
import { keys, settings, withStore, worldOf } from "../support/upstreams/openai_world.mjs";
import { largePng, samplePng } from "../support/upstreams/pictures.mjs";

const byLink = { IMAGE_GEN_API_TYPE: "siliconflow", IMAGE_GEN_MODEL: "gpt-image-1" };

/** An image backend that gives base64 or, by `url`, a link to `picture`; and a store. */
function worldAround({ picture = samplePng, url = false }) {
  const link = { status: 200, body: '{"images":[{"url":"https://cdn.example.net/a.png"}]}' };
  const served = { status: 200, headers: { "content-type": "image/png" }, body: picture };
  return worldOf({ picture, image: url ? ({ method }) => (method === "POST" ? link : served) : undefined });
}

const request = (fields) => ({
  method: "POST",
  url: "https://gateway.example/v1/chat/completions",
  headers: { authorization: "Bearer client-key", "content-type": "application/json" },
  body: JSON.stringify({ model: "gpt-image-1", messages: [{ role: "user", content: "a cat" }], ...fields }),
});

/** The content and the pictures of an answer, whole or streamed: of a stream the chunk with pictures holds nothing else. */
function read(seen) {
  assert.equal(seen.status, 200, seen.text.slice(0, 300));
  assert.deepEqual([seen.ending, seen.leftOver], ["complete", []]);
  if (seen.headers["content-type"] === "application/json") {
    const { content, images } = seen.json().choices[0].message;
    return { content, images };
  }
  const data = seen.text
    .split("\n\n")
    .slice(0, -1)
    .filter((block) => !block.startsWith(":"));
  assert.equal(data.pop(), "data: [DONE]");
  const chunks = data.map((block) => JSON.parse(block.slice("data: ".length)).choices[0]);
  const kinds = chunks.map(({ delta, finish_reason }) => (delta.images ? "images" : (finish_reason ?? "text")));
  assert.ok(!kinds.includes("images") || kinds.join(" ").endsWith("text images stop"), kinds.join(" "));
  const [chunk] = chunks.filter(({ delta }) => delta.images);
  if (chunk) assert.deepEqual(Object.keys(chunk.delta), ["images"]);
  return { content: chunks.map(({ delta }) => delta.content ?? "").join(""), images: chunk?.delta.images };
}
const bytesOf = ({ image_url }) => Buffer.from(/^data:image\/png;base64,(.*)$/.exec(image_url.url)[1], "base64");

describeBuilds("modalities", (makeCore) => {
  const ask = (fields, { settings: more = {}, options, ...world }) =>
    converse(makeCore({ ...settings, ...more }), request(fields), worldAround(world), options);

  for (const stream of [false, true]) {
    describe(stream ? "streamed" : "whole", () => {
      const wanted = { modalities: ["image", "text"], stream };

      for (const [where, world] of Object.entries({
        "inside the backend's answer": {},
        "inside the backend's answer, and a store": { settings: withStore },
        "behind a link": { settings: byLink, url: true },
        "behind a link, and a store": { settings: { ...byLink, ...withStore }, url: true },
      })) {
        test(`a picture ${where} comes beside the text, as a data URL`, () => {
          const picture = largePng(200_000);
          const { content, images } = read(ask(wanted, { ...world, picture }));
          assert.deepEqual(
            images.map(({ type, index }) => [type, index]),
            [["image_url", 0]],
          );
          assert.ok(bytesOf(images[0]).equals(picture));
          assert.ok(!content.includes("data:"));
          const hasLink = Object.keys(world).length > 0;
          assert.equal(/^!\[Image\]\(https:\/\/gateway\.example\//.test(content), hasLink, content);
          assert.match(content, /Optimized prompt: a cat, /);
        });
      }

      test("several pictures keep their order", () => {
        const { images } = read(ask({ ...wanted, n: 3 }, {}));
        assert.deepEqual(
          images.map(({ index }) => index),
          [0, 1, 2],
        );
      });

      test("one of more than 3 MiB is a link alone", () => {
        const picture = largePng(3 * 1024 * 1024 + 1);
        const { content, images } = read(ask(wanted, { picture, settings: withStore }));
        assert.deepEqual([images, /!\[Image\]\(https:/.test(content)], [undefined, true]);
      });

      test("and so it is when its address cannot be shown, for it holds a key", () => {
        const picture = largePng(3 * 1024 * 1024 + 1);
        const seen = converse(makeCore({ ...settings, ...byLink }), request(wanted), (call) =>
          call.method === "POST"
            ? { status: 200, body: `{"images":[{"url":"https://cdn.example.net/a.png?key=${keys[0]}"}]}` }
            : { status: 200, headers: { "content-type": "image/png" }, body: picture },
        );
        const { content, images } = read(seen);
        assert.ok(bytesOf(images[0]).equals(picture));
        assert.ok(!seen.text.includes(keys[0]) && !content.includes("!["));
      });

      test("unless there is no link", () => {
        const picture = largePng(3 * 1024 * 1024 + 1);
        const { content, images } = read(ask(wanted, { picture }));
        assert.deepEqual([bytesOf(images[0]).equals(picture), content.includes("![")], [true, false]);
      });

      test("modalities without a picture, as OpenAI's own, change nothing", () => {
        for (const modalities of [["text"], ["text", "audio"], null, "image", 5, [5]]) {
          const { content, images } = read(ask({ modalities, stream }, {}));
          assert.deepEqual([images, content.includes("![Image](data:image/png;base64,")], [undefined, true]);
        }
      });

      test("the pictures of a message that comes back are the last ones", () => {
        const photo = largePng(40_000);
        const url = `data:image/png;base64,${photo.toString("base64")}`;
        for (const content of ["Prompt: a red fox", ""]) {
          const messages = [
            { role: "user", content: "a red fox" },
            { role: "assistant", content, images: [{ type: "image_url", image_url: { url } }] },
            { role: "user", content: "make it blue" },
          ];
          const seen = ask({ ...wanted, messages }, {});
          read(seen);
          const [order] = seen.calls;
          assert.match(order.url, /\/edits$/);
          assert.ok(order.bytes.includes(photo));
        }
      });

      test("each reply fails once, the client leaves at each effect, and nothing is left over", () => {
        const world = { settings: { ...byLink, ...withStore }, url: true, picture: largePng(200_000) };
        const { effects } = ask(wanted, world);
        effects.forEach((effect, failing) => {
          const seen = ask(wanted, { ...world, options: { failing } });
          assert.deepEqual(seen.leftOver, [], `${failing}: ${effect}`);
        });
        for (let clientLeavesAt = 1; clientLeavesAt <= effects.length; clientLeavesAt += 1) {
          const seen = ask(wanted, { ...world, options: { clientLeavesAt } });
          assert.deepEqual(seen.leftOver, [], `${clientLeavesAt}: ${effects[clientLeavesAt - 1]}`);
        }
      });
    });
  }
});
