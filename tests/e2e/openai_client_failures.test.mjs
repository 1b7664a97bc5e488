// The real `openai` package against the Worker in workerd: what it does when something fails.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import OpenAI from "openai";
import { picture, stream, textOf, useClient } from "../support/clients/openai.mjs";
import { linkIn } from "../support/clients/chat.mjs";

describe("the openai client and its own mistakes", () => {
  const use = useClient();

  const mistakes = [
    ["an unknown model", { ...picture, model: "gpt-4o" }, "unsupported_image_model", "model"],
    ["no idea", { ...picture, messages: [{ role: "user", content: " 16:9" }] }, "empty_prompt", "messages"],
    ["no messages", { ...picture, messages: [] }, "invalid_parameters", "messages"],
    ["five pictures", { ...picture, n: 5 }, "invalid_parameters", "n"],
  ];
  for (const [name, body, code, param] of mistakes) {
    for (const streams of [false, true]) {
      test(`${name}${streams ? ", streaming" : ""}: a BadRequestError before anything is done`, async () => {
        await assert.rejects(use.client.chat.completions.create({ ...body, stream: streams }), (error) => {
          assert.ok(error instanceof OpenAI.BadRequestError);
          assert.deepEqual([error.code, error.param, error.type], [code, param, "invalid_request_error"]);
          assert.match(error.requestID, /^[0-9a-f]{32}$/);
          return true;
        });
        assert.equal(use.upstream.calls.length, 0);
      });
    }
  }

  test("a wrong key: an AuthenticationError", async () => {
    const stranger = use.connect({ apiKey: "wrong" });
    for (const ask of [() => stranger.models.list(), () => stream(stranger, picture)]) {
      await assert.rejects(
        async () => ask(),
        (error) => {
          assert.ok(error instanceof OpenAI.AuthenticationError);
          assert.equal(error.code, "invalid_api_key");
          return true;
        },
      );
    }
    assert.equal(use.upstream.calls.length, 0);
  });

  test("a model that is not there: a NotFoundError", async () => {
    await assert.rejects(use.client.models.retrieve("nope"), (error) => {
      assert.ok(error instanceof OpenAI.NotFoundError);
      assert.equal(error.code, "model_not_found");
      return true;
    });
  });
});

// Each is asked for twice, whole and streamed: the client asks once, and the backend sees the calls of the failover and no more.
describe("the openai client and failures of the backend", () => {
  const refusal = (status, error = {}, headers = {}) => ({ status, headers, body: { error } });
  const failures = [
    {
      name: "a breach of policy",
      answer: refusal(400, { code: "content_policy_violation" }),
      code: "content_policy_violation",
    },
    { name: "a rejected request", answer: refusal(422), code: "upstream_rejected_request" },
    { name: "half an answer", answer: { body: "cut off in the mid" }, code: "upstream_bad_response" },
    { name: "an answer without a picture", answer: { body: { images: [] } }, code: "upstream_bad_response" },
    {
      name: "a picture at a bad address",
      answer: { body: { images: [{ url: "http://10.0.0.1/" }] } },
      code: "upstream_bad_url",
    },
    { name: "a model that is not there", answer: refusal(404), code: "upstream_model_not_found" },
    { name: "a lost connection", answer: "reset", code: "upstream_unreachable", calls: 2 },
    { name: "a timeout", answer: () => {}, code: "upstream_timeout" },
    { name: "refused keys", answer: refusal(401), code: "upstream_auth_failed", calls: 2, spoilsKeys: true },
    { name: "keys without quota", answer: refusal(402), code: "insufficient_quota", calls: 2, spoilsKeys: true },
  ];
  /** The class of the client's error and its status and type, by code; without an entry, those of a server's fault. */
  const others = {
    content_policy_violation: [OpenAI.BadRequestError, 400, "invalid_request_error"],
    upstream_rejected_request: [OpenAI.BadRequestError, 400, "invalid_request_error"],
    upstream_timeout: [OpenAI.InternalServerError, 504, "server_error"],
    insufficient_quota: [OpenAI.RateLimitError, 429, "insufficient_quota"],
  };

  function testFailure(use, { name, answer, code, calls = 1 }, forms) {
    const [errorClass, status, type] = others[code] ?? [OpenAI.InternalServerError, 502, "server_error"];

    const check = (error, expectedClass, expectedStatus) => {
      assert.ok(error instanceof expectedClass, error.stack);
      assert.deepEqual([error.status, error.code, error.type, error.param], [expectedStatus, code, type, null]);
      assert.equal(use.pictureCalls(), calls);
      assert.equal(use.wire.exchanges.length, 1);
      return true;
    };
    if (forms.includes("whole")) {
      test(`${name}, whole`, async () => {
        use.upstream.onImage = () => answer;
        await assert.rejects(use.client.chat.completions.create(picture), (error) => check(error, errorClass, status));
      });
    }
    if (forms.includes("streamed")) {
      test(`${name}, streamed`, async () => {
        use.upstream.onImage = () => answer;
        await assert.rejects(stream(use.client, picture), (error) => check(error, OpenAI.APIError, undefined));
      });
    }
  }

  describe("that leave the keys as they are", () => {
    const use = useClient({ IMAGE_TIMEOUT_MS: "1000" });
    for (const failure of failures.filter(({ spoilsKeys }) => !spoilsKeys))
      testFailure(use, failure, ["whole", "streamed"]);
  });

  // Keys that were refused rest, so each of these needs an instance of its own.
  for (const failure of failures.filter(({ spoilsKeys }) => spoilsKeys)) {
    for (const form of ["whole", "streamed"]) {
      describe(`that spoil the keys: ${failure.name}, ${form}`, () => testFailure(useClient(), failure, [form]));
    }
  }

  describe("keys that are limited", () => {
    const use = useClient();

    test("a RateLimitError that says when to come back, and then no call at all", async () => {
      use.upstream.onImage = () => refusal(429, {}, { "retry-after": "20" });
      const patient = use.connect({ maxRetries: 0 });
      for (const calls of [2, 2]) {
        await assert.rejects(patient.chat.completions.create(picture), (error) => {
          assert.ok(error instanceof OpenAI.RateLimitError);
          assert.deepEqual([error.code, error.type], ["rate_limit_exceeded", "rate_limit_error"]);
          assert.ok(Number(error.headers.get("retry-after")) >= 19);
          assert.equal(error.headers.get("x-should-retry"), "true");
          return true;
        });
        assert.equal(use.pictureCalls(), calls);
      }
    });
  });

  describe("a backend that recovers", () => {
    const use = useClient();

    test("one key's failure is not seen", async () => {
      const { onImage } = use.upstream;
      use.upstream.onImage = (call) => (use.pictureCalls() === 1 ? refusal(503) : onImage(call));
      const chunks = await stream(use.client, picture);
      assert.match(linkIn(textOf(chunks)), /\/image-proxy\?/);
      assert.equal(use.pictureCalls(), 2);
    });
  });

  describe("a language model that fails", () => {
    const use = useClient();

    test("costs the prompt, not the picture", async () => {
      use.upstream.onChat = () => refusal(500);
      const chunks = await stream(use.client, picture);
      assert.ok(textOf(chunks).endsWith("\n\nPrompt: a cat on a roof"), textOf(chunks));
    });

    test("refuses for reasons of policy: no picture", async () => {
      use.upstream.onChat = () => refusal(400, { code: "content_policy_violation" });
      await assert.rejects(stream(use.client, picture), (error) => {
        assert.ok(error instanceof OpenAI.APIError);
        assert.equal(error.code, "content_policy_violation");
        return true;
      });
      assert.equal(use.pictureCalls(), 0);
    });
  });
});
