// 256 requests in flight, most of them with an upstream that fails: whatever an answer or a call holds is its own request's.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { checkErrorEvent, checkErrorShape, eventsIn } from "../support/cases/cases.mjs";
import { settingsFor, startUpstream } from "../support/upstreams/upstream.mjs";
import { startWorkerd } from "../support/hosts/workerd.mjs";
import { pathIn } from "./bystanders.mjs";
import { chance, seed } from "../support/texts/chance.mjs";
import { Exchange, ideaOf } from "./client.mjs";
import { long } from "./length.mjs";
import { makeNonce, noncesIn } from "./nonces.mjs";
import { imageScripts, llmScripts, pictureScripts, play, soonOver } from "./wire_faults.mjs";

const inFlight = 256;
const requestCount = long ? 40_000 : 600;
const choose = long ? (scripts) => scripts : soonOver;
const scripts = { llm: choose(llmScripts), image: choose(imageScripts), picture: choose(pictureScripts) };

const goodLlm = {
  status: 200,
  body: JSON.stringify({
    choices: [{ index: 0, message: { role: "assistant", content: "a tabby, red tile roof" }, finish_reason: "stop" }],
  }),
};
const [goodImage] = imageScripts.filter(({ name }) => name === "F10 JSON labelled as text");
const keys = Array.from({ length: inFlight }, () => `key-${makeNonce()}`);

/** Settings with a backend for each script, which has keys that no other rests. */
const backendsAt = (origin) =>
  Object.fromEntries(
    imageScripts.flatMap(({ keys: count }, i) => [
      [`IMAGE_GEN_MODEL_${i + 1}`, `model-${i}`],
      [`IMAGE_GEN_API_BASE_${i + 1}`, `${origin}/backends/${i}`],
      [`IMAGE_GEN_API_KEY_${i + 1}`, Array.from({ length: count }, (_, j) => `image-key-${i}-${j}`).join(",")],
      [`IMAGE_GEN_API_TYPE_${i + 1}`, "siliconflow"],
    ]),
  );

describe("what belongs to one request", { concurrency: 1 }, () => {
  let upstream;
  let worker;
  const requests = new Map(); // nonce -> { llm, image, picture: scripts; imageCalls }
  const problems = [];
  before(async () => {
    upstream = await startUpstream();
    const settings = { AUTHORIZED_API_KEY: keys.join(","), SHOW_REASONING: "1", ...backendsAt(upstream.origin) };
    worker = await startWorkerd(settingsFor(upstream, settings), { quiet: true });
    const random = chance("upstream");
    upstream.onChat = upstream.onPicture = async (call) => {
      const nonces = noncesIn(`${call.url} ${JSON.stringify(call.headers)} ${call.body}`);
      const request = requests.get(nonces[0]);
      if (nonces.length !== 1 || request === undefined) {
        problems.push(`a call with the nonces of ${nonces.length} requests: ${call.url} ${call.body.slice(0, 200)}`);
        return "reset";
      }
      upstream.calls.length = 0;
      await delay(random.below(100));
      return play(answerTo(call, request), nonces[0], upstream.origin);
    };
  });
  after(async () => {
    await worker?.close();
    await upstream?.close();
  });

  function answerTo({ url }, request) {
    if (url.startsWith("/llm/")) return request.llm.answers[0];
    if (url.startsWith("/pictures/")) return request.picture.answers[0];
    const { answers } = request.image;
    return answers[Math.min(request.imageCalls++, answers.length - 1)];
  }

  /** What came of an exchange: null for good, the code of its error, or "broken". */
  function codeOf(exchange, nonce) {
    const { status, headers, ending, text } = exchange;
    const foreign = noncesIn(JSON.stringify(headers) + text).filter((each) => each !== nonce);
    if (foreign.length > 0)
      problems.push(`${nonce} was told ${foreign}: ${JSON.stringify(headers)} ${text.slice(0, 500)}`);
    if (ending !== "complete") return "broken";
    if (headers["content-type"].startsWith("image/")) return text.includes(nonce) ? null : "another's picture";
    const isStream = headers["content-type"].startsWith("text/event-stream");
    const last = isStream ? eventsIn(text).at(-1) : JSON.parse(text);
    if (last.error === undefined) return text.includes(nonce) ? null : "another's answer";
    const isClients = /invalid|rejected|policy|limit|quota/.test(last.error.code);
    if (isStream) checkErrorEvent(last, isClients ? 400 : 500);
    else checkErrorShape(last, status);
    return last.error.code;
  }

  /** One request after the other, with one client's key. */
  async function askOn(key, plans, ids, seen) {
    for (let plan = plans.pop(); plan !== undefined; plan = plans.pop()) {
      const { llm = { answers: [goodLlm] }, image = goodImage, picture = pictureScripts[0], stream } = plan;
      const nonce = makeNonce();
      requests.set(nonce, { llm, image, picture, imageCalls: 0 });
      const model = `model-${imageScripts.indexOf(image)}`;
      const exchange = await new Exchange(worker.origin, { key, body: ideaOf(`a cat ${nonce}`, { model, stream }) })
        .done;
      ids.push(exchange.headers["x-request-id"]);
      const check = ({ name, codes }, code) => {
        if (!codes.includes(code)) problems.push(`${name}: ${code}, not ${codes}; ${exchange.text.slice(0, 300)}`);
        seen.set(name, (seen.get(name) ?? 0) + 1);
      };
      check(plan.llm ?? plan.image ?? { name: "a good chat", codes: [null] }, codeOf(exchange, nonce));
      if (plan.picture !== undefined) {
        const path = pathIn(exchange.text);
        const proxied = await new Exchange(worker.origin, { key, method: "GET", path }).done;
        check(picture, codeOf(proxied, nonce));
      }
      requests.delete(nonce);
    }
  }

  test(`stays with it: ${requestCount} requests, ${inFlight} in flight, with every fault of every upstream`, async () => {
    const random = chance("plans");
    const every = Object.entries(scripts).flatMap(([part, list]) => list.map((script) => ({ [part]: script })));
    const plans = Array.from({ length: requestCount }, (_, i) => ({
      ...every[i % every.length],
      stream: Math.floor(i / every.length) % 2 === 1,
    }));
    for (let i = plans.length - 1; i > 0; i -= 1) {
      const j = random.below(i + 1);
      [plans[i], plans[j]] = [plans[j], plans[i]];
    }
    const ids = [];
    const seen = new Map();
    await Promise.all(keys.map((key) => askOn(key, plans, ids, seen)));
    assert.deepEqual(problems, [], `seed ${seed}`);
    assert.equal(new Set(ids).size, requestCount, "every answer has an id of its own");
    for (const { name } of Object.values(scripts).flat()) assert.ok(seen.get(name) > 0, name);
  });
});
