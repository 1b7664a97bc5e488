// The cases of the whole gateway against the module itself, in both builds, with scripted upstreams.
import assert from "node:assert/strict";
import { test } from "node:test";
import { describeBuilds } from "../support/hosts/builds.mjs";
import { codes } from "../../js-glue/memory.mjs";
import { answerOf, check, checkErrorShape, loadCases, prepare, upstreamName } from "../support/cases/cases.mjs";
import { lineOf, loggedCalls } from "../support/clients/log.mjs";
import { batchOf, converse } from "../support/hosts/conversation.mjs";
import { samplePng } from "../support/upstreams/pictures.mjs";
import { completion } from "../support/upstreams/upstream.mjs";

const upstream = { origin: "http://upstream.test:8080", host: "upstream.test:8080" };

const defaults = {
  llm: completion("a tabby cat, red tile roof, warm evening light"),
  image: { body: { images: [{ url: `${upstream.origin}/pictures/cat.png` }] } },
  picture: { headers: { "content-type": "image/png" }, body: samplePng },
};

/** The upstreams of a case as the scripted host wants them. */
function scripted(prepared) {
  const counts = {};
  return ({ url }) => {
    const name = upstreamName(url.slice(upstream.origin.length));
    const answer = answerOf(prepared, name, (counts[name] = (counts[name] ?? -1) + 1)) ?? defaults[name];
    if (answer === "reset") return "failed";
    const { status = 200, headers, body = "" } = answer;
    return { status, headers, body: typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body) };
  };
}

function run(makeCore, prepared, options) {
  const { path, ...request } = prepared.request;
  const core = makeCore(prepared.settings);
  const seen = converse(core, { ...request, url: `https://gateway.example${path}` }, scripted(prepared), options);
  const calls = seen.calls.map((call) => ({ to: upstreamName(call.url.slice(upstream.origin.length)), ...call }));
  return { ...seen, calls };
}

describeBuilds("the gateway", (makeCore) => {
  for (const testCase of loadCases()) {
    const prepared = prepare(testCase, upstream);

    test(testCase.name, () => check(prepared, run(makeCore, prepared)));

    test(`${testCase.name}: whichever reply fails, the answer is a good one`, () => {
      const { effects } = run(makeCore, prepared);
      for (let failing = 0; failing < effects.length; failing += 1) {
        const seen = run(makeCore, prepared, { failing });
        if (seen.status === 0 || seen.text === "") continue;
        if (seen.status >= 400) checkErrorShape(seen.json(), seen.status);
        else if (seen.headers["content-type"] === "application/json" && seen.ending === "complete") seen.json(); // Whole, if it says that it is.
      }
    });

    test(`${testCase.name}: a client that leaves stops everything`, () => {
      const { effects } = run(makeCore, prepared);
      for (let clientLeavesAt = 1; clientLeavesAt <= effects.length; clientLeavesAt += 1) {
        const seen = run(makeCore, prepared, { clientLeavesAt });
        if (seen.callsBeforeLeaving === undefined) continue; // There was nothing left to leave.
        assert.equal(seen.calls.length, seen.callsBeforeLeaving, "no upstream is called afterwards");
        assert.equal(seen.effects.at(-1), "done");
        const { ev, status } = seen.logs.at(-1);
        assert.equal(ev, "request");
        assert.ok(status === 499 || status === seen.status, `${status}`);
      }
    });

    test(`${testCase.name}: closing early at any effect is safe`, () => {
      const { effects } = run(makeCore, prepared);
      for (let closeAfter = 1; closeAfter <= effects.length; closeAfter += 1) run(makeCore, prepared, { closeAfter });
    });
  }
});

describeBuilds("a session", (makeCore) => {
  const settings = prepare(loadCases()[0], upstream).settings;
  const request = {
    method: "POST",
    url: "https://gateway.example/v1/chat/completions",
    headers: { authorization: "Bearer client-key" },
    body: JSON.stringify({ model: "flux-schnell", messages: [{ role: "user", content: "a cat" }] }),
  };
  const llm = { status: 200, body: JSON.stringify(defaults.llm.body) };
  const image = { status: 200, body: JSON.stringify(defaults.image.body) };

  test("the body is not read before the key is known to be good", () => {
    const seen = converse(makeCore(settings), { ...request, headers: {} });
    assert.equal(seen.status, 401);
    assert.ok(!seen.effects.includes("collect"));
  });

  test("a silent optimiser is given up and the picture made from the user's own words", () => {
    const seen = converse(makeCore(settings), request, ({ url }) => (url.includes("llm") ? "silent" : image));
    assert.equal(seen.status, 200);
    assert.equal(seen.headers["x-fluxgate-prompt"], "original");
    assert.equal(seen.cancelled.length > 0, true);
  });

  test("headers tell what has drawn, whatever it is called, and how long all of it took", () => {
    const model = "flüx 50%";
    const body = JSON.stringify({ model, messages: [{ role: "user", content: "a cat" }] });
    const core = makeCore({ ...settings, IMAGE_GEN_MODEL: model });
    const seen = converse(core, { ...request, body }, ({ url }) => ({
      ...(url.includes("llm") ? llm : image),
      ms: 700,
    }));
    assert.equal(seen.headers["x-fluxgate-model"], "fl%C3%BCx 50%25");
    assert.equal(seen.headers["x-fluxgate-ms"], "1400");
    assert.match(seen.headers["access-control-expose-headers"], /x-fluxgate-model, .*x-fluxgate-ms, /);
  });

  test("a silent image backend is a timeout and is asked with no other key", () => {
    const seen = converse(makeCore(settings), request, ({ url }) => (url.includes("llm") ? llm : "silent"));
    assert.equal(seen.status, 504);
    assert.equal(seen.json().error.code, "upstream_timeout");
    assert.equal(seen.calls.filter(({ url }) => url.endsWith("/generate")).length, 1);
  });

  test("the log has one line for a request, with its calls, without a secret or a prompt", () => {
    const seen = converse(makeCore(settings), request, ({ url }) =>
      url.includes("llm") ? llm : { status: 401, body: "first-image-key" },
    );
    assert.deepEqual(
      seen.logs.map(({ ev }) => ev),
      ["config", "request"],
    );
    assert.deepEqual(
      loggedCalls(seen).map((call) => [call.upstream, call.key, call.class]),
      [
        ["OPENAI", 0, "ok"],
        ["IMAGE_GEN", 0, "img_key_auth"],
        ["IMAGE_GEN", 1, "img_key_auth"],
      ],
    );
    const { calls, ...line } = lineOf(seen);
    assert.deepEqual(line, {
      ev: "request",
      rid: seen.headers["x-request-id"],
      face: "chat",
      client: "#1",
      model: "flux-schnell",
      prompt_origin: "optimized",
      size: "1024x1024",
      end: "img_all_auth",
      status: 502,
      bytes: seen.text.length,
      ms: 0,
      outcome: "failed",
      code: "upstream_auth_failed",
      detail: "upstream status 401",
    });
    const text = JSON.stringify(seen.logs) + seen.text;
    for (const secret of ["first-image-key", "second-image-key", "llm-key", "client-key", "a cat", "tabby"]) {
      assert.ok(!text.includes(secret), secret);
    }
  });

  test("LOG_PROMPTS=1 logs the idea, the thinking and the prompt", () => {
    const thinker = { status: 200, body: JSON.stringify(completion("<think>hm</think>a tabby").body) };
    const seen = converse(makeCore({ ...settings, LOG_PROMPTS: "1" }), request, ({ url }) =>
      url.includes("llm") ? thinker : image,
    );
    const { idea, thinking, prompt } = lineOf(seen);
    assert.deepEqual({ idea, thinking, prompt }, { idea: "a cat", thinking: "hm", prompt: "a tabby" });
  });

  test("what is set up and what is odd is told once, at the start, and no secret of it", () => {
    const core = makeCore({
      ...settings,
      IMAGE_GEN_API_BASE_1: settings.IMAGE_GEN_API_BASE,
      IMAGE_GEN_MODEL_1: "flux-schnell",
      IMAGE_GEN_API_KEY_1: "k",
    });
    const logs = [1, 2].flatMap(() => converse(core, { url: "https://gateway.example/health" }).logs);
    assert.deepEqual(
      logs.map(({ ev }) => ev),
      ["config", "request", "request"],
    );
    const [{ version, setup, odd }] = logs;
    assert.match(version, /^\d+\.\d+\.\d+$/);
    assert.deepEqual(
      setup.backends.map(({ name, host, keys }) => [name, host, keys]),
      [
        ["IMAGE_GEN", "upstream.test:8080", 2],
        ["IMAGE_GEN_1", "upstream.test:8080", 1],
      ],
    );
    assert.deepEqual(setup.language_model, {
      host: "upstream.test:8080",
      model: "llm-small",
      reasons: false,
      style: "tags",
      keys: 1,
    });
    assert.match(odd.join("\n"), /AUTHORIZED_API_KEY has a key of fewer than 16 characters/);
    for (const secret of ["client-key", "first-image-key", "llm-key"]) {
      assert.ok(!JSON.stringify(logs).includes(secret), secret);
    }
  });

  test("no line of the log is longer than 8 KiB", () => {
    const long = "m".repeat(9000);
    const core = makeCore({ ...settings, LOG_PROMPTS: "1", IMAGE_GEN_MODEL: `flux-schnell,${long},${long}` });
    const odd = JSON.stringify({
      model: "flux-schnell",
      messages: [{ role: "user", content: `a cat ${"\u0001".repeat(3000)}` }],
    });
    const thinker = {
      status: 200,
      body: JSON.stringify(completion(`<think>${"\u0002".repeat(3000)}</think>a tabby`).body),
    };
    const seen = converse(core, { ...request, body: odd }, ({ url }) => (url.includes("llm") ? thinker : image));
    assert.equal(seen.status, 200);
    assert.deepEqual(
      seen.logs.map(({ ev }) => ev),
      ["config", "request"],
    );
    for (const line of seen.logs) assert.ok(JSON.stringify(line).length < 8192, line.ev);
  });

  test("many sessions at once keep apart", () => {
    const core = makeCore(settings);
    const sessions = Array.from({ length: 64 }, (_, i) => {
      const random = new Uint8Array(16).fill(i);
      const id = core.open(
        `POST https://gateway.example/v1/chat/completions\nauthorization: Bearer client-key\ncontent-length: 7\n`,
        0,
        random,
      );
      return { id, collect: batchOf(core).find(({ kind }) => kind === "collect") };
    });
    sessions.reverse().forEach(({ id, collect }) => {
      core.reply(id, collect.id, codes.ok, "no JSON", 0);
      const effect = batchOf(core).find(({ kind }) => kind === "respond");
      const i = id - 1;
      assert.equal(effect.status, 400);
      assert.match(effect.head, new RegExp(`x-request-id: ${i.toString(16).padStart(2, "0").repeat(16)}\n`));
    });
    for (const { id } of sessions) core.close(id);
  });
});
