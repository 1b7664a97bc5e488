// What the gateway says about itself: GET /v1/health?check=1, with scripted upstreams.
import assert from "node:assert/strict";
import { test } from "node:test";
import { settings } from "../support/clients/asking.mjs";
import { loggedCalls } from "../support/clients/log.mjs";
import { describeBuilds } from "../support/hosts/builds.mjs";
import { converse, startMs } from "../support/hosts/conversation.mjs";

const list = (...ids) => ({ status: 200, body: JSON.stringify({ object: "list", data: ids.map((id) => ({ id })) }) });
const says = (status, message) => ({ status, body: JSON.stringify({ error: { message } }) });
const lacking = says(400, "prompt is required");

/** Upstreams of which all is well. */
const well = ({ method, url }) => {
  if (method === "GET") return url.includes("llm") ? list("llm-small", "llm-large") : list("flux", "other");
  return lacking;
};

const check = (core, upstream = well, options = {}) =>
  converse(
    core,
    {
      url: "https://gateway.example/v1/health?check=1",
      headers: { authorization: "Bearer client-key" },
      ...options.request,
    },
    upstream,
    options,
  );

const keyOf = ({ headers }) => headers.authorization.replace("Bearer ", "");
const based = { ...settings, IMAGE_GEN_API_BASE: "https://images.example/v1/images/generations" };

describeBuilds("checkup", (makeCore) => {
  test("all is well: each key was asked with a body that lacks everything, and each list once", () => {
    const seen = check(makeCore({ ...based, AUTHORIZED_API_KEY: "client-key,a-longer-key-of-a-client" }));
    assert.equal(seen.status, 200);
    const { status, version, setup, upstreams } = seen.json();
    assert.equal(status, "ok");
    assert.match(version, /^\d+\.\d+\.\d+$/);
    assert.deepEqual(setup, {
      backends: [{ name: "IMAGE_GEN", dialect: "siliconflow", models: "flux", keys: 3 }],
      language_model: { model: "llm-small", reasons: false, style: "tags", keys: 2 },
      store: false,
      client_keys: 2,
    });
    assert.deepEqual(upstreams.map((each) => [each.name, each.key, each.state, each.status]).toSorted(), [
      ["IMAGE_GEN", 0, "ok", 400],
      ["IMAGE_GEN", 1, "ok", 400],
      ["IMAGE_GEN", 2, "ok", 400],
      ["OPENAI", 0, "ok", 400],
      ["OPENAI", 1, "ok", 400],
    ]);
    const posts = seen.calls.filter(({ method }) => method === "POST");
    assert.deepEqual([...new Set(posts.map(({ body }) => body))], ["{}"]);
    assert.deepEqual(
      seen.calls
        .filter(({ method }) => method === "GET")
        .map(({ url }) => url)
        .toSorted(),
      ["https://images.example/v1/models", "https://llm.example/v1/models"],
    );
    assert.equal(posts.length, 5);
    assert.deepEqual(seen.leftOver, []);
    assert.equal(loggedCalls(seen).length, 7);
  });

  for (const [name, answer, state, advice] of [
    ["does not accept a key", says(401, "Incorrect API key provided"), "refused", /does not accept it \(401\)/],
    ["has no money for a key", says(402, "Insufficient balance"), "out_of_money", /quota is used up \(402\)/],
    ["limits a key", says(429, "Too many requests"), "limited", /limited for the moment \(429\)/],
    ["has nothing there", { status: 404, body: "<html>" }, "not_found", /nothing at this address \(404\)/],
    ["has a fault", says(500, "oops"), "faulty", /fault of its own \(500\)/],
    ["cannot be reached", "failed", "unreachable", /nobody answers there/],
    ["says nothing", "silent", "unreachable", /nobody answers there/],
    ["sends elsewhere", { status: 302, headers: { location: "/login" } }, "unclear", /address of the API/],
    ["shows a page", { status: 200, body: "<html>hello</html>" }, "unclear", /address of the API/],
    [
      "tells an error in a good answer",
      { status: 200, body: '{"code":401,"message":"bad key"}' },
      "refused",
      /API_KEY/,
    ],
  ]) {
    for (const what of ["images", "llm"]) {
      test(`${what}: an upstream that ${name}`, () => {
        const seen = check(makeCore(based), (call) => (call.url.includes(what) ? answer : well(call)));
        const report = seen.json();
        assert.equal(report.status, "attention");
        const bad = report.upstreams.filter((each) => each.state !== "ok");
        assert.ok(bad.length > 0);
        const variables = { images: "IMAGE_GEN", llm: "OPENAI" };
        for (const each of bad) assert.deepEqual([each.name, each.state], [variables[what], state]);
        const told = report.advice.find((sentence) => advice.test(sentence));
        assert.ok(told?.startsWith(`${variables[what]}_API_`), report.advice.join("\n"));
        assert.deepEqual(seen.leftOver, []);
      });
    }
  }

  test("one bad key of three is named", () => {
    const seen = check(makeCore(based), (call) =>
      call.method === "POST" && keyOf(call) === "image-number-1" ? says(401, "Bad key image-number-1") : well(call),
    );
    const { upstreams, advice } = seen.json();
    assert.deepEqual(
      upstreams.filter(({ state }) => state !== "ok").map(({ name, key, says }) => [name, key, says]),
      [["IMAGE_GEN", 1, "Bad key"]],
    );
    assert.ok(advice.some((sentence) => sentence.startsWith("IMAGE_GEN_API_KEY, key 2 of 3: ")));
  });

  test("a model that the server's list lacks is told, and one with a path in front is there", () => {
    const core = makeCore({ ...based, IMAGE_GEN_MODEL: "flux,missing", IMAGE_GEN_API_TYPE: "openai" });
    const seen = check(core, (call) => {
      if (call.method !== "GET" || call.url.includes("llm")) return well(call);
      return list("models/flux");
    });
    const { advice, status } = seen.json();
    assert.equal(status, "ok", "a list may be incomplete");
    assert.deepEqual(
      advice.filter((sentence) => sentence.includes("list")),
      ["IMAGE_GEN_MODEL: the server's list has no model missing."],
    );
  });

  test("a relay that finds no server for a call without a model is well when its list is", () => {
    const seen = check(makeCore(based), (call) =>
      call.method === "POST" && call.url.includes("images") ? says(503, "no channel for model ''") : well(call),
    );
    assert.equal(seen.json().status, "ok");
  });

  test("a wrong setting is told, and nobody is asked", () => {
    const seen = check(makeCore({ ...settings, IMAGE_GEN_MODEL: "" }));
    assert.equal(seen.status, 200);
    const { status, advice, upstreams } = seen.json();
    assert.deepEqual([status, advice[0], upstreams], ["attention", "IMAGE_GEN_MODEL is not set.", []]);
    assert.deepEqual(seen.calls, []);
  });

  test("neither hosts nor keys are told, whatever the upstreams repeat", () => {
    const seen = check(makeCore(based), ({ headers, url }) => says(403, `${headers.authorization} at ${url}`));
    for (const secret of ["number-", "images.example", "llm.example", "client-key", settings.IMAGE_PROXY_SECRET]) {
      assert.ok(!seen.text.includes(secret), secret);
    }
    for (const secret of ["number-", "client-key", settings.IMAGE_PROXY_SECRET]) {
      assert.ok(!JSON.stringify(seen.logs).includes(secret), secret);
    }
  });

  test("one check serves all who ask within a minute", () => {
    const core = makeCore(based);
    const first = check(core);
    const again = check(core, well, { now: startMs + 59_000 });
    assert.deepEqual([again.text, again.calls.length], [first.text, 0]);
    assert.ok(check(core, well, { now: startMs + 60_000 }).calls.length > 0);
  });

  test("a check whose client has left does not keep the next one for long", () => {
    const core = makeCore(based);
    check(core, () => "silent", { clientLeavesAt: 6 });
    const busy = check(core, well, { now: startMs + 1000 });
    assert.deepEqual([busy.status, busy.headers["retry-after"]], [503, "3"]);
    assert.equal(check(core, well, { now: startMs + 21_000 }).json().status, "ok");
  });

  test("without a key there is nothing to see, and without the question the sign of life alone", () => {
    const core = makeCore(based);
    assert.equal(check(core, well, { request: { headers: {} } }).status, 401);
    for (const url of ["/v1/health", "/v1/health?check=0", "/health?check=1", "/health"]) {
      const seen = check(core, well, { request: { url: `https://gateway.example${url}`, headers: {} } });
      assert.deepEqual([seen.status, seen.text, seen.calls.length], [200, '{"status":"ok"}', 0], url);
    }
  });

  test("a check makes at most forty calls", () => {
    const keys = Array.from({ length: 60 }, (_, i) => `image-key-number-${i}`).join(",");
    const seen = check(makeCore({ ...based, IMAGE_GEN_API_KEY: keys }));
    assert.ok(seen.calls.length <= 40, `${seen.calls.length}`);
    assert.match(seen.json().advice.join("\n"), /not asked/);
  });

  test("the demo has nobody to ask", () => {
    const seen = check(makeCore({ AUTHORIZED_API_KEY: "client-key", FLUXGATE_DEMO: "1" }));
    const { status, upstreams } = seen.json();
    assert.deepEqual([status, upstreams, seen.calls.length], ["ok", [], 0]);
  });

  test("a backend whose calls stand by their models: its list is asked with each key", () => {
    const names = { status: 200, body: JSON.stringify({ models: [{ name: "models/gemini-2.5-flash-image" }] }) };
    const gemini = {
      ...settings,
      IMAGE_GEN_API_TYPE: "gemini",
      IMAGE_GEN_API_BASE: "",
      IMAGE_GEN_MODEL: "gemini-2.5-flash-image,gemini-nope",
      IMAGE_GEN_API_KEY: "good-key,bad-key",
    };
    const seen = check(makeCore(gemini), (call) => {
      if (!call.url.includes("googleapis")) return well(call);
      assert.equal(call.url, "https://generativelanguage.googleapis.com/v1beta/models");
      return call.headers["x-goog-api-key"] === "good-key" ? names : says(400, "API key not valid.");
    });
    const report = seen.json();
    const found = report.upstreams.filter(({ name }) => name === "IMAGE_GEN").map(({ key, state }) => [key, state]);
    assert.deepEqual(found.toSorted(), [
      [0, "ok"],
      [1, "refused"],
    ]);
    const advice = report.advice.join("\n");
    assert.match(advice, /IMAGE_GEN_MODEL: the server's list has no model gemini-nope/);
    assert.match(advice, /IMAGE_GEN_API_KEY, key 2 of 2: the server does not accept it/);
    assert.doesNotMatch(advice, /API_BASE|flash-image/);
  });
});
