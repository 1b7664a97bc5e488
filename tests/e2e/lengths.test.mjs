// Upstreams that declare a length and send in chunks: the chunks tell where a body ends (RFC 9112 §6.3), though workerd shows both headers.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { samplePng } from "../support/upstreams/pictures.mjs";
import { completion, settingsFor, startUpstream } from "../support/upstreams/upstream.mjs";
import { startWorkerd } from "../support/hosts/workerd.mjs";
import { idea } from "../support/clients/chat.mjs";

/** Answers with that body in one chunk, and with the length of a part of it. */
const inChunks = (type, body) => (request) => {
  const head = `HTTP/1.1 200 OK\r\ncontent-type: ${type}\r\ncontent-length: 40\r\ntransfer-encoding: chunked\r\n\r\n`;
  request.socket.end(
    Buffer.concat([Buffer.from(`${head}${body.length.toString(16)}\r\n`), body, Buffer.from("\r\n0\r\n\r\n")]),
  );
};

describe("a length beside chunks", { concurrency: 1 }, () => {
  let upstream;
  let worker;
  before(async () => {
    upstream = await startUpstream();
    worker = await startWorkerd(settingsFor(upstream));
  });
  after(async () => {
    await worker?.close();
    await upstream?.close();
  });

  test("cuts neither the answers of backends nor the picture", async () => {
    const prompt = "a tabby cat, red tile roof, warm evening light";
    upstream.onChat = () => inChunks("application/json", Buffer.from(JSON.stringify(completion(prompt).body)));
    upstream.onImage = () =>
      inChunks(
        "application/json",
        Buffer.from(JSON.stringify({ images: [{ url: `${upstream.origin}/pictures/a.png` }] })),
      );
    upstream.onPicture = () => inChunks("image/png", samplePng);
    const headers = { authorization: "Bearer client-key" };
    const answer = await worker.request("/v1/chat/completions", {
      method: "POST",
      headers,
      body: JSON.stringify(idea("a cat")),
    });
    assert.equal(answer.status, 200);
    const { content } = (await answer.json()).choices[0].message;
    assert.ok(content.endsWith(`Optimized prompt: ${prompt}`), content);
    const picture = await worker.request(new URL(/\((\S+)\)/.exec(content)[1]).href);
    assert.equal(picture.status, 200);
    assert.deepEqual(Buffer.from(await picture.arrayBuffer()), samplePng);
  });
});
