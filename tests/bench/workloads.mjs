// The workloads that are measured: their requests, the answers of the upstreams, and how many requests a sample has.
import assert from "node:assert/strict";
import { largePng } from "../support/upstreams/pictures.mjs";
import { settingsFor } from "../support/upstreams/upstream.mjs";
import { idea } from "../support/clients/chat.mjs";
import { bytesAnswer, chunked, imageAnswer, llmAnswer, llmStream, paths } from "./upstream.mjs";

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

/** What Cloudflare and a browser add to a request. */
const manyHeaders = {
  accept: "application/json, text/event-stream",
  "accept-language": "de-DE,de;q=0.9,en;q=0.8",
  "cache-control": "no-cache",
  "cdn-loop": "cloudflare; loops=1",
  "cf-connecting-ip": "2001:db8::1",
  "cf-ipcountry": "DE",
  "cf-ray": "8a1b2c3d4e5f6a7b-FRA",
  "cf-visitor": '{"scheme":"https"}',
  cookie: `session=${"0123456789abcdef".repeat(8)}`,
  dnt: "1",
  origin: "https://chat.example.com",
  pragma: "no-cache",
  priority: "u=1, i",
  referer: "https://chat.example.com/c/0123456789abcdef",
  "sec-ch-ua": '"Chromium";v="140", "Not A Brand";v="24"',
  "sec-ch-ua-mobile": "?0",
  "sec-ch-ua-platform": '"Linux"',
  "sec-fetch-dest": "empty",
  "sec-fetch-site": "cross-site",
  "user-agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
  "x-forwarded-for": "2001:db8::1",
  "x-forwarded-proto": "https",
  "x-real-ip": "2001:db8::1",
  "x-stainless-lang": "js",
  "x-stainless-retry-count": "0",
};

/** A plain chat call whose upstreams give no lengths. */
const chunkedWorkload = {
  ...chatWorkload(),
  answers: (origin) =>
    chatWorkload()
      .answers(origin)
      .map(([path, answer]) => [path, chunked(answer)]),
};

const headersWorkload = {
  ...chatWorkload(),
  request: () => {
    const request = post(idea(words));
    return { ...request, headers: { ...request.headers, ...manyHeaders } };
  },
};

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

const proxyWorkload = (pictureBytes) => ({
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
});

/** `images.generate`: the backend gives a link, the client gets base64. There is no such flow in plain JavaScript to compare with. */
const imagesWorkload = {
  flow: "images",
  calls: [paths.image, paths.picture],
  hasTwin: false,
  request: () => ({
    ...post({ model: "flux-schnell", prompt: words, response_format: "b64_json" }),
    path: "/v1/images/generations",
  }),
  answers: proxyWorkload(pictureBytes).answers,
  floorBody: (text) => text.replace(/"b64_json":"[^"]*"/, '"b64_json":""'),
  checkFloor: sameBytes,
};

/** A form with a picture of 2 MB, as browsers and SDKs send it. */
export function editForm() {
  const boundary = "----WebKitFormBoundaryAbCdEf0123456789";
  const head = (rest) => `--${boundary}\r\nContent-Disposition: form-data; ${rest}\r\n\r\n`;
  const fields = { model: "flux-schnell", prompt: words, response_format: "url" };
  const body = Buffer.concat([
    ...Object.entries(fields).map(([name, value]) => Buffer.from(`${head(`name="${name}"`)}${value}\r\n`)),
    Buffer.from(head('name="image"; filename="cat.png"\r\nContent-Type: image/png')),
    largePng(pictureBytes),
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ]);
  return { headers: { ...key, "content-type": `multipart/form-data; boundary=${boundary}` }, body };
}

/** `images.edit`: the picture goes on to the backend in another form, and the answer is a link. */
const editsWorkload = {
  flow: "edits",
  calls: [paths.image],
  hasTwin: false,
  sendsBodyOn: true,
  variables: { IMAGE_GEN_API_TYPE: "openai" },
  request: () => ({ method: "POST", path: "/v1/images/edits", ...editForm() }),
  answers: (origin) => [[paths.image, imageAnswer(origin)]],
  floorBody: whole,
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
    limits: { cpuOverFloor: 1.15, cpuOverTwin: 1 },
  },
  chat_headers: {
    ...headersWorkload,
    about: "the same, with 25 headers more",
    count: 1200,
    inFlight: 16,
    limits: { cpuOverTwin: 1 },
  },
  chat_chunked: {
    ...chunkedWorkload,
    about: "the same, with upstreams that give no length",
    count: 1200,
    inFlight: 16,
    limits: { cpuOverTwin: 1 },
  },
  stream: {
    ...streamWorkload(200, 1),
    about: "streamed chat call, 200 deltas of thinking, one each ms",
    count: 48,
    inFlight: 6,
    limits: { cpuOverFloor: 1.25, cpuOverTwin: 0.6 },
  },
  burst: {
    ...streamWorkload(200, 0),
    about: "streamed chat call, 200 deltas of thinking, all at once",
    count: 800,
    inFlight: 16,
    limits: { cpuOverFloor: 1.25, cpuOverTwin: 0.66 },
  },
  proxy: {
    ...proxyWorkload(pictureBytes),
    about: "signed picture link, 2 MB",
    count: 300,
    inFlight: 8,
    limits: { cpuOverFloor: 1.3, speedOverFloor: 0.97 },
  },
  proxy_many: {
    ...proxyWorkload(pictureBytes),
    about: "the same, 64 at a time",
    count: 300,
    inFlight: 64,
    limits: { cpuOverFloor: 1.3, speedOverFloor: 0.97 },
  },
  proxy_small: {
    ...proxyWorkload(pictureBytes / 10),
    about: "the same, 200 kB",
    count: 1000,
    inFlight: 8,
    limits: { cpuOverFloor: 1.7, speedOverFloor: 0.97 },
  },
  images: {
    ...imagesWorkload,
    about: "images.generate, 2 MB as base64",
    count: 100,
    inFlight: 4,
    limits: { cpuOverFloor: 1.5 },
  },
  edits: {
    ...editsWorkload,
    about: "images.edit, a form with a picture of 2 MB",
    count: 150,
    inFlight: 4,
    limits: { cpuOverFloor: 2 },
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
