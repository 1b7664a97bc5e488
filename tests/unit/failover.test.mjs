// What failing image backends come to, seen from outside: calls, pauses, answers and log of the module, with a scripted backend.
import assert from "node:assert/strict";
import { test } from "node:test";
import { describeBuilds } from "../support/builds.mjs";
import { converse, startMs } from "../support/conversation.mjs";

const picture = { status: 200, body: JSON.stringify({ images: [{ url: "https://pictures.example.com/cat.png" }] }) };

const request = {
  method: "POST",
  url: "https://gateway.example/v1/chat/completions",
  headers: { authorization: "Bearer client-key" },
  body: JSON.stringify({ model: "flux", messages: [{ role: "user", content: "a cat on a wide red roof" }] }),
};

function settings(keyCount, extra = {}) {
  return {
    AUTHORIZED_API_KEY: "client-key",
    IMAGE_GEN_API_BASE: "https://images.example/generate",
    IMAGE_GEN_MODEL: "flux",
    IMAGE_GEN_API_KEY: Array.from({ length: keyCount }, (_, i) => `secret-key-number-${i}`).join(","),
    IMAGE_PROXY_SECRET: "a-secret-of-the-tests-of-32-bytes-or-more",
    ...extra,
  };
}

/** Asks once; the backend gives `answers` in turn, and the last of them for ever. Adds `keys` (in the order of the calls) and `code`. */
function ask(core, answers, options) {
  const seen = converse(core, request, (call, index) => answers[Math.min(index, answers.length - 1)], options);
  const keys = seen.calls.map(({ headers }) => Number(/number-(\d+)$/.exec(headers.authorization)[1]));
  return { ...seen, keys, code: seen.status === 200 ? null : seen.json().error.code };
}

const events = (seen) => seen.logs.map(({ ev }) => ev).filter((ev) => ev.startsWith("im"));

describeBuilds("failover", (makeCore) => {
  const cases = [
    { name: "F01 one retry after no answer", keys: 3, answers: ["failed", "failed"], code: "upstream_unreachable", status: 502, asked: [0, 1], log: ["img_connect", "img_connect"], retry: "false" },
    { name: "F02 no retry after a bad certificate", keys: 3, answers: [{ status: 526 }], code: "upstream_unreachable", status: 502, asked: [0], log: ["img_connect"], retry: "false" },
    { name: "F04 silence", keys: 2, answers: ["silent"], code: "upstream_timeout", status: 504, asked: [0], log: ["img_headers_timeout"], retry: "false" },
    { name: "F07 a body that breaks off", keys: 2, answers: [{ status: 200, body: picture.body, cut: true }], code: "upstream_bad_response", status: 502, asked: [0], log: ["img_truncated"], retry: "false" },
    { name: "F08 JSON cut off", keys: 2, answers: [{ status: 200, body: '{"images":[{"ur' }], code: "upstream_bad_response", status: 502, asked: [0], log: ["img_bad_json"], retry: "false" },
    { name: "F11 an error inside 200", keys: 2, answers: [{ status: 200, body: '{"code":20015,"message":"no"}' }], code: "upstream_error", status: 502, asked: [0], log: ["img_error_in_200"], retry: "false" },
    { name: "F11 a rate limit inside 200", keys: 2, answers: [{ status: 200, body: '{"error":{"code":429,"message":"slow"}}' }, picture], code: null, status: 200, asked: [0, 1], log: ["img_error_in_200", "image_attempt"] },
    { name: "F12 no URL", keys: 2, answers: [{ status: 200, body: '{"images":[{"url":""}]}' }], code: "upstream_bad_response", status: 502, asked: [0], log: ["img_no_url"], retry: "false" },
    { name: "F13 a refused URL", keys: 2, answers: [{ status: 200, body: '{"images":[{"url":"http://169.254.169.254/"}]}' }], code: "upstream_bad_url", status: 502, asked: [0], log: ["img_bad_url"], retry: "false" },
    { name: "F16 an empty 204", keys: 2, answers: [{ status: 204 }], code: "upstream_bad_response", status: 502, asked: [0], log: ["img_no_url"], retry: "false" },
    { name: "F17 a redirect", keys: 2, answers: [{ status: 307, headers: { location: "https://evil.example/" } }], code: "upstream_bad_response", status: 502, asked: [0], log: ["img_redirect"], retry: "false" },
    { name: "F18 a refusal", keys: 2, answers: [{ status: 400, body: '{"error":{"code":"content_policy_violation","message":"no"}}' }], code: "content_policy_violation", status: 400, asked: [0], log: ["img_policy"], retry: undefined },
    { name: "F19 a rejected request", keys: 2, answers: [{ status: 400, body: '{"code":20012,"message":"bad"}' }], code: "upstream_rejected_request", status: 400, asked: [0], log: ["img_http_400"], retry: undefined },
    { name: "F20 an unknown model", keys: 2, answers: [{ status: 404 }], code: "upstream_model_not_found", status: 502, asked: [0], log: ["img_http_404"], retry: "false" },
    { name: "F21 F23 F24 the next key", keys: 4, answers: [{ status: 401 }, { status: 402 }, { status: 429, headers: { "retry-after": "20" } }, picture], code: null, status: 200, asked: [0, 1, 2, 3], log: ["img_key_auth", "img_key_quota", "img_key_rate", "image_attempt"] },
    { name: "F27 every key limited", keys: 2, answers: [{ status: 429, headers: { "retry-after": "20" } }], code: "rate_limit_exceeded", status: 429, asked: [0, 1], log: ["img_key_rate", "img_key_rate", "img_all_rate"], retry: "true", after: "20" },
    { name: "F27 every key limited for a moment", keys: 2, answers: [{ status: 429, headers: { "retry-after-ms": "2000" } }, { status: 429 }, picture], code: null, status: 200, asked: [0, 1, 0], log: ["img_key_rate", "img_key_rate", "image_attempt"], slept: 2000 },
    { name: "F28 no money anywhere", keys: 2, answers: [{ status: 402 }], code: "insufficient_quota", status: 429, asked: [0, 1], log: ["img_key_quota", "img_key_quota", "img_all_quota"], retry: "false", after: undefined },
    { name: "F29 every key refused", keys: 2, answers: [{ status: 403 }], code: "upstream_auth_failed", status: 502, asked: [0, 1], log: ["img_key_auth", "img_key_auth", "img_all_auth"], retry: "false", after: undefined },
    { name: "F30 mixed reasons", keys: 2, answers: [{ status: 401 }, { status: 429 }], code: "rate_limit_exceeded", status: 429, asked: [0, 1], log: ["img_key_auth", "img_key_rate", "img_exhausted"], retry: "true", after: "5" },
    { name: "F32 more keys than calls", keys: 6, answers: [{ status: 401 }], code: "rate_limit_exceeded", status: 429, asked: [0, 1, 2, 3], log: ["img_key_auth", "img_key_auth", "img_key_auth", "img_key_auth", "img_attempt_cap"], retry: "true", after: "1" },
    { name: "F33 a fault of the backend", keys: 2, answers: [{ status: 503 }], code: "upstream_unavailable", status: 503, asked: [0, 1, 0], log: ["img_http_5xx", "img_http_5xx", "img_http_5xx"], retry: "true", after: "2" },
    { name: "F34 a lost connection", keys: 2, answers: [{ status: 524 }], code: "upstream_reset", status: 502, asked: [0, 1], log: ["img_reset", "img_reset"], retry: "false" },
    { name: "F36 a body whose coding is damaged", keys: 2, answers: [{ status: 200, headers: { "content-encoding": "gzip" }, body: "no gzip", cut: true }], code: "upstream_bad_response", status: 502, asked: [0], log: ["img_bad_encoding"], retry: "false" },
  ];
  for (const each of cases) {
    test(each.name, () => {
      const seen = ask(makeCore(settings(each.keys)), each.answers);
      assert.deepEqual([seen.status, seen.code, seen.keys, events(seen)], [each.status, each.code, each.asked, each.log]);
      if ("retry" in each) assert.equal(seen.headers["x-should-retry"], each.retry);
      if ("after" in each) assert.equal(seen.headers["retry-after"], each.after);
      if ("slept" in each) assert.ok(seen.logs.at(-1).ms >= each.slept);
    });
  }

  test("F22 a refused key rests 600 s, in this instance", () => {
    const core = makeCore(settings(2));
    assert.deepEqual(ask(core, [{ status: 403 }, picture]).keys, [0, 1]);
    assert.deepEqual(ask(core, [picture], { now: startMs + 1000 }).keys, [1]);
    assert.deepEqual(ask(core, [picture], { now: startMs + 599_000 }).keys, [1]);
    assert.deepEqual(ask(core, [picture], { now: startMs + 601_000 }).keys, [1]);
    assert.deepEqual(ask(core, [picture], { now: startMs + 601_000 }).keys, [0]);
  });

  test("F31 no call while every key rests", () => {
    const core = makeCore(settings(2));
    ask(core, [{ status: 429, headers: { "retry-after": "20" } }]);
    const seen = ask(core, [picture], { now: startMs + 5000 });
    assert.deepEqual([seen.status, seen.code, seen.keys, seen.headers["retry-after"]], [429, "rate_limit_exceeded", [], "15"]);
    assert.deepEqual(events(seen), ["img_all_cooling"]);
    assert.equal(ask(core, [picture], { now: startMs + 21_000 }).status, 200);
  });

  test("F32 the first key is another one each time", () => {
    const core = makeCore(settings(3));
    assert.deepEqual([1, 2, 3, 4].map(() => ask(core, [picture]).keys[0]), [0, 1, 2, 0]);
  });

  test("F37 the body of a redirect, which nobody reads, is let go", () => {
    assert.ok(ask(makeCore(settings(1)), [{ status: 302, body: "elsewhere" }]).cancelled.length > 0);
  });

  test("F38 neither answer nor log holds a key or the prompt that a backend repeats", () => {
    const seen = ask(makeCore(settings(1)), [
      { status: 400, body: JSON.stringify({ error: { code: "secret-key-number-0", message: "Bearer secret-key-number-0: bad prompt 'a cat on a wide red roof'" } }) },
    ]);
    const line = seen.logs.find(({ ev }) => ev === "img_http_400");
    assert.equal(line.upstream_message, "Bearer ***: bad prompt '***'");
    for (const text of ["secret-key", "wide red"]) assert.ok(!(JSON.stringify(seen.logs) + seen.text).includes(text), text);
  });

  test("each line tells key, time, status, rest and whether a picture may have been billed", () => {
    const [rate, reset, last] = ask(makeCore(settings(3)), [{ status: 429, ms: 40 }, { status: 520 }, picture]).logs.filter(({ key }) => key !== undefined);
    const { rid, detail, ...fields } = rate;
    assert.deepEqual(fields, { ev: "img_key_rate", provider: "IMAGE_GEN", key: 0, ms: 40, status: 429, wait: 5 });
    assert.deepEqual([reset.key, reset.maybe_billed, reset.wait], [1, 1, undefined]);
    assert.deepEqual([last.ev, last.key, last.status], ["image_attempt", 2, 200]);
  });

  test("IMAGE_RETRY_AMBIGUOUS=0 never risks a second bill, and nonsense is a configuration error", () => {
    assert.deepEqual(ask(makeCore(settings(2, { IMAGE_RETRY_AMBIGUOUS: "0" })), ["failed"]).keys, [0]);
    const seen = ask(makeCore(settings(2, { IMAGE_RETRY_AMBIGUOUS: "4" })), [picture]);
    assert.equal(seen.code, "configuration_error");
    assert.match(seen.text, /IMAGE_RETRY_AMBIGUOUS/);
  });
});
