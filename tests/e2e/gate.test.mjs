// Limits, Idempotency-Key and the rest of keys, where several isolates in workerd share a ledger, and several Node servers a file.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, before, beforeEach, describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import OpenAI from "openai";
import { Exchange } from "../robust/client.mjs";
import { idea } from "../support/clients/chat.mjs";
import { startIsolates } from "../support/hosts/joined_workers.mjs";
import { startNodeServer } from "../support/hosts/node_server.mjs";
import { largePng } from "../support/upstreams/pictures.mjs";
import { settingsFor, startUpstream } from "../support/upstreams/upstream.mjs";

const isolateCount = 4;
const clientList = [
  { name: "alice", key: "alice-key" },
  { name: "bob", key: "bob-key", per_day: 50 },
  { name: "carol", key: "carol-key", per_day: 1 },
];
const picture = largePng(40_000);

/** What the gateways are set up with. Their links begin alike. */
const settings = (upstream, more) =>
  settingsFor(upstream, { CLIENTS: JSON.stringify(clientList), PUBLIC_BASE_URL: "https://gateway.example", ...more });

/** What is asked for a picture, by face. The texts of the language model are paid for, too. */
const faces = {
  chat: ["/v1/chat/completions", idea("a cat")],
  "chat, streamed": ["/v1/chat/completions", idea("a cat", { stream: true })],
  "chat with the picture as data": ["/v1/chat/completions", idea("a cat", { modalities: ["image", "text"] })],
  "images as base64": [
    "/v1/images/generations",
    { model: "flux-schnell", prompt: "a cat", response_format: "b64_json" },
  ],
  "images as links": ["/v1/images/generations", { model: "flux-schnell", prompt: "a cat", response_format: "url" }],
  "images, streamed": ["/v1/images/generations", { model: "flux-schnell", prompt: "a cat", stream: true }],
  responses: ["/v1/responses", { model: "flux-schnell", input: "a cat" }],
  "responses, streamed": ["/v1/responses", { model: "flux-schnell", input: "a cat", stream: true }],
  MCP: [
    "/mcp",
    {
      jsonrpc: "2.0",
      id: 1,
      method: "tools/call",
      params: { name: "generate_image", arguments: { prompt: "a cat", model: "flux-schnell" } },
    },
  ],
};

let keyCount = 0;
const once = () => ({ "idempotency-key": `key-${(keyCount += 1)}` });

/** Sends a request of a face to a host. */
const ask = (host, [path, body], { key = "alice-key", headers = {} } = {}) =>
  new Exchange(host.origin, {
    path,
    key,
    headers: { "content-type": "application/json", accept: "application/json, text/event-stream", ...headers },
    body: JSON.stringify(body),
  });

const imageCalls = (upstream) => upstream.callsTo("/generate").length;
const tally = (values) => values.reduce((counts, each) => ({ ...counts, [each]: (counts[each] ?? 0) + 1 }), {});
const outcomeOf = ({ status, text }) => (status === 200 ? 200 : `${status} ${JSON.parse(text).error.code}`);

async function usage(host, key) {
  const response = await host.request("/v1/usage", { headers: { authorization: `Bearer ${key}` } });
  return (await response.json()).today;
}

/** Answers of an upstream that are held until a test lets go of them. */
function holdAnswers(upstream) {
  const { onImage } = upstream;
  const held = { called: Promise.withResolvers(), closed: Promise.withResolvers(), released: Promise.withResolvers() };
  upstream.onImage = async (call) => {
    const answer = await onImage(call);
    return (request, response) => {
      response.on("close", () => response.writableFinished || held.closed.resolve(performance.now()));
      held.called.resolve();
      held.released.promise.then(() => response.end(JSON.stringify(answer.body)));
    };
  };
  return held;
}

/** Bob asks 200 times at once for one of his 50 pictures. */
async function exhaust(hosts, upstream) {
  for (const host of hosts) await usage(host, "bob-key"); // Each of them has started.
  upstream.onImage = async () => (await delay(50), { body: { images: [{ url: `${upstream.origin}/cat.png` }] } });
  const asked = Array.from({ length: 200 }, (_, i) => {
    const face = i % 2 === 0 ? faces.chat : faces["images as links"];
    return ask(hosts[i % hosts.length], face, { key: "bob-key" }).done;
  });
  const answers = await Promise.all(asked);
  assert.deepEqual(tally(answers.map(outcomeOf)), { 200: 50, "429 client_quota_exceeded": 150 });
  for (const { status, headers } of answers) {
    assert.equal(headers["x-should-retry"], status === 429 ? "false" : undefined);
    if (status === 429) assert.ok(Number(headers["retry-after"]) <= 86_400);
  }
  assert.equal(imageCalls(upstream), 50);
  assert.ok(upstream.callsTo("/llm").length <= 50, "no prompt is written for who is refused");
}

/** 64 repeats at once: one of them is paid for, and all get the same. */
async function repeat(hosts, upstream, face) {
  const { onImage } = upstream;
  upstream.onImage = async (call) => (await delay(100), onImage(call));
  const headers = once();
  const answers = await Promise.all(
    Array.from({ length: 64 }, (_, i) => ask(hosts[i % hosts.length], face, { headers }).done),
  );
  assert.deepEqual(tally(answers.map(outcomeOf)), { 200: 64 });
  assert.equal(imageCalls(upstream), 1);
  assert.ok(upstream.callsTo("/llm").length <= 1);
  assert.equal(new Set(answers.map(({ text }) => text)).size, 1, "all bodies are equal");
  assert.equal(answers.filter(({ headers }) => headers["x-fluxgate-replayed"] === "1").length, 63);
  assert.equal(new Set(answers.map(({ headers }) => headers["x-request-id"])).size, 64);
}

describe("four isolates with one ledger", { concurrency: 1 }, () => {
  let upstream;
  let gate;
  before(async () => {
    upstream = await startUpstream();
    gate = await startIsolates(isolateCount, settings(upstream));
  });
  beforeEach(() => {
    upstream.reset();
    upstream.onPicture = () => ({ headers: { "content-type": "image/png" }, body: picture });
  });
  after(async () => {
    await gate?.close();
    await upstream?.close();
  });

  test("of 200 requests at once of a client with 50 pictures a day 50 are drawn", async () => {
    await exhaust(gate.isolates, upstream);
    assert.equal((await usage(gate.isolates[3], "bob-key")).pictures, 50);
  });

  for (const [name, face] of Object.entries(faces)) {
    test(`${name}: 64 repeats at once with one key pay once, and get one answer`, () =>
      repeat(gate.isolates, upstream, face));
  }

  for (const name of ["chat", "chat, streamed", "images as base64", "responses", "MCP"]) {
    const face = faces[name];
    test(`${name}: who leaves while the picture is drawn finds it at the repeat`, async () => {
      const held = holdAnswers(upstream);
      const headers = once();
      const left = ask(gate.isolates[0], face, { headers });
      await held.called.promise;
      left.leave();
      const again = ask(gate.isolates[1], face, { headers });
      const isClosed = held.closed.promise.then(() => "aborted");
      assert.equal(await Promise.race([isClosed, delay(200, "drawn on")]), "drawn on");
      held.released.resolve();
      assert.equal((await again.done).status, 200, again.text);
      assert.equal(again.headers["x-fluxgate-replayed"], "1");
      assert.equal(imageCalls(upstream), 1);
    });
  }

  for (const name of ["chat", "chat, streamed", "images as base64", "responses"]) {
    test(`${name}: without a key the call ends with its client, and the repeat pays`, async () => {
      const held = holdAnswers(upstream);
      const left = ask(gate.isolates[0], faces[name]);
      await held.called.promise;
      const startMs = performance.now();
      left.leave();
      const outlivedMs = (await Promise.race([held.closed.promise, delay(5000, Infinity)])) - startMs;
      assert.ok(outlivedMs < 1000, `${outlivedMs} ms`);
      held.released.resolve();
      assert.equal((await ask(gate.isolates[1], faces[name]).done).status, 200);
      assert.equal(imageCalls(upstream), 2);
    });
  }

  test("a key that one isolate has found to rest is asked by no other", async () => {
    const keysUsed = () => upstream.callsTo("/generate").map(({ headers }) => headers.authorization);
    const limited = { status: 429, headers: { "retry-after": "60" }, body: { error: { message: "slow down" } } };
    const { onImage } = upstream;
    upstream.onImage = (call) => (call.headers.authorization === "Bearer first-image-key" ? limited : onImage(call));
    for (let i = 0; i < 2; i += 1) {
      const answer = await ask(gate.isolates[0], faces["images as links"]).done;
      assert.equal(answer.status, 200);
      await gate.lineOf(answer.headers["x-request-id"]);
    }
    assert.equal(tally(keysUsed())["Bearer first-image-key"], 1);
    upstream.calls = [];
    for (const isolate of [1, 2, 3, 1, 2, 3]) {
      assert.equal((await ask(gate.isolates[isolate], faces["images as links"]).done).status, 200);
    }
    assert.deepEqual(tally(keysUsed()), { "Bearer second-image-key": 6 });
  });

  describe("and the openai client", () => {
    /** A client whose first answer is lost on the way; it goes to another isolate each time. */
    function connect(lose) {
      const asked = [];
      const client = new OpenAI({
        apiKey: "alice-key",
        baseURL: "https://gateway.example/v1",
        maxRetries: 2,
        fetch: async (url, init) => {
          asked.push(new Headers(init.headers).get("idempotency-key"));
          const { pathname } = new URL(url);
          const answer = await gate.isolates[asked.length % isolateCount].request(pathname, init);
          if (asked.length === 1) await lose(answer);
          return answer;
        },
      });
      return { client, asked };
    }
    const lost = () => {
      throw new TypeError("fetch failed");
    };
    const request = { model: "flux-schnell", prompt: "a cat", response_format: "b64_json" };

    test("with the header asks again after a lost connection, and pays once", async () => {
      const { client, asked } = connect(lost);
      const options = { headers: { "Idempotency-Key": "an order of the shop" } };
      const { data } = await client.images.generate(request, options);
      assert.deepEqual(Buffer.from(data[0].b64_json, "base64"), picture);
      assert.deepEqual(asked, Array(2).fill("an order of the shop"));
      const { data: again, response } = await client.images.generate(request, options).withResponse();
      assert.equal(response.headers.get("x-fluxgate-replayed"), "1");
      assert.deepEqual(again.data, data);
      assert.equal(imageCalls(upstream), 1);
    });

    test("with its option idempotencyKey does the same, streamed", async () => {
      const { client, asked } = connect(lost);
      client.idempotencyHeader = "Idempotency-Key";
      const chunksOf = async () => {
        const body = { ...faces["chat, streamed"][1] };
        const chunks = [];
        for await (const chunk of await client.chat.completions.create(body, { idempotencyKey: "order-2" }))
          chunks.push(chunk);
        return chunks;
      };
      const chunks = await chunksOf();
      assert.match(chunks.map(({ choices }) => choices[0]?.delta.content ?? "").join(""), /^!\[Image\]\(https:/);
      assert.deepEqual(await chunksOf(), chunks);
      assert.deepEqual(asked, Array(3).fill("order-2"));
      assert.equal(imageCalls(upstream), 1);
    });

    test("is told of a key for another request", async () => {
      const { client } = connect(() => {});
      const options = { headers: { "Idempotency-Key": "order-3" } };
      await client.images.generate(request, options);
      await assert.rejects(client.images.generate({ ...request, prompt: "a dog" }, options), (error) => {
        assert.ok(error instanceof OpenAI.UnprocessableEntityError);
        assert.equal(error.code, "idempotency_key_reused");
        return true;
      });
      assert.equal(imageCalls(upstream), 1);
    });
  });

  describe("of which the ledger fails", () => {
    before(() => upstream.reset());
    after(() => gate.setFault(""));

    for (const fault of ["throws", "ends", "silent"]) {
      test(`it ${fault}: requests are served, with the log saying that limits do not hold`, async () => {
        await gate.setFault(fault);
        const asked = ["chat", "chat, streamed", "images as base64", "MCP"].map(async (name) => {
          const answer = await ask(gate.isolates[0], faces[name], { key: "carol-key", headers: once() }).done;
          assert.equal(answer.status, 200, answer.text);
          assert.equal((await gate.lineOf(answer.headers["x-request-id"])).limits, "off");
        });
        await Promise.all(asked);
        const unknown = await ask(gate.isolates[0], ["/v1/usage"], { key: "carol-key" }).done;
        assert.notEqual(unknown.status, 200);
        await gate.setFault("");
        assert.equal((await ask(gate.isolates[1], faces.chat).done).status, 200, "it is there again");
      });
    }

    test("it comes back as it was", async () => {
      for (const code of [undefined, "client_quota_exceeded"]) {
        const answer = await ask(gate.isolates[2], faces["images as links"], { key: "carol-key" }).done;
        assert.equal(code, answer.status === 200 ? undefined : JSON.parse(answer.text).error.code);
        await gate.lineOf(answer.headers["x-request-id"]);
      }
      assert.equal((await usage(gate.isolates[0], "bob-key")).pictures, 50, "what was counted before");
    });
  });
});

describe("a ledger that is required", () => {
  let upstream;
  let gate;
  before(async () => {
    upstream = await startUpstream();
    gate = await startIsolates(1, settings(upstream, { LEDGER_REQUIRED: "1" }));
  });
  after(async () => {
    await gate?.close();
    await upstream?.close();
  });

  for (const fault of ["throws", "ends", "silent"]) {
    test(`it ${fault}: nothing is made, and everybody is told to ask again`, async () => {
      await gate.setFault(fault);
      for (const answer of await Promise.all(
        Object.values(faces).map((face) => ask(gate.isolates[0], face, { headers: once() }).done),
      )) {
        assert.equal(answer.status, 503, answer.text);
        assert.match(answer.text, /ledger_unavailable/);
        assert.equal(answer.headers["x-should-retry"], "true");
        assert.equal(answer.headers["retry-after"], "1");
      }
      assert.equal(upstream.calls.length, 0);
      await gate.setFault("");
      assert.equal((await ask(gate.isolates[0], faces.chat).done).status, 200);
      upstream.reset();
    });
  }
});

describe("four Node servers with one file", { concurrency: 1 }, () => {
  const folder = mkdtempSync(join(tmpdir(), "fluxgate-gate-"));
  const ledgerFile = join(folder, "ledger.sqlite");
  let upstream;
  let servers;
  before(async () => {
    upstream = await startUpstream();
    const variables = settings(upstream, { LEDGER_FILE: ledgerFile, IMAGES_DIR: join(folder, "images") });
    servers = await Promise.all(Array.from({ length: isolateCount }, () => startNodeServer(variables)));
  });
  beforeEach(() => {
    upstream.reset();
    upstream.onPicture = () => ({ headers: { "content-type": "image/png" }, body: picture });
  });
  after(async () => {
    await Promise.all(servers?.map((server) => server.close()) ?? []);
    await upstream?.close();
    rmSync(folder, { recursive: true });
  });

  test("of 200 requests at once of a client with 50 pictures a day 50 are drawn", () => exhaust(servers, upstream));

  for (const name of ["chat, streamed", "images as base64", "MCP"]) {
    test(`${name}: 64 repeats at once with one key pay once, and get one answer`, () =>
      repeat(servers, upstream, faces[name]));
  }

  test("while another process has the file, they serve without limits, and everything else at once", async () => {
    const other = new DatabaseSync(ledgerFile);
    other.exec("BEGIN IMMEDIATE");
    const asked = Array.from(
      { length: 8 },
      () => ask(servers[0], faces.chat, { key: "bob-key", headers: once() }).done,
    );
    let slowestMs = 0;
    for (let i = 0; i < 20; i += 1) {
      const startMs = performance.now();
      assert.equal((await servers[0].request("/health")).status, 200);
      slowestMs = Math.max(slowestMs, performance.now() - startMs);
    }
    assert.ok(slowestMs < 1000, `/health took ${slowestMs} ms`);
    assert.deepEqual(tally((await Promise.all(asked)).map(outcomeOf)), { 200: 8 });
    other.exec("ROLLBACK");
    other.close();
    const outcome = outcomeOf(await ask(servers[0], faces.chat, { key: "bob-key" }).done);
    assert.equal(outcome, "429 client_quota_exceeded");
  });

  test("they go on when the file is deleted", async () => {
    for (const end of ["", "-wal", "-shm"]) rmSync(ledgerFile + end, { force: true });
    for (const server of servers) assert.equal((await ask(server, faces.chat).done).status, 200);
  });
});
