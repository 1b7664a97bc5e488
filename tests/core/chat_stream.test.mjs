// Streams for those who wait: comments in every silence, clients that read slowly or no more, errors behind the head.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ask,
  assertGood,
  assertOneErrorEvent,
  idea,
  keyOf,
  promptIn,
  reasoning,
  settings,
} from "../support/clients/asking.mjs";
import { describeBuilds } from "../support/hosts/builds.mjs";
import { checkErrorShape } from "../support/cases/cases.mjs";
import { delta, events, imageFaults, llmPrompt, picture, stream, whole } from "../support/upstreams/faults.mjs";
import { largePng } from "../support/upstreams/pictures.mjs";

describeBuilds("keep-alives", (makeCore) => {
  /** Longest time without a byte between two pieces of the answer, from the moment at which the client has taken one. */
  const longestSilenceMs = ({ pieces }) => Math.max(...pieces.slice(1).map(({ ms }, i) => ms - pieces[i].takenMs));

  const slow = {
    "an optimiser that says nothing for 14 s at a time": {
      env: reasoning,
      llm: stream([
        ...Array(6).fill({ ms: 14_000, bytes: ": ...\n\n" }),
        events(delta({ content: llmPrompt }, "stop")),
      ]),
    },
    "an image backend whose head takes 59 s": { image: { ...picture, ms: 59_000 } },
    "an image backend that takes 100 s": { env: { IMAGE_TIMEOUT_MS: "120000" }, image: { ...picture, ms: 100_000 } },
    "an image backend whose body takes 100 s": {
      env: { IMAGE_TIMEOUT_MS: "120000" },
      image: { status: 200, chunks: [...Array(10).fill({ ms: 10_000, bytes: " " }), picture.body] },
    },
    both: {
      env: reasoning,
      llm: stream([
        ...Array(8).fill({ ms: 10_000, bytes: ": ...\n\n" }),
        events(delta({ content: llmPrompt }, "stop")),
      ]),
      image: { ...picture, ms: 55_000 },
    },
  };
  for (const [name, { env = {}, llm, image }] of Object.entries(slow)) {
    for (const show of ["0", "1"]) {
      test(`${name}, SHOW_REASONING=${show}`, () => {
        const seen = ask(makeCore({ ...settings, ...env, SHOW_REASONING: show }), {
          llm,
          image,
          body: { stream: true },
        });
        assertGood(seen, true);
        assert.equal(promptIn(seen), llmPrompt);
        assert.ok(seen.ms >= 55_000, `${seen.ms}`);
        assert.ok(longestSilenceMs(seen) <= 10_000, `${longestSilenceMs(seen)} ms`);
        assert.ok(seen.comments.length >= Math.floor(seen.ms / 10_000) - 3, `${seen.comments.length} in ${seen.ms} ms`);
        assert.equal(seen.text.lastIndexOf(": keep-alive") < seen.text.indexOf("data: [DONE]"), true);
      });
    }
  }

  test("none goes out while something else does", () => {
    const seen = ask(makeCore(settings), {
      image: (call) => ({ ...picture, ms: 2000 }),
      llm: { ...whole(), ms: 2000 },
      body: { stream: true },
    });
    assert.deepEqual(seen.comments, []);
  });

  test("a whole answer has none", () => {
    const seen = ask(makeCore(settings), { image: { ...picture, ms: 59_000 } });
    assertGood(seen, false);
    assert.equal(seen.pieces.length, 1);
  });

  for (const [name, index] of [
    ["the head", 0],
    ["a piece of thinking", 1],
    ["a line about the progress", 2],
    ["a comment", 3],
  ]) {
    test(`a client that takes 45 s for ${name} is given no comment meanwhile`, () => {
      const llm = stream([events(delta({ reasoning_content: "hm" })), events(delta({ content: llmPrompt }, "stop"))]);
      const seen = ask(makeCore({ ...settings, ...reasoning }), {
        llm,
        image: { ...picture, ms: 55_000 },
        body: { stream: true },
        takesMs: (piece) => (piece === index ? 45_000 : 0),
      });
      assertGood(seen, true);
      for (const { ms } of seen.comments) {
        const earlier = seen.pieces.filter((piece) => piece.ms < ms);
        assert.ok(
          earlier.every(({ takenMs }) => takenMs <= ms),
          `a comment at ${ms} ms`,
        );
      }
      assert.ok(longestSilenceMs(seen) <= 10_000, `${longestSilenceMs(seen)} ms`);
    });
  }

  test("a client that takes longer than the optimiser has is given no comment while it takes", () => {
    const llm = stream([
      ...Array(5).fill(events(delta({ reasoning_content: "hm" }))),
      events(delta({ content: llmPrompt }, "stop")),
    ]);
    for (const show of ["0", "1"]) {
      const seen = ask(makeCore({ ...settings, SHOW_REASONING: show }), {
        llm,
        image: { ...picture, ms: 50_000 },
        body: { stream: true },
        takesMs: (piece) => (piece === 1 ? 55_000 : 0),
      });
      assertGood(seen, true);
      for (const { ms } of seen.comments) {
        const earlier = seen.pieces.filter((piece) => piece.ms < ms);
        assert.ok(
          earlier.every(({ takenMs }) => takenMs <= ms),
          `a comment at ${ms} ms`,
        );
      }
    }
  });
});

describeBuilds("a client that takes the head late", (makeCore) => {
  const title =
    '### Task:\nGenerate a concise, 3-5 word title summarizing the chat history.\n### Output:\nJSON format: { "title": "your concise title here" }\n### Chat History:\n<chat_history>\nUSER: a red fox\n</chat_history>';
  const byRules = { ...settings, OPENAI_API_BASE: "", OPENAI_API_KEY: "", OPENAI_MODEL: "" };

  for (const takesMs of [8000, 9000, 9500, 18_000, 59_000]) {
    test(`after ${takesMs} ms gets all of a task's answer, which is there at once`, () => {
      const seen = ask(makeCore(byRules), {
        body: { stream: true, messages: [{ role: "user", content: title }] },
        takesMs: (piece) => (piece === 0 ? takesMs : 0),
      });
      assertGood(seen, true);
      assert.match(seen.content, /"title":\s*"[^"]*fox/i);
    });
  }

  test("after more than a minute is given up", () => {
    const seen = ask(makeCore(settings), { body: { stream: true }, takesMs: (piece) => (piece === 0 ? 3_600_000 : 0) });
    assert.deepEqual([seen.ending, seen.ms, seen.logs.at(-1).status, seen.calls.length], ["broken", 60_000, 499, 0]);
    assert.deepEqual(seen.leftOver, []);
  });
});

describeBuilds("a client that reads no more", (makeCore) => {
  const large = { status: 200, body: JSON.stringify({ data: [{ b64_json: largePng(100_000).toString("base64") }] }) };
  for (const [takesMs, ending, status] of [
    [59_000, "complete", 200],
    [61_000, "broken", 499],
  ]) {
    test(`a whole answer with a large picture, which takes it ${takesMs} ms: ${ending}`, () => {
      // Its pieces: the head of the answer, what stands in front of the picture, the picture, and the rest.
      const seen = ask(makeCore(settings), { image: large, takesMs: (piece) => (piece === 2 ? takesMs : 0) });
      assert.deepEqual(
        [seen.status, seen.ending, seen.logs.at(-1).status, seen.ms],
        [200, ending, status, Math.min(takesMs, 60_000)],
      );
      const missingBytes = Number(seen.headers["content-length"]) - seen.bytes.length;
      assert.ok(ending === "complete" ? missingBytes === 0 : missingBytes > 0, String(missingBytes));
      assert.deepEqual(seen.leftOver, []);
    });
  }

  test("is given up after a minute: its transfer is broken, and no picture is asked for", () => {
    const llm = stream([events(delta({ reasoning_content: "hm" })), events(delta({ content: llmPrompt }, "stop"))]);
    const seen = ask(makeCore({ ...settings, ...reasoning }), {
      llm,
      image: picture,
      body: { stream: true },
      takesMs: (piece) => (piece === 1 ? 61_000 : 0),
    });
    assert.deepEqual([seen.ending, seen.logs.at(-1).status, seen.calls.length], ["broken", 499, 1]);
    assert.deepEqual(seen.leftOver, []);
  });
});

describeBuilds("an error behind the head", (makeCore) => {
  const failing = imageFaults.filter(({ code }) => code !== null);
  const makeFailing = (keys) =>
    makeCore({ ...settings, IMAGE_GEN_API_KEY: Array.from({ length: keys }, (_, i) => `image-number-${i}`).join(",") });

  for (const { name, keys, answers, code, status, retry, after, asked } of failing) {
    const image = (call, index) => answers[Math.min(index, answers.length - 1)];

    test(`${name}: one event`, () => {
      const seen = ask(makeFailing(keys), { image, body: { stream: true } });
      const seconds = assertOneErrorEvent(seen, code, status);
      if (after !== undefined) assert.equal(seconds, Number(after));
      assert.deepEqual(seen.imageCalls.map(keyOf), asked);
      assert.equal(seen.headers["x-should-retry"], undefined);
      const line = seen.logs.at(-1);
      assert.deepEqual([line.ev, line.code, line.status], ["request", code, status]);
    });

    test(`${name}: without a stream an answer of its own`, () => {
      const seen = ask(makeFailing(keys), { image });
      assert.equal(seen.status, status);
      checkErrorShape(seen.json(), status);
      assert.equal(seen.json().error.code, code);
      assert.equal(seen.headers["x-should-retry"], retry);
      assert.equal(seen.headers["retry-after"], after ?? seen.headers["retry-after"]);
    });
  }

  const more = {
    upstream_too_large: [
      502,
      { status: 200, body: JSON.stringify({ data: [{ b64_json: "iVBORw0KGgoA".repeat(500_000) }] }) },
    ],
    upstream_not_an_image: [
      502,
      {
        status: 200,
        body: JSON.stringify({ data: [{ b64_json: Buffer.from("<svg onload=alert(1)>").toString("base64") }] }),
      },
    ],
    upstream_timeout: [504, { status: 200, chunks: ["{", { ms: Infinity }] }],
  };
  for (const [code, [status, image]] of Object.entries(more)) {
    test(`${code}: one event`, () =>
      assertOneErrorEvent(ask(makeCore(settings), { image, body: { stream: true } }), code, status));
  }

  test("an error event that the client does not take breaks the stream off after a minute", () => {
    const seen = ask(makeCore(settings), {
      image: { status: 400 },
      body: { stream: true },
      takesMs: (piece) => (piece === 2 ? Infinity : 0),
    });
    assert.match(seen.pieces[2].text, /^data: \{"error":/);
    assert.equal(seen.ending, "broken");
    assert.equal(seen.ms, 60_000);
    assert.deepEqual(seen.leftOver, []);
  });

  test("an error event is not crossed by a comment that the client has not taken yet", () => {
    const seen = ask(makeCore(settings), {
      image: { status: 400, ms: 20_000 },
      body: { stream: true },
      takesMs: (piece) => (piece > 1 ? 15_000 : 0),
    });
    assertOneErrorEvent(seen, "upstream_rejected_request", 400);
  });

  for (const [name, body, code, status] of [
    ["no idea", { messages: [{ role: "user", content: " " }] }, "empty_prompt", 400],
    ["an unknown model", { model: "nothing" }, "unsupported_image_model", 400],
    ["too many pictures", { n: 5 }, "invalid_parameters", 400],
  ]) {
    test(`${name}: before the head, so an answer of its own`, () => {
      const seen = ask(makeCore(settings), { body: { stream: true, ...body } });
      assert.equal(seen.status, status);
      checkErrorShape(seen.json(), status);
      assert.equal(seen.json().error.code, code);
      assert.equal(seen.calls.length, 0);
    });
  }
});
