// The gate with everything bound and all places taken: what it counts is what was made, and nothing of it stays in memory.
import assert from "node:assert/strict";
import { Agent } from "node:http";
import { after, before, describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { startIsolates } from "../support/hosts/joined_workers.mjs";
import { chance, seed } from "../support/texts/chance.mjs";
import { largePng } from "../support/upstreams/pictures.mjs";
import { settingsFor, startUpstream } from "../support/upstreams/upstream.mjs";
import { Exchange, ideaOf } from "./client.mjs";
import { long } from "./length.mjs";

const requestCount = long ? 10_000 : 1000;
/** Of the 256 places of an instance: a request for n pictures takes n, and who has left or had his answer may keep his for a moment. */
const inFlight = 240;
const kibibyte = 1024;
const price = 0.003;
/** How much larger the module's memory may be at the end than after three tenths. What comes together by chance makes it larger, more so the fewer requests
 * there were before. 10,000 requests that leave 100 bytes each would make it 600 KiB. */
const maxGrowthBytes = (long ? 256 : 512) * kibibyte;
/** Backends take up to so long, so that most requests wait for them and not for each other. */
const drawingMs = 1000;

/** How many pictures a day, and how many requests, two of the clients may have. */
const scarceCount = Math.floor(requestCount / 20);
const floodCount = Math.floor(requestCount / 30);
/** The clients, and how many of a hundred requests are theirs, more or less. */
const clients = {
  ...Object.fromEntries(
    Array.from({ length: 20 }, (_, i) => [
      `client ${i}`,
      { weight: 4, per_minute: 100_000, per_day: 1e6, usd_per_day: 1e4 },
    ]),
  ),
  scarce: { weight: 10, per_day: scarceCount },
  flood: { weight: 5 },
  leaver: { weight: 5, per_day: 1e6 },
};
const weights = Object.entries(clients).flatMap(([name, { weight }]) => Array(weight).fill(name));

const images = (prompt, extra) => [
  "/v1/images/generations",
  JSON.stringify({ model: "flux-schnell", prompt, response_format: "b64_json", ...extra }),
];
const chat = (prompt, extra) => ["/v1/chat/completions", ideaOf(prompt, extra)];

/** What is asked for: how it is, how many pictures it counts, and the status that it has. The upstream knows it by its word. */
const kinds = {
  kindimages: { ask: (idea) => images(idea), pictures: 1 },
  kindmany: { ask: (idea) => images(idea, { n: 3, response_format: "url" }), pictures: 3 },
  kindchat: { ask: (idea) => chat(idea), pictures: 1 },
  kindstream: { ask: (idea) => chat(idea, { stream: true, n: 2 }), pictures: 2 },
  kindresponses: {
    ask: (idea) => ["/v1/responses", JSON.stringify({ model: "flux-schnell", input: idea })],
    pictures: 1,
  },
  kindpolicy: { ask: (idea) => images(idea), pictures: 0, status: 400 },
  kindbilled: { ask: (idea) => images(idea), pictures: 1, status: 502 },
  kindrepeat: { ask: (idea) => chat(idea, { stream: true }), pictures: 1, repeats: 3 },
};

describe(
  "as many requests in flight as there are places, with ledger, rates, events and a store",
  { concurrency: 1 },
  () => {
    let upstream;
    let gate;
    let worker;
    const agent = new Agent({ keepAlive: true, maxSockets: inFlight * 3 });
    const random = chance("gate");
    const picture = largePng(20 * kibibyte);
    const drawn = { client: 0, scarce: 0, flood: 0, leaver: 0 };
    before(async () => {
      upstream = await startUpstream();
      const list = Object.entries(clients).map(([name, { weight, ...limits }]) => ({
        name,
        key: `key-of-${name}`,
        ...limits,
      }));
      gate = await startIsolates(
        1,
        settingsFor(upstream, {
          CLIENTS: JSON.stringify(list),
          PUBLIC_BASE_URL: "https://gateway.example",
          IMAGE_GEN_PRICE: String(price),
          RATES_MOST: String(floodCount),
          OPENAI_API_BASE: "",
          OPENAI_API_KEY: "",
          OPENAI_MODEL: "",
        }),
        { entry: "tests/robust/watched_worker.mjs", v8Flags: ["--expose-gc"] },
      );
      [worker] = gate.isolates;
      upstream.onPicture = () => ({ body: picture });
      upstream.onImage = async (call) => {
        upstream.calls.length = 0;
        const [kind] = /kind[a-z]+/.exec(call.body);
        const [, client] = /for(client|scarce|flood|leaver)/.exec(call.body);
        if (client === "leaver") drawn.leaver += 1; // Its call may end before there is an answer.
        await delay(random.below(drawingMs));
        if (kind === "kindpolicy")
          return { status: 400, body: { error: { code: "content_policy_violation", message: "no" } } };
        if (client !== "leaver") drawn[client] += 1;
        if (kind === "kindbilled") return { body: "no json" };
        return { body: { images: [{ url: `${upstream.origin}/pictures/cat.png` }] } };
      };
    });
    after(async () => {
      agent.destroy();
      await gate?.close();
      await upstream?.close();
    });

    const expected = Object.fromEntries(
      Object.keys(clients).map((name) => [name, { requests: 0, failed: 0, pictures: 0 }]),
    );
    const seen = { leavers: 0, limited: 0, flooded: 0, floodLetIn: 0, left: 0, replayed: 0 };
    let count = 0;

    let places = inFlight;
    /** Waits for so many places, and takes them. */
    async function take(count) {
      while (places < count) await delay(2);
      places -= count;
    }

    async function ask() {
      const name = random.of(weights);
      const kindName = ["scarce", "flood", "leaver"].includes(name) ? "kindimages" : random.of(Object.keys(kinds));
      const { pictures, repeats = 1 } = kinds[kindName];
      const taken = Math.max(pictures, repeats);
      await take(taken);
      try {
        await askFor(name, kindName);
      } finally {
        places += taken;
      }
    }

    async function askFor(name, kindName) {
      const { ask, pictures, status = 200, repeats = 1 } = kinds[kindName];
      const id = (count += 1);
      const [path, body] = ask(`a cat ${id} ${kindName} for${name.split(" ")[0]}`);
      const headers = { "content-type": "application/json", ...(repeats > 1 && { "idempotency-key": `key ${id}` }) };
      const send = () =>
        new Exchange(worker.origin, { path, body, key: `key-of-${name}`, headers, agent: name !== "leaver" && agent });
      if (name === "leaver") {
        seen.leavers += 1;
        const client = send();
        await delay(random.below(drawingMs));
        if (client.ending === null) seen.left += 1;
        return client.leave();
      }
      const answers = await Promise.all(Array.from({ length: repeats }, () => send().done));
      const [answer] = answers;
      const code = answer.status === 429 ? JSON.parse(answer.text).error.code : undefined;
      if (name === "scarce" && code === "client_quota_exceeded") return (seen.limited += 1);
      if (name === "flood" && code === "client_rate_limited") return (seen.flooded += 1);
      for (const each of answers) {
        assert.equal(each.ending, "complete");
        assert.equal(each.status, status, `${kindName}: ${each.text.slice(0, 300)}`);
        assert.equal(each.text, answer.text);
      }
      seen.replayed += answers.filter((each) => each.headers["x-fluxgate-replayed"] === "1").length;
      if (name === "flood") seen.floodLetIn += 1;
      expected[name].requests += 1;
      expected[name].pictures += pictures;
      if (status !== 200) expected[name].failed += 1;
    }

    async function askAll(most) {
      let left = most;
      const next = async () => {
        while (left-- > 0) await ask();
      };
      await Promise.all(Array.from({ length: inFlight }, next));
    }

    async function watched(query) {
      await delay(300);
      for (let round = 0; round < 2; round += 1) await (await worker.request("/watched?collect")).text();
      return (await worker.request(`/watched?${query}`)).json();
    }

    const usageOf = async (name) => {
      const response = await worker.request("/v1/usage", { headers: { authorization: `Bearer key-of-${name}` } });
      assert.equal(response.status, 200);
      return (await response.json()).today;
    };

    test(`${requestCount} requests are answered as they should be`, async (context) => {
      context.diagnostic(`seed ${seed}`);
      const tenths = [];
      for (let i = 0; i < 10; i += 1) {
        await askAll(requestCount / 10);
        const { memoryBytes, usedBytes, instancesMade } = await watched(i === 9 ? "collect&probe" : "collect");
        tenths.push({ memoryBytes, usedBytes, instancesMade });
      }
      context.diagnostic(JSON.stringify({ ...seen, drawn, memoryBytes: tenths.map(({ memoryBytes }) => memoryBytes) }));
      assert.equal(
        gate.logs.filter((line) => line.includes('"limits":"off"')).length,
        0,
        "the ledger was there in time",
      );
      assert.deepEqual(
        gate.logs.filter((line) => line.includes('"rt_') || line.includes('"ledger"')),
        [],
      );
      assert.equal(tenths[9].instancesMade, 1, "the instance was not replaced");
      const grownBytes = tenths[8].memoryBytes - tenths[2].memoryBytes;
      assert.ok(grownBytes <= maxGrowthBytes, `${grownBytes} bytes more of memory`);
      assert.ok(seen.left > 0 && seen.replayed > 0);
    });

    test("what is counted is what was made", async () => {
      for (const name of Object.keys(clients).filter((name) => name !== "leaver" && name !== "flood")) {
        const { requests, failed, pictures, cost } = await usageOf(name);
        const { pictures: made } = expected[name];
        assert.deepEqual(
          { requests, failed, pictures, cost },
          { ...expected[name], cost: Math.round(made * price * 1e9) / 1e9 },
          name,
        );
      }
    });

    test("a client with few pictures a day has had all of them, and no more", () => {
      assert.equal(drawn.scarce, scarceCount);
      assert.ok(seen.limited > 0);
    });

    test("a client that floods was let in as often as the rates say", () => {
      assert.equal(seen.floodLetIn, floodCount);
      assert.equal(drawn.flood, floodCount);
      assert.ok(seen.flooded > 0);
    });

    test("what clients have left counts when a backend was asked for it, and nothing of it stays reserved", async () => {
      const { pictures } = await usageOf("leaver");
      // A call may be given up before it has arrived.
      assert.ok(
        pictures >= drawn.leaver && pictures <= seen.leavers,
        `${pictures}, of ${drawn.leaver} of ${seen.leavers}`,
      );
      assert.ok(drawn.leaver > 0 && pictures - drawn.leaver <= seen.leavers / 4);
    });

    test("there is a data point for each request", async () => {
      const { events } = await watched("collect");
      assert.equal(events.scarce.pictures, scarceCount);
      assert.equal(events.flood.pictures, floodCount);
    });
  },
);
