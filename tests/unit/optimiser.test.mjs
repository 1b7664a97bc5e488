// What the optimiser's language model may do wrong, and how an answer reaches those who wait for it: calls, clock, answers and log of the
// module, with scripted upstreams.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { describeBuilds } from "../support/builds.mjs";
import { checkErrorShape } from "../support/cases.mjs";
import { converse } from "../support/conversation.mjs";
import { delta, events, imageFaults, llmPrompt, optimiserFaults, optimiserRefusal, picture, stream, whole } from "../support/faults.mjs";

const idea = "a cat on a wide red roof";

const settings = {
  AUTHORIZED_API_KEY: "client-key",
  IMAGE_GEN_API_BASE: "https://images.example/generate",
  IMAGE_GEN_MODEL: "flux",
  IMAGE_GEN_API_KEY: "image-number-0,image-number-1,image-number-2",
  IMAGE_PROXY_SECRET: "a-secret-of-the-tests-of-32-bytes-or-more",
  OPENAI_API_BASE: "https://llm.example/v1",
  OPENAI_API_KEY: "llm-number-0,llm-number-1",
  OPENAI_MODEL: "llm-small",
  SHOW_REASONING: "1",
};

const reasoning = { OPENAI_MODEL: "", OPENAI_MODEL_REASONING: "llm-thinker" };

/**
 * Asks once. llm and image: an answer, or a function of the call and its number. Adds the two upstreams' calls, the lines of the log about
 * them, what a stream's events hold (`events`, `content`, `thinking`) and what a whole answer does.
 */
function ask(core, { body = {}, headers = {}, llm = whole(), image = picture, ...options } = {}) {
  const request = {
    method: "POST",
    url: "https://gateway.example/v1/chat/completions",
    headers: { authorization: "Bearer client-key", ...headers },
    body: JSON.stringify({ model: "flux", messages: [{ role: "user", content: idea }], ...body }),
  };
  const counts = { llm: 0, image: 0 };
  const upstream = (call) => {
    const [name, answer] = call.url.startsWith("https://llm.example/") ? ["llm", llm] : ["image", image];
    return typeof answer === "function" ? answer(call, counts[name]++) : answer;
  };
  const seen = converse(core, request, upstream, options);
  const callsTo = (host) => seen.calls.filter(({ url }) => url.startsWith(`https://${host}.example/`));
  const answer = seen.headers["content-type"].startsWith("text/event-stream") ? readStream(seen) : readWhole(seen);
  return {
    ...seen, ...answer, llmCalls: callsTo("llm"), imageCalls: callsTo("images"), llmLogs: seen.logs.filter(({ ev }) => ev.startsWith("llm")),
  };
}

const blocksIn = (text) => text.split("\n\n").slice(0, -1);
const isComment = (block) => block.startsWith(":");

function readStream({ text, pieces }) {
  assert.ok(text.endsWith("\n\n"), "whole events");
  const data = blocksIn(text).filter((block) => !isComment(block)).map((block) => /^data: (.*)$/.exec(block)[1]);
  const chunks = data.map((each) => (each === "[DONE]" ? each : JSON.parse(each)));
  const deltas = chunks.flatMap(({ choices = [] }) => choices.map((choice) => choice.delta));
  const joined = (field) => deltas.map((each) => each[field] ?? "").join("");
  const comments = pieces.filter((piece) => blocksIn(piece.text).some(isComment));
  return { events: chunks, content: joined("content"), thinking: joined("reasoning_content"), comments };
}

function readWhole(seen) {
  const { choices } = seen.json();
  return { content: choices?.[0].message.content, thinking: choices?.[0].message.reasoning_content ?? "" };
}

const keyOf = ({ headers }) => Number(/number-(\d)$/.exec(headers.authorization)[1]);
/** Punctuation of a prompt is escaped in the answer. */
const unescaped = (markdown) => markdown.replaceAll("\\", "");
const promptIn = ({ content }) => unescaped(/\n\nOptimized prompt: (.*)$/s.exec(content)[1]);
const picturesIn = ({ content }) => content.match(/!\[Image\]\(\S+\)/g)?.length ?? 0;

/** The whole of an answer that came to a good end. */
function assertGood(seen, streams) {
  assert.equal(seen.status, 200, seen.text);
  assert.equal(seen.ending, "complete");
  assert.equal(seen.headers["x-should-retry"], undefined);
  assert.deepEqual(seen.leftOver, [], "everything was read to its end or cancelled");
  assert.equal(seen.logs.at(-1).ev, "request");
  assert.equal(seen.logs.at(-1).status, 200);
  if (streams) assert.equal(seen.events.at(-1), "[DONE]");
}

describeBuilds("the optimiser", (makeCore) => {
  for (const streams of [false, true]) {
    describe(streams ? "for a client that streams" : "for a client that does not stream", () => {
      for (const { name, llm, log, status, says, endsMs, thinking = "" } of optimiserFaults) {
        test(name, () => {
          const seen = ask(makeCore(settings), { llm, body: { stream: streams } });
          assertGood(seen, streams);
          const prompt = says ?? idea;
          assert.equal(seen.llmCalls.length, 1);
          assert.equal(keyOf(seen.llmCalls[0]), 0);
          assert.equal(JSON.parse(seen.llmCalls[0].body).stream, streams);
          assert.equal(seen.imageCalls.length, 1);
          const drawn = JSON.parse(seen.imageCalls[0].body).prompt;
          assert.equal(drawn, prompt.trim());
          assert.equal(picturesIn(seen), 1);
          assert.equal(promptIn(seen), prompt.trim());
          const origin = says === undefined ? "original" : "optimized";
          assert.equal(seen.headers["x-fluxgate-prompt"], streams ? undefined : origin);

          assert.equal(seen.llmLogs.length, 1);
          const { rid, ms, ...line } = seen.llmLogs[0];
          assert.deepEqual(line, { ev: log, key: 0, ...(status !== undefined && { status }) });
          assert.equal(typeof ms, "number");
          if (endsMs !== undefined) assert.equal(ms, endsMs);
          if (thinking === null) return;
          if (streams) assert.equal(seen.thinking.split("\n\nThe prompt is ready.\n")[0], thinking);
          else assert.equal(seen.thinking, thinking);
        });
      }

      test("F41 a model that thinks has 90 s", () => {
        const tick = { ms: 1000, bytes: events(delta({ reasoning_content: "hm " })) };
        const core = makeCore({ ...settings, ...reasoning });
        const slow = ask(core, { llm: stream([...Array(80).fill(tick), events(delta({ content: llmPrompt }, "stop"))]), body: { stream: streams } });
        assertGood(slow, streams);
        assert.equal(promptIn(slow), llmPrompt);
        const slower = ask(core, { llm: stream(Array(100).fill(tick)), body: { stream: streams } });
        assertGood(slower, streams);
        assert.equal(promptIn(slower), idea);
        const [{ ev, ms }] = slower.llmLogs;
        assert.deepEqual([ev, ms], ["llm_stream_timeout", 90_000]);
      });

      test("F41 nothing of a call that was given up goes on", () => {
        const seen = ask(makeCore(settings), { llm: stream([{ ms: Infinity }]), body: { stream: streams } });
        assert.ok(seen.cancelled.length > 0);
        assert.deepEqual(seen.leftOver, []);
      });

      test("F54 a refusal ends the request without a picture", () => {
        const seen = ask(makeCore(settings), { llm: optimiserRefusal, body: { stream: streams } });
        assert.deepEqual([seen.llmCalls.length, seen.imageCalls.length], [1, 0]);
        assert.deepEqual(seen.llmLogs.map(({ ev, key, status }) => [ev, key, status]), [["llm_policy", 0, 400]]);
        assert.equal(seen.logs.at(-1).code, "content_policy_violation");
        assert.deepEqual(seen.leftOver, []);
        if (streams) return assertOneErrorEvent(seen, "content_policy_violation", 400);
        assert.equal(seen.status, 400);
        checkErrorShape(seen.json(), 400);
        const { code, type } = seen.json().error;
        assert.deepEqual([code, type], ["content_policy_violation", "invalid_request_error"]);
        assert.equal(seen.headers["x-should-retry"], undefined);
        assert.equal(seen.headers["x-fluxgate-prompt"], undefined);
      });

      for (const [variable, wrong] of [
        ["OPENAI_MODEL", { OPENAI_MODEL_REASONING: "llm-thinker" }],
        ["OPENAI_API_BASE", { OPENAI_API_BASE: "" }],
        ["OPENAI_API_KEY", { OPENAI_API_KEY: " , " }],
        ["OPENAI_MODEL", { OPENAI_MODEL: "" }],
      ]) {
        test(`F55 a configuration with ${JSON.stringify(wrong)}`, () => {
          const seen = ask(makeCore({ ...settings, ...wrong }), { body: { stream: streams } });
          assert.equal(seen.status, 500);
          checkErrorShape(seen.json(), 500);
          const { code, type, message } = seen.json().error;
          assert.deepEqual([code, type], ["configuration_error", "server_error"]);
          assert.ok(message.includes(variable), message);
          for (const value of ["llm-thinker", "llm-small", "llm.example", "number-0"]) assert.ok(!message.includes(value), message);
          assert.equal(seen.headers["x-should-retry"], "false");
          assert.equal(seen.calls.length, 0);
        });
      }

      test("another key for another request, one for each", () => {
        const core = makeCore(settings);
        const keys = [0, 1, 2, 3].map((byte) => {
          const seen = ask(core, { random: new Uint8Array(16).fill(byte), llm: { status: 401 }, body: { stream: streams } });
          assert.equal(seen.llmCalls.length, 1);
          assert.equal(seen.llmLogs[0].key, keyOf(seen.llmCalls[0]));
          return keyOf(seen.llmCalls[0]);
        });
        assert.deepEqual(keys, [0, 1, 0, 1]);
      });

      test("whichever part of the stream is the last, the answer is a good one", () => {
        const body = events(delta({ content: "<think>a lion?" }), delta({ content: ` no</think>${llmPrompt}` }), delta({}, "stop"), "[DONE]");
        const core = makeCore(settings);
        for (let length = 0; length <= body.length; length += 1) {
          const seen = ask(core, { llm: stream(body.slice(0, length)), body: { stream: streams } });
          assertGood(seen, streams);
          assert.ok([idea, llmPrompt].includes(promptIn(seen)), promptIn(seen));
        }
      });
    });
  }
});

/** One error event, as the last one, and then the end. */
function assertOneErrorEvent(seen, code, status) {
  assert.equal(seen.status, 200);
  assert.equal(seen.ending, "complete");
  assert.equal(seen.events.filter((event) => event.error !== undefined).length, 1);
  assert.equal(seen.events.at(-1).error.code, code);
  checkErrorShape(seen.events.at(-1), status);
  assert.ok(!seen.events.includes("[DONE]"));
  assert.equal(seen.content, "", "no answer beside the error");
  assert.deepEqual(seen.leftOver, []);
}

describeBuilds("thinking", (makeCore) => {
  const pieces = ["The roof ", "is wide, ", "so: a low sun."];
  const thinking = pieces.join("");
  const forms = {
    reasoning_content: [...pieces.map((each) => delta({ reasoning_content: each })), delta({ content: llmPrompt })],
    "<think> tags": [delta({ content: "<think>" }), ...pieces.map((each) => delta({ content: each })), delta({ content: `</think>${llmPrompt}` })],
  };
  for (const [form, data] of Object.entries(forms)) {
    const llm = stream([...data, delta({}, "stop"), "[DONE]"].map((each) => ({ ms: 1000, bytes: events(each) })));

    test(`${form}: each piece is shown before the next one comes`, () => {
      const seen = ask(makeCore({ ...settings, ...reasoning }), { llm, body: { stream: true } });
      assertGood(seen, true);
      const shown = seen.pieces.filter(({ text }) => text.includes("reasoning_content") && !text.includes("The prompt is ready"));
      const texts = shown.map(({ text }) => JSON.parse(text.slice("data: ".length)).choices[0].delta.reasoning_content);
      assert.equal(texts.join(""), thinking);
      const firstMs = form === "reasoning_content" ? 1000 : 2000;
      assert.deepEqual(shown.map(({ ms }) => ms), [firstMs, firstMs + 1000, firstMs + 2000]);
      const reads = seen.effects.lastIndexOf("read");
      assert.ok(seen.effects.indexOf("write") < reads, "written between the reads");
      assert.equal(seen.thinking.startsWith(`${thinking}\n\nThe prompt is ready.\n`), true);
      assert.equal(promptIn(seen), llmPrompt);
    });

    test(`${form}: a whole answer has it in its message`, () => {
      const seen = ask(makeCore({ ...settings, ...reasoning }), { llm });
      assertGood(seen, false);
      assert.equal(seen.json().choices[0].message.reasoning_content, thinking);
      assert.equal(promptIn(seen), llmPrompt);
    });

    test(`${form}: SHOW_REASONING=0 hides it and the progress, in both forms`, () => {
      const core = makeCore({ ...settings, ...reasoning, SHOW_REASONING: "0" });
      for (const streams of [false, true]) {
        const seen = ask(core, { llm, body: { stream: streams } });
        assertGood(seen, streams);
        assert.ok(!seen.text.includes("reasoning_content"), seen.text);
        for (const piece of pieces) assert.ok(!seen.text.includes(piece), seen.text);
        assert.equal(promptIn(seen), llmPrompt);
      }
    });
  }

  test("the head and the first chunk are out before any upstream is called", () => {
    const seen = ask(makeCore(settings), { llm: { ...whole(), ms: 5000 }, body: { stream: true } });
    assert.ok(seen.effects.indexOf("respond") < seen.effects.indexOf("fetch"));
    assert.equal(seen.pieces[0].ms, 0);
    assert.equal(seen.events[0].choices[0].delta.role, "assistant");
  });

  test("F70 no more is read than the client has taken and 64 KiB", () => {
    const long = Array.from({ length: 300 }, (_, i) => events(delta({ reasoning_content: `${i}: ${"thinking ".repeat(330)}` })));
    const llm = stream([...long, events(delta({ content: llmPrompt }, "stop"), "[DONE]")]);
    const seen = ask(makeCore({ ...settings, ...reasoning }), { llm, body: { stream: true }, takesMs: (piece) => (piece === 0 ? 0 : 200) });
    assertGood(seen, true);
    assert.equal(promptIn(seen), llmPrompt);
    const takenBytesAt = (ms) => seen.pieces.filter(({ takenMs }) => takenMs <= ms).reduce((sum, { text }) => sum + text.length, 0);
    let readBytes = 0;
    for (const { ms, lengthBytes } of seen.reads) {
      readBytes += lengthBytes;
      // What is read is longer than what is written of it.
      assert.ok(readBytes * 0.9 - takenBytesAt(ms) <= 64 * 1024, `${readBytes} bytes were read and ${takenBytesAt(ms)} taken after ${ms} ms`);
    }
    assert.ok(readBytes > 900_000, String(readBytes));
    assert.ok(seen.thinking.includes("299: thinking"));
  });

  test("a language model that stops in mid-thought: what it thought stays, the picture is the user's", () => {
    for (const streams of [false, true]) {
      const llm = stream([...pieces.map((each) => events(delta({ reasoning_content: each }))), { ms: Infinity }]);
      const seen = ask(makeCore({ ...settings, ...reasoning }), { llm, body: { stream: streams } });
      assertGood(seen, streams);
      assert.ok(seen.thinking.startsWith(thinking), seen.thinking);
      assert.equal(promptIn(seen), idea);
    }
  });
});

describeBuilds("keep-alives", (makeCore) => {
  /** Longest time without a byte between two pieces of the answer, from the moment at which the client has taken one. */
  const longestSilenceMs = ({ pieces }) => Math.max(...pieces.slice(1).map(({ ms }, i) => ms - pieces[i].takenMs));

  const slow = {
    "an optimiser that says nothing for 14 s at a time": { env: reasoning, llm: stream([...Array(6).fill({ ms: 14_000, bytes: ": ...\n\n" }), events(delta({ content: llmPrompt }, "stop"))]) },
    "an image backend whose head takes 59 s": { image: { ...picture, ms: 59_000 } },
    "an image backend that takes 100 s": { env: { IMAGE_TIMEOUT_MS: "120000" }, image: { ...picture, ms: 100_000 } },
    "an image backend whose body takes 100 s": { image: { status: 200, chunks: [...Array(10).fill({ ms: 10_000, bytes: " " }), picture.body] } },
    "both": { env: reasoning, llm: stream([...Array(8).fill({ ms: 10_000, bytes: ": ...\n\n" }), events(delta({ content: llmPrompt }, "stop"))]), image: { ...picture, ms: 55_000 } },
  };
  for (const [name, { env = {}, llm, image }] of Object.entries(slow)) {
    for (const show of ["0", "1"]) {
      test(`${name}, SHOW_REASONING=${show}`, () => {
        const seen = ask(makeCore({ ...settings, ...env, SHOW_REASONING: show }), { llm, image, body: { stream: true } });
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
    const seen = ask(makeCore(settings), { image: (call) => ({ ...picture, ms: 2000 }), llm: { ...whole(), ms: 2000 }, body: { stream: true } });
    assert.deepEqual(seen.comments, []);
  });

  test("a whole answer has none", () => {
    const seen = ask(makeCore(settings), { image: { ...picture, ms: 59_000 } });
    assertGood(seen, false);
    assert.equal(seen.pieces.length, 1);
  });

  for (const [name, index] of [["the head", 0], ["a piece of thinking", 1], ["a line about the progress", 2], ["a comment", 3]]) {
    test(`a client that takes 45 s for ${name} is given no comment meanwhile`, () => {
      const llm = stream([events(delta({ reasoning_content: "hm" })), events(delta({ content: llmPrompt }, "stop"))]);
      const seen = ask(makeCore({ ...settings, ...reasoning }), {
        llm, image: { ...picture, ms: 55_000 }, body: { stream: true }, takesMs: (piece) => (piece === index ? 45_000 : 0),
      });
      assertGood(seen, true);
      for (const { ms } of seen.comments) {
        const earlier = seen.pieces.filter((piece) => piece.ms < ms);
        assert.ok(earlier.every(({ takenMs }) => takenMs <= ms), `a comment at ${ms} ms`);
      }
      assert.ok(longestSilenceMs(seen) <= 10_000, `${longestSilenceMs(seen)} ms`);
    });
  }

  test("a client that takes longer than the optimiser has is given no comment while it takes", () => {
    const llm = stream([...Array(5).fill(events(delta({ reasoning_content: "hm" }))), events(delta({ content: llmPrompt }, "stop"))]);
    for (const show of ["0", "1"]) {
      const seen = ask(makeCore({ ...settings, SHOW_REASONING: show }), {
        llm, image: { ...picture, ms: 50_000 }, body: { stream: true }, takesMs: (piece) => (piece === 1 ? 55_000 : 0),
      });
      assertGood(seen, true);
      for (const { ms } of seen.comments) {
        const earlier = seen.pieces.filter((piece) => piece.ms < ms);
        assert.ok(earlier.every(({ takenMs }) => takenMs <= ms), `a comment at ${ms} ms`);
      }
    }
  });
});

describeBuilds("a client that reads no more", (makeCore) => {
  test("is given up after a minute: its transfer is broken, and no picture is asked for", () => {
    const llm = stream([events(delta({ reasoning_content: "hm" })), events(delta({ content: llmPrompt }, "stop"))]);
    const seen = ask(makeCore({ ...settings, ...reasoning }), { llm, image: picture, body: { stream: true }, takesMs: (piece) => (piece === 1 ? 61_000 : 0) });
    assert.deepEqual([seen.ending, seen.logs.at(-1).status, seen.calls.length], ["broken", 499, 1]);
    assert.deepEqual(seen.leftOver, []);
  });
});

describeBuilds("an error behind the head", (makeCore) => {
  const failing = imageFaults.filter(({ code }) => code !== null);
  const makeFailing = (keys) => makeCore({ ...settings, IMAGE_GEN_API_KEY: Array.from({ length: keys }, (_, i) => `image-number-${i}`).join(",") });

  for (const { name, keys, answers, code, status, retry, after, asked } of failing) {
    const image = (call, index) => answers[Math.min(index, answers.length - 1)];

    test(`${name}: one event`, () => {
      const seen = ask(makeFailing(keys), { image, body: { stream: true } });
      assertOneErrorEvent(seen, code, status);
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
    upstream_too_large: [502, { status: 200, body: JSON.stringify({ data: [{ b64_json: "iVBORw0KGgoA".repeat(500_000) }] }) }],
    upstream_not_an_image: [502, { status: 200, body: JSON.stringify({ data: [{ b64_json: Buffer.from("<svg onload=alert(1)>").toString("base64") }] }) }],
    upstream_timeout: [504, { status: 200, chunks: ["{", { ms: Infinity }] }],
  };
  for (const [code, [status, image]] of Object.entries(more)) {
    test(`${code}: one event`, () => assertOneErrorEvent(ask(makeCore(settings), { image, body: { stream: true } }), code, status));
  }

  test("an error event is not crossed by a comment that the client has not taken yet", () => {
    const seen = ask(makeCore(settings), { image: { status: 400, ms: 20_000 }, body: { stream: true }, takesMs: (piece) => (piece > 1 ? 15_000 : 0) });
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

describeBuilds("several pictures", (makeCore) => {
  // Picture i begins with key i; which of the calls comes first is not promised.
  const named = (index) => ({ status: 200, ms: 10_000, body: JSON.stringify({ images: [{ url: `https://pictures.example.com/cat-${index}.png` }] }) });
  const rejected = (index) => ({ status: 400, ms: 1000 * (index + 1), body: JSON.stringify({ code: 20012, message: "no" }) });

  for (const streams of [false, true]) {
    const how = streams ? "streamed" : "whole";

    test(`three at the same time, with a key for each, ${how}`, () => {
      const seen = ask(makeCore(settings), { body: { n: 3, seed: 41, stream: streams }, image: (call) => named(keyOf(call)) });
      assertGood(seen, streams);
      assert.equal(picturesIn(seen), 3);
      assert.deepEqual(seen.content.match(/cat-\d\.png/g), ["cat-0.png", "cat-1.png", "cat-2.png"], "in their order");
      assert.equal(seen.llmCalls.length, 1);
      const byKey = seen.imageCalls.toSorted((a, b) => keyOf(a) - keyOf(b));
      assert.deepEqual(byKey.map(keyOf), [0, 1, 2]);
      assert.deepEqual(seen.imageCalls.map(({ startMs }) => startMs), [0, 0, 0]);
      assert.deepEqual(seen.imageCalls.map(({ endMs }) => endMs), [10_000, 10_000, 10_000]);
      assert.deepEqual(byKey.map(({ body }) => JSON.parse(body).seed), [41, 42, 43]);
      assert.equal(new Set(seen.imageCalls.map(({ body }) => JSON.parse(body).prompt)).size, 1);
      assert.equal(seen.logs.filter(({ ev }) => ev === "image_attempt").length, 3);
      assert.equal(promptIn(seen), llmPrompt);
    });

    test(`without a seed none is made up, ${how}`, () => {
      const seen = ask(makeCore(settings), { body: { n: 2, stream: streams }, image: (call) => named(keyOf(call)) });
      assert.deepEqual(seen.imageCalls.map(({ body }) => JSON.parse(body).seed), [undefined, undefined]);
    });

    test(`the largest seed grows without harm, ${how}`, () => {
      const seen = ask(makeCore(settings), { body: { n: 2, seed: 4294967295, stream: streams }, image: (call) => named(keyOf(call)) });
      assertGood(seen, streams);
      const seeds = seen.imageCalls.map(({ body }) => JSON.parse(body).seed);
      assert.deepEqual(new Set(seeds), new Set([4294967295, 0]));
    });

    for (const failing of [0, 1, 2]) {
      test(`number ${failing} fails: the two others are given, ${how}`, () => {
        const seen = ask(makeCore(settings), { body: { n: 3, stream: streams }, image: (call) => (keyOf(call) === failing ? rejected(failing) : named(keyOf(call))) });
        assertGood(seen, streams);
        assert.equal(picturesIn(seen), 2);
        assert.ok(!seen.content.includes(`cat-${failing}.png`));
        assert.equal(seen.imageCalls.length, 3);
        assert.deepEqual(seen.logs.filter(({ ev }) => ev === "img_http_400").map(({ key }) => key), [failing]);
      });
    }

    test(`one that is never answered does not take the others away, ${how}`, () => {
      const seen = ask(makeCore(settings), { body: { n: 3, stream: streams }, image: (call) => (keyOf(call) === 1 ? "silent" : named(keyOf(call))) });
      assertGood(seen, streams);
      assert.equal(picturesIn(seen), 2);
    });

    test(`all fail: the first one's error, ${how}`, () => {
      const answers = [{ status: 404, ms: 3000 }, { status: 400, ms: 2000 }, { status: 400, ms: 1000, body: JSON.stringify({ error: { code: "content_policy_violation" } }) }];
      const seen = ask(makeCore(settings), { body: { n: 3, stream: streams }, image: (call) => answers[keyOf(call)] });
      assert.equal(seen.imageCalls.length, 3);
      assert.deepEqual(seen.leftOver, []);
      if (streams) return assertOneErrorEvent(seen, "upstream_model_not_found", 502);
      assert.deepEqual([seen.status, seen.json().error.code], [502, "upstream_model_not_found"]);
    });
  }
});
