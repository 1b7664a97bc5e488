// The platform's models as the core's service AI.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { callService, servicesIn } from "../../js-glue/binding.mjs";
import { samplePng } from "../support/upstreams/pictures.mjs";
import { InferenceUpstreamError, workersAiRun } from "../upstreams/workers-ai.mjs";

const pictureBase64 = samplePng.toString("base64");
const text = "@cf/meta/llama-3.3-70b-instruct-fp8-fast";

function call(model, body, { fault, run = workersAiRun({ pictureBase64, fault }), type = "application/json" } = {}) {
  const headers = { "content-type": type };
  return callService(servicesIn({ AI: { run } }), { method: "POST", url: `binding://AI/${model}`, headers, body });
}

const json = (value) => new TextEncoder().encode(JSON.stringify(value));

describe("the service AI", () => {
  test("is what has a function run", () => {
    assert.deepEqual([...servicesIn({ AI: { run() {} }, NAME: "text", KV: { put() {}, get() {} } }).keys()], ["AI"]);
  });

  test("an object is JSON", async () => {
    const response = await call("@cf/black-forest-labs/flux-1-schnell", json({ prompt: "a cat" }));
    assert.equal(response.status, 200);
    assert.equal((await response.json()).image, pictureBase64);
  });

  test("bytes are bytes", async () => {
    const response = await call("@cf/bytedance/stable-diffusion-xl-lightning", json({ prompt: "a cat" }));
    assert.equal(response.headers.get("content-type"), "application/octet-stream");
    assert.deepEqual(Buffer.from(await response.bytes()), samplePng);
  });

  test("words come whole, or as events", async () => {
    const messages = [{ role: "user", content: "a cat" }];
    const whole = await call(text, json({ messages }));
    assert.match((await whole.json()).response, /cat/);
    const streamed = await call(text, json({ messages, stream: true }));
    assert.equal(streamed.headers.get("content-type"), "text/event-stream");
    assert.match(await streamed.text(), /^data: .*\[DONE\]\n\n$/s);
  });

  test("a form is given as the binding takes it", async () => {
    const boundary = "a-boundary";
    const body = `--${boundary}\r\ncontent-disposition: form-data; name="prompt"\r\n\r\na cat\r\n--${boundary}--\r\n`;
    const response = await call("@cf/black-forest-labs/flux-2-klein-4b", new TextEncoder().encode(body), {
      type: `multipart/form-data; boundary=${boundary}`,
    });
    assert.equal(response.status, 200, await response.clone().text());
  });

  for (const [fault, status, code] of [
    ["no_money", 429, 3036],
    ["limited", 429, 3040],
    ["unknown_model", 404, 5007],
    ["refused", 400, 3030],
    ["bad_parameter", 400, 5006],
    ["broken", 500, 3043],
    ["not_allowed", 403, 5018],
    ["no_code", 500, 0],
  ]) {
    test(`an error has its status: ${fault}`, async () => {
      const response = await call("@cf/black-forest-labs/flux-1-schnell", json({ prompt: "a cat" }), { fault });
      assert.equal(response.status, status);
      const { success, errors } = await response.json();
      assert.equal(success, false);
      assert.equal(errors[0].code, code);
      assert.notEqual(errors[0].message, "");
    });
  }

  test("an error's number is found behind words", async () => {
    const run = async () => {
      throw new InferenceUpstreamError("AiError: 3036: you have used up your daily free allocation");
    };
    const response = await call("@cf/black-forest-labs/flux-1-schnell", json({}), { run });
    assert.equal(response.status, 429);
    assert.equal((await response.json()).errors[0].code, 3036);
  });
});
