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
