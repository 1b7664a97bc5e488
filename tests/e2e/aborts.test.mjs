// Clients that go away, in workerd: what was under way is aborted and nothing further starts.
//
// workerd by itself notices a reset, not a half-closed connection: the peer might still read. (Cloudflare's edge resets.)
import assert from "node:assert/strict";
import { request as httpRequest } from "node:http";
import { after, before, beforeEach, describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { settingsFor, startUpstream } from "../support/upstream.mjs";
import { chat, idea } from "../support/worker.mjs";
import { startWorkerd } from "../support/workerd.mjs";

describe("clients that go away", () => {
  let upstream;
  let worker;
  before(async () => {
    upstream = await startUpstream();
    worker = await startWorkerd(settingsFor(upstream));
  });
  beforeEach(() => upstream.reset());
  after(async () => {
    await worker?.close();
    await upstream?.close();
  });

  /** Asks and resets the connection while the upstream's handler is at work. Gives how many ms the call to the upstream outlived that. */
  async function leaveDuring(handler) {
    const headers = { authorization: "Bearer client-key" };
    const client = httpRequest(`${worker.origin}/v1/chat/completions`, { method: "POST", headers, agent: false });
    client.on("error", () => {}); // The reset is ours.
    const { promise, resolve } = Promise.withResolvers();
    upstream[handler] = () => (request) => {
      const start = performance.now();
      request.socket.once("close", () => resolve(performance.now() - start));
      client.socket.resetAndDestroy();
    };
    client.end(JSON.stringify(idea("a cat")));
    return promise;
  }

  const lastLog = async () => {
    await delay(100);
    return JSON.parse(worker.logs.at(-1));
  };

  test("while the optimiser thinks: its call is aborted and no picture is asked for", async () => {
    const outlivedMs = await leaveDuring("onChat");
    assert.ok(outlivedMs < 250, `${outlivedMs} ms`);
    const { ev, status, code } = await lastLog();
    assert.deepEqual([ev, status, code], ["request", 499, "client_closed"]);
    assert.equal(upstream.callsTo("/generate").length, 0);
  });

  test("while the picture is made: its call is aborted and no other key is tried", async () => {
    const outlivedMs = await leaveDuring("onImage");
    assert.ok(outlivedMs < 250, `${outlivedMs} ms`);
    assert.equal((await lastLog()).status, 499);
    assert.equal(upstream.callsTo("/generate").length, 1);
  });

  test("and the next client is served", async () => {
    assert.equal((await chat(worker, idea("a cat"))).status, 200);
  });
});
