// Every failure through every face: the same calls, keys, codes and log, told in the face's own form.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { checkErrorShape } from "../support/cases/cases.mjs";
import { readResponsesStream } from "../support/cases/responses_stream.mjs";
import { classesOf, lineOf } from "../support/clients/log.mjs";
import { describeBuilds } from "../support/hosts/builds.mjs";
import { converse } from "../support/hosts/conversation.mjs";
import { imageFaults } from "../support/upstreams/faults.mjs";
import { samplePng } from "../support/upstreams/pictures.mjs";

const settings = (keyCount) => ({
  AUTHORIZED_API_KEY: "client-key",
  IMAGE_GEN_API_BASE: "https://images.example/generate",
  IMAGE_GEN_MODEL: "flux",
  IMAGE_GEN_API_KEY: Array.from({ length: keyCount }, (_, i) => `secret-key-number-${i}`).join(","),
  IMAGE_PROXY_SECRET: "a-secret-of-the-tests-of-32-bytes-or-more",
});

const codesOfResponses = {
  content_policy_violation: "image_content_policy_violation",
  rate_limit_exceeded: "rate_limit_exceeded",
  insufficient_quota: "rate_limit_exceeded",
};

// How each form of an answer tells its failure: checks the form, and gives the code, or what stands for it.
const whole = (seen, status) => {
  assert.equal(seen.status, status);
  if (status === 200) return null;
  checkErrorShape(seen.json(), status);
  return seen.json().error.code;
};
const events = (seen) => {
  assert.equal(seen.status, 200);
  assert.ok(seen.text.endsWith("\n\n"));
  const blocks = seen.text
    .split("\n\n")
    .slice(0, -1)
    .filter((block) => !block.startsWith(":"));
  const last = /^(?:event: .*\n)?data: (.*)$/.exec(blocks.at(-1))[1];
  return last === "[DONE]" ? null : (JSON.parse(last).error?.code ?? null);
};
const responses = (seen) => {
  assert.equal(seen.status, 200);
  return readResponsesStream(seen.text).response.error?.code ?? null;
};
const result = (seen) => {
  assert.equal(seen.status, 200);
  const streams = seen.headers["content-type"].startsWith("text/event-stream");
  const text = streams ? seen.text.split("\n\n").at(-2).split("data: ")[1] : seen.text;
  const { isError, content } = JSON.parse(text).result;
  return isError ? /\((\w+)\)$/.exec(content[0].text)[1] : null;
};

const chat = { model: "flux", messages: [{ role: "user", content: "a cat on a wide red roof" }] };
const images = { model: "flux", prompt: "a cat on a wide red roof", response_format: "url" };
const response = { model: "flux", input: "a cat on a wide red roof" };
const mcp = {
  jsonrpc: "2.0",
  id: 1,
  method: "tools/call",
  params: { name: "generate_image", arguments: { prompt: "a cat on a wide red roof" } },
};

/** told(seen, status) reads the answer; its code is code(code of the table). prompt: where the words stand. */
const faces = {
  chat: { path: "/v1/chat/completions", body: chat, told: whole },
  "chat, streamed": { path: "/v1/chat/completions", body: { ...chat, stream: true }, told: events },
  "chat with modalities": { path: "/v1/chat/completions", body: { ...chat, modalities: ["image"] }, told: whole },
  images: { path: "/v1/images/generations", body: images, told: whole },
  "images, streamed": { path: "/v1/images/generations", body: { ...images, stream: true }, told: events },
  responses: { path: "/v1/responses", body: response, told: whole },
  "responses, streamed": {
    path: "/v1/responses",
    body: { ...response, stream: true },
    told: responses,
    code: (code) => code && (codesOfResponses[code] ?? "server_error"),
  },
  mcp: { path: "/mcp", body: mcp, told: result },
  "mcp, with events": {
    path: "/mcp",
    body: mcp,
    told: result,
    headers: { accept: "application/json, text/event-stream" },
  },
};

const requestOf = ({ path, body, headers }, more = {}) => ({
  method: "POST",
  url: `https://gateway.example${path}`,
  headers: { authorization: "Bearer client-key", "content-type": "application/json", ...headers },
  body: typeof body === "string" ? body : JSON.stringify(body),
  ...more,
});
const shown = { status: 200, headers: { "content-type": "image/png" }, body: samplePng };

describeBuilds("every face", (makeCore) => {
  for (const [name, face] of Object.entries(faces)) {
    describe(name, () => {
      for (const fault of imageFaults) {
        test(fault.name, () => {
          let asked = 0;
          const upstream = ({ method }) =>
            method === "POST" ? fault.answers[Math.min(asked++, fault.answers.length - 1)] : shown;
          const seen = converse(makeCore(settings(fault.keys)), requestOf(face), upstream);
          const code = face.told(seen, fault.status);
          assert.equal(code, face.code ? face.code(fault.code) : fault.code);
          assert.deepEqual([seen.ending, seen.leftOver], ["complete", []]);
          const keys = seen.calls
            .filter(({ method }) => method === "POST")
            .map(({ headers }) => Number(/number-(\d+)$/.exec(headers.authorization)[1]));
          assert.deepEqual(keys, fault.asked);
          assert.deepEqual([...classesOf(seen), lineOf(seen).end ?? []].flat(), fault.log);
          assert.equal(lineOf(seen).code, fault.code ?? undefined);
          assert.equal(lineOf(seen).status, fault.status);
          assert.ok(!seen.text.includes("secret-key"));
          if (seen.status !== fault.status || fault.status === 200) return;
          if ("retry" in fault) assert.equal(seen.headers["x-should-retry"], fault.retry);
          if ("after" in fault) assert.equal(seen.headers["retry-after"], fault.after);
        });
      }
    });
  }

  describe("a request that is none", () => {
    const isMcp = (face) => face.path === "/mcp";
    /** The code of an answer that is no stream yet, and its status. */
    const refusal = (face, seen) => {
      const { error } = seen.json();
      if (!isMcp(face)) checkErrorShape(seen.json(), seen.status);
      return [seen.status, isMcp(face) ? (error.data?.code ?? error.code) : error.code];
    };
    const ask = (face, more, extra = {}) => converse(makeCore({ ...settings(1), ...extra }), requestOf(face, more));
    const kinds = Object.entries(faces);
    const each = (what, check) => {
      for (const [name, face] of kinds) test(`${what}: ${name}`, () => check(face));
    };

    each("F56 too large", (face) => {
      const body = JSON.stringify({ ...JSON.parse(requestOf(face).body), pad: "x".repeat(2000) });
      const seen = ask(face, { body }, { MAX_REQUEST_BYTES: "1024" });
      assert.deepEqual(refusal(face, seen), [413, "request_too_large"]);
    });
    each("F57 no JSON", (face) => {
      for (const body of ["", "{", "[1,]", '{"a":1}}', "\u0000", "nul"]) {
        assert.deepEqual(refusal(face, ask(face, { body })), [400, isMcp(face) ? -32700 : "invalid_json"], body);
      }
    });
    each("F58 nested too deeply", (face) => {
      const body = `{"a":${"[".repeat(70)}${"]".repeat(70)}}`;
      assert.deepEqual(refusal(face, ask(face, { body })), [400, isMcp(face) ? -32700 : "invalid_json"]);
    });
    each("F59 no object", (face) => {
      const [status, code] = refusal(face, ask(face, { body: "[]" }));
      assert.deepEqual([status, code], [400, isMcp(face) ? -32600 : "invalid_parameters"]);
    });
    each("F63 no key, and a wrong one", (face) => {
      for (const authorization of ["", "Bearer wrong"]) {
        const { headers } = requestOf(face);
        const seen = ask(face, { headers: { ...headers, authorization } });
        assert.deepEqual(refusal(face, seen), [401, "invalid_api_key"]);
        assert.equal(seen.headers["www-authenticate"], "Bearer");
      }
    });
    each("F64 no key is set up", (face) => {
      assert.deepEqual(refusal(face, ask(face, {}, { AUTHORIZED_API_KEY: "" })), [500, "auth_not_configured"]);
    });
    each("F65 another method", (face) => {
      for (const method of ["GET", "PUT", "DELETE"]) {
        const seen = ask(face, { method, body: "" });
        assert.deepEqual(refusal(face, seen), [405, "method_not_allowed"]);
        assert.equal(seen.headers.allow, "POST, OPTIONS");
      }
    });

    const words = (face, text) => {
      const body = structuredClone(face.body);
      if (body.messages) body.messages[0].content = text;
      if (body.prompt) body.prompt = text;
      if (body.input) body.input = text;
      if (body.params) body.params.arguments.prompt = text;
      return { ...face, body };
    };
    const refused = (face, seen) => (isMcp(face) ? [400, result(seen)] : refusal(face, seen));
    each("F60 no words", (face) => {
      assert.deepEqual(refused(face, ask(words(face, " \n "))), [400, "empty_prompt"]);
    });
    each("F61 too many words", (face) => {
      assert.deepEqual(refused(face, ask(words(face, "a cat ".repeat(6000)))), [400, "prompt_too_long"]);
    });
    each("F62 an unknown model", (face) => {
      const body = structuredClone(face.body);
      if (body.params) body.params.arguments.model = "dall-e";
      else body.model = "dall-e";
      assert.deepEqual(refused(face, ask({ ...face, body })), [400, "unsupported_image_model"]);
    });
  });
});
