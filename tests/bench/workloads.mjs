// The workloads that are measured: their requests, the answers of the upstreams, and how many requests a sample has.
import assert from "node:assert/strict";
import { largePng } from "../support/upstreams/pictures.mjs";
import { settingsFor } from "../support/upstreams/upstream.mjs";
import { idea } from "../support/clients/chat.mjs";
import { bytesAnswer, imageAnswer, llmAnswer, llmStream, paths } from "./upstream.mjs";

const key = { authorization: "Bearer client-key" };
const thinking = { OPENAI_MODEL: "", OPENAI_MODEL_REASONING: "llm-thinker" };
const pictureBytes = 2_000_000;

const words = "a tabby cat on a red tile roof in the evening 16:9";

function post(body) {
  const headers = { ...key, "content-type": "application/json" };
  return { method: "POST", path: "/v1/chat/completions", headers, body: JSON.stringify(body) };
}

const sameBytes = (floor, fluxgate) => assert.equal(floor.bytes.length, fluxgate.bytes.length);
const whole = (text) => text;

/** A plain chat call; historyBytes: the size of the older messages. */
export function chatWorkload(historyBytes = 0) {
  return {
    flow: "chat",
    calls: [paths.llm, paths.image],
    request: () => post(idea(words, historyBytes === 0 ? {} : { messages: conversation(historyBytes) })),
    answers: (origin) => [
      [paths.llm, llmAnswer()],
      [paths.image, imageAnswer(origin)],
    ],
    floorBody: whole,
    checkFloor: sameBytes,
  };
}

/** A chat with historyBytes of older messages, a kilobyte each but at most 500 of them, and an idea. */
function conversation(historyBytes) {
  const count = Math.min(500, Math.ceil(historyBytes / 1000));
  const lengthBytes = Math.floor(historyBytes / count) - 36; // Without the JSON around it.
  const content = 'a ship "Aurora" in a storm,\nwaves and spray; '
    .repeat(Math.ceil(lengthBytes / 45))
    .slice(0, lengthBytes);
  const messages = Array.from({ length: count }, (_, index) => ({
    role: index % 2 === 0 ? "user" : "assistant",
    content,
  }));
  return [...messages, { role: "user", content: words }];
}

/** A streamed chat call. everyMs: the time between two deltas of the language model; 0: all come at once. */
export function streamWorkload(deltaCount, everyMs) {
  return {
    flow: "stream",
    calls: [paths.llm, paths.image],
    variables: thinking,
    request: () => post(idea(words, { stream: true })),
    answers: (origin) => [
      [paths.llm, llmStream(deltaCount, everyMs)],
      [paths.image, imageAnswer(origin)],
    ],
    floorBody: (text) => text.slice(text.lastIndexOf("data: ", text.indexOf('"content":"![Image]'))),
    checkFloor: (floor, fluxgate) => {
      assert.ok(floor.bytes.length > fluxgate.bytes.length * 0.8);
      assert.match(floor.bytes.toString(), /data: \[DONE\]\n\n$/);
    },
  };
}

const proxyWorkload = {
  flow: "proxy",
  calls: [paths.picture],
  request: async (fluxgate) => {
    const answer = await fluxgate.request("/v1/chat/completions", post(idea("a cat")));
    const { choices } = await answer.json();
    const link = new URL(/\((\S+)\)/.exec(choices[0].message.content)[1]);
    return { path: link.pathname + link.search };
  },
  answers: (origin) => [
    ...chatWorkload().answers(origin),
    [paths.picture, bytesAnswer("image/png", largePng(pictureBytes))],
  ],
  floorBody: () => null,
  checkFloor: sameBytes,
};

const fixedWorkload = (request) => ({
  flow: "fixed",
  calls: [],
  request: () => request,
  answers: () => [],
  floorBody: whole,
  checkFloor: sameBytes,
});

/**
 * The workloads by name: the requests, a text `about` them, how many requests are a sample and how many are under way at once. `limits`: the most CPU
 * time over the floor's and over the twin's, and the fewest requests per second over the floor's.
 */
export const workloads = {
  chat: {
    ...chatWorkload(),
    about: "plain chat call: one call of the language model, one of the image backend",
    count: 1200,
    inFlight: 16,
    limits: { cpuOverTwin: 1 },
  },
  stream: {
    ...streamWorkload(200, 1),
    about: "streamed chat call, 200 deltas of thinking, one each ms",
    count: 48,
    inFlight: 6,
    limits: { cpuOverTwin: 0.6 },
  },
  burst: {
    ...streamWorkload(200, 0),
    about: "streamed chat call, 200 deltas of thinking, all at once",
    count: 800,
    inFlight: 16,
    limits: { cpuOverTwin: 0.66 },
  },
  proxy: {
    ...proxyWorkload,
    about: "signed picture link, 2 MB",
    count: 300,
    inFlight: 8,
    limits: { cpuOverFloor: 1.3, speedOverFloor: 0.97 },
  },
  models: {
    ...fixedWorkload({ path: "/v1/models", headers: key }),
    about: "GET /v1/models",
    count: 4000,
    inFlight: 16,
    limits: { cpuOverTwin: 0.95 },
  },
  refusal: {
    ...fixedWorkload({ path: "/v1/models", headers: { authorization: "Bearer wrong-key" } }),
    about: "GET /v1/models with a wrong key: 401",
    count: 4000,
    inFlight: 16,
    limits: { cpuOverTwin: 0.9 },
  },
};

/** The settings of a workload. */
export const settingsOf = ({ variables }, upstreams) => settingsFor(upstreams, variables);
