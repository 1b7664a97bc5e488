// Many requests of every kind, one after the other and beside each other: nothing adds up.
import assert from "node:assert/strict";
import { Agent } from "node:http";
import { after, before, describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { checkErrorShape, eventsIn } from "../support/cases/cases.mjs";
import { delta, events } from "../support/upstreams/faults.mjs";
import { largePng } from "../support/upstreams/pictures.mjs";
import { completion, settingsFor, startUpstream } from "../support/upstreams/upstream.mjs";
import { startWorkerd } from "../support/hosts/workerd.mjs";
import { pathIn, pictureOf } from "./bystanders.mjs";
import { chance, seed } from "../support/texts/chance.mjs";
import { Exchange, ideaOf } from "./client.mjs";
import { long } from "./length.mjs";
import { makeNonce, noncesIn } from "./nonces.mjs";
import { noSizes, ownBytes } from "../support/hosts/process_size.mjs";
import { assertRoomForAll } from "./room.mjs";

const requestCount = long ? 100_000 : 3000;
const inFlight = 16;
const kibibyte = 1024;
const mebibyte = 1024 * kibibyte;

/**
 * Of the process behind a garbage collection. It comes to about 300 MiB within 20,000 requests of this mixture and stays there: V8 knows little of the
 * native objects behind requests, responses and streams, waits until thousands of them are garbage, and what is then freed is not given back.
 * None of it is the core's: its 8 MiB stay. (A Worker that answers one constant stays at 64; the benchmark's twin comes to 230 with good answers alone.)
 */
const maxProcessBytes = (long ? 384 : 256) * mebibyte;

/** A picture inside JSON, and a text that nobody reads: the largest things that the module holds here. */
const base64Answer = Buffer.from(JSON.stringify({ data: [{ b64_json: largePng(200 * kibibyte).toString("base64") }] }));
const longWishes = { role: "system", content: "s".repeat(256 * kibibyte) };

/** What is asked: how often of a hundred, and by which word the upstream knows it. */
const kinds = {
  whole: 25,
  stream: 20,
  picture: 15,
  models: 9,
  base64: 4,
  bigBody: 4,
  llmStream: 4,
  llmCut: 3,
  llmError: 3,
  imageJson: 3,
  imagePolicy: 3,
  leave: 4,
  unauthorized: 2,
  badJson: 1,
};

describe("a long time", { concurrency: 1 }, () => {
  let upstream;
  let worker;
  const agent = new Agent({ keepAlive: true, maxSockets: 4 * inFlight });
  const kindOf = (call) => Object.keys(kinds).find((kind) => call.body.includes(`[${kind}]`));
  before(async () => {
    upstream = await startUpstream();
    worker = await startWorkerd(settingsFor(upstream, { SHOW_REASONING: "1" }), {
      entry: "tests/robust/watched_worker.mjs",
      v8Flags: ["--expose-gc"],
      quiet: true,
    });
    upstream.onChat = (call) => {
      upstream.calls.length = 0;
      const kind = kindOf(call);
      const prompt = `a tabby ${noncesIn(call.body)[0]}, red tile roof [${kind}]`;
      if (kind === "llmError") return { status: 500, body: '{"error":{"message":"no"}}' };
      if (kind !== "llmStream" && kind !== "llmCut") return completion(prompt);
      return (request, response) => {
        response.writeHead(200, { "content-type": "text/event-stream" });
        for (let i = 0; i < 20; i += 1) response.write(events(delta({ reasoning_content: `step ${i}. ` })));
        if (kind === "llmCut") return setTimeout(() => request.socket.destroy(), 2);
        response.end(events(delta({ content: prompt }), delta({}, "stop"), "[DONE]"));
      };
    };
    upstream.onImage = async (call) => {
      const kind = kindOf(call);
      if (kind === "leave") await delay(50);
      if (kind === "base64") return { body: base64Answer };
      if (kind === "imageJson") return { body: '{"images":[{"ur' };
      if (kind === "imagePolicy")
        return { status: 400, body: '{"error":{"code":"content_policy_violation","message":"no"}}' };
      return { body: { images: [{ url: `${upstream.origin}/pictures/${noncesIn(call.body)[0]}.png` }] } };
    };
    upstream.onPicture = (call) => ({ body: pictureOf(noncesIn(call.url)[0]) });
  });
  after(async () => {
    agent.destroy();
    await worker?.close();
    await upstream?.close();
  });

  const send = (options) => new Exchange(worker.origin, { agent, ...options });

  /** Asks for one thing, and checks what comes. */
  async function ask(kind, random) {
    const nonce = makeNonce();
    const idea = `a cat ${nonce} [${kind}]`;
    if (kind === "models")
      return expect(await send({ method: "GET", path: random() < 0.5 ? "/v1/models" : "/health" }).done, 200);
    if (kind === "unauthorized") return expect(await send({ key: "another", body: ideaOf(idea) }).done, 401);
    if (kind === "badJson") return expect(await send({ body: ideaOf(idea).slice(0, -2) }).done, 400);
    if (kind === "imageJson") return expect(await send({ body: ideaOf(idea) }).done, 502);
    if (kind === "imagePolicy") return expect(await send({ body: ideaOf(idea) }).done, 400);
    if (kind === "leave") {
      const client = send({ agent: false, body: ideaOf(idea, { stream: random() < 0.5 }) });
      await delay(random.below(50));
      return client.leave();
    }
    const messages = kind === "bigBody" ? { messages: [longWishes, { role: "user", content: idea }] } : {};
    const stream = kind === "stream" || kind === "llmStream" || (kind === "llmCut" && random() < 0.5);
    const exchange = expect(await send({ body: ideaOf(idea, { stream, ...messages }) }).done, 200);
    if (stream) assert.equal(eventsIn(exchange.text).at(-1), "[DONE]");
    if (kind === "base64") return assert.ok(exchange.text.includes("](data:image/png;base64,"));
    assert.ok(exchange.text.includes(nonce));
    if (kind !== "picture") return;
    const picture = expect(await send({ method: "GET", path: pathIn(exchange.text) }).done, 200);
    assert.ok(picture.bytes.equals(pictureOf(nonce)));
  }

  function expect(exchange, status) {
    assert.equal(exchange.ending, "complete");
    assert.equal(exchange.status, status, exchange.text.slice(0, 300));
    if (status >= 400) checkErrorShape(JSON.parse(exchange.text), status);
    return exchange;
  }

  async function askAll(deck, random, atOnce = inFlight) {
    const next = async () => {
      while (deck.length > 0) await ask(deck.pop(), random);
    };
    await Promise.all(Array.from({ length: atOnce }, next));
  }

  async function sizes(query) {
    await delay(query === "collect" ? 0 : 1000); // Who has left is noticed, and what is freed given back.
    for (let round = 0; round < 2; round += 1) await (await worker.request("/watched?collect")).text(); // What native objects held goes with the next round.
    const { instancesMade, memoryBytes, usedBytes, responsesHeld } = await (
      await worker.request(`/watched?${query}`)
    ).json();
    return { instancesMade, memoryBytes, usedBytes, responsesHeld, processBytes: noSizes ? 0 : ownBytes(worker.pid) };
  }

  test(`of ${requestCount} requests leaves everything as it was after a tenth of them`, async (context) => {
    context.diagnostic(`seed ${seed}`);
    const random = chance("soak");
    const hundred = Object.entries(kinds).flatMap(([kind, count]) => Array(count).fill(kind));
    const deckOf = (count) => Array.from({ length: count }, () => random.of(hundred));
    // More than can come together later comes first: what was once cut into small blocks stays so.
    for (const kind of Object.keys(kinds)) await askAll(Array(4 * inFlight).fill(kind), random, 2 * inFlight);
    await askAll(deckOf(requestCount / 10), random, 4 * inFlight);
    const tenths = [];
    for (let i = 0; i < 10; i += 1) {
      await askAll(deckOf(requestCount / 10), random);
      tenths.push(await sizes(i === 0 || i === 9 ? "collect&probe" : "collect"));
      context.diagnostic(JSON.stringify(tenths.at(-1)));
    }
    const [first, last] = [tenths[0], tenths[9]];
    const grownBytes = tenths[8].memoryBytes - first.memoryBytes; // The last probe makes it larger itself.
    assert.ok(Math.abs(grownBytes) <= 64 * kibibyte, `${grownBytes} bytes more memory of the instance`);
    assert.ok(
      Math.abs(last.usedBytes - first.usedBytes) <= 16 * kibibyte,
      `${last.usedBytes - first.usedBytes} bytes more of it in use`,
    );
    assert.equal(last.instancesMade, 1, "it was not replaced");
    for (const { responsesHeld } of tenths)
      assert.ok(responsesHeld <= inFlight, `${responsesHeld} answers of upstreams are held for good`);
    assert.ok(last.processBytes < maxProcessBytes, `${last.processBytes} bytes of the process`);
    if (long) assert.ok(last.processBytes - tenths[2].processBytes < 32 * mebibyte, "the process grows on");
  });

  test("afterwards 256 requests at once are taken", () => assertRoomForAll(upstream, worker));
});
