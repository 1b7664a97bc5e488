// Who may, how often, and what it cost: clients with limits, the ledger, and what it does to every face.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, test } from "node:test";
import { lineOf } from "../support/clients/log.mjs";
import { alice, ask, clients, codeOf, gatewayOf, once, withLedger } from "../support/hosts/gate.mjs";
import { describeBuilds } from "../support/hosts/builds.mjs";
import { Conversation, converse, startMs } from "../support/hosts/conversation.mjs";
import { whole } from "../support/upstreams/faults.mjs";
import { falQueue, falSettings } from "../support/upstreams/fal_queue.mjs";
import { ledgerUpstream } from "../support/upstreams/ledger.mjs";
import { keys, settings as drawing, withLlm, withStore, worldOf } from "../support/upstreams/openai_world.mjs";
import { largePng } from "../support/upstreams/pictures.mjs";

const hash = (text) => createHash("sha256").update(text).digest("hex");

const images = (more = {}, options) =>
  ask("/v1/images/generations", { prompt: "a cat", model: "gpt-image-1", ...more }, options);
const chat = (more = {}, options) =>
  ask(
    "/v1/chat/completions",
    { model: "gpt-image-1", messages: [{ role: "user", content: "a cat" }], ...more },
    options,
  );
const drawByTool = (options) => {
  const params = { name: "generate_image", arguments: { prompt: "a cat" } };
  return ask("/mcp", { jsonrpc: "2.0", id: 1, method: "tools/call", params }, options);
};
const orders = ({ calls }) => calls.filter(({ url }) => url.startsWith("https://api.openai.com/"));
const refusedBy429 = {
  status: 429,
  headers: { "retry-after": "30" },
  body: `{"error":{"message":"slow down","code":"rate_limit_exceeded"}}`,
};

describeBuilds("accounts", (makeCore) => {
  const gateway = (options) => gatewayOf(makeCore, options);

  for (const [name, services] of Object.entries({ "with a ledger": withLedger, "by itself": {} })) {
    describe(name, () => {
      const limited = (limits, more = {}) =>
        gateway({ settings: { ...services, ...clients({ ...alice, ...limits }) }, ...more });

      test("pictures of a day are counted, and the next one is refused before anything is asked", () => {
        const gate = limited({ per_day: 3 });
        assert.equal(gate.ask(images({ n: 2 })).status, 200);
        const tooMany = gate.ask(images({ n: 2 }));
        assert.equal(tooMany.status, 429);
        assert.equal(codeOf(tooMany), "client_quota_exceeded");
        assert.equal(tooMany.headers["x-should-retry"], "false");
        assert.equal(tooMany.headers["retry-after"], String(86_400));
        assert.deepEqual(orders(tooMany), []);
        assert.equal(gate.ask(chat()).status, 200);
        assert.equal(gate.ask(chat()).status, 429);
        const { today, limits } = gate.usage();
        assert.deepEqual(
          { ...today, date: undefined },
          { date: undefined, requests: 2, failed: 0, pictures: 3, cost: 0.12 },
        );
        assert.deepEqual(limits, { per_day: 3 });
        gate.now += 86_400_000;
        assert.equal(gate.ask(images()).status, 200);
      });

      test("a failure that cost nothing is given back, one that may have been billed counts", () => {
        const gate = limited({ per_day: 2 });
        const failing = (image) => gate.ask(images(), { world: { image } });
        const bad = { status: 400, body: `{"error":{"message":"no such size","code":"invalid_size"}}` };
        for (let time = 0; time < 3; ++time) assert.equal(failing(bad).status, 400);
        assert.equal(gate.usage().today.pictures, 0);
        assert.equal(failing({ status: 200, body: "no json" }).status, 502);
        assert.equal(gate.usage().today.pictures, 1);
        assert.equal(gate.ask(images()).status, 200);
        assert.equal(gate.ask(images()).status, 429);
      });

      test("requests of a minute are counted, and told", () => {
        const gate = limited({ per_minute: 2 });
        const first = gate.ask(images());
        const rate = (seen) => ["limit", "remaining", "reset"].map((it) => seen.headers[`x-ratelimit-${it}-requests`]);
        assert.deepEqual(rate(first), ["2", "1", "60s"]);
        assert.equal(gate.ask(chat({ messages: [{ role: "user", content: "hi" }] })).status, 200);
        const third = gate.ask(images());
        assert.equal(third.status, 429);
        assert.equal(codeOf(third), "client_rate_limited");
        assert.deepEqual(rate(third).slice(0, 2), ["2", "0"]);
        assert.ok(Number(third.headers["retry-after"]) <= 60);
        assert.equal(third.headers["x-should-retry"], "true");
        gate.now += 60_000;
        assert.equal(gate.ask(images()).status, 200);
      });

      test("money of a day is reserved by the price", () => {
        const gate = limited({ usd_per_day: 0.1 });
        assert.equal(gate.ask(images({ n: 2 })).status, 200);
        const refused = gate.ask(images());
        assert.equal(codeOf(refused), "client_quota_exceeded");
        assert.match(refused.json().error.message, /0\.1 US dollars .* 0\.08/);
      });

      test("a client that leaves may have cost what it asked for", () => {
        const gate = limited({ per_day: 5 });
        const whole = gate.ask(images());
        const order =
          whole.effects.indexOf("fetch", services === withLedger ? whole.effects.indexOf("fetch") + 1 : 0) + 1;
        gate.ask(images(), { clientLeavesAt: order });
        assert.equal(gate.usage().today.pictures, 2);
      });

      describe("Idempotency-Key", () => {
        const store = (more = {}) => gateway({ settings: { ...services, ...clients(alice), ...withStore }, ...more });
        const sameAnswer = (first, second) => {
          assert.equal(second.status, first.status);
          assert.equal(second.text, first.text);
          assert.equal(second.headers["x-fluxgate-replayed"], "1");
          assert.equal(second.headers["content-type"], first.headers["content-type"]);
          assert.deepEqual(orders(second), []);
          assert.notEqual(second.headers["x-request-id"], first.headers["x-request-id"]);
        };
        const photo = largePng(300_000);
        const form = (name) => {
          const boundary = name;
          const parts = [
            `--${boundary}\r\ncontent-disposition: form-data; name="prompt"\r\n\r\nmake it blue\r\n`,
            `--${boundary}\r\ncontent-disposition: form-data; name="image"; filename="a.png"\r\ncontent-type: image/png\r\n\r\n`,
          ];
          return {
            method: "POST",
            url: "https://gateway.example/v1/images/edits",
            headers: {
              authorization: `Bearer ${alice.key}`,
              "content-type": `multipart/form-data; boundary=${boundary}`,
              "idempotency-key": "k-1",
            },
            body: Buffer.concat([Buffer.from(parts.join("")), photo, Buffer.from(`\r\n--${boundary}--\r\n`)]),
          };
        };
        const faces = {
          chat: () => chat({}, once("k-1")),
          "chat, streamed": () => chat({ stream: true }, once('"k-1"')),
          "chat with pictures beside": () => chat({ modalities: ["image", "text"] }, once("k-1")),
          "images as links": () => images({ response_format: "url", n: 2 }, once("k-1")),
          "images as base64": () => images({ n: 3 }, once("k-1")),
          "images, streamed": () => images({ stream: true }, once("k-1")),
          "edits by a form": () => form("boundary-" + Math.random()),
          responses: () => ask("/v1/responses", { model: "gpt-image-1", input: "a cat" }, once("k-1")),
          "responses, streamed": () =>
            ask("/v1/responses", { model: "gpt-image-1", input: "a cat", stream: true }, once("k-1")),
          mcp: () => drawByTool(once("k-1")),
        };
        for (const [face, request] of Object.entries(faces)) {
          test(`${face}: a repeat gets the same answer, and nothing is made again`, () => {
            for (const picture of [undefined, photo]) {
              const gate = store();
              const first = gate.ask(request(), { world: { picture } });
              assert.equal(first.status, 200, first.text);
              assert.equal(first.headers["x-fluxgate-replayed"], undefined);
              assert.ok(orders(first).length > 0);
              sameAnswer(first, gate.ask(request()));
              gate.now += 86_000_000;
              sameAnswer(first, gate.ask(request()));
              gate.now += 1_000_000;
              assert.ok(orders(gate.ask(request())).length > 0);
            }
          });

          test(`${face}: whoever leaves finds the answer at the repeat`, () => {
            const whole = store().ask(request());
            for (let at = 1; at <= whole.effects.length; ++at) {
              const gate = store();
              const left = gate.ask(request(), { clientLeavesAt: at, upstreamsStay: true });
              const again = gate.ask(request());
              assert.equal(again.status, 200, `${at}: ${again.text}`);
              assert.equal(orders(left).length + orders(again).length, orders(whole).length, `left at ${at}`);
            }
          });
        }

        test("the same key for another request is refused", () => {
          const gate = store();
          gate.ask(chat({}, once("k")));
          const other = gate.ask(chat({ messages: [{ role: "user", content: "a dog" }] }, once("k")));
          assert.equal(other.status, 422);
          assert.equal(codeOf(other), "idempotency_key_reused");
          assert.deepEqual(orders(other), []);
          // Another path, and another client, have keys of their own.
          assert.equal(gate.ask(images({}, once("k"))).status, 200);
          assert.ok(orders(gate.ask(chat({}, { ...once("k"), key: "client-key" }))).length > 0);
        });

        test("a key that is none is refused", () => {
          const gate = store();
          for (const key of ["", '""', "é", "x".repeat(256), "a\tb"]) {
            const seen = gate.ask(chat({}, once(key)));
            assert.equal(seen.status, 400, JSON.stringify(key));
            assert.equal(codeOf(seen), "invalid_idempotency_key");
            assert.deepEqual(orders(seen), []);
          }
        });

        test("what failed before it was paid for may be asked again", () => {
          const gate = store();
          const refused = gate.ask(images({}, once("k")), { world: { image: { status: 401, body: "{}" } } });
          assert.equal(refused.status, 502);
          gate.now += 700_000; // The keys rest no more.
          assert.equal(gate.ask(images({}, once("k"))).status, 200);
          const bad = gate.ask(images({ size: "what" }, once("k-2")));
          assert.equal(bad.status, 400);
          assert.equal(gate.ask(images({}, once("k-2"))).status, 200);
        });

        test("a failure that may have been billed is told for ten minutes", () => {
          const gate = store();
          const lost = gate.ask(images({}, once("k")), { world: { image: { status: 200, body: "no json" } } });
          assert.equal(lost.status, 502);
          sameAnswer(lost, gate.ask(images({}, once("k"))));
          gate.now += 600_000;
          assert.equal(gate.ask(images({}, once("k"))).status, 200);
        });

        test("an answer that cannot be kept is told, and never paid for again", () => {
          const gate = gateway({ settings: { ...services, ...clients(alice) } });
          const first = gate.ask(images({}, once("k")), { world: { picture: largePng(1_200_000) } });
          assert.equal(first.status, 200);
          const again = gate.ask(images({}, once("k")));
          assert.equal(again.status, 409);
          assert.equal(codeOf(again), "idempotency_result_gone");
          assert.equal(again.headers["x-should-retry"], "false");
          assert.deepEqual(orders(again), []);
        });
      });

      test("many repeats at once of a long answer wait for room", () => {
        const settings = { ...drawing, ...services, ...clients(alice) };
        const core = makeCore(settings);
        const now = { ms: startMs };
        const ledger = ledgerUpstream({ now: () => now.ms });
        const others = worldOf({ picture: largePng(700_000) });
        const world = (call, index) =>
          call.url.startsWith("binding://LEDGER/") ? ledger(call.body) : others(call, index);
        const running = new Set();
        const conversations = Array.from({ length: 64 }, (_, index) => {
          const random = new Uint8Array(16).fill(index + 1);
          const takesMs = () => (index === 0 ? 0 : 20);
          const each = new Conversation(core, images({}, once("k")), world, { now: startMs, random, takesMs });
          if (each.goOn()) running.add(each); // Before the next one leaves a batch.
          return each;
        });
        while (running.size > 0) {
          const [next] = [...running].sort((one, other) => one.dueMs - other.dueMs);
          now.ms = Math.max(now.ms, next.dueMs);
          next.passTime();
          if (!next.goOn()) running.delete(next);
        }
        const seen = conversations.map((each) => each.finish());
        assert.equal(seen.flatMap(orders).length, 1);
        const [{ text }] = seen;
        assert.ok(text.length > 900_000);
        for (const each of seen)
          assert.deepEqual([each.status, each.text === text], [200, true], each.text.slice(0, 200));
        assert.ok(core.memoryBytes < 80 * 1024 * 1024, `${core.memoryBytes / 1024 / 1024} MiB`);
      });

      test("a call of MCP that comes again finds its answer", () => {
        const gate = gateway({ settings: { ...services, ...clients(alice), ...withStore } });
        const params = { name: "generate_image", arguments: { prompt: "a cat" } };
        const first = gate.ask(ask("/mcp", { jsonrpc: "2.0", id: 1, method: "tools/call", params }));
        const again = gate.ask(ask("/mcp", { jsonrpc: "2.0", id: 2, method: "tools/call", params }));
        assert.equal(again.json().id, 2);
        assert.deepEqual(again.json().result.structuredContent, first.json().result.structuredContent);
        assert.deepEqual(orders(again), []);
        const stranger = gate.ask(
          ask("/mcp", { jsonrpc: "2.0", id: 2, method: "tools/call", params }, { key: "client-key" }),
        );
        assert.ok(orders(stranger).length > 0);
      });
    });
  }

  describe("clients", () => {
    test("may use the models that their globs name", () => {
      const settings = {
        IMAGE_GEN_MODEL: "gpt-image-1,gpt-image-1-mini",
        ...clients({ ...alice, models: ["*-mini", "flux*"] }),
      };
      const gate = gateway({ settings });
      for (const path of ["/v1/images/generations", "/v1/chat/completions", "/v1/responses"]) {
        const body = {
          model: "gpt-image-1",
          prompt: "a cat",
          input: "a cat",
          messages: [{ role: "user", content: "a cat" }],
        };
        const seen = gate.ask(ask(path, body), {});
        assert.equal(seen.status, path.includes("responses") ? 403 : 403, seen.text);
        assert.equal(codeOf(seen), "model_not_allowed");
        assert.deepEqual(orders(seen), []);
      }
      assert.equal(gate.ask(images({ model: "gpt-image-1-mini" })).status, 200);
      const listed = gate
        .ask(ask("/v1/models", undefined, { method: "GET" }))
        .json()
        .data.map(({ id }) => id);
      assert.deepEqual(listed, ["gpt-image-1-mini"]);
      assert.equal(gate.ask(ask("/v1/models/gpt-image-1", undefined, { method: "GET" })).status, 404);
      const all = gate.ask(ask("/v1/models", undefined, { method: "GET", key: "client-key" })).json().data;
      assert.equal(all.length, 2);
    });

    test("may be known by the SHA-256 of their keys, in any of several variables", () => {
      const bob = { name: "bob", key_sha256: hash("bob-key").toUpperCase() };
      const gate = gateway({ settings: { CLIENTS_2: JSON.stringify([bob]), ...clients(alice) } });
      for (const key of ["bob-key", alice.key, "client-key"]) {
        const seen = gate.ask(images({}, { key }));
        assert.equal(seen.status, 200);
        assert.equal(lineOf(seen, "request").client, key === "bob-key" ? "bob" : key === alice.key ? "alice" : "#1");
      }
      for (const key of [bob.key_sha256, "bob-key ".repeat(2), "#1"]) {
        assert.equal(gate.ask(images({}, { key })).status, 401);
      }
    });

    const wrong = {
      "{}": /CLIENTS must be a JSON array/,
      "[1]": /client 1 needs a name/,
      '[{"name":"a/b","key":"k"}]': /client 1 needs a name/,
      '[{"name":"a"}]': /client 1 needs either key or key_sha256/,
      '[{"name":"a","key":"k","key_sha256":"00"}]': /needs either/,
      '[{"name":"a","key_sha256":"00"}]': /not 64 hexadecimal/,
      '[{"name":"a","key":"secret-of-a","per_day":-1}]': /per_day that is no whole number/,
      '[{"name":"a","key":"secret-of-a","per_minute":"9"}]': /per_minute that is no/,
      '[{"name":"a","key":"secret-of-a","models":[]}]': /models that are no list/,
      '[{"name":"a","key":"secret-of-a","output":"paper"}]': /output that is not/,
      '[{"name":"a","key":"secret-of-a","optimize":"yes"}]': /optimize that is not/,
      '[{"name":"a","key":"k"},{"name":"a","key":"l"}]': /two clients of the name a/,
      '[{"name":"a","key":"k"},{"name":"b","key":"k"}]': /two clients have one key/,
      '[{"name":"a","key":"client-key"}]': /two clients have one key/,
    };
    for (const [list, expected] of Object.entries(wrong)) {
      test(`a wrong list is told to those with a key: ${list}`, () => {
        const gate = gateway({ settings: { CLIENTS: list } });
        const seen = gate.ask(images({}, { key: "client-key" }));
        assert.equal(seen.status, 500);
        assert.equal(codeOf(seen), "configuration_error");
        assert.match(seen.json().error.message, expected);
        assert.doesNotMatch(seen.text, /secret-of-a/);
      });
    }

    test("a hostile list lets nobody in, names no key, and takes its room back", () => {
      const entry = (more) => JSON.stringify({ name: "a", key: "secret-of-a", ...more });
      const hostile = {
        "a million clients": `[${Array(1_000_000).fill("{}").join()}]`,
        "10,001 clients": JSON.stringify(
          Array.from({ length: 10_001 }, (_, at) => ({ name: `c${at}`, key: `k${at}` })),
        ),
        "a name of 5 MB": `[${entry({ name: "a".repeat(5_000_000) })}]`,
        "a number of 5 MB": `[{"name":"a","key":"secret-of-a","per_day":${"9".repeat(5_000_000)}}]`,
        "5 MB of white space": `[${" ".repeat(5_000_000)}`,
        "lists 100,000 deep": "[".repeat(100_000) + "]".repeat(100_000),
        "models 1,000 deep": `[{"name":"a","key":"secret-of-a","models":${"[".repeat(1000)}${"]".repeat(1000)}}]`,
        "a million models": `[${entry({ models: Array(1_000_000).fill("*") })}]`,
        "a member __proto__": '[{"name":"a","key":"secret-of-a","__proto__":{"per_day":1}}]',
        "a prototype": '[{"__proto__":{"name":"a","key":"secret-of-a"}}]',
        "a constructor": `[${entry({ constructor: { prototype: { is_operator: true } } })}]`,
        "a right that is none": `[${entry({ is_operator: true })}]`,
        "a member in escapes": '[{"name":"a","key":"secret-of-a","\\u0070er_day":1}]',
        "the name of an operator": `[${entry({ name: "#admin" })}]`,
        "a name with a slash": `[${entry({ name: "a/2026-01-01/pictures" })}]`,
        "a name with a line end": `[${entry({ name: "a\nb" })}]`,
        "a name with NUL": `[${entry({ name: "a\u0000" })}]`,
        "a name of Cyrillic letters": `[${entry({ name: "аlice" })}]`,
        "two of one name": `[${entry()},${entry({ key: "another" })}]`,
        "a key twice, once as its hash": `[${entry()},{"name":"b","key_sha256":"${hash("secret-of-a")}"}]`,
        "two texts": `[${entry()}][]`,
        "half a text": `[${entry()},`,
      };
      for (const [what, list] of Object.entries(hostile)) {
        const gate = gateway({ settings: { CLIENTS: list } });
        const before = gate.core.memoryBytes;
        for (const key of ["secret-of-a", "client-key"]) {
          const seen = gate.ask(images({}, { key }));
          assert.equal(codeOf(seen), key === "client-key" ? "configuration_error" : "invalid_api_key", what);
          assert.doesNotMatch(seen.text, /secret-of-a/);
          assert.ok(seen.text.length < 1000, what);
        }
        assert.ok(gate.core.memoryBytes - before <= 1024 * 1024, what);

        const served = gateway({
          settings: { "binding://CLIENTS": "1", ...clients(alice) },
          services: { CLIENTS: () => ({ status: 200, body: list }) },
        });
        const refused = served.ask(images({}, { key: "secret-of-a" }));
        assert.equal(codeOf(refused), "overloaded", what);
        assert.doesNotMatch(JSON.stringify(refused.logs), /secret-of-a/);
        assert.ok(JSON.stringify(lineOf(refused)).length < 1000, what);
        assert.equal(served.ask(images()).status, 200, `${what}: those of the settings are let in`);
        assert.ok(served.core.memoryBytes < 32 * 1024 * 1024, `${what}: ${served.core.memoryBytes}`);
      }
    });

    test("of a member that comes twice the last one counts", () => {
      const gate = gateway({
        settings: {
          CLIENTS: '[{"name":"a","key":"first-of-a","name":"b","key":"second-of-a","per_day":9,"per_day":1}]',
        },
      });
      const key = "second-of-a";
      assert.equal(gate.ask(images({}, { key: "first-of-a" })).status, 401);
      assert.equal(lineOf(gate.ask(images({}, { key }))).client, "b");
      assert.equal(codeOf(gate.ask(images({}, { key }))), "client_quota_exceeded");
    });

    test("a limit of money needs prices", () => {
      const gate = gateway({ settings: { IMAGE_GEN_PRICE: "", ...clients({ ...alice, usd_per_day: 1 }) } });
      const seen = gate.ask(images());
      assert.match(seen.json().error.message, /alice has a usd_per_day.*gpt-image-1 has no price/);
    });

    test("have what the operator has set for them: the output", () => {
      const gate = gateway({ settings: { ...withStore, ...clients({ ...alice, output: "images" }) } });
      const [{ message }] = gate.ask(chat()).json().choices;
      assert.match(message.images[0].image_url.url, /^data:image\/png;base64,/);
      const linked = gateway({ settings: { ...withStore, ...clients({ ...alice, output: "link" }) } });
      const plain = linked.ask(chat({ modalities: ["image", "text"] })).json().choices[0].message;
      assert.equal(plain.images, undefined);
    });
  });

  describe("the service CLIENTS", () => {
    const listed =
      (list, status = 200) =>
      () => ({ status, body: JSON.stringify(list) });
    const withClients = { "binding://CLIENTS": "1" };

    test("is read when a key is not configured, and again after a minute", () => {
      let list = [alice];
      let reads = 0;
      const gate = gateway({
        settings: withClients,
        services: { CLIENTS: () => (++reads, { status: 200, body: JSON.stringify(list) }) },
      });
      assert.equal(gate.ask(images({}, { key: "client-key" })).status, 200);
      assert.equal(reads, 0);
      assert.equal(gate.ask(images()).status, 200);
      assert.equal(gate.ask(images()).status, 200);
      assert.equal(gate.ask(images({}, { key: "nobody" })).status, 401);
      assert.equal(reads, 1);
      list = [{ ...alice, key: "another" }];
      gate.now += 61_000;
      assert.equal(gate.ask(images()).status, 401);
      assert.equal(gate.ask(images({}, { key: "another" })).status, 200);
      assert.equal(reads, 2);
    });

    test("the last good list stays when reading fails", () => {
      for (const bad of [
        { status: 500, body: "" },
        "failed",
        "silent",
        { status: 200, body: "[{}]" },
        { status: 200, body: "x".repeat(3_000_000) },
      ]) {
        let answer = { status: 200, body: JSON.stringify([alice]) };
        const gate = gateway({ settings: withClients, services: { CLIENTS: () => answer } });
        assert.equal(gate.ask(images()).status, 200);
        answer = bad;
        gate.now += 61_000;
        const seen = gate.ask(images());
        assert.equal(seen.status, 200, JSON.stringify(bad).slice(0, 40));
        assert.ok(lineOf(seen, "clients_failed"));
      }
    });

    test("without a first list nobody of it is let in, and nobody else is kept out", () => {
      const gate = gateway({ settings: withClients, services: { CLIENTS: () => "failed" } });
      const seen = gate.ask(images());
      assert.equal(seen.status, 503);
      assert.equal(seen.headers["x-should-retry"], "true");
      assert.equal(gate.ask(images({}, { key: "client-key" })).status, 200);
      const none = gateway({ settings: withClients, services: { CLIENTS: listed(null, 404) } });
      assert.equal(none.ask(images()).status, 401);
    });
  });

  describe("a ledger that fails", () => {
    const settings = { ...withLedger, ...clients({ ...alice, per_day: 1 }) };
    const faults = {
      "is down": "failed",
      "is slow": { status: 200, body: "[]", ms: 800 },
      "is silent": "silent",
      "is full": { status: 507, body: "" },
      breaks: { status: 500, body: "" },
      "says nothing": { status: 200, body: "[]" },
      "says odd things": { status: 412, body: `{"step":9}` },
      "says no JSON": { status: 200, body: "<html>" },
    };
    for (const [name, ledger] of Object.entries(faults)) {
      test(`${name}: limits do not hold, and the log says so`, () => {
        const gate = gateway({ settings, ledger });
        for (let time = 0; time < 2; ++time) {
          const seen = gate.ask(images());
          assert.equal(seen.status, 200, seen.text);
          assert.equal(lineOf(seen, "request").limits, "off");
        }
      });

      test(`${name}: with LEDGER_REQUIRED nothing is made`, () => {
        const gate = gateway({ settings: { ...settings, LEDGER_REQUIRED: "1" }, ledger });
        const seen = gate.ask(images());
        assert.equal(seen.status, 503);
        assert.equal(codeOf(seen), "ledger_unavailable");
        assert.equal(seen.headers["x-should-retry"], "true");
        assert.deepEqual(orders(seen), []);
      });
    }

    test("at every call: no request fails for it", () => {
      const asked = () => images({ n: 2 }, once("k"));
      const everything = { ...settings, ...withStore, "binding://RATES": "1", "binding://EVENTS": "1" };
      const services = { RATES: () => ({ status: 200 }), EVENTS: () => ({ status: 200 }) };
      const whole = gateway({ settings: { ...everything, ...clients({ ...alice, per_day: 9 }) }, services }).ask(
        asked(),
      );
      let services_called = 0;
      whole.effects.forEach((kind, at) => {
        if (kind !== "fetch") return;
        const gate = gateway({ settings: { ...everything, ...clients({ ...alice, per_day: 9 }) }, services });
        const seen = gate.ask(asked(), { failing: at });
        const call = seen.calls[whole.effects.slice(0, at).filter((it) => it === "fetch").length];
        if (!call?.url.startsWith("binding://")) return;
        ++services_called;
        assert.equal(seen.status, 200, `${call.url}: ${seen.text.slice(0, 200)}`);
      });
      assert.ok(services_called >= 5, String(services_called));
    });
  });

  describe("a ledger that does what it is asked and says so too late", () => {
    const limits = { ...withLedger, ...withStore, ...clients({ ...alice, per_day: 5 }) };
    /** A gateway whose ledger is late `lateTimes` times. */
    function lateGateway({ lateTimes = 1, settings = {} } = {}) {
      let time;
      const ledger = ledgerUpstream({ now: () => time });
      const late = (text, now) => ((time = now), { ...ledger(text), ...(lateTimes-- > 0 && { ms: 2500 }) });
      return gateway({ settings: { ...limits, ...settings }, ledger: late });
    }

    test("what was made is counted, and nothing else", () => {
      const gate = lateGateway();
      assert.equal(lineOf(gate.ask(images({ n: 2 })), "request").limits, "off");
      gate.now += 600_000; // What is held ends.
      const { requests, pictures, cost } = gate.usage().today;
      assert.deepEqual({ requests, pictures, cost }, { requests: 1, pictures: 2, cost: 0.08 });
    });

    test("with LEDGER_REQUIRED nothing stays reserved", () => {
      const gate = lateGateway({ settings: { LEDGER_REQUIRED: "1" } });
      assert.equal(gate.ask(images({ n: 3 })).status, 503);
      const { requests, pictures } = gate.usage().today;
      assert.deepEqual({ requests, pictures }, { requests: 0, pictures: 0 });
    });

    test("a client that leaves meanwhile has nothing reserved", () => {
      const gate = lateGateway();
      const left = gate.ask(images({ n: 3 }), { clientLeavesAt: 3, upstreamsStay: true });
      assert.deepEqual([left.effects.slice(0, 3), orders(left)], [["log", "collect", "fetch"], []]);
      assert.equal(gate.usage().today.pictures, 0);
    });

    const call = () => drawByTool();
    for (const [name, request] of Object.entries({
      "a repeat with its key": () => images({}, once("k")),
      "a call of MCP that comes again": call,
    })) {
      test(`${name} waits for nobody`, () => {
        const gate = lateGateway();
        assert.equal(gate.ask(request()).status, 200);
        const again = gate.ask(request());
        assert.equal(again.status, 200);
        assert.ok(again.ms < 1000, `${again.ms} ms`);
        const replayed = gate.ask(request());
        assert.deepEqual([replayed.status, orders(replayed)], [200, []]);
      });

      test(`${name} is made when the ledger, which is required, is there again`, () => {
        const gate = lateGateway({ lateTimes: 2, settings: { LEDGER_REQUIRED: "1" } });
        gate.ask(request());
        const again = gate.ask(request());
        assert.equal(again.status, 200, again.text);
        assert.ok(again.ms < 1000, `${again.ms} ms`);
      });
    }
  });

  test("keys that rest are known to other instances", () => {
    const now = { ms: startMs };
    const ledger = ledgerUpstream({ now: () => now.ms });
    const [one, other] = [1, 2].map(() => gateway({ settings: withLedger, ledger }));
    const used = (seen) => orders(seen).map(({ headers }) => headers.authorization.replace("Bearer ", ""));
    const refusing = (call) => (call.headers.authorization.endsWith(keys[0]) ? refusedBy429 : undefined);
    const plain = worldOf();
    const image = (call, index) => refusing(call) ?? plain(call, index);
    const first = one.ask(images({}, { key: "client-key" }), { world: { image } });
    assert.deepEqual(used(first), keys);
    other.now = one.now;
    for (let time = 0; time < 3; ++time) {
      assert.deepEqual(used(other.ask(images({}, { key: "client-key" }), { world: { image } })), [keys[1]]);
    }
    now.ms += 31_000;
    other.now += 31_000;
    assert.ok(used(other.ask(images({}, { key: "client-key" }))).length === 1);
  });

  test("and those of the language model, apart from one of a backend that is the same", () => {
    const now = { ms: startMs };
    const ledger = ledgerUpstream({ now: () => now.ms });
    const llmKeys = [keys[0], "llm-key-two"];
    const settings = { ...withLedger, ...withLlm, OPENAI_API_KEY: llmKeys.join() };
    const [one, other] = [1, 2].map(() => gateway({ settings, ledger }));
    const used = ({ calls }, host) =>
      calls
        .filter(({ url }) => url.startsWith(host))
        .map(({ headers }) => headers.authorization.slice("Bearer ".length));
    const llm = ({ headers }) => (headers.authorization.endsWith(llmKeys[0]) ? refusedBy429 : whole("a tabby cat"));
    const first = one.ask(chat({}, { key: "client-key" }), { world: { llm } });
    assert.deepEqual(used(first, "https://llm.example/"), llmKeys);
    other.now = one.now;
    const second = other.ask(chat({}, { key: "client-key" }), { world: { llm } });
    assert.deepEqual(used(second, "https://llm.example/"), [llmKeys[1]]);
    assert.deepEqual(used(second, "https://api.openai.com/"), [keys[0]]);
  });

  test("the operator sees all, a client its own", () => {
    const settings = { ...withLedger, ADMIN_API_KEY: "admin-key", ...clients({ ...alice, per_day: 10 }) };
    const gate = gateway({ settings });
    gate.ask(images({ n: 2 }));
    gate.ask(images({}, { key: "client-key" }));
    gate.ask(images(), { world: { image: { ...refusedBy429 } } });
    const own = gate.usage();
    assert.equal(own.object, "usage");
    assert.equal(own.client, "alice");
    assert.equal(own.scope, "all");
    assert.equal(own.clients, undefined);
    assert.equal(own.backends, undefined);
    assert.deepEqual(own.today, { date: "2026-01-01", requests: 2, failed: 1, pictures: 2, cost: 0.08 });
    const all = gate.usage("admin-key");
    assert.deepEqual(
      all.clients.map(({ name, today }) => [name, today.pictures]),
      [
        ["#1", 1],
        ["alice", 2],
      ],
    );
    const [backend] = all.backends;
    assert.equal(backend.name, "IMAGE_GEN");
    assert.equal(backend.ok, 3);
    assert.ok(backend.failed >= 1);
    assert.ok(backend.p50_ms > 0 && backend.p95_ms >= backend.p50_ms);
    assert.ok(backend.failures.length > 0 && backend.failures[0].status === 429);
    assert.deepEqual(
      backend.keys.map(({ key, state }) => [key, state]),
      [
        [0, "resting"],
        [1, "resting"],
      ],
    );
    for (const secret of [...keys, "admin-key", alice.key]) assert.ok(!JSON.stringify(all).includes(secret));
  });

  test("floods are refused by the service RATES, and a data point tells of every request", () => {
    const events = [];
    let status = 200;
    const services = {
      RATES: (call) => (assert.equal(call.url, "binding://RATES/alice"), { status }),
      EVENTS: ({ body }) => (events.push(JSON.parse(body)), { status: 200 }),
    };
    const gate = gateway({
      settings: { "binding://RATES": "1", "binding://EVENTS": "1", ...clients(alice) },
      services,
    });
    assert.equal(gate.ask(images({ n: 2 })).status, 200);
    status = 429;
    const refused = gate.ask(images());
    assert.equal(refused.status, 429);
    assert.equal(codeOf(refused), "client_rate_limited");
    assert.deepEqual(orders(refused), []);
    assert.equal(events.length, 2);
    const [good, bad] = events;
    assert.deepEqual(good.indexes, ["alice"]);
    assert.deepEqual(good.blobs, ["images", "gpt-image-1", "IMAGE_GEN", "ok", ""]);
    assert.deepEqual(good.doubles.slice(1, 5), [2, 0.08, 2, 200]);
    assert.deepEqual(bad.blobs.slice(3), ["refused", "client_rate_limited"]);
  });

  describe("pictures that are drawn later", () => {
    const gateOf = (fake, more = {}) =>
      gateway({
        settings: { ...withLedger, ...withStore, ...falSettings, ...clients({ ...alice, per_day: 5 }), ...more },
        image: fake.answer,
      });
    const wish = (more = {}, options = once("k")) =>
      images({ model: "fal-ai/flux/schnell", response_format: "url", ...more }, options);

    test("are not called off when the client of a request with a key leaves: the repeat asks on", () => {
      const fake = falQueue();
      const gate = gateOf(fake);
      fake.isDone = (id) => id === 1;
      const probe = gateOf(falQueue());
      const whole = probe.ask(wish({ n: 2 }), { clientLeavesAt: 9, upstreamsStay: true });
      assert.ok(whole.ms >= 25_000);
      const left = gate.ask(wish({ n: 2 }), { clientLeavesAt: 9, upstreamsStay: true });
      assert.ok(left.ms >= 25_000 && left.ms < 30_000, String(left.ms));
      assert.deepEqual([fake.submitted, fake.cancelled], [2, 0]);
      assert.equal(gate.usage().today.pictures, 2);
      const record = gate.ask(wish({ n: 2 }), { clientLeavesAt: 12, upstreamsStay: true });
      assert.ok(record.calls.length > 0);
      assert.ok(
        !JSON.stringify(record.calls.filter(({ url }) => url.startsWith("binding://LEDGER"))).includes("fal-key"),
      );
      fake.isDone = () => true;
      const again = gate.ask(wish({ n: 2 }));
      assert.equal(again.status, 200, again.text);
      assert.equal(again.json().data.length, 2);
      assert.deepEqual([fake.submitted, fake.cancelled], [2, 0]);
      assert.equal(gate.usage().today.pictures, 2);
      assert.equal(gate.ask(wish({ n: 2 })).text, again.text);
    });

    test("are called off without one", () => {
      const fake = falQueue();
      const left = gateOf(fake).ask(wish({}, {}), { clientLeavesAt: 6, upstreamsStay: true });
      assert.ok(left.ms < 25_000);
      assert.deepEqual([fake.submitted, fake.cancelled], [1, 1]);
    });
  });

  describe("responses that are kept", () => {
    const kept = (more = {}) => gateway({ settings: { ...withLedger, ...withStore, ...clients(alice), ...more } });
    const respond = (more = {}) => ask("/v1/responses", { model: "gpt-image-1", input: "a cat", ...more });
    const at = (id, method = "GET", options = {}) => ask(`/v1/responses/${id}`, undefined, { method, ...options });
    const objectOf = (seen) =>
      seen.headers["content-type"].startsWith("text/event-stream")
        ? JSON.parse(/event: response\.completed\ndata: (.*)\n/.exec(seen.text)[1]).response
        : seen.json();

    for (const [form, more] of Object.entries({
      whole: {},
      streamed: { stream: true },
      "with drafts": { stream: true, tools: [{ type: "image_generation", partial_images: 1 }] },
    })) {
      for (const picture of [undefined, largePng(300_000)]) {
        test(`${form}${picture ? ", a large picture" : ""}: can be had by their ids, and deleted`, () => {
          const gate = kept();
          const made = objectOf(gate.ask(respond(more), { world: { picture } }));
          const again = gate.ask(at(made.id));
          assert.equal(again.status, 200, again.text);
          assert.equal(again.headers["content-type"], "application/json");
          assert.equal(again.headers["x-fluxgate-replayed"], undefined);
          assert.deepEqual(again.json(), made);
          assert.deepEqual(orders(again), []);
          assert.equal(codeOf(gate.ask(at(made.id, "GET", { key: "client-key" }))), "response_not_found");
          const cancelled = gate.ask(at(`${made.id}/cancel`, "POST"));
          assert.equal(cancelled.status, 400);
          assert.deepEqual(gate.ask(at(made.id, "DELETE")).json(), { id: made.id, object: "response", deleted: true });
          for (const method of ["GET", "DELETE"])
            assert.equal(codeOf(gate.ask(at(made.id, method))), "response_not_found");
        });
      }
    }

    test("not those that the client wants forgotten, and none without a ledger", () => {
      for (const [gate, more] of [
        [kept(), { store: false }],
        [kept({ "binding://LEDGER": "" }), {}],
      ]) {
        const made = objectOf(gate.ask(respond(more)));
        assert.equal(codeOf(gate.ask(at(made.id))), "response_not_found");
      }
      for (const path of ["resp_", "x", `resp_${"a".repeat(22)}/input_items`, "%2e%2e", "resp_" + "a".repeat(22)]) {
        assert.equal(codeOf(kept().ask(at(path))), "response_not_found", path);
      }
    });

    test("a client that leaves is not waited for", () => {
      const whole = kept().ask(respond());
      const gate = kept();
      const left = gate.ask(respond(), { clientLeavesAt: whole.effects.lastIndexOf("fetch") });
      assert.ok(left.ms < 1000, `${left.ms}`);
    });
  });

  describe("requests that an SDK sends again", () => {
    const options = (count) => ({ key: "client-key", headers: { "x-stainless-retry-count": String(count) } });
    test("get the answer of the equal one that has just ended", () => {
      const gate = gateway();
      const first = gate.ask(chat({}, options(0)));
      const again = gate.ask(chat({}, options(1)));
      assert.equal(again.text, first.text);
      assert.deepEqual(orders(again), []);
      // A new wish is a new picture, as is one of somebody else, another one, and a late one.
      assert.equal(orders(gate.ask(chat({}, options(0)))).length, 1);
      const other = { messages: [{ role: "user", content: "a dog" }] };
      assert.equal(orders(gate.ask(chat(other, options(1)))).length, 1);
      gate.now += 60_000;
      assert.equal(orders(gate.ask(chat({}, options(2)))).length, 1);
      for (const odd of ["", "x", "-1", "1e9"]) assert.equal(gate.ask(chat({}, options(odd))).status, 200);
    });

    test("are made anew when the first one has failed", () => {
      const gate = gateway();
      const failed = gate.ask(images({}, options(0)), { world: { image: { status: 503, body: "" } } });
      assert.equal(failed.status, 503);
      assert.equal(orders(gate.ask(images({}, options(1)))).length, 1);
    });
  });

  describe("pictures that a client wants again", () => {
    const shared = (more = {}) => gateway({ settings: { ...withLedger, ...withStore, ...clients(alice), ...more } });
    const wish = (more = {}, options) => images({ seed: 7, cache: 3600, ...more }, options);

    test("come from the store, for nothing, for as long as was said", () => {
      for (const response_format of ["url", "b64_json"]) {
        const gate = shared();
        const first = gate.ask(wish({ response_format, n: 2 }));
        const second = gate.ask(wish({ response_format, n: 2 }));
        assert.equal(second.status, 200, second.text);
        assert.deepEqual(second.json().data, first.json().data);
        assert.deepEqual(orders(second), []);
        assert.equal(second.headers["x-fluxgate-cost"], "0");
        assert.equal(gate.usage().today.pictures, 2);
        gate.now += 3_601_000;
        assert.equal(orders(gate.ask(wish({ response_format, n: 2 }))).length, 2);
      }
    });

    test("by the header as well, and in a chat", () => {
      const gate = shared();
      const asked = () => chat({ seed: 7 }, { headers: { "x-fluxgate-cache": "60" } });
      const first = gate.ask(asked());
      const second = gate.ask(asked());
      assert.deepEqual(orders(second), []);
      assert.equal(second.json().choices[0].message.content, first.json().choices[0].message.content);
    });

    test("are the same in all that counts, and of the same client", () => {
      const gate = shared();
      gate.ask(wish());
      const others = [
        { seed: 8 },
        { prompt: "a dog" },
        { size: "1536x1024" },
        { quality: "high" },
        { negative_prompt: "dogs" },
        { cache: 0 },
        { seed: undefined },
      ];
      for (const other of others) assert.equal(orders(gate.ask(wish(other))).length, 1, JSON.stringify(other));
      assert.equal(orders(gate.ask(wish({}, { key: "client-key" }))).length, 1);
      assert.equal(orders(gate.ask(wish())).length, 0);
    });

    test("are made anew when the store has them no more", () => {
      const gate = shared({ ADMIN_API_KEY: "admin-key" });
      const [{ url }] = gate.ask(wish({ response_format: "url" })).json().data;
      const path = new URL(url).pathname;
      const remove = (key) => gate.ask(ask(path, undefined, { method: "DELETE", key }));
      assert.equal(codeOf(remove(alice.key)), "forbidden");
      assert.equal(remove("nobody").status, 401);
      assert.equal(remove("admin-key").status, 204);
      assert.equal(gate.ask(ask(path, undefined, { method: "GET" })).status, 404);
      assert.equal(orders(gate.ask(wish({ response_format: "url" }))).length, 1);
      assert.equal(
        codeOf(gate.ask(ask("/i/what.png", undefined, { method: "DELETE", key: "admin-key" }))),
        "image_gone",
      );
    });

    test("a wrong time is refused", () => {
      const gate = shared();
      for (const header of ["x", "-1", "1.5", "99999999", ""]) {
        const seen = gate.ask(images({}, { headers: { "x-fluxgate-cache": header } }));
        assert.equal(seen.status, 400, header);
        assert.equal(seen.json().error.param, "cache");
      }
      assert.equal(gate.ask(wish({ cache: 99_999_999 })).status, 400);
    });
  });

  test("the secret for links is made once where no setting gives one", () => {
    const ledger = ledgerUpstream();
    const settings = { AUTHORIZED_API_KEY: "client-key", "binding://AI": "1", ...withLedger };
    const names = [1, 2].map((seed) => {
      const core = makeCore(settings);
      const seen = converse(
        core,
        ask("/v1/models", undefined, { method: "GET", key: "client-key" }),
        (call) => (call.url.startsWith("binding://LEDGER/") ? ledger(call.body) : "failed"),
        { random: new Uint8Array(16).fill(seed) },
      );
      assert.equal(seen.status, 200);
      return seen.calls.map(({ body }) => JSON.parse(body));
    });
    assert.equal(names[0][0][0].make, "secret/links");
    assert.notEqual(names[0][0][0].text, names[1][0][0].text);
    const kept = JSON.parse(ledger(JSON.stringify([{ read: "secret/links" }])).body)[0];
    assert.equal(kept, names[0][0][0].text);
    assert.match(kept, /^[0-9a-f]{64}$/);
  });
});
