// Bad chat requests: each a 4xx of the closed list, never a trap.
import assert from "node:assert/strict";
import { test } from "node:test";
import { badBodies, cutBodies } from "../support/texts/bad_bodies.mjs";
import { describeBuilds } from "../support/hosts/builds.mjs";
import { checkErrorShape } from "../support/cases/cases.mjs";
import { converse } from "../support/hosts/conversation.mjs";
import { settingsFor } from "../support/upstreams/upstream.mjs";

const settings = settingsFor({ origin: "http://upstream.test:8080", host: "upstream.test:8080" });

describeBuilds("bad chat requests", (makeCore) => {
  const core = makeCore(settings); // One for all of them: what one leaves behind would show in the next.
  const ask = (body, extra = {}) =>
    converse(core, {
      method: "POST",
      url: "https://gateway.example/v1/chat/completions",
      headers: { authorization: "Bearer client-key" },
      body,
      ...extra,
    });

  test("there are at least 200", () => assert.ok(badBodies.length >= 200, `${badBodies.length}`));

  for (const { name, body, code } of badBodies) {
    test(name, () => {
      const seen = ask(body);
      assert.ok(seen.status >= 400 && seen.status < 500, `${seen.status} ${seen.text.slice(0, 200)}`);
      checkErrorShape(seen.json(), seen.status);
      assert.equal(seen.json().error.code, code);
      assert.equal(seen.calls.length, 0);
    });
  }

  for (const { name, body } of cutBodies) {
    test(`read all the same: ${name}`, () => {
      const seen = ask(body);
      assert.notEqual(seen.json().error.code, "invalid_json");
      assert.match(JSON.parse(seen.calls[0].body).messages.at(-1).content, /\ufffd/);
    });
  }

  test("half a character in an old answer, in a field and in a name", () => {
    const body = JSON.stringify({
      model: "flux-schnell",
      messages: [
        { role: "user", content: "hello" },
        { role: "assistant", content: "Hello! \ud83d", "\ude00": 1 },
        { role: "user", content: "a cat" },
      ],
      user: "x\ud83d",
    });
    assert.ok(ask(body).calls.length > 0);
  });

  test("a body over the limit", () => {
    const small = makeCore({ ...settings, MAX_REQUEST_BYTES: "1024" });
    const seen = converse(small, {
      method: "POST",
      url: "https://gateway.example/v1/chat/completions",
      headers: { authorization: "Bearer client-key" },
      body: "x".repeat(1025),
    });
    assert.equal(seen.status, 413);
    assert.equal(seen.json().error.code, "request_too_large");
  });

  test("a body of the largest size that can be configured, all of it one string, leaves room for others", () => {
    const largest = 8 * 1024 * 1024;
    const roomy = makeCore({ ...settings, MAX_REQUEST_BYTES: String(largest) });
    const body = (content) => JSON.stringify({ model: "flux-schnell", messages: [{ role: "user", content }] });
    const headers = { authorization: "Bearer client-key" };
    for (let i = 0; i < 3; i += 1) {
      const seen = converse(roomy, {
        method: "POST",
        url: "https://gateway.example/v1/chat/completions",
        headers,
        body: body("z".repeat(largest - 100)),
      });
      assert.equal(seen.json().error.code, "prompt_too_long");
    }
    assert.ok(roomy.memoryBytes <= 48 * 1024 * 1024, String(roomy.memoryBytes));
    const over = converse(makeCore({ ...settings, MAX_REQUEST_BYTES: String(largest + 1) }), {
      method: "GET",
      url: "https://gateway.example/v1/models",
      headers,
    });
    assert.match(over.json().error.message, /^MAX_REQUEST_BYTES must be/);
  });

  test("the largest bodies leave the instance alive and within its memory", () => {
    const largest = 8 * 1024 * 1024;
    const bodies = [
      "[".repeat(largest),
      "x".repeat(largest),
      `"${"y".repeat(largest - 2)}"`,
      "0,".repeat(largest / 2),
      '"",'.repeat(largest / 3),
      `{"model":"flux-schnell","messages":[{"role":"user","content":"${"z".repeat(largest - 100)}"}]}`,
      `{"model":"flux-schnell","messages":[{"role":"user","content":"${"z".repeat(largest - 100)}\\ud83d"}]}`,
    ];
    for (const body of bodies) {
      const { status } = ask(body);
      assert.ok(status >= 400 && status < 500, String(status));
    }
    assert.ok(core.memoryBytes <= 96 * 1024 * 1024, String(core.memoryBytes));
    assert.equal(ask("{}").json().error.code, "missing_model_field");
  });
});
