// What single requests cost, in CPU time, beside the 10 ms that Workers Free allows for each: an isolate's first one, and later ones.
//
//   node tests/bench/free_plan.mjs [ROUNDS]
//
// The store of "kept" pictures is a Worker of the same process, so that what it takes itself is counted, too.
import { Agent } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { largePng } from "../support/upstreams/pictures.mjs";
import { settingsFor } from "../support/upstreams/upstream.mjs";
import { sharedServices, startIsolates } from "../support/hosts/joined_workers.mjs";
import { median } from "./compare.mjs";
import { exactCpuMs } from "./cpu.mjs";
import { send } from "./load.mjs";
import { bytesAnswer, imageAnswer, llmAnswer, paths, startUpstreams } from "./upstream.mjs";
import { editForm } from "./workloads.mjs";

const rounds = Number(process.argv[2] ?? 7);
/** How often a request is sent to the same isolate behind the first. */
const laterCount = 10;
/** How long the engine may go on compiling behind an answer. */
const settleMs = 50;
const mebibyte = 1024 * 1024;

const headers = { authorization: "Bearer client-key", "content-type": "application/json" };
const post = (path, body) => ({ method: "POST", path, headers, body: JSON.stringify(body) });
const idea = { model: "flux-schnell", messages: [{ role: "user", content: "a cat on a roof 16:9" }] };
const plain = { model: "flux-schnell", prompt: "a cat on a roof" };
const inBase64 = (bytes) =>
  bytesAnswer(
    "application/json",
    Buffer.from(JSON.stringify({ data: [{ b64_json: largePng(bytes).toString("base64") }] })),
  );
const image = imageAnswer;
const shared = { IMAGES: sharedServices.IMAGES };

/** By name: the request, what the image backend answers, and what is bound. */
const kinds = {
  "a chat, the backend gives a link": { request: post("/v1/chat/completions", idea), image },
  "the same as a stream": { request: post("/v1/chat/completions", { ...idea, stream: true }), image },
  "a chat, a link, the picture of 200 KB is kept": {
    request: post("/v1/chat/completions", idea),
    image,
    shared,
    pictureBytes: 200_000,
  },
  "a chat, a link, the picture of 2 MB is kept": { request: post("/v1/chat/completions", idea), image, shared },
  "a chat, base64 of 2 MB, kept": {
    request: post("/v1/chat/completions", idea),
    image: () => inBase64(1.5 * mebibyte),
    shared,
  },
  "a chat, base64 of 24 MB, kept": {
    request: post("/v1/chat/completions", idea),
    image: () => inBase64(17.9 * mebibyte),
    shared,
  },
  "images, base64 of 2 MB for the client": {
    request: post("/v1/images/generations", { ...plain, response_format: "b64_json" }),
    image: () => inBase64(1.5 * mebibyte),
  },
  "an edit of a picture of 2 MB": {
    request: { method: "POST", path: "/v1/images/edits", ...editForm() },
    variables: { IMAGE_GEN_API_TYPE: "openai" },
    image,
  },
  "a picture behind a link, 2 MB": { link: true, image },
  "/v1/models": { request: { path: "/v1/models", headers }, image },
  "the page": { request: { path: "/" }, image },
};

const upstreams = await startUpstreams();
const agent = new Agent();

/** The link of a chat's answer, as a request. */
async function linkOf(gate) {
  const { bytes } = await send(agent, gate.origin, post("/v1/chat/completions", idea));
  const { pathname, search } = new URL(/\((http\S+)\)/.exec(JSON.parse(bytes).choices[0].message.content)[1]);
  return { path: pathname + search };
}

/** CPU time of a new isolate's first request, and of each of the later ones, in ms. */
async function sample({ request, image, variables, link, shared = {}, pictureBytes = 2 * mebibyte }) {
  await upstreams.setAnswers(
    new Map([
      [paths.llm, llmAnswer()],
      [paths.image, image(upstreams.origin)],
      [paths.picture, bytesAnswer("image/png", largePng(pictureBytes))],
    ]),
  );
  const host = await startIsolates(1, settingsFor(upstreams, variables), { shared, quiet: true });
  const gate = host.isolates[0];
  try {
    const asked = link ? await linkOf(gate) : request;
    const cost = async (count) => {
      const before = exactCpuMs(host.pid);
      for (let index = 0; index < count; index += 1) {
        const { status, bytes } = await send(agent, gate.origin, asked);
        if (status !== 200) throw new Error(`${status}: ${bytes.subarray(0, 300)}`);
      }
      await delay(settleMs);
      return exactCpuMs(host.pid) - before;
    };
    return { first: await cost(1), later: (await cost(laterCount)) / laterCount };
  } finally {
    await host.close();
  }
}

console.log("| Request | first, ms | later, ms |\n|---|---|---|");
for (const [name, kind] of Object.entries(kinds)) {
  const samples = [];
  for (let round = 0; round < rounds; round += 1) samples.push(await sample(kind));
  const [first, later] = ["first", "later"].map((each) => median(samples.map((one) => one[each])).toFixed(1));
  console.log(`| ${name} | ${kind.link ? "-" : first} | ${later} |`);
}
agent.destroy();
await upstreams.close();
