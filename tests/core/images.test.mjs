// POST /v1/images/generations through the module: what a picture takes of its memory, how many are made at a time, and when an answer begins.
import assert from "node:assert/strict";
import { test } from "node:test";
import { describeBuilds } from "../support/hosts/builds.mjs";
import { converse } from "../support/hosts/conversation.mjs";
import { largePng, samplePng } from "../support/upstreams/pictures.mjs";
import { classesOf, lineOf } from "../support/clients/log.mjs";

const mebibyte = 1024 * 1024;
const settings = {
  AUTHORIZED_API_KEY: "client-key",
  IMAGE_GEN_API_BASE: "https://images.example/generate",
  IMAGE_GEN_API_KEY: "an-image-key-of-more-than-thirty-two-bytes",
  IMAGE_GEN_MODEL: "flux",
};

function ask(core, fields, upstream) {
  const body = JSON.stringify({ prompt: "a cat", ...fields });
  const headers = { authorization: "Bearer client-key", "content-type": "application/json" };
  const url = "https://gateway.example/v1/images/generations";
  return converse(core, { method: "POST", url, headers, body }, upstream);
}

/** The backend's answer, and pictures of its host in pieces of 16 KiB. */
const world =
  (picture) =>
  ({ method }) => {
    if (method === "POST") return { status: 200, body: '{"images":[{"url":"https://cdn.example.net/a.png"}]}' };
    const chunks = [];
    for (let at = 0; at < picture.length; at += 16_384) chunks.push(picture.subarray(at, at + 16_384));
    return { status: 200, headers: { "content-type": "image/png" }, chunks };
  };

describeBuilds("pictures without a chat", (makeCore) => {
  test("no picture that comes by its URL is whole in memory", () => {
    const picture = largePng(12 * mebibyte);
    const core = makeCore(settings);
    assert.equal(ask(core, {}, world(samplePng)).status, 200); // Memory is as large as small pictures have it.
    const before = core.memoryBytes;
    const { status, text } = ask(core, { n: 2 }, world(picture));
    assert.equal(status, 200);
    for (const { b64_json } of JSON.parse(text).data) assert.ok(Buffer.from(b64_json, "base64").equals(picture));
    assert.ok(core.memoryBytes - before <= mebibyte, `${core.memoryBytes - before} bytes more`);
  });

  test("ten pictures are ordered four at a time, and each has a seed of its own", () => {
    const seen = ask(makeCore(settings), { n: 10, seed: 7 }, world(samplePng));
    assert.equal(JSON.parse(seen.text).data.length, 10);
    const orders = seen.calls.filter(({ method }) => method === "POST");
    assert.deepEqual(
      orders.map(({ body }) => JSON.parse(body).seed),
      [7, 8, 9, 10, 11, 12, 13, 14, 15, 16],
    );
  });

  test("comments stand between the events of a stream, however long the next pictures take", () => {
    let orders = 0;
    const seen = ask(makeCore(settings), { n: 6, stream: true }, (call) => {
      const answer = world(largePng(200_000))(call);
      return call.method === "POST" && (orders += 1) > 4 ? { ...answer, ms: 40_000 } : answer;
    });
    const blocks = seen.text.split("\n\n").slice(0, -1);
    assert.ok(blocks.filter((block) => block === ": keep-alive").length >= 3);
    const events = blocks.filter((block) => !block.startsWith(":"));
    assert.equal(events.length, 6);
    for (const event of events) {
      const { b64_json } = JSON.parse(event.slice(event.indexOf("data: ") + 6));
      assert.ok(Buffer.from(b64_json, "base64").equals(largePng(200_000)));
    }
  });

  test("a picture that cannot be read is left out, and the others are paid for and given", () => {
    let read = 0;
    const seen = ask(makeCore(settings), { n: 4 }, (call) => {
      if (call.method === "GET" && (read += 1) === 2) return { status: 404, body: "" };
      return world(samplePng)(call);
    });
    assert.equal(JSON.parse(seen.text).data.length, 3);
    assert.ok(classesOf(seen).includes("picture_lost"));
    assert.deepEqual([lineOf(seen).pictures, lineOf(seen).lost], [3, 1]);
  });

  test("of more than sixteen calls the log has the number alone, and stays under 8 KiB", () => {
    let orders = 0;
    const busy = { status: 503, body: JSON.stringify({ error: { message: "忙".repeat(300), code: "busy" } }) };
    const seeds = new Set(); // Of pictures that were asked for once.
    const keys = Array.from({ length: 20 }, (_, index) => `an-image-key-number-${index}`).join(",");
    const core = makeCore({ ...settings, IMAGE_GEN_API_KEY: keys, LOG_PROMPTS: "1" });
    const seen = ask(core, { n: 10, seed: 1, prompt: "\u0001猫".repeat(9000) }, (call) => {
      if (call.method === "GET") return world(samplePng)(call);
      orders += 1;
      const { seed } = JSON.parse(call.body);
      if (seeds.has(seed)) return world(samplePng)(call);
      seeds.add(seed);
      return busy;
    });
    assert.equal(orders, 20);
    const line = lineOf(seen);
    assert.equal(line.calls.length, 16);
    assert.equal(line.calls.length + line.more_calls, orders);
    const told = line.calls.filter((call) => call.upstream_message !== undefined);
    assert.ok(told.length > 0 && told.length < line.calls.filter((call) => call.class !== "ok").length);
    for (const call of told) assert.equal(call.upstream_message, "忙".repeat(85), "cut to 256 bytes");
    assert.ok(Buffer.byteLength(JSON.stringify(line)) < 8192);
  });

  test("nothing further is ordered when none of four could be read", () => {
    const seen = ask(makeCore(settings), { n: 10 }, (call) =>
      call.method === "GET" ? { status: 404, body: "" } : world(samplePng)(call),
    );
    assert.equal(seen.status, 502);
    assert.equal(seen.headers["x-should-retry"], "false");
    assert.equal(JSON.parse(seen.text).error.code, "upstream_bad_response");
    assert.equal(seen.calls.filter(({ method }) => method === "POST").length, 4);
  });

  test("a picture that breaks off behind 64 KiB breaks the answer", () => {
    const picture = largePng(mebibyte);
    const seen = ask(makeCore(settings), {}, ({ method }) =>
      method === "POST"
        ? world(picture)({ method })
        : { status: 200, chunks: [picture.subarray(0, mebibyte / 2)], cut: true },
    );
    assert.equal(seen.status, 200);
    assert.equal(seen.ending, "broken");
  });

  test("a picture that breaks off before is an error of its own", () => {
    const seen = ask(makeCore(settings), {}, ({ method }) =>
      method === "POST"
        ? world(samplePng)({ method })
        : { status: 200, chunks: [largePng(mebibyte).subarray(0, 1000)], cut: true },
    );
    assert.equal(seen.status, 502);
    assert.equal(JSON.parse(seen.text).error.code, "upstream_bad_response");
  });
});

/** The events of a stream, and the comments in it. */
function eventsIn({ text }) {
  const blocks = text.split("\n\n").filter(Boolean);
  const comments = blocks.filter((block) => block.startsWith(":"));
  const events = blocks
    .filter((block) => !block.startsWith(":"))
    .map((block) => {
      const [, name, data] = /^(?:event: (.*)\n)?data: (.*)$/s.exec(block);
      return { name, data: JSON.parse(data) };
    });
  return { events, comments };
}

describeBuilds("streams of pictures", (makeCore) => {
  const streamed = (core, fields, upstream) => ask(core, { stream: true, ...fields }, upstream);
  const inJson = (bytes) => () => ({
    status: 200,
    body: JSON.stringify({ data: [{ b64_json: bytes.toString("base64") }] }),
  });

  for (const [what, picture, upstream] of [
    ["a small one inside JSON", samplePng, inJson(samplePng)],
    ["a large one inside JSON", largePng(900_000), inJson(largePng(900_000))],
    ["a small one at its address", samplePng, world(samplePng)],
    ["a large one at its address", largePng(900_000), world(largePng(900_000))],
  ]) {
    test(`${what} comes in one event`, () => {
      const seen = streamed(makeCore(settings), { size: "1024x576" }, upstream);
      assert.equal(seen.headers["content-type"], "text/event-stream; charset=utf-8");
      const { events } = eventsIn(seen);
      assert.equal(events.length, 1);
      const [{ name, data }] = events;
      assert.equal(name, "image_generation.completed");
      const { b64_json, created_at, usage, fluxgate, ...rest } = data;
      assert.ok(b64_json === picture.toString("base64"));
      assert.deepEqual(rest, {
        type: name,
        size: "1024x576",
        quality: "auto",
        background: "auto",
        output_format: "png",
      });
      assert.ok(Number.isInteger(created_at));
      assert.deepEqual(Object.keys(usage), ["input_tokens", "output_tokens", "total_tokens", "input_tokens_details"]);
      const { ms, ...facts } = fluxgate;
      assert.ok(ms >= 0);
      assert.deepEqual(facts, { prompt: "raw", size: "1024x576", model: "flux", provider: "siliconflow" });
      assert.equal(seen.ending, "complete");
      assert.deepEqual(seen.leftOver, []);
    });
  }

  test("links on wish", () => {
    const seen = streamed(makeCore(settings), { response_format: "url" }, world(samplePng));
    assert.match(eventsIn(seen).events[0].data.url, /^https:\/\/gateway\.example\/image-proxy\?/);
  });

  test("a slow picture is waited for with comments, never inside an event", () => {
    const slow = (call) =>
      call.method === "POST"
        ? { ...world(samplePng)(call), ms: 35_000 }
        : {
            status: 200,
            headers: { "content-type": "image/png" },
            chunks: [samplePng.subarray(0, 40), { ms: 9_500, bytes: samplePng.subarray(40) }],
          };
    const seen = streamed(makeCore(settings), {}, slow);
    const { events, comments } = eventsIn(seen);
    assert.ok(comments.length >= 3, `${comments.length}`);
    assert.ok(events[0].data.b64_json === samplePng.toString("base64"));
    assert.equal(seen.pieces[0].ms, 0, "the head is out before anything else");
  });

  test("several, of which one is lost, and the last event tells it", () => {
    for (const lost of [1, 2, 3]) {
      let read = 0;
      const seen = streamed(makeCore(settings), { n: 3 }, (call) => {
        if (call.method === "GET" && (read += 1) === lost) return { status: 404, body: "" };
        return world(samplePng)(call);
      });
      const { events } = eventsIn(seen);
      assert.equal(events.length, 2, `${lost}`);
      for (const { data } of events) assert.ok(data.b64_json === samplePng.toString("base64"));
      assert.equal(events[0].data.fluxgate.note, undefined);
      assert.match(events[1].data.fluxgate.note, /^1 of 3 pictures could not be made: /);
    }
  });

  test("a failure is an event", () => {
    const seen = streamed(makeCore(settings), {}, () => ({ status: 400, body: '{"message":"too strange"}' }));
    const { events } = eventsIn(seen);
    assert.equal(seen.status, 200);
    assert.equal(events.length, 1);
    assert.equal(events[0].data.error.code, "upstream_rejected_request");
  });

  test("a mistake is told before the stream begins", () => {
    assert.equal(streamed(makeCore(settings), { n: 0 }, world(samplePng)).status, 400);
  });
});
