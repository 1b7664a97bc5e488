// The bad chat requests once more, through workerd and the shim.
import assert from "node:assert/strict";
import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { after, before, describe, test } from "node:test";
import { badBodies } from "../support/texts/bad_bodies.mjs";
import { checkErrorShape } from "../support/cases/cases.mjs";
import { settingsFor, startUpstream } from "../support/upstreams/upstream.mjs";
import { startWorker } from "../support/hosts/worker.mjs";
import { chat, idea } from "../support/clients/chat.mjs";

describe("bad chat requests in workerd", () => {
  let upstream;
  let worker;
  before(async () => {
    upstream = await startUpstream();
    worker = await startWorker(settingsFor(upstream));
  });
  after(async () => {
    await worker?.close();
    await upstream?.close();
  });

  test("each is a 4xx of the closed list and none reaches an upstream", async () => {
    for (const { name, body, code } of badBodies) {
      const headers = { authorization: "Bearer client-key" };
      const response = await worker.request("/v1/chat/completions", { method: "POST", headers, body });
      const answer = await response.json();
      assert.ok(response.status >= 400 && response.status < 500, `${name}: ${response.status}`);
      checkErrorShape(answer, response.status);
      assert.equal(answer.error.code, code, name);
    }
    assert.equal(upstream.calls.length, 0);
  });

  test("a body that declares more than 8 MiB is refused before it is sent", async () => {
    const headers = { authorization: "Bearer client-key", "content-length": 9 * 1024 * 1024 };
    const request = httpRequest(`${worker.origin}/v1/chat/completions`, { method: "POST", headers, agent: false });
    request.write("{");
    const [response] = await once(request, "response");
    assert.equal(response.statusCode, 413);
    request.destroy();
  });

  test("a body without a length is refused when it passes 8 MiB", async () => {
    const headers = { authorization: "Bearer client-key" };
    // Little over: a client that is still sending would see its connection close before it reads the answer.
    const body = new Blob([Buffer.alloc(8 * 1024 * 1024 + 1024, "x")]).stream();
    const response = await worker.request("/v1/chat/completions", { method: "POST", headers, body, duplex: "half" });
    assert.equal(response.status, 413);
    assert.equal((await response.json()).error.code, "request_too_large");
  });

  test("and the next good one is answered", async () => {
    assert.equal((await chat(worker, idea("a cat"))).status, 200);
  });
});
