// What the services of the gate cost: CPU time of a request with none of them, with each, and with all.
//
//   node tests/bench/services.mjs [ROUNDS] [SHARE]
//
// The ledger and the store are Workers of the same process, so that what they take themselves is counted; Cloudflare bills a Durable Object apart.
import { Agent } from "node:http";
import { largePng } from "../support/upstreams/pictures.mjs";
import { settingsFor } from "../support/upstreams/upstream.mjs";
import { sharedServices, startIsolates } from "../support/hosts/joined_workers.mjs";
import { compare, median, quartiles } from "./compare.mjs";
import { send } from "./load.mjs";
import { bytesAnswer, imageAnswer, llmAnswer, paths, startUpstreams } from "./upstream.mjs";

const [rounds = 6, share = 1] = process.argv.slice(2).map(Number);
const pictureBytes = 200_000;
const { LEDGER, IMAGES } = sharedServices;
const events = { RATES: "1", EVENTS: "1" };
const limits = { per_minute: 100_000, per_day: 1_000_000, usd_per_day: 10_000 };

/** What is bound, and who asks. */
const setups = {
  nothing: {},
  "RATES and EVENTS": { variables: events },
  LEDGER: { shared: { LEDGER } },
  "LEDGER, a client with limits": { shared: { LEDGER }, limits },
  "LEDGER, and an Idempotency-Key": { shared: { LEDGER }, limits, once: true },
  IMAGES: { shared: { IMAGES } },
  "all, a client with limits": { variables: events, shared: { LEDGER, IMAGES }, limits },
  "all, and an Idempotency-Key": { variables: events, shared: { LEDGER, IMAGES }, limits, once: true },
};

const post = (path, body) => ({
  method: "POST",
  path,
  headers: { authorization: "Bearer key-of-alice", "content-type": "application/json" },
  body: JSON.stringify(body),
});
const prompt = "a tabby cat on a red tile roof in the evening 16:9";

const workloads = {
  chat: {
    request: post("/v1/chat/completions", { model: "flux-schnell", messages: [{ role: "user", content: prompt }] }),
    count: 600,
    inFlight: 16,
  },
  images: {
    request: post("/v1/images/generations", { model: "flux-schnell", prompt, response_format: "b64_json" }),
    count: 300,
    inFlight: 8,
  },
  models: {
    request: { path: "/v1/models", headers: { authorization: "Bearer key-of-alice" } },
    count: 3000,
    inFlight: 16,
  },
};

let keyCount = 0;
/** The same request with another Idempotency-Key each time that it is sent. */
const withKeys = ({ headers, ...request }) => ({
  ...request,
  get headers() {
    return { ...headers, "idempotency-key": `key ${(keyCount += 1)}` };
  },
});

const upstreams = await startUpstreams();
await upstreams.setAnswers(
  new Map([
    [paths.llm, llmAnswer()],
    [paths.image, imageAnswer(upstreams.origin)],
    [paths.picture, bytesAnswer("image/png", largePng(pictureBytes))],
  ]),
);
for (const [name, { request, count, inFlight }] of Object.entries(workloads)) {
  const gates = [];
  try {
    for (const [setup, { variables, shared = {}, limits, once }] of Object.entries(setups)) {
      const client = { name: "alice", key: "key-of-alice", ...limits };
      const settings = settingsFor(upstreams, {
        CLIENTS: JSON.stringify([client]),
        IMAGE_GEN_PRICE: "0.003",
        ...variables,
      });
      const gate = await startIsolates(1, settings, { shared, entry: "tests/bench/services_worker.mjs", quiet: true });
      const asked = once ? withKeys(request) : request;
      const expected = await send(new Agent(), gate.isolates[0].origin, asked);
      if (expected.status !== 200) throw new Error(`${setup}: ${expected.status} ${expected.bytes}`);
      gates.push({
        name: setup,
        origin: gate.isolates[0].origin,
        pid: gate.pid,
        request: asked,
        expected,
        close: gate.close,
      });
    }
    const samples = await compare(gates, {
      rounds,
      count: Math.ceil(count * share),
      inFlight,
      warmUp: Math.ceil(count * share),
    });
    const cpuOf = (setup) => samples[setup].map(({ cpuUs }) => cpuUs);
    console.log(`\n${name}: CPU time of a request, µs (quartiles), and above "nothing" (medians of the rounds)`);
    for (const setup of Object.keys(setups)) {
      const [low, middle, high] = quartiles(cpuOf(setup)).map(Math.round);
      const above = Math.round(median(cpuOf(setup).map((us, round) => us - cpuOf("nothing")[round])));
      console.log(
        `${setup.padEnd(32)} ${String(middle).padStart(6)}  (${low}-${high})  ${above >= 0 ? "+" : ""}${above}`,
      );
    }
  } finally {
    await Promise.all(gates.map(({ close }) => close()));
  }
}
await upstreams.close();
