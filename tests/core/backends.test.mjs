// Every backend, as strict as it is: what the module asks of it, and what its answers and refusals come to.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { describeBuilds } from "../support/hosts/builds.mjs";
import { converse } from "../support/hosts/conversation.mjs";
import { largePng, samplePng } from "../support/upstreams/pictures.mjs";
import { backends } from "../upstreams/all.mjs";

const keys = ["secret-key-number-0", "secret-key-number-1"];
const pictureUrl = "https://pictures.example.com/cat.png";

const settingsOf = ({ type, model, base }, extra = {}) => ({
  AUTHORIZED_API_KEY: "client-key",
  IMAGE_GEN_API_TYPE: type,
  IMAGE_GEN_API_BASE: base,
  IMAGE_GEN_MODEL: model,
  IMAGE_GEN_API_KEY: keys.join(","),
  IMAGE_PROXY_SECRET: "a-secret-of-the-tests-of-32-bytes-or-more",
  ...extra,
});

function requestFor(path, body) {
  const headers = { authorization: "Bearer client-key", "content-type": "application/json" };
  return { method: "POST", url: `https://gateway.example${path}`, headers, body: JSON.stringify(body) };
}

const chat = (model, idea) =>
  requestFor("/v1/chat/completions", { model, messages: [{ role: "user", content: idea }] });

/** Answers the calls of one backend; its host gives the picture. */
function upstreamOf(backend, options = {}) {
  const answer = backend.fake({ keys, pictureUrl, pictureBase64: samplePng.toString("base64"), ...options });
  return (call) =>
    call.url === pictureUrl ? { status: 200, headers: { "content-type": "image/png" }, body: samplePng } : answer(call);
}

/** The key that a call carries. */
const keyOf = ({ headers, url }) =>
  keys.findIndex((key) => Object.values(headers).some((value) => value.includes(key)) || url.includes(key));

const ideas = ["a cat on a roof", "a cat on a roof 16:9", "a cat 9:16", "a cat 21:9", "a cat 1:4", "a cat 2048x2048"];

describeBuilds("backends", (makeCore) => {
  for (const [name, backend] of Object.entries(backends)) {
    describe(name, () => {
      // Models that change a picture need one, which no client can give yet.
      for (const model of backend.models.filter((each) => !/edit/i.test(each))) {
        test(`draws with ${model}, in every shape`, () => {
          const core = makeCore(settingsOf({ ...backend, model }));
          for (const idea of ideas) {
            const seen = converse(core, chat(model, idea), upstreamOf(backend));
            assert.equal(seen.status, 200, `${idea}: ${seen.body}`);
            assert.match(seen.json().choices[0].message.content, /!\[.*\]\((https:|data:image)/);
          }
        });
      }

      test("takes a seed and what must not be there, or does without them", () => {
        const core = makeCore(settingsOf(backend));
        const seen = converse(core, chat(backend.model, "a cat on a roof --seed 7 --no dogs"), upstreamOf(backend));
        assert.equal(seen.status, 200, seen.body);
      });

      test("gives the picture itself", () => {
        const core = makeCore(settingsOf(backend));
        const wish = { model: backend.model, prompt: "a cat", response_format: "b64_json" };
        const seen = converse(core, requestFor("/v1/images/generations", wish), upstreamOf(backend));
        assert.equal(seen.status, 200, seen.body);
        assert.equal(seen.json().data[0].b64_json, samplePng.toString("base64"));
      });

      test("a refused key makes room for the next", () => {
        const core = makeCore(settingsOf(backend));
        const upstream = backend.fake({ keys: keys.slice(1), pictureUrl, pictureBase64: samplePng.toString("base64") });
        const seen = converse(core, chat(backend.model, "a cat"), upstream);
        assert.equal(seen.status, 200, seen.body);
        assert.deepEqual(seen.calls.map(keyOf), [0, 1]);
      });
    });
  }
});

describeBuilds("a draft in front of the picture", (makeCore) => {
  const [draft, made] = [largePng(200_000), largePng(300_000)].map((bytes) => bytes.toString("base64"));
  const part = (data, more) => ({ inlineData: { mimeType: "image/png", data }, ...more });

  for (const parts of [
    [part(draft, { thought: true }), { text: "Here it is." }, part(made)],
    [{ text: "x".repeat(20_000) }, part(made), { text: "y".repeat(20_000) }],
  ]) {
    test(`is not the picture: ${parts.length} parts, ${parts[0].thought ?? "no"} draft`, () => {
      const body = JSON.stringify({ candidates: [{ content: { parts }, finishReason: "STOP" }] });
      const model = "gemini-3-pro-image";
      const wish = { model, prompt: "a cat", response_format: "b64_json" };
      const request = requestFor("/v1/images/generations", wish);
      const seen = converse(makeCore(settingsOf({ ...backends.gemini, model })), request, () => ({
        status: 200,
        body,
      }));
      assert.equal(seen.status, 200, seen.body?.slice(0, 300));
      assert.equal(seen.json().data[0].b64_json, made);
    });
  }
});

describeBuilds("the address of Gemini", (makeCore) => {
  const model = "gemini-2.5-flash-image";
  for (const [base, address] of [
    ["https://relay.example", "https://relay.example/v1beta/models/MODEL:generateContent"],
    ["https://relay.example/v1beta/", "https://relay.example/v1beta/models/MODEL:generateContent"],
    ["https://relay.example/g/v1?token=x", "https://relay.example/g/v1/models/MODEL:generateContent?token=x"],
    [
      "https://relay.example/v1beta/models/other:generateContent",
      "https://relay.example/v1beta/models/MODEL:generateContent",
    ],
  ]) {
    test(`is made of ${base}`, () => {
      const seen = converse(
        makeCore(settingsOf({ type: "gemini", model, base })),
        chat(model, "a cat"),
        () => "failed",
      );
      assert.equal(seen.calls[0].url, address.replace("MODEL", model));
    });
  }
});

describeBuilds("the settings of the page", (makeCore) => {
  const page = readFileSync(new URL("../../docs/backends.md", import.meta.url), "utf8");
  for (const [, type, model] of page.matchAll(/IMAGE_GEN_API_TYPE=(\S+)\nIMAGE_GEN_MODEL=(\S+)/g)) {
    test(`${type}: three lines are enough`, () => {
      const core = makeCore(settingsOf({ type, model, base: "" }));
      const seen = converse(core, chat(model, "a cat on a roof"), upstreamOf(backends[type]));
      assert.equal(seen.status, 200, seen.body);
    });
  }
});

/** By the class of a refusal: status and code for the client, and the keys that are asked. */
const outcomes = {
  policy: [400, "content_policy_violation", [0]],
  auth: [502, "upstream_auth_failed", [0, 1]],
  quota: [429, "insufficient_quota", [0, 1]],
  rate: [429, "rate_limit_exceeded", [0, 1]],
  rejected: [400, "upstream_rejected_request", [0]],
  model_not_found: [502, "upstream_model_not_found", [0]],
};

describeBuilds("refusals of backends", (makeCore) => {
  for (const [name, backend] of Object.entries(backends)) {
    const { refusals } = JSON.parse(readFileSync(new URL(`../vectors/refusals/${name}.json`, import.meta.url), "utf8"));
    test(`${name}: at least eight, some of them with a source`, () => {
      assert.ok(refusals.length >= 8);
      assert.ok(refusals.some(({ source }) => !source.startsWith("assumed")));
    });
    for (const { name: what, status, headers = {}, body, alternative, class: kind } of refusals) {
      for (const each of alternative === undefined ? [body] : [body, alternative]) {
        test(`${name}: ${what}${each === body ? "" : ", in other words"}`, () => {
          const core = makeCore(settingsOf(backend));
          const answer = { status, headers, body: typeof each === "string" ? each : JSON.stringify(each) };
          const seen = converse(core, chat(backend.model, "a cat"), () => answer);
          const { error } = seen.json();
          if (kind === "server") return assert.equal(error.code, "upstream_unavailable", seen.body);
          const asked = [...new Set(seen.calls.map(keyOf))];
          assert.deepEqual([seen.status, error.code, asked], outcomes[kind], seen.body);
          assert.doesNotMatch(error.message, /secret-key|https?:/);
        });
      }
    }
  }
});
