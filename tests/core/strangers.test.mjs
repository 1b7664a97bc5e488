// Clients beside each other: none is given what another has asked for, and what they send cannot reach into each other's counts.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { alice, ask, clients, codeOf, gatewayOf, withLedger } from "../support/hosts/gate.mjs";
import { describeBuilds } from "../support/hosts/builds.mjs";
import { ledgerUpstream } from "../support/upstreams/ledger.mjs";
import { withStore } from "../support/upstreams/openai_world.mjs";
import { falModel, falQueue, falSettings } from "../support/upstreams/fal_queue.mjs";

const bob = { name: "bob", key: "bob-key-of-the-tests" };
const model = "gpt-image-1";
const orders = ({ calls }) => calls.filter(({ url }) => url.startsWith("https://api.openai.com/"));
const messages = [{ role: "user", content: "a cat" }];

const bodies = {
  "/v1/chat/completions": [
    { model, messages },
    { model, messages, stream: true },
  ],
  "/v1/images/generations": [
    { model, prompt: "a cat" },
    { model, prompt: "a cat", seed: 7, cache: 3600, response_format: "url" },
  ],
  "/v1/responses": [
    { model, input: "a cat" },
    { model, input: "a cat", stream: true },
  ],
  "/mcp": [
    { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "generate_image", arguments: { prompt: "a cat" } } },
  ],
};

/** Names of the ledger in a call of it. */
const namesIn = ({ body }) =>
  JSON.parse(body).map(
    (step) => step.add ?? step.settle ?? step.make ?? step.write ?? step.read ?? step.drop ?? step.list,
  );

describeBuilds("strangers", (makeCore) => {
  for (const [how, services] of Object.entries({ "with a ledger": withLedger, "without one": {} })) {
    const gateway = () =>
      gatewayOf(makeCore, {
        settings: { ...services, ...withStore, AUTHORIZED_API_KEY: "first-key,second-key", ...clients(alice, bob) },
      });
    for (const [path, list] of Object.entries(bodies)) {
      for (const [index, body] of list.entries()) {
        for (const [what, headers] of Object.entries({
          "the same Idempotency-Key": { "idempotency-key": "k-1" },
          "an Idempotency-Key that names another": {
            "idempotency-key": "alice\n/v1/chat/completions\nk".replaceAll("\n", " "),
          },
          "a repeat of an SDK": { "x-stainless-retry-count": "1" },
          nothing: {},
        })) {
          test(`${path} ${index}, ${how}: an equal request with ${what} is another's`, () => {
            const gate = gateway();
            const seen = [alice.key, bob.key, "first-key", "second-key"].map((key) =>
              gate.ask(ask(path, body, { key, headers })),
            );
            for (const each of seen) {
              assert.equal(each.status, 200, each.text);
              assert.equal(orders(each).length, 1, "everybody's own");
              assert.equal(each.headers["x-fluxgate-replayed"], undefined);
            }
          });
        }
      }
    }

    test(`a key of 10 kB, or of more, is refused as any bad one, ${how}`, () => {
      const gate = gateway();
      for (const key of ["x".repeat(10_000), "é".repeat(10_000), `"${"x".repeat(100_000)}"`, "\u007f", "a\u0000b"]) {
        for (const [path, [body]] of Object.entries(bodies)) {
          const seen = gate.ask(ask(path, body, { headers: { "idempotency-key": key } }));
          assert.equal(seen.status, 400, `${key.length}: ${seen.text.slice(0, 100)}`);
          const { error } = seen.json();
          assert.equal(path === "/mcp" ? error.data.code : error.code, "invalid_idempotency_key");
          assert.deepEqual(orders(seen), []);
        }
      }
    });

    test(`a long header that is none of ours does not take a key away, ${how}`, () => {
      const gate = gateway();
      const headers = { "idempotency-key": "k-1", accept: "x".repeat(20_000) };
      const count = () =>
        orders(gate.ask(ask("/v1/images/generations", bodies["/v1/images/generations"][0], { headers }))).length;
      assert.deepEqual([count(), count()], [1, 0]);
    });
  }

  describe("responses that are kept", () => {
    const at = (id, method, key) => ask(`/v1/responses/${id}`, undefined, { method, key });

    for (const background of [false, true]) {
      test(`${background ? "in the background" : "at once"}: nobody else has them, by no way of writing their ids`, () => {
        const fake = falQueue();
        const gate = gatewayOf(makeCore, {
          settings: {
            ...withLedger,
            ...withStore,
            ...clients(alice, bob, { name: "ali", key: "ali-key-of-the-tests" }),
            ...(background && falSettings),
          },
          ...(background && { image: (call) => fake.answer(call) }),
        });
        const made = gate.ask(
          ask("/v1/responses", { model: background ? falModel : model, input: "a cat", background }),
        );
        assert.equal(made.status, 200, made.text);
        const { id } = made.json();
        for (const key of [bob.key, "ali-key-of-the-tests", "client-key"]) {
          for (const written of [
            id,
            `../alice/${id}`,
            `..%2falice%2f${id}`,
            `alice/${id}`,
            `ce/${id}`,
            `${id}/`,
            `${id}%00`,
            `%72esp_${id.slice(5)}`,
            `${id}?client=alice`,
            id.toUpperCase(),
          ]) {
            for (const [path, method] of [
              [written, "GET"],
              [written, "HEAD"],
              [written, "DELETE"],
              [`${written}/cancel`, "POST"],
            ]) {
              const seen = gate.ask(at(path, method, key));
              assert.equal(seen.status, 404, `${method} ${path}: ${seen.text}`);
              if (method !== "HEAD") assert.equal(codeOf(seen), "response_not_found");
              assert.ok(seen.calls.every(({ url }) => url === "binding://LEDGER/"));
            }
          }
        }
        assert.deepEqual([fake.asked, fake.cancelled], [0, 0]);
        assert.equal(gate.ask(at(id, "GET", alice.key)).status, 200);
      });
    }
  });

  describe("names in the ledger", () => {
    const digest = "[0-9a-f]{64}";
    const forms = new RegExp(
      `^(once/${digest}|mcp/${digest}|cache/${digest}|rest/|response/alice/resp_[\\w-]{22,44}|secret/links|` +
        `minute/alice/\\d+|use/alice/2026-01-01/(requests|failed|pictures|cost)|backend/IMAGE_GEN/2026-01-01/(ok|failed|ms/\\d{6})|fault/IMAGE_GEN/\\d)$`,
    );

    test("are of few forms, whatever clients and backends say", () => {
      const evil = [
        "alice/2026-01-01/pictures",
        "../use/bob",
        "a\nb",
        '","add":"use/bob',
        "use/",
        "\u0000",
        "x".repeat(5000),
        "é",
      ];
      const gate = gatewayOf(makeCore, {
        settings: { ...withLedger, ...withStore, ...clients({ ...alice, per_minute: 1000, per_day: 1000 }) },
      });
      const names = new Set();
      const run = (request, world) => {
        for (const call of gate.ask(request, { world }).calls) {
          if (call.url === "binding://LEDGER/") for (const name of namesIn(call)) names.add(name);
        }
      };
      for (const text of evil) {
        const header = /^[ -~]*$/.test(text) ? { headers: { "idempotency-key": text.slice(0, 255) } } : {};
        run(ask("/v1/images/generations", { model: text, prompt: "a cat" }, header));
        run(
          ask(
            "/v1/images/generations",
            { model, prompt: text, user: text, seed: 1, cache: 60, metadata: { [text]: text } },
            header,
          ),
        );
        run(ask("/v1/chat/completions", { model: `${model}:${text}`, messages }));
        run(ask("/v1/responses", { model, input: "a cat", previous_response_id: text, metadata: { id: text } }));
        run(ask("/v1/responses", { model, input: "a cat", prompt_cache_key: text, conversation: text }));
        run(ask(`/v1/responses/${encodeURIComponent(text)}`, undefined, { method: "GET" }));
        run(
          ask("/mcp", {
            jsonrpc: "2.0",
            id: text,
            method: "tools/call",
            params: { name: "generate_image", arguments: { prompt: "a cat", model: text } },
          }),
        );
        run(ask("/v1/images/generations", { model, prompt: "a cat" }), {
          image: { status: 500, body: JSON.stringify({ error: { code: text, message: text, type: text } }) },
        });
      }
      for (const name of names) assert.match(name, forms);
      assert.ok(
        [...names].some((name) => name.startsWith("fault/")),
        [...names].join(),
      );
      assert.ok(names.size < 60, `${names.size}`);
    });

    test("of models that nobody has are never written", () => {
      const ledger = ledgerUpstream();
      const gate = gatewayOf(makeCore, { settings: { ...withLedger, ...clients(alice) }, ledger });
      for (let index = 0; index < 200; index += 1) {
        const { calls } = gate.ask(ask("/v1/images/generations", { model: `model-${index}`, prompt: "a cat" }));
        assert.deepEqual(calls, []);
      }
    });

    test("without a ledger those of 10,000 keys leave the module in its bounds, and others their counts", () => {
      const gate = gatewayOf(makeCore, { settings: clients({ ...alice, per_day: 2 }, bob) });
      assert.equal(gate.ask(ask("/v1/images/generations", { model, prompt: "a cat" })).status, 200);
      const many = { model, prompt: "a cat", response_format: "url" };
      const run = (from, to) => {
        for (let index = from; index < to; index += 1) {
          const headers = { "idempotency-key": `k-${index}` };
          gate.now -= 10;
          gate.ask(ask("/v1/images/generations", many, { key: bob.key, headers }), {
            world: { image: { status: 200, body: "{" } },
          });
        }
      };
      run(0, 6000);
      const before = gate.core.memoryBytes;
      run(6000, 10_000);
      assert.ok(gate.core.memoryBytes - before <= 1024 * 1024, `${gate.core.memoryBytes - before}`);
      assert.equal(gate.usage().today.pictures, 1);
    });
  });
});
