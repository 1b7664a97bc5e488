// The real `openai` package against the Worker.
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import OpenAI from "openai";
import { settingsFor, startUpstream } from "../support/upstream.mjs";
import { linkIn, startWorker } from "../support/worker.mjs";

describe("the openai client", () => {
  let upstream;
  let worker;
  let client;
  before(async () => {
    upstream = await startUpstream();
    worker = await startWorker(settingsFor(upstream));
    client = new OpenAI({ apiKey: "client-key", baseURL: `${worker.origin}/v1` });
  });
  beforeEach(() => upstream.reset());
  after(async () => {
    await worker?.close();
    await upstream?.close();
  });

  const messages = [{ role: "user", content: "a cat on a roof 16:9" }];

  test("chat.completions.create gives a picture that opens", async () => {
    const completion = await client.chat.completions.create({ model: "flux-schnell", messages });
    const [choice] = completion.choices;
    assert.equal(choice.finish_reason, "stop");
    assert.equal(choice.message.role, "assistant");
    assert.equal(completion.usage.total_tokens, 320);
    const picture = await fetch(linkIn(choice.message.content));
    assert.equal(picture.headers.get("content-type"), "image/png");
  });

  test("models.list and models.retrieve", async () => {
    const ids = [];
    for await (const model of client.models.list()) ids.push(model.id);
    assert.deepEqual(ids, ["flux-schnell", "black-forest-labs/FLUX.1-dev"]);
    assert.equal((await client.models.retrieve("black-forest-labs/FLUX.1-dev")).id, "black-forest-labs/FLUX.1-dev");
  });

  test("a wrong key is an AuthenticationError", async () => {
    const stranger = new OpenAI({ apiKey: "wrong", baseURL: `${worker.origin}/v1` });
    await assert.rejects(stranger.models.list(), (error) => {
      assert.ok(error instanceof OpenAI.AuthenticationError);
      assert.equal(error.code, "invalid_api_key");
      return true;
    });
  });

  test("a bad request is a BadRequestError with its parameter", async () => {
    await assert.rejects(client.chat.completions.create({ model: "gpt-4o", messages }), (error) => {
      assert.ok(error instanceof OpenAI.BadRequestError);
      assert.deepEqual([error.code, error.param, error.type], ["unsupported_image_model", "model", "invalid_request_error"]);
      assert.match(error.requestID, /^[0-9a-f]{32}$/);
      return true;
    });
  });

  test("an unknown model is a NotFoundError", async () => {
    await assert.rejects(client.models.retrieve("nope"), OpenAI.NotFoundError);
  });

  test("a failure that may have been billed is not tried again by the client", async () => {
    upstream.onImage = () => ({ status: 200, body: "cut off in the mid" });
    await assert.rejects(client.chat.completions.create({ model: "flux-schnell", messages }), (error) => {
      assert.ok(error instanceof OpenAI.InternalServerError);
      assert.equal(error.code, "upstream_bad_response");
      return true;
    });
    assert.equal(upstream.callsTo("/generate").length, 1);
  });
});
