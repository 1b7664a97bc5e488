// What failing image backends come to, seen from outside: calls, pauses, answers and log of the module, with a scripted backend.
import assert from "node:assert/strict";
import { test } from "node:test";
import { describeBuilds } from "../support/hosts/builds.mjs";
import { converse, startMs } from "../support/hosts/conversation.mjs";
import { imageFaults, picture, quotaOfTheMinute } from "../support/upstreams/faults.mjs";
import { classesOf, lineOf, loggedCalls } from "../support/clients/log.mjs";

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

/** How the calls ended, and why no further one was made. */
const events = (seen) => [...classesOf(seen), lineOf(seen).end ?? []].flat();

const types = { rate_limit_exceeded: "rate_limit_error", insufficient_quota: "insufficient_quota" };

describeBuilds("failover", (makeCore) => {
  for (const each of imageFaults) {
    test(each.name, () => {
      const seen = ask(makeCore(settings(each.keys)), each.answers);
      assert.deepEqual(
        [seen.status, seen.code, seen.keys, events(seen)],
        [each.status, each.code, each.asked, each.log],
      );
      if (each.code !== null)
        assert.equal(
          seen.json().error.type,
          types[each.code] ?? (each.status < 500 ? "invalid_request_error" : "server_error"),
        );
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

  test("F24 a quota that is free again within a minute rests no key for an hour", () => {
    const core = makeCore(settings(2));
    ask(core, [quotaOfTheMinute]);
    const soon = ask(core, [picture], { now: startMs + 10_000 });
    assert.deepEqual(
      [soon.status, soon.code, soon.keys, soon.headers["retry-after"]],
      [429, "rate_limit_exceeded", [], "28"],
    );
    assert.deepEqual(ask(core, [picture], { now: startMs + 39_000 }).keys.length, 1);
    const without = makeCore(settings(1));
    const { error } = JSON.parse(quotaOfTheMinute.body);
    const message = error.message.replace(/ Please retry.*/, "");
    ask(without, [{ status: 429, body: JSON.stringify({ error: { ...error, message, details: [] } }) }]);
    assert.equal(ask(without, [picture], { now: startMs + 39_000 }).code, "insufficient_quota");
  });

  test("what a firewall or somebody behind a backend rejects rests no key", () => {
    for (const { name, keys, answers } of imageFaults.filter(({ name }) => name.startsWith("F19"))) {
      const core = makeCore(settings(keys));
      for (let asked = 0; asked < keys; asked += 1) ask(core, answers);
      for (let key = 0; key < keys; key += 1) assert.deepEqual(ask(core, [picture]).keys, [key], name);
    }
  });

  test("F31 no call while every key rests", () => {
    const core = makeCore(settings(2));
    ask(core, [{ status: 429, headers: { "retry-after": "20" } }]);
    const seen = ask(core, [picture], { now: startMs + 5000 });
    assert.deepEqual(
      [seen.status, seen.code, seen.keys, seen.headers["retry-after"]],
      [429, "rate_limit_exceeded", [], "15"],
    );
    assert.deepEqual(events(seen), ["img_all_cooling"]);
    assert.equal(ask(core, [picture], { now: startMs + 21_000 }).status, 200);
  });

  test("F32 the first key is another one each time", () => {
    const core = makeCore(settings(3));
    assert.deepEqual(
      [1, 2, 3, 4].map(() => ask(core, [picture]).keys[0]),
      [0, 1, 2, 0],
    );
  });

  test("F37 the body of a redirect, which nobody reads, is let go", () => {
    const body = "elsewhere".repeat(10_000); // Too long to come with its head.
    assert.deepEqual(ask(makeCore(settings(1)), [{ status: 302, body }]).leftOver, []);
  });

  test("F38 neither answer nor log holds a key or the prompt that a backend repeats", () => {
    const seen = ask(makeCore(settings(1)), [
      {
        status: 400,
        body: JSON.stringify({
          error: {
            code: "secret-key-number-0",
            message: "Bearer secret-key-number-0: bad prompt 'a cat on a wide red roof'",
          },
        }),
      },
    ]);
    const [call] = loggedCalls(seen);
    assert.equal(call.class, "img_http_400");
    assert.equal(call.upstream_message, "Bearer ***: bad prompt '***'");
    for (const text of ["secret-key", "wide red"])
      assert.ok(!(JSON.stringify(seen.logs) + seen.text).includes(text), text);
  });

  test("each call tells key, time, status, rest and whether a picture may have been billed", () => {
    const seen = ask(makeCore(settings(3)), [{ status: 429, ms: 40 }, { status: 520 }, picture]);
    const [rate, reset, last] = loggedCalls(seen);
    const { detail, ...fields } = rate;
    const host = new URL(settings(3).IMAGE_GEN_API_BASE).host;
    assert.deepEqual(fields, {
      upstream: "IMAGE_GEN",
      key: 0,
      ms: 40,
      status: 429,
      class: "img_key_rate",
      wait: 5,
      host,
    });
    assert.deepEqual([reset.key, reset.maybe_billed, reset.wait], [1, 1, undefined]);
    assert.deepEqual([last.class, last.key, last.status], ["ok", 2, 200]);
  });

  test("keys that rest for a reason of their own are told so, not to be asked again", () => {
    for (const [status, code, retry] of [
      [401, "upstream_auth_failed", "false"],
      [402, "insufficient_quota", "false"],
      [429, "rate_limit_exceeded", "true"],
    ]) {
      const core = makeCore(settings(2));
      for (const asked of [2, 0]) {
        const seen = ask(core, [{ status, headers: { "retry-after": "20" } }]);
        assert.deepEqual(
          [seen.code, seen.headers["x-should-retry"], seen.keys.length],
          [code, retry, asked],
          `${status}`,
        );
      }
    }
    const mixed = makeCore(settings(2));
    ask(mixed, [{ status: 401 }, { status: 429, headers: { "retry-after": "20" } }]);
    assert.equal(ask(mixed, [picture]).code, "rate_limit_exceeded");
  });

  test("a refusal whose words trickle is judged by its status within 3 s", () => {
    const seen = ask(makeCore(settings(1)), [
      { status: 429, headers: { "retry-after": "20" }, chunks: Array(1000).fill({ ms: 2900, bytes: " " }) },
    ]);
    assert.deepEqual([seen.code, seen.ms], ["rate_limit_exceeded", 3000]);
  });

  const lost = "failed";
  const limited = { status: 429, headers: { "retry-after": "20" } };
  for (const [name, answers, code] of [
    ["a lost connection, then limits", [lost, limited], "rate_limit_exceeded"],
    ["limits, then a lost connection", [limited, lost], "upstream_unreachable"],
    ["a 524, then limits", [{ status: 524 }, limited], "rate_limit_exceeded"],
    ["a lost connection, then 503", [lost, { status: 503 }], "upstream_unavailable"],
    ["a lost connection, then a used-up quota", [lost, { status: 402 }], "insufficient_quota"],
  ]) {
    test(`whatever the end, what an earlier call may have cost keeps SDKs from asking again: ${name}`, () => {
      const seen = ask(makeCore(settings(3)), answers);
      assert.deepEqual([seen.code, seen.headers["x-should-retry"]], [code, "false"]);
    });
  }

  test("the same for what another picture of the request may have cost", () => {
    const two = { ...request, body: JSON.stringify({ ...JSON.parse(request.body), n: 2 }) };
    const seen = converse(makeCore(settings(1)), two, (call, index) =>
      index === 0 ? limited : { status: 200, body: "{", cut: true },
    );
    assert.deepEqual([seen.json().error.code, seen.headers["x-should-retry"]], ["rate_limit_exceeded", "false"]);
  });

  test("IMAGE_RETRY_AMBIGUOUS=0 never risks a second bill, and nonsense is a configuration error", () => {
    for (const answer of [
      "failed",
      { status: 500 },
      { status: 502 },
      { status: 504 },
      { status: 520 },
      { status: 524 },
    ]) {
      const seen = ask(makeCore(settings(2, { IMAGE_RETRY_AMBIGUOUS: "0" })), [answer]);
      assert.deepEqual([seen.keys, seen.headers["x-should-retry"]], [[0], "false"], JSON.stringify(answer));
    }
    for (const status of [503, 529])
      assert.deepEqual(
        ask(makeCore(settings(2, { IMAGE_RETRY_AMBIGUOUS: "0" })), [{ status }]).keys,
        [0, 1, 0],
        `${status}`,
      );
    const seen = ask(makeCore(settings(2, { IMAGE_RETRY_AMBIGUOUS: "4" })), [picture]);
    assert.equal(seen.code, "configuration_error");
    assert.match(seen.text, /IMAGE_RETRY_AMBIGUOUS/);
  });

  for (const [what, answer] of [
    ["in the head", { headers: { "retry-after": "60" }, message: "Too many requests" }],
    ["in words", { message: "Rate limit exceeded. Please try again in 60s" }],
    ["in escaped words", { message: "Rate%20limit%20exceeded.%20Please%20try%20again%20in%2060s" }],
  ]) {
    test(`an error in a good answer that says ${what} how long to wait: the key rests so long`, () => {
      const core = makeCore(settings(1));
      const { headers = {}, message } = answer;
      ask(core, [{ status: 200, headers, body: JSON.stringify({ error: { code: 429, message } }) }]);
      assert.deepEqual(ask(core, [picture], { now: startMs + 59_000 }).keys, []);
      assert.deepEqual(ask(core, [picture], { now: startMs + 61_000 }).keys, [0]);
    });
  }
});
