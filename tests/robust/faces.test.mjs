// Every face with everything bound, beside each other, and clients that leave whenever it comes to them: each gets what is his own, what is
// counted is what was made, and nothing adds up.
import assert from "node:assert/strict";
import { Agent } from "node:http";
import { after, before, describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { startIsolates } from "../support/hosts/joined_workers.mjs";
import { chance, seed } from "../support/texts/chance.mjs";
import { delta, events } from "../support/upstreams/faults.mjs";
import { dataUrl } from "../support/upstreams/pictures.mjs";
import { completion, settingsFor, startUpstream } from "../support/upstreams/upstream.mjs";
import { pictureOf as nonced } from "./bystanders.mjs";
import { Exchange } from "./client.mjs";
import { long } from "./length.mjs";
import { makeNonce, noncesIn } from "./nonces.mjs";
import { assertRoomForAll } from "./room.mjs";

/** Of four requests one is of a client that leaves. */
const requestCount = long ? 100_000 : 1000;
const inFlight = 64;
const clientCount = 16;
const price = 0.003;
/** A call takes up to so long. */
const callMs = 40;
const kibibyte = 1024;
/** How much larger the module's memory may be at the end than after three tenths. The fewer requests there were, the more comes together later. */
const maxGrowthBytes = (long ? 256 : 512) * kibibyte;

/** A small one: much of it goes as base64. */
const pictureOf = (nonce) => nonced(nonce, 300);

const ofLinks = "flux-schnell"; // A backend that gives links.
const ofBytes = "gpt-image-1"; // One that gives base64, and takes pictures.
const post = (path, body, headers = {}) => ({
  path,
  body: JSON.stringify(body),
  headers: { "content-type": "application/json", ...headers },
});
const chat = (content, extra) =>
  post("/v1/chat/completions", { model: ofLinks, messages: [{ role: "user", content }], ...extra });
const images = (prompt, extra) => post("/v1/images/generations", { model: ofBytes, prompt, ...extra });
const responses = (input, extra) => post("/v1/responses", { model: ofLinks, input, ...extra });
const call = (prompt, more) =>
  post(
    "/mcp",
    {
      jsonrpc: "2.0",
      id: 1,
      method: "tools/call",
      params: { name: "generate_image", arguments: { prompt, model: ofBytes }, ...more },
    },
    { accept: "application/json, text/event-stream" },
  );

function form(fields, nonce) {
  const parts = Object.entries(fields).map(
    ([name, value]) => `--edge\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  const file =
    '--edge\r\nContent-Disposition: form-data; name="image"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n';
  return {
    path: "/v1/images/edits",
    body: Buffer.concat([Buffer.from(parts.join("") + file), pictureOf(nonce), Buffer.from("\r\n--edge--\r\n")]),
    headers: { "content-type": "multipart/form-data; boundary=edge" },
  };
}

const withPicture = (text, nonce) => [
  { type: "text", text },
  { type: "image_url", image_url: { url: dataUrl(pictureOf(nonce)) } },
];

/** What is asked for: how, how many pictures it counts, the status, and whether the words go with a picture. */
const kinds = {
  chat: { ask: (idea) => chat(idea) },
  chatStream: { ask: (idea) => chat(idea, { stream: true, n: 2 }), pictures: 2 },
  chatBytes: { ask: (idea) => chat(idea, { model: ofBytes, stream: true }) },
  chatPicture: { ask: (idea, nonce) => chat(withPicture(idea, nonce), { model: ofBytes }), uploads: true },
  chatText: { ask: (idea) => chat(idea, { response_format: { type: "json_object" } }), pictures: 0 },
  imagesUrl: { ask: (idea) => images(idea, { response_format: "url", n: 3 }), pictures: 3 },
  imagesBytes: { ask: (idea) => images(idea) },
  imagesStream: { ask: (idea) => images(idea, { stream: true, partial_images: 1 }) },
  edits: { ask: (idea, nonce) => form({ prompt: idea, model: ofBytes }, nonce), uploads: true },
  editsLink: {
    ask: (idea, nonce) => form({ prompt: idea, model: ofBytes, response_format: "url" }, nonce),
    uploads: true,
  },
  responses: { ask: (idea) => responses(idea) },
  responsesStream: { ask: (idea) => responses(idea, { stream: true, model: ofBytes }) },
  responsesBackground: { ask: (idea) => responses(idea, { background: true }) },
  mcp: { ask: (idea) => call(idea) },
  mcpProgress: { ask: (idea) => call(idea, { _meta: { progressToken: 5 } }) },
  policy: { ask: (idea) => images(idea), pictures: 0, status: 400 },
  llmDown: { ask: (idea) => chat(idea) },
};

const linkIn = (text) => /\/i\/[\w.-]+/.exec(text)?.[0];

/** Base64 that stands in a text is read as well. */
const nonces = (text) =>
  noncesIn(
    text +
      (text.match(/[A-Za-z0-9+/]{200,}/g) ?? [])
        .map((each) => Buffer.from(each, "base64").toString("latin1"))
        .join(" "),
  );

describe("every face with everything bound", { concurrency: 1 }, () => {
  let upstream;
  let gate;
  let worker;
  const agent = new Agent({ keepAlive: true, maxSockets: 2 * inFlight });
  const random = chance("faces");
  const problems = [];
  const wishes = new Map(); // nonce -> the name of its kind
  const clients = Array.from({ length: clientCount }, (_, i) => ({ name: `client-${i}`, key: `key-${makeNonce()}` }));
  const leaver = { name: "leaver", key: `key-${makeNonce()}` };
  const expected = Object.fromEntries(clients.map(({ name }) => [name, { requests: 0, failed: 0, pictures: 0 }]));
  const seen = Object.fromEntries(Object.keys(kinds).map((kind) => [kind, 0]));
  /** How long an answer takes here and now. Who leaves stays up to twice as long. */
  let usualMs = 4 * callMs;
  const leavers = { sent: 0, left: 0, pictures: 0 };

  before(async () => {
    upstream = await startUpstream();
    gate = await startIsolates(
      1,
      settingsFor(upstream, {
        CLIENTS: JSON.stringify([...clients, leaver].map((each) => ({ ...each, per_day: 1e6, usd_per_day: 1e5 }))),
        PUBLIC_BASE_URL: "https://gateway.example",
        IMAGE_GEN_PRICE: String(price),
        IMAGE_GEN_API_BASE_2: `${upstream.origin}/openai/v1/images/generations`,
        IMAGE_GEN_API_TYPE_2: "openai",
        IMAGE_GEN_MODEL_2: ofBytes,
        IMAGE_GEN_API_KEY_2: "third-image-key",
        IMAGE_GEN_PRICE_2: String(price),
        RATES_MOST: "0",
      }),
      { entry: "tests/robust/watched_worker.mjs", v8Flags: ["--expose-gc"] },
    );
    [worker] = gate.isolates;
    upstream.onChat = upstream.onImage = upstream.onPicture = answer;
  });
  after(async () => {
    agent.destroy();
    await gate?.close();
    await upstream?.close();
  });

  /** Every call holds the nonce of one request, and no client's key. */
  async function answer(call) {
    upstream.calls.length = 0;
    const { url, headers, body } = call;
    const [nonce, ...others] = nonces(`${url} ${JSON.stringify(headers)} ${body}`);
    const kind = wishes.get(nonce);
    if (kind === undefined || others.length > 0) {
      problems.push(`${url} with ${[nonce, ...others]}: ${body.slice(0, 300)}`);
      return "reset";
    }
    const isLlm = url.startsWith("/llm/");
    const isDrawing = !isLlm && call.method === "POST";
    if (isDrawing && kinds[kind].uploads && !body.includes(` ${nonce} ${nonce} `) && !/base64,/.test(body))
      problems.push(`${kind}: a call without its picture: ${body.slice(0, 300)}`);
    await delay(random.below(callMs));
    if (isLlm) return ofLanguage(kind, nonce, body.includes('"stream":true'));
    if (!isDrawing) return { headers: { "content-type": "image/png" }, body: pictureOf(nonce) };
    if (kind === "policy")
      return { status: 400, body: { error: { code: "content_policy_violation", message: `no ${nonce}` } } };
    if (url.startsWith("/generate")) return { body: { images: [{ url: `${upstream.origin}/pictures/${nonce}.png` }] } };
    return drawnBytes(nonce, body);
  }

  function ofLanguage(kind, nonce, streams) {
    if (kind === "llmDown") return { status: 500, body: { error: { message: `down ${nonce}` } } };
    const words = kind === "chatText" ? `{"${nonce}":1}` : `a tabby ${nonce}, red tile roof`;
    if (!streams) return completion(words);
    const body = events(delta({ content: words }), delta({}, "stop"), "[DONE]");
    return { headers: { "content-type": "text/event-stream" }, body };
  }

  function drawnBytes(nonce, body) {
    const base64 = pictureOf(nonce).toString("base64");
    const count = Number(/"n":(\d+)/.exec(body)?.[1] ?? 1);
    if (!body.includes('"stream":true')) return { body: { data: Array(count).fill({ b64_json: base64 }) } };
    const event = (type, more) => `event: ${type}\ndata: ${JSON.stringify({ type, b64_json: base64, ...more })}\n\n`;
    return {
      headers: { "content-type": "text/event-stream" },
      body: event("image_generation.partial_image", { partial_image_index: 0 }) + event("image_generation.completed"),
    };
  }

  async function one() {
    const kind = random.of(Object.keys(kinds));
    const nonce = makeNonce();
    wishes.set(nonce, kind);
    const { key, name, leaves } = random() < 0.25 ? { ...leaver, leaves: true } : random.of(clients);
    const { ask, pictures = 1, status = 200 } = kinds[kind];
    const order = ask(`a cat ${nonce}`, nonce);
    const exchange = new Exchange(worker.origin, { ...order, key, agent: !leaves && agent });
    if (leaves) {
      leavers.sent += 1;
      await Promise.race([exchange.done, delay(2 * usualMs * random() ** 2)]);
      leavers.pictures += pictures;
      if (exchange.ending === null) leavers.left += 1;
      return exchange.leave();
    }
    const sentMs = performance.now();
    await exchange.done;
    usualMs += (performance.now() - sentMs - usualMs) / 16;
    expected[name].requests += 1;
    expected[name].pictures += pictures;
    if (status !== 200) expected[name].failed += 1;
    check(kind, nonce, exchange, status);
    if (kind === "responsesBackground") await follow(exchange, key, nonce);
    const link = linkIn(exchange.text);
    if (pictures > 0 && link !== undefined) {
      const kept = await new Exchange(worker.origin, { method: "GET", path: link, key, agent }).done;
      if (!kept.bytes.equals(pictureOf(nonce))) problems.push(`${kind}: ${link} is another picture`);
    }
    seen[kind] += 1;
    wishes.delete(nonce);
  }

  function check(kind, nonce, { status, headers, ending, text }, expectedStatus) {
    const found = nonces(`${JSON.stringify(headers)} ${text}`);
    // An answer that is a link alone says nothing else, and of a backend's reason such words are left out, for they could be keys.
    const mayBeSilent = expectedStatus !== 200 || linkIn(text) !== undefined;
    const isOwn = found.length === 0 ? mayBeSilent : found.length === 1 && found[0] === nonce;
    const isRight = ending === "complete" && status === expectedStatus && isOwn;
    if (!isRight) problems.push(`${kind} ${nonce}: ${ending} ${status} ${found} ${text.slice(0, 400)}`);
  }

  /** What was made in the background is there for its client, and for nobody else. */
  async function follow({ text }, key, nonce) {
    const { id } = JSON.parse(text);
    const get = (key) => new Exchange(worker.origin, { method: "GET", path: `/v1/responses/${id}`, key, agent }).done;
    check("a response", nonce, await get(key), 200);
    const other = clients.find((each) => each.key !== key);
    const { status } = await get(other.key);
    if (status !== 404) problems.push(`the response of one client is ${status} for another`);
  }

  async function watched(query) {
    await delay(300);
    for (let round = 0; round < 2; round += 1) await (await worker.request("/watched?collect")).text();
    return (await worker.request(`/watched?${query}`)).json();
  }

  const usageOf = async (key) => {
    const response = await worker.request("/v1/usage", { headers: { authorization: `Bearer ${key}` } });
    assert.equal(response.status, 200);
    return (await response.json()).today;
  };

  test(`${requestCount} requests get what is their own`, async (context) => {
    context.diagnostic(`seed ${seed}`);
    const tenths = [];
    for (let tenth = 0; tenth < 10; tenth += 1) {
      let left = requestCount / 10;
      const next = async () => {
        while (left-- > 0) await one();
      };
      await Promise.all(Array.from({ length: inFlight }, next));
      tenths.push(await watched(tenth === 9 ? "collect&probe" : "collect"));
      assert.deepEqual(problems.slice(0, 5), [], `seed ${seed}`);
    }
    const memory = tenths.map(({ memoryBytes }) => memoryBytes);
    context.diagnostic(JSON.stringify({ seen, leavers, memory }));
    for (const [kind, count] of Object.entries(seen)) assert.ok(count > 0, kind);
    assert.deepEqual(
      gate.logs.filter((line) => /"rt_|"limits":"off"|"ledger"/.test(line)),
      [],
    );
    assert.equal(tenths[9].instancesMade, 1, "the instance was not replaced");
    assert.ok(memory[8] - memory[2] <= maxGrowthBytes, `${memory[8] - memory[2]} bytes more of memory`);
    assert.ok(tenths[9].responsesHeld <= inFlight, `${tenths[9].responsesHeld} answers of upstreams are held for good`);
  });

  test("what is counted is what was made", async () => {
    for (const { name, key } of clients) {
      const { requests, failed, pictures, cost } = await usageOf(key);
      const made = expected[name];
      const wanted = { ...made, cost: Math.round(made.pictures * price * 1e9) / 1e9 };
      assert.deepEqual({ requests, failed, pictures, cost }, wanted, name);
    }
  });

  test("what clients have left is counted at most as if they had stayed", async () => {
    const { pictures } = await usageOf(leaver.key);
    assert.ok(pictures > 0 && pictures <= leavers.pictures, `${pictures} of ${leavers.pictures}`);
    const { sent, left } = leavers;
    assert.ok(left > sent / 10 && sent - left > sent / 100, `${left} of ${sent} have left`);
  });

  test("afterwards 256 requests at once are taken", () => assertRoomForAll(upstream, worker));
});
