// What a wish costs when the real SDKs ask for it, with the retries that they make by themselves: openai-node, which reads x-should-retry, and Vercel's AI
// SDK, which does not. All wishes are under way at once, for the pauses of the SDKs are long.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { generateImage, generateText, streamText } from "ai";
import OpenAI from "openai";
import { startWorkerd } from "../support/hosts/workerd.mjs";
import { settingsFor, startUpstream } from "../support/upstreams/upstream.mjs";

globalThis.AI_SDK_LOG_WARNINGS = false; // What it says of its own versions is not about us.

const overload = { status: 503, body: { message: "busy" } };
/**
 * What a backend answers to the calls for one wish in turn; null: with a picture. paid: how many calls it may have drawn for.
 * asks: how often openai-node asks where the answer is no stream.
 */
const faults = {
  good: { answers: [null], paid: 1, asks: 1 },
  lost: { answers: ["reset"], paid: 2, asks: 1 },
  "lost-once": { answers: ["reset", null], paid: 2, asks: 1 },
  half: { answers: [{ body: "cut off in the mid" }], paid: 1, asks: 1 },
  empty: { answers: [{ body: { images: [] } }], paid: 1, asks: 1 },
  silent: { answers: [() => {}], paid: 1, asks: 1 },
  busy: { answers: [overload, overload, overload, null], paid: 1, asks: 2 },
  "busy-then-half": { answers: [overload, overload, overload, { body: "cut off" }], paid: 1, asks: 2 },
};

/** How a program asks for a picture. once: with an Idempotency-Key. streams: what fails does so behind the head, where no SDK asks again. */
const programs = {
  "openai, chat": { ask: ({ openai }, model, idea) => openai.chat.completions.create(chat(model, idea)) },
  "openai, chat, streamed": {
    ask: async ({ openai }, model, idea) =>
      Array.fromAsync(await openai.chat.completions.create({ ...chat(model, idea), stream: true })),
    streams: true,
  },
  "openai, images": { ask: ({ openai }, model, prompt) => openai.images.generate({ model, prompt }) },
  "openai, responses": { ask: ({ openai }, model, input) => openai.responses.create({ model, input }) },
  "openai, chat, with a key": {
    ask: ({ openai, headers }, model, idea) => openai.chat.completions.create(chat(model, idea), { headers }),
    once: true,
  },
  "ai, streamText": {
    ask: async ({ ai }, model, prompt) => {
      const errors = [];
      const result = streamText({ model: ai(model), prompt, onError: ({ error }) => errors.push(error) });
      await Array.fromAsync(result.stream);
      if (errors.length > 0) throw errors[0];
    },
    streams: true,
  },
  "ai, generateText with a key": {
    ask: ({ ai, headers }, model, prompt) => generateText({ model: ai(model), prompt, headers }),
    once: true,
    isStubborn: true,
  },
  "ai, generateImage with a key": {
    ask: ({ ai, headers }, model, prompt) => generateImage({ model: ai.imageModel(model), prompt, headers }),
    once: true,
    isStubborn: true,
  },
};
const chat = (model, content) => ({ model, messages: [{ role: "user", content }] });

describe("what a wish costs", { concurrency: 1 }, () => {
  let upstream;
  let worker;
  const wishes = []; // { program, fault, calls, paid, asks, failed }
  /** The first request of these wishes is broken off by the client when the backend has its call. */
  const broken = [];

  const wishOf = ({ body }) => [...wishes, ...broken][Number(/wish(\d+)/.exec(body)[1])];

  before(async () => {
    upstream = await startUpstream();
    for (const program of Object.keys(programs))
      for (const fault of Object.keys(faults)) wishes.push({ program, fault, calls: 0, paid: 0, asks: 0 });
    for (const program of Object.keys(programs).filter((name) => programs[name].once))
      broken.push({ program, fault: "good", calls: 0, paid: 0, asks: 0, breaksOff: true });
    // Each has a backend of its own, so that no key rests for another one's faults, and two keys, so that none has three faults in a row.
    const models = [...wishes, ...broken].flatMap((_, i) => [
      [`IMAGE_GEN_API_BASE_${i + 1}`, `${upstream.origin}/generate`],
      [`IMAGE_GEN_MODEL_${i + 1}`, `model${i}`],
      [`IMAGE_GEN_API_KEY_${i + 1}`, `first-key-${i},second-key-${i}`],
    ]);
    worker = await startWorkerd({
      ...settingsFor(upstream, { OPENAI_API_BASE: "", OPENAI_API_KEY: "", OPENAI_MODEL: "" }),
      ...Object.fromEntries(models),
      IMAGE_TIMEOUT_MS: "1000",
    });
    const { onImage } = upstream;
    upstream.onImage = (call) => {
      const wish = wishOf(call);
      const { answers } = faults[wish.fault];
      const answer = answers[Math.min(wish.calls++, answers.length - 1)];
      if (answer !== overload) wish.paid += 1;
      wish.called?.();
      return answer ?? onImage(call);
    };
    await Promise.all([...wishes, ...broken].map(fulfil));
  });
  after(async () => {
    await worker?.close();
    await upstream?.close();
  });

  async function fulfil(wish, index) {
    const counted = async (url, init) => {
      wish.asks += 1;
      if (!wish.breaksOff || wish.asks > 1) return fetch(url, init);
      const left = new AbortController();
      wish.called = () => left.abort();
      return fetch(url, { ...init, signal: left.signal }).catch((cause) => {
        throw new TypeError("fetch failed", { cause }); // As if the connection had broken, and nobody had wanted it.
      });
    };
    const baseURL = `${worker.origin}/v1`;
    const common = { apiKey: "client-key", baseURL, fetch: counted };
    const asking = {
      openai: new OpenAI(common),
      ai: createOpenAICompatible({ name: "fluxgate", ...common }),
      headers: { "Idempotency-Key": `key ${index}` },
    };
    try {
      await programs[wish.program].ask(asking, `model${index}`, `a cat on a roof wish${index}`);
    } catch (error) {
      wish.failed = error;
    }
  }

  for (const [program, { streams = false, isStubborn = false }] of Object.entries(programs)) {
    for (const [fault, { answers, paid, asks }] of Object.entries(faults)) {
      test(`${program}: ${fault}`, () => {
        const wish = wishes.find((each) => each.program === program && each.fault === fault);
        const said = `${wish.calls} calls, ${wish.asks} requests: ${wish.failed}`;
        if (streams && answers[0] === overload) {
          assert.deepEqual([wish.paid, wish.asks], [0, 1], said);
          return;
        }
        assert.equal(wish.paid, paid, said);
        assert.equal(wish.failed === undefined, answers.at(-1) === null, said);
        // That one asks again and again is what makes it worth counting.
        if (isStubborn) assert.ok(answers.at(-1) === null || wish.asks === 3, said);
        else assert.equal(wish.asks, streams ? 1 : asks, said);
      });
    }
  }

  test("a client that loses its connection when the backend draws, and asks again with its key, has one picture", () => {
    for (const { program, paid, asks, failed } of broken)
      assert.deepEqual([paid, asks, failed], [1, 2, undefined], program);
    assert.equal(broken.length, 3);
  });
});
