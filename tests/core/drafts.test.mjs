// Drafts of a picture that is being drawn: asked for where a client wants to see them, and passed on.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { readResponsesStream } from "../support/cases/responses_stream.mjs";
import { assertValid } from "../support/cases/schemas.mjs";
import { describeBuilds } from "../support/hosts/builds.mjs";
import { converse } from "../support/hosts/conversation.mjs";
import { keys, settings as drawing } from "../support/upstreams/openai_world.mjs";
import { dataUrl, largePng } from "../support/upstreams/pictures.mjs";
import { backends } from "../upstreams/all.mjs";

const settings = { ...drawing, IMAGE_GEN_MODEL: "gpt-image-1,dall-e-3" };
const picture = largePng(60_000);
const drafts = [largePng(40_001), largePng(40_002), largePng(40_003)];
const base64 = (bytes) => bytes.toString("base64");
const fake = backends.openai.fake({ keys, pictureBase64: base64(picture), draftsBase64: drafts.map(base64) });

const post = (path, body) => ({
  method: "POST",
  url: `https://gateway.example${path}`,
  headers: { authorization: "Bearer client-key", "content-type": "application/json" },
  body: JSON.stringify({ model: "gpt-image-1", ...body }),
});
const generate = (body) => post("/v1/images/generations", { prompt: "a cat", stream: true, ...body });
const eventsOf = (seen) => {
  assert.equal(seen.status, 200, seen.text.slice(0, 300));
  assert.deepEqual([seen.ending, seen.leftOver], ["complete", []]);
  return seen.text
    .split("\n\n")
    .slice(0, -1)
    .filter((block) => !block.startsWith(":"))
    .map((block) => JSON.parse(block.slice(block.indexOf("data: ") + 6)));
};
const typesOf = (events) =>
  events.map((event) => {
    assertValid("images.event", event);
    return event.type.replace(/^image_(generation|edit)\./, "");
  });

describeBuilds("drafts", (makeCore) => {
  const ask = (request, upstream = (call) => fake({ ...call, body: call.bytes }), more = {}, options = undefined) =>
    converse(makeCore({ ...settings, ...more }), request, upstream, options);
  const orderOf = (seen) => JSON.parse(seen.calls[0].body);

  for (const count of [1, 2, 3]) {
    test(`${count} in a stream of pictures`, () => {
      const seen = ask(generate({ partial_images: count }));
      const events = eventsOf(seen);
      assert.deepEqual(typesOf(events), [...Array(count).fill("partial_image"), "completed"]);
      events.slice(0, count).forEach((event, index) => {
        assert.ok(Buffer.from(event.b64_json, "base64").equals(drafts[index]));
        const { type, b64_json, created_at, ...look } = event;
        assert.ok(Number.isInteger(created_at));
        assert.deepEqual(look, {
          size: "auto",
          quality: "auto",
          background: "auto",
          output_format: "png",
          partial_image_index: index,
        });
      });
      assert.ok(Buffer.from(events.at(-1).b64_json, "base64").equals(picture));
      assert.deepEqual([orderOf(seen).stream, orderOf(seen).partial_images], [true, count]);
    });
  }

  test("of an edit, whose order is a form", () => {
    const seen = ask(
      post("/v1/images/edits", { prompt: "a hat", image: dataUrl(picture), stream: true, partial_images: 2 }),
    );
    const events = eventsOf(seen);
    assert.deepEqual(
      events.map(({ type }) => type),
      ["image_edit.partial_image", "image_edit.partial_image", "image_edit.completed"],
    );
  });

  test("and links at the end, where the client wants one", () => {
    const events = eventsOf(ask(generate({ partial_images: 1, response_format: "url" })));
    assert.deepEqual([typeof events[0].b64_json, events[1].url.slice(0, 22)], ["string", "data:image/png;base64,"]);
  });

  test("in a stream of a response, with the picture as the last one", () => {
    const tools = [{ type: "image_generation", partial_images: 2 }];
    const seen = ask(post("/v1/responses", { input: "a cat", stream: true, tools }));
    const { response, events } = readResponsesStream(seen.text);
    const shown = events.filter(({ type }) => type.endsWith("partial_image"));
    assert.deepEqual(
      shown.map((event) => [event.partial_image_index, event.partial_image_b64]),
      [drafts[0], drafts[1], picture].map((bytes, index) => [index, base64(bytes)]),
    );
    assert.equal(response.status, "completed");
  });

  for (const [what, request] of Object.entries({
    "no stream": generate({ stream: false, partial_images: 2 }),
    "no drafts": generate({}),
    "none of them": generate({ partial_images: 0 }),
    "several pictures": generate({ partial_images: 2, n: 2 }),
    "a model that has none": generate({ partial_images: 2, model: "dall-e-3" }),
    "a chat": post("/v1/chat/completions", { messages: [{ role: "user", content: "a cat" }], stream: true }),
  })) {
    test(`${what}: nobody is asked for any`, () => {
      const seen = ask(request, (call) =>
        call.method === "GET"
          ? { status: 200, headers: { "content-type": "image/png" }, body: picture }
          : fake({ ...call, body: call.bytes }),
      );
      assert.equal(seen.status, 200);
      assert.deepEqual([orderOf(seen).stream, orderOf(seen).partial_images], [undefined, undefined]);
      assert.ok(!seen.text.includes("partial_image"));
    });
  }

  for (const partial_images of [4, -1, 1.5, "2", true]) {
    test(`${JSON.stringify(partial_images)} drafts: a fault of the request`, () => {
      const seen = ask(generate({ partial_images }));
      assert.deepEqual([seen.status, seen.json().error.param], [400, "partial_images"]);
    });
  }

  describe("of a backend", () => {
    const answer = ({ status = 200, type = "text/event-stream", body, ...rest }) => ({
      status,
      headers: { "content-type": type },
      ...(rest.chunks ? rest : { body }),
      ...rest,
    });
    const event = (type, fields) => `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
    const draft = (bytes) =>
      event("image_generation.partial_image", { b64_json: base64(bytes), partial_image_index: 0 });
    const done = event("image_generation.completed", { b64_json: base64(picture) });
    const run = (made, more, options) => ask(generate({ partial_images: 2 }), () => made, more, options);

    test("that sends drafts which nobody has asked for", () => {
      const made = answer({ body: draft(drafts[0]) + done });
      for (const fields of [{}, { n: 2 }, { n: 5 }]) {
        const types = typesOf(eventsOf(ask(generate(fields), () => made)));
        assert.deepEqual(types, Array(fields.n ?? 1).fill("completed"));
      }
    });
    test("that answers as ever", () => {
      const body = JSON.stringify({ data: [{ b64_json: base64(picture) }] });
      assert.deepEqual(typesOf(eventsOf(run(answer({ type: "application/json", body })))), ["completed"]);
    });
    test("that sends the picture alone, or ends its lines with CR LF, or names its events in the data alone", () => {
      const unnamed = (draft(drafts[0]) + done).replaceAll(/^event: .*\n/gm, "");
      for (const [body, types] of [
        [done, ["completed"]],
        [(draft(drafts[0]) + done).replaceAll("\n", "\r\n"), ["partial_image", "completed"]],
        [unnamed, ["partial_image", "completed"]],
        [`: hi\n\n${draft(drafts[0])}: hi\n\n${done}data: [DONE]\n\n`, ["partial_image", "completed"]],
      ]) {
        assert.deepEqual(typesOf(eventsOf(run(answer({ body })))), types);
      }
    });
    test("whose bytes come in any pieces", () => {
      const bytes = Buffer.from(draft(drafts[0]) + done);
      for (const size of [1000, 16_384, 16_385, 40_000]) {
        const chunks = [];
        for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
        const events = eventsOf(run(answer({ chunks })));
        assert.ok(Buffer.from(events[0].b64_json, "base64").equals(drafts[0]));
        assert.ok(Buffer.from(events[1].b64_json, "base64").equals(picture));
      }
    });
    test("that draws for minutes between two events", () => {
      const chunks = [draft(drafts[0]), { ms: 200_000, bytes: Buffer.from(done) }];
      assert.deepEqual(typesOf(eventsOf(run(answer({ chunks })))), ["partial_image", "completed"]);
    });
    test("that refuses in the middle, breaks off, or ends without a picture", () => {
      const refused = event("error", { error: { code: "moderation_blocked", message: "no" } });
      for (const [made, code] of [
        [answer({ body: draft(drafts[0]) + refused }), "content_policy_violation"],
        [answer({ chunks: [draft(drafts[0])], cut: true }), "upstream_bad_response"],
        [answer({ body: draft(drafts[0]) }), "upstream_bad_response"],
        [answer({ body: "data: 5\n\n" }), "upstream_bad_response"],
        [answer({ body: "" }), "upstream_bad_response"],
      ]) {
        const events = eventsOf(run(made));
        assert.equal(events.at(-1).error.code, code);
      }
    });
    test("whose picture is larger than a part of the store", () => {
      const large = largePng(6_000_000);
      const stored = new Map();
      const upstream = (call) => {
        if (!call.url.startsWith("binding://IMAGES/")) return answer({ body: draft(large) + done });
        if (call.method === "PUT") stored.set(call.url, call.bytes);
        if (call.url.endsWith("?uploads")) return { status: 200, headers: { "upload-id": "1" } };
        return { status: 200, headers: { etag: "e" }, body: stored.get(call.url) ?? "" };
      };
      const seen = ask(generate({ partial_images: 2 }), upstream, { "binding://IMAGES": "1" });
      const events = eventsOf(seen);
      assert.deepEqual(typesOf(events), ["completed"]);
      assert.ok(Buffer.from(events[0].b64_json, "base64").equals(picture));
    });
    test("each reply fails once, the client leaves at each effect, and nothing is left over", () => {
      const made = answer({ body: draft(drafts[0]) + draft(drafts[1]) + done });
      const { effects } = run(made);
      effects.forEach((effect, failing) => {
        assert.deepEqual(run(made, {}, { failing }).leftOver, [], `${failing}: ${effect}`);
      });
      for (let clientLeavesAt = 1; clientLeavesAt <= effects.length; clientLeavesAt += 1) {
        assert.deepEqual(run(made, {}, { clientLeavesAt }).leftOver, [], `${clientLeavesAt}`);
      }
    });
  });
});
