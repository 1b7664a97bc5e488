// Workers AI through the binding, in workerd, with a service that answers as the platform's does.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { startWorkerds } from "../support/hosts/workerd.mjs";
import { startAiServer } from "../support/upstreams/ai_server.mjs";
import { samplePng } from "../support/upstreams/pictures.mjs";
import { runFaults, workersAiRun } from "../upstreams/workers-ai.mjs";

const pictureBase64 = samplePng.toString("base64");
const clientKey = "client-key-of-this-test";
const binary = "@cf/bytedance/stable-diffusion-xl-lightning";

describe("Workers AI by its binding", () => {
  let server;
  let zeroKeys;
  let named;
  let fault = null;
  before(async () => {
    server = await startAiServer((model, input) => {
      const isText = /llama|gpt-oss|qwen3/.test(model);
      return workersAiRun({ pictureBase64, fault: isText ? null : fault })(model, input);
    });
    const settings = { AUTHORIZED_API_KEY: clientKey, AI_SERVER: server.origin };
    const models = {
      IMAGE_GEN_API_TYPE: "workers-ai",
      IMAGE_GEN_MODEL: `${binary},gpt=openai/gpt-image-2`,
      IMAGE_GEN_PRICE: "gpt=0.04",
      OPENAI_MODEL: "@cf/openai/gpt-oss-120b",
    };
    [zeroKeys, named] = await startWorkerds([settings, { ...settings, ...models }], {
      entry: "tests/support/hosts/ai_worker.mjs",
    });
  });
  after(async () => {
    await zeroKeys?.close();
    await server?.close();
  });

  const post = (worker, path, body) =>
    worker.request(path, {
      method: "POST",
      headers: { authorization: `Bearer ${clientKey}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  const chat = (worker, model, rest = {}) => {
    const messages = [{ role: "user", content: "a cat on a roof 16:9" }];
    return post(worker, "/v1/chat/completions", { model, messages, ...rest });
  };

  test("a client's key is enough: a language model writes, an image model draws", async () => {
    const response = await chat(zeroKeys, "flux-1-schnell");
    const body = await response.json();
    assert.equal(response.status, 200, JSON.stringify(body));
    const [{ message }] = body.choices;
    assert.match(message.content, /Optimized prompt:.*cat on a roof at dusk/is);
    assert.ok(message.content.includes(pictureBase64));
    assert.equal(response.headers.get("x-fluxgate-provider"), "workers-ai");
    assert.equal(response.headers.get("x-fluxgate-size"), "1024x1024");
  });

  test("streamed", async () => {
    const text = await (await chat(zeroKeys, "flux-1-schnell", { stream: true })).text();
    assert.ok(text.includes(pictureBase64));
    assert.match(text, /"provider":"workers-ai"/);
    assert.match(text, /data: \[DONE\]\n\n$/);
  });

  test("a model that takes a form draws in the shape that is wished", async () => {
    const response = await chat(zeroKeys, "flux-2-klein-4b");
    assert.equal(response.status, 200, await response.clone().text());
    assert.equal(response.headers.get("x-fluxgate-size"), "1024x576");
  });

  test("a model that answers with bytes, and a text model of the other shape", async () => {
    const response = await chat(named, binary);
    const body = await response.json();
    assert.equal(response.status, 200, JSON.stringify(body));
    assert.ok(body.choices[0].message.content.includes(pictureBase64));
    assert.match(body.choices[0].message.content, /Optimized prompt:/);
  });

  test("a model of the catalog answers with a link", async () => {
    const response = await chat(named, "gpt");
    const body = await response.json();
    assert.equal(response.status, 200, JSON.stringify(body));
    assert.match(body.choices[0].message.content, /\(https:\/\/pictures\.example\.com\/cat\.png\)/);
    assert.equal(body.usage.cost, 0.04);
    assert.equal(response.headers.get("x-fluxgate-cost"), "0.04");
  });

  test("the picture itself", async () => {
    const response = await post(zeroKeys, "/v1/images/generations", { model: "flux-1-schnell", prompt: "a cat" });
    const body = await response.json();
    assert.equal(response.status, 200, JSON.stringify(body));
    assert.equal(body.data[0].b64_json, pictureBase64);
  });

  test("its errors are told as those of any backend", async () => {
    for (const [name, status, code] of [
      ["no_money", 429, "insufficient_quota"],
      ["refused", 400, "content_policy_violation"],
      ["unknown_model", 502, "upstream_model_not_found"],
      ["bad_parameter", 400, "upstream_rejected_request"],
      ["blocked", 502, "upstream_auth_failed"],
      ["no_picture", 502, "upstream_bad_response"],
    ]) {
      assert.ok(runFaults.includes(name));
      // Keys rest after some of them, in the instance that met them.
      const [worker] = await startWorkerds([{ AUTHORIZED_API_KEY: clientKey, AI_SERVER: server.origin }], {
        entry: "tests/support/hosts/ai_worker.mjs",
        quiet: true,
      });
      fault = name;
      try {
        const response = await post(worker, "/v1/images/generations", { model: "flux-1-schnell", prompt: "a cat" });
        const { error } = await response.json();
        assert.deepEqual([response.status, error.code], [status, code], `${name}: ${error.message}`);
      } finally {
        fault = null;
        await worker.close();
      }
    }
  });
});
