// The gateway in plain Node, examples/node-server: limits of bodies, and traps, with a module that has both within a test's reach.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { checkErrorShape, eventsIn } from "../support/cases/cases.mjs";
import { Client } from "../support/clients/client.mjs";
import { delta, events } from "../support/upstreams/faults.mjs";
import { fragileModule, impatience, startNodeServer } from "../support/hosts/node_server.mjs";
import { largePng } from "../support/upstreams/pictures.mjs";
import { settingsFor, startUpstream } from "../support/upstreams/upstream.mjs";
import { chat, idea, linkIn } from "../support/clients/chat.mjs";

/** Asks for a stream, and begins to read it. */
function listenTo(host, body = {}) {
  const client = new Client(`${host.origin}/v1/chat/completions`, {
    method: "POST",
    body: JSON.stringify(idea("a cat", { stream: true, ...body })),
  });
  client.listen().catch(() => {});
  return client;
}

describe("the gateway in Node, with a module of the tests", { concurrency: 1 }, () => {
  const folder = mkdtempSync(join(tmpdir(), "fluxgate-node-server-"));
  let upstream;
  let host;
  before(async () => {
    writeFileSync(join(folder, "fragile.wasm"), fragileModule());
    upstream = await startUpstream();
    host = await startNodeServer(settingsFor(upstream), { module: join(folder, "fragile.wasm") });
  });
  beforeEach(() => upstream.reset());
  after(async () => {
    await host?.close();
    await upstream?.close();
    rmSync(folder, { recursive: true });
  });

  /** Within the module's patience, but clearly not at once. */
  function assertPatient(startMs) {
    const ms = performance.now() - startMs;
    assert.ok(ms > impatience.timeMs / 2 && ms < impatience.timeMs + 3000, `${ms} ms`);
  }

  test("a chunk larger than what is read is read in pieces, each once and in order", async () => {
    const thoughts = Array.from({ length: 40 }, (_, i) => `thought ${i};`);
    const stream = events(...thoughts.map((text) => delta({ content: text }))) + events(delta({}, "stop"), "[DONE]");
    upstream.onChat = () => ({ headers: { "content-type": "text/event-stream" }, body: stream });
    const client = listenTo(host, { response_format: { type: "json_object" } });
    assert.equal(await client.end(), "complete");
    const said = eventsIn(client.text).flatMap(({ choices = [] }) =>
      choices.map((choice) => choice.delta.content ?? ""),
    );
    assert.equal(said.join(""), thoughts.join(""));
  });

  test("a client that stops in the middle of its body is answered, and no other is held up", async () => {
    const startMs = performance.now();
    const socket = connect(new URL(host.origin).port, "127.0.0.1");
    socket.write(
      "POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\nauthorization: Bearer client-key\r\ncontent-length: 1000\r\n\r\n{",
    );
    const text = new Promise((resolve) => socket.once("data", (data) => resolve(data.toString())));
    assert.equal((await host.request("/health")).status, 200);
    assert.match(await text, /^HTTP\/1\.1 408 /);
    assertPatient(startMs);
    socket.destroy();
  });

  test("a language model that stops in the middle is let go of before the picture is there", async () => {
    const { promise: released, resolve: release } = Promise.withResolvers();
    const { onImage } = upstream;
    upstream.onImage = async (call) => (await released, onImage(call));
    const closed = new Promise((resolve) => {
      upstream.onChat = () => (request, response) => {
        response.on("close", resolve).writeHead(200, { "content-type": "text/event-stream" });
        response.write(events(delta({ content: "a tabby" })));
      };
    });
    const answer = chat(host, idea("a cat"));
    await Promise.race([closed, delay(5000).then(() => assert.fail("the language model is still held"))]);
    release();
    assert.equal((await answer).status, 200);
  });

  test("a picture that stops in the middle is broken off, on both sides", async () => {
    const content = (await (await chat(host, idea("a cat"))).json()).choices[0].message.content;
    const picture = largePng(100_000);
    const closed = new Promise((resolve) => {
      upstream.onPicture = () => (request, response) => {
        response.on("close", resolve).writeHead(200).write(picture.subarray(0, 50_000));
      };
    });
    const startMs = performance.now();
    const client = await new Client(linkIn(content)).listen();
    assert.equal(await client.end(), "broken");
    await closed;
    assertPatient(startMs);
  });

  test("a trap ends every request on its instance, and the next request gets another", async () => {
    const closed = [];
    upstream.onChat = () => (request, response) => closed.push(new Promise((resolve) => response.on("close", resolve)));
    const stream = listenTo(host);
    await stream.reads('"role":"assistant"');
    const whole = chat(host, idea("a cat"));
    while (closed.length < 2) await delay(2);
    const firstLog = host.logs.length;

    // Only where nobody has been called can nothing be paid for.
    for (const [failed, advice] of [
      [await host.request("/health", { method: "DELETE" }), "true"],
      [await whole, "false"],
    ]) {
      assert.equal(failed.status, 500);
      assert.equal(failed.headers.get("x-should-retry"), advice);
      const body = await failed.json();
      checkErrorShape(body, 500);
      assert.equal(body.error.code, "internal_error");
    }
    assert.equal(await stream.end(), "broken");
    await Promise.all(closed);
    assert.ok(
      host.logs.slice(firstLog).some((line) => line.includes("unreachable")),
      host.logs.slice(firstLog).join("\n"),
    );

    upstream.reset();
    assert.equal((await chat(host, idea("a cat"))).status, 200);
  });

  test("many traps do not exhaust the process", async () => {
    for (let i = 0; i < 300; ++i) {
      const trapped = await host.request("/health", { method: "DELETE" });
      assert.equal(trapped.status, 500);
      await trapped.text();
    }
    assert.equal((await host.request("/health")).status, 200);
  });
});
