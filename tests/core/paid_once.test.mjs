// What a wish may cost: however the backends fail, and however often SDKs ask again, a picture is paid for once; and once more at most for each time that
// IMAGE_RETRY_AMBIGUOUS allows, where a connection was lost. With an Idempotency-Key nothing that asks again adds to that.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { describeBuilds } from "../support/hosts/builds.mjs";
import { converse, startMs } from "../support/hosts/conversation.mjs";
import { picture } from "../support/upstreams/faults.mjs";
import { ledgerUpstream } from "../support/upstreams/ledger.mjs";
import { samplePng } from "../support/upstreams/pictures.mjs";

// ---- What backends do.

const complaint = (status, error = {}, headers = {}) => ({ status, headers, body: JSON.stringify({ error }) });
const answers = {
  "a picture": picture,
  "a connection that is lost": "failed",
  silence: "silent",
  "a body that breaks off": { ...picture, cut: true },
  "half an answer": { status: 200, body: '{"images":[{"ur' },
  "an answer without a picture": { status: 200, body: '{"images":[]}' },
  "a picture at a bad address": { status: 200, body: '{"images":[{"url":"http://10.0.0.1/"}]}' },
  "an error in a good answer": { status: 200, body: '{"code":20015,"message":"no"}' },
  "a limit in a good answer": complaint(200, { code: 429, message: "slow" }),
  "a redirect": { status: 302, headers: { location: "https://elsewhere.example/" } },
  "a rejection": complaint(400, { message: "bad" }),
  "a refused prompt": complaint(400, { code: "content_policy_violation" }),
  "a refused key": complaint(401),
  "a key without money": complaint(402),
  "an unknown model": complaint(404),
  "a timeout of its own": complaint(408),
  "a limit for a moment": complaint(429, {}, { "retry-after": "1" }),
  "a limit for long": complaint(429, {}, { "retry-after": "20" }),
  "a fault of its own": complaint(500),
  "a fault behind it": complaint(502),
  "an overload": complaint(503),
  "a lost origin": { status: 520 },
  "an origin that is away": { status: 521 },
};

/** Has the backend drawn, or may it have? Its own 500, 502 or 504 counts only for an operator who allows no risk at all. */
function mayBePaid(answer, ambiguousCount) {
  if (typeof answer === "string") return true;
  if ([500, 502, 504].includes(answer.status)) return ambiguousCount === 0;
  if ([408, 520, 524].includes(answer.status)) return true;
  return answer.status === 200 && !/^\{"(error|code)"/.test(answer.body);
}

/** How often a picture may be paid for, in one wish. */
const mostPaid = (ambiguousCount) => 1 + ambiguousCount;

// ---- Who is set up.

const keysOf = (name, count) => Array.from({ length: count }, (_, i) => `${name}-key-number-${i}`).join(",");
const one = (count) => ({
  AUTHORIZED_API_KEY: "client-key",
  IMAGE_GEN_API_BASE: "https://first.example/generate",
  IMAGE_GEN_MODEL: "flux",
  IMAGE_GEN_API_KEY: keysOf("first", count),
  IMAGE_PROXY_SECRET: "a-secret-of-the-tests-of-32-bytes-or-more",
});
const two = (count) => ({
  ...one(count),
  FLUX_GEN_API_BASE: "https://other.example/generate",
  FLUX_GEN_MODEL: "flux",
  FLUX_GEN_API_KEY: keysOf("other", count),
});
const setups = { "one key": one(1), "five keys": one(5), "two backends": two(1), "two backends of three keys": two(3) };

// ---- What is asked, and asked again.

const words = "a cat on a wide red roof";
const tool = { name: "generate_image", arguments: { prompt: words } };
const faces = {
  chat: ["/v1/chat/completions", { model: "flux", messages: [{ role: "user", content: words }] }],
  "chat, streamed": [
    "/v1/chat/completions",
    { model: "flux", messages: [{ role: "user", content: words }], stream: true },
  ],
  "chat, with pictures beside": [
    "/v1/chat/completions",
    { model: "flux", messages: [{ role: "user", content: words }], modalities: ["image", "text"] },
  ],
  "images, as base64": ["/v1/images/generations", { model: "flux", prompt: words }],
  "images, by links": ["/v1/images/generations", { model: "flux", prompt: words, response_format: "url" }],
  "images, streamed": ["/v1/images/generations", { model: "flux", prompt: words, stream: true }],
  responses: ["/v1/responses", { model: "flux", input: words }],
  "responses, streamed": ["/v1/responses", { model: "flux", input: words, stream: true }],
  "responses, in the background": ["/v1/responses", { model: "flux", input: words, background: true }],
  mcp: ["/mcp", { jsonrpc: "2.0", id: 1, method: "tools/call", params: tool }],
};

const byStatus = ({ status }) => [408, 409, 429].includes(status) || status >= 500;
/**
 * Whether a client asks again, twice at most. openai-node reads x-should-retry; a stubborn one asks again whatever it is told, as programs do that lose
 * answers.
 */
const clients = {
  openai: ({ status, headers }) =>
    status >= 400 && (headers["x-should-retry"] ? headers["x-should-retry"] === "true" : byStatus({ status })),
  stubborn: () => true,
  patient: () => false,
};

const shownAt = "https://pictures.example.com/cat.png";
const shown = { status: 200, headers: { "content-type": "image/png" }, body: samplePng };

/**
 * Has a client wish for pictures by a face, until it has an answer that it takes. Backends give the answers in turn, and the last one for ever; host: what
 * the pictures' host answers. Gives the answers of the gateway as `seen`, and how many calls of backends there were, and how many may be paid.
 */
function wish(core, face, script, { client = clients.openai, once = false, ambiguousCount, n, host = shown }) {
  const [path, body] = faces[face];
  const asked = { calls: 0, paid: 0, seen: [] };
  let now = startMs;
  const ledger = ledgerUpstream({ now: () => now });
  const upstream = ({ method, url, body }) => {
    if (url.startsWith("binding://LEDGER/")) return ledger(body);
    if (method !== "POST") return host;
    const answer = script[Math.min(asked.calls++, script.length - 1)];
    if (mayBePaid(answer, ambiguousCount)) asked.paid += 1;
    return answer;
  };
  for (let time = 0; time < 3; time += 1) {
    const request = {
      method: "POST",
      url: `https://gateway.example${path}`,
      headers: {
        authorization: "Bearer client-key",
        "content-type": "application/json",
        ...(client === clients.openai && { "x-stainless-retry-count": String(time) }),
        ...(once && { "idempotency-key": "one wish" }),
      },
      body: JSON.stringify({ ...body, ...(n && { n }) }),
    };
    const random = new Uint8Array(16).fill(time + 1);
    const seen = converse(core, request, upstream, { now, random });
    asked.seen.push(seen);
    if (!client(seen)) break;
    now += seen.ms + 1000 * Number(seen.headers["retry-after"] ?? 1);
  }
  return asked;
}

describeBuilds("what a wish costs", (makeCore) => {
  const ambiguous = (count) => ({ IMAGE_RETRY_AMBIGUOUS: String(count) });
  const gateway = (setup, count, more = {}) => makeCore({ ...setups[setup], ...ambiguous(count), ...more });

  /** Each pair of answers: the first call's, and that of all others, or of the second alone. */
  function* pairs() {
    for (const [first, one] of Object.entries(answers)) {
      for (const [then, other] of Object.entries(answers)) {
        yield [`${first}, then ${then}`, [one, other]];
        yield [`${first}, then ${then}, then the first`, [one, other, one]];
      }
    }
  }

  for (const [setup, counts] of Object.entries({
    "one key": [1],
    "five keys": [1],
    "two backends of three keys": [0, 1, 3],
  })) {
    for (const ambiguousCount of counts) {
      test(`${setup}, ${ambiguousCount} ambiguous calls allowed: any failure, and then any other`, () => {
        const most = { paid: 0, asked: 0 };
        for (const [name, script] of pairs()) {
          const { paid, seen } = wish(gateway(setup, ambiguousCount), "chat", script, { ambiguousCount });
          assert.ok(paid <= mostPaid(ambiguousCount), `${name}: ${paid}`);
          if (seen.at(-1).status === 200) assert.ok(paid >= 1, name);
          most.paid = Math.max(most.paid, paid);
          most.asked = Math.max(most.asked, seen.length);
        }
        assert.deepEqual(most, { paid: mostPaid(ambiguousCount), asked: 3 }, "the bound is met, and SDKs ask again");
      });
    }
  }

  for (const face of Object.keys(faces)) {
    describe(face, () => {
      for (const [name, answer] of Object.entries(answers)) {
        test(`${name}: again and again, or once`, () => {
          for (const setup of ["one key", "two backends of three keys"]) {
            for (const script of [[answer], [answer, picture]]) {
              const { paid, seen } = wish(gateway(setup, 1), face, script, { ambiguousCount: 1 });
              const bound = answer === "failed" || answer.status === 520 ? 2 : 1;
              assert.ok(paid <= bound, `${setup}: ${paid}`);
              if (mayBePaid(answer, 1)) assert.equal(seen.length, 1, `${setup}: asked again`);
            }
          }
        });

        test(`${name}: with an Idempotency-Key exactly once, by a client that asks again whatever it is told`, () => {
          for (const services of [{}, { "binding://LEDGER": "1" }]) {
            const paid = (ambiguousCount, script, client = clients.stubborn) =>
              wish(gateway("two backends of three keys", ambiguousCount, services), face, script, {
                client,
                once: true,
                ambiguousCount,
              }).paid;
            assert.equal(paid(0, [answer, picture]), 1);
            assert.equal(paid(0, [answer]), mayBePaid(answer, 0) ? 1 : 0);
            assert.equal(paid(1, [answer]), paid(1, [answer], clients.patient));
          }
        });
      }

      test("pictures that were made, whose host does not give them", () => {
        for (const host of [
          "failed",
          "silent",
          { status: 404 },
          { status: 429, headers: { "retry-after": "1" } },
          { status: 503 },
          { status: 302, headers: { location: "http://10.0.0.1/" } },
          { status: 200, body: "<html>" },
          { ...shown, cut: true },
        ]) {
          for (const once of [false, true]) {
            const { paid, calls } = wish(gateway("two backends", 1), face, [picture], {
              host,
              once,
              ambiguousCount: 1,
            });
            assert.deepEqual([paid, calls], [1, 1], JSON.stringify(host));
          }
        }
      });
    });
  }

  describe("a backend that draws later", () => {
    const queue = {
      ...one(1),
      IMAGE_GEN_API_TYPE: "fal",
      IMAGE_GEN_API_BASE: "",
      IMAGE_GEN_MODEL: "flux=fal-ai/flux/schnell",
      IMAGE_GEN_API_KEY: keysOf("queue", 4),
      "binding://LEDGER": "1",
    };
    const told = (body) => ({ status: 200, body: JSON.stringify(body) });
    const job = "https://queue.fal.run/fal-ai/flux/requests/1";
    const ordered = told({ status: "IN_QUEUE", request_id: "1", status_url: `${job}/status`, response_url: job });
    const usual = {
      order: ordered,
      status: told({ status: "COMPLETED" }),
      result: told({ images: [{ url: shownAt }] }),
    };

    for (const step of Object.keys(usual)) {
      for (const [name, answer] of Object.entries(answers)) {
        test(`${name} at its ${step}, on every face: ordered once, or not at all`, () => {
          for (const [face, [path, body]] of Object.entries(faces)) {
            for (const lasts of [1, 20]) {
              const core = makeCore({ ...queue, ...ambiguous(0) });
              const counts = { order: 0, status: 0, result: 0 };
              let paid = 0;
              let now = startMs;
              const ledger = ledgerUpstream({ now: () => now });
              const upstream = ({ method, url, body }) => {
                if (url.startsWith("binding://LEDGER/")) return ledger(body);
                if (url === shownAt) return shown;
                const at = method === "POST" ? "order" : url.endsWith("/status") ? "status" : "result";
                const said = at === step && ++counts[at] <= lasts ? answer : usual[at];
                if (at === "order" && (said === ordered || mayBePaid(said, 0))) paid += 1;
                return said;
              };
              for (let time = 0; time < 3; time += 1) {
                const headers = {
                  authorization: "Bearer client-key",
                  "content-type": "application/json",
                  "x-stainless-retry-count": String(time),
                };
                const request = { method: "POST", url: `https://gateway.example${path}`, headers };
                const random = new Uint8Array(16).fill(time + 1);
                const seen = converse(core, { ...request, body: JSON.stringify(body) }, upstream, { now, random });
                now += seen.ms + 1000 * Number(seen.headers["retry-after"] ?? 1);
                if (!clients.openai(seen)) break;
              }
              assert.ok(paid <= 1, `${face}: ${paid}`);
              if (step !== "order") assert.equal(paid, 1, face);
            }
          }
        });
      }
    }
  });

  test("three pictures of one wish: each by itself", () => {
    for (const [name, answer] of Object.entries(answers)) {
      for (const script of [[answer], [answer, picture], [picture, answer]]) {
        const { paid } = wish(gateway("two backends", 1), "images, by links", script, { ambiguousCount: 1, n: 3 });
        assert.ok(paid <= 3 * mostPaid(1), `${name}: ${paid}`);
      }
    }
  });
});
