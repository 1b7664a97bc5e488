// Pictures that are ordered and drawn later, in workerd: what the backend hears when the client waits, and when it goes.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, request as httpRequest } from "node:http";
import { after, before, beforeEach, describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { startWorkerds } from "../support/hosts/workerd.mjs";
import { samplePng } from "../support/upstreams/pictures.mjs";

const model = "fal-ai/flux/schnell";
const key = "id:secret-of-this-test";

describe("ordered pictures", () => {
  let server;
  let worker;
  let hasty;
  let calls;
  let pollsNeeded;
  before(async () => {
    server = createServer((request, response) => {
      const origin = `http://${request.headers.host}`;
      const { method, url, headers } = request;
      calls.push({ method, url, key: headers.authorization });
      const say = (status, value) =>
        response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
      const job = `${origin}/fal-ai/flux/requests/1`;
      if (method === "POST") {
        return say(200, { status: "IN_QUEUE", status_url: `${job}/status`, cancel_url: `${job}/cancel` });
      }
      if (url.endsWith("/cancel")) return say(202, { status: "CANCELLATION_REQUESTED" });
      if (url.endsWith("/status")) {
        const isDone = calls.filter((call) => call.url === url).length > pollsNeeded;
        return say(isDone ? 200 : 202, { status: isDone ? "COMPLETED" : "IN_PROGRESS", response_url: job });
      }
      return say(200, { images: [{ url: `data:image/png;base64,${samplePng.toString("base64")}` }] });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const settings = {
      AUTHORIZED_API_KEY: "client-key",
      IMAGE_GEN_API_TYPE: "fal",
      IMAGE_GEN_API_BASE: `http://127.0.0.1:${server.address().port}`,
      IMAGE_GEN_MODEL: `flux=${model}`,
      IMAGE_GEN_API_KEY: key,
      IMAGE_PROXY_SECRET: "a-secret-of-the-tests-of-32-bytes-or-more",
    };
    [worker, hasty] = await startWorkerds([settings, { ...settings, IMAGE_TIMEOUT_MS: "2500" }]);
  });
  after(async () => {
    await worker?.close();
    server?.closeAllConnections();
    server?.close();
  });
  beforeEach(() => {
    calls = [];
    pollsNeeded = 1;
  });

  const body = JSON.stringify({ model: "flux", messages: [{ role: "user", content: "a cat" }] });
  const headers = { authorization: "Bearer client-key", "content-type": "application/json" };
  const ask = (host) => host.request("/v1/chat/completions", { method: "POST", headers, body });
  const steps = () => calls.map(({ method, url }) => `${method} ${url.split("/").at(-1)}`);
  const cancelled = async () => {
    for (let waited = 0; waited < 200 && !steps().includes("PUT cancel"); waited += 1) await delay(20);
    return steps().filter((step) => step === "PUT cancel").length;
  };

  test("are asked for until they are there", async () => {
    const response = await ask(worker);
    assert.equal(response.status, 200, await response.clone().text());
    assert.deepEqual(steps(), ["POST schnell", "GET status", "GET status", "GET 1"]);
    assert.ok(calls.every((call) => call.key === `Key ${key}`));
  });

  test("are called off when the client leaves", async () => {
    pollsNeeded = Infinity;
    const request = httpRequest(`${worker.origin}/v1/chat/completions`, { method: "POST", headers, agent: false });
    request.on("error", () => {}); // The reset is ours.
    request.end(body);
    while (!steps().includes("GET status")) await delay(10);
    request.socket.resetAndDestroy();
    assert.equal(await cancelled(), 1);
    assert.equal(calls.at(-1).key, `Key ${key}`);
  });

  test("are called off when they take too long, and nothing is ordered again", async () => {
    pollsNeeded = Infinity;
    const response = await ask(hasty);
    const { error } = await response.json();
    assert.equal(response.status, 504, error.message);
    assert.equal(error.code, "upstream_timeout");
    assert.equal(response.headers.get("x-should-retry"), "false");
    assert.equal(await cancelled(), 1);
    assert.equal(steps().filter((step) => step.startsWith("POST")).length, 1);
  });
});
