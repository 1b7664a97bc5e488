// What the optimiser's language model may do wrong, and how its thinking is shown: calls, clock, answers and log of the module.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  ask,
  assertGood,
  assertOneErrorEvent,
  idea,
  keyOf,
  picturesIn,
  promptIn,
  reasoning,
  settings,
} from "../support/clients/asking.mjs";
import { describeBuilds } from "../support/hosts/builds.mjs";
import { startMs } from "../support/hosts/conversation.mjs";
import { checkErrorShape } from "../support/cases/cases.mjs";
import {
  delta,
  events,
  llmPrompt,
  optimiserFaults,
  optimiserRefusal,
  picture,
  stream,
  whole,
} from "../support/upstreams/faults.mjs";

describeBuilds("the optimiser", (makeCore) => {
  for (const streams of [false, true]) {
    describe(streams ? "for a client that streams" : "for a client that does not stream", () => {
      for (const { name, llm, log, status, says, endsMs, thinking = "" } of optimiserFaults) {
        test(name, () => {
          const seen = ask(makeCore(settings), { llm, body: { stream: streams } });
          assertGood(seen, streams);
          const prompt = says ?? idea;
          // A key that is limited, without money or not accepted is no reason to ask nobody else.
          const keys = [401, 402, 403, 429].includes(status) ? [0, 1] : [0];
          assert.deepEqual(seen.llmCalls.map(keyOf), keys);
          for (const { body } of seen.llmCalls) assert.equal(JSON.parse(body).stream, streams);
          assert.equal(seen.imageCalls.length, 1);
          const drawn = JSON.parse(seen.imageCalls[0].body).prompt;
          assert.equal(drawn, prompt.trim());
          assert.equal(picturesIn(seen), 1);
          assert.equal(promptIn(seen), prompt.trim());
          const origin = says === undefined ? "original" : "optimized";
          assert.equal(seen.headers["x-fluxgate-prompt"], streams ? undefined : origin);

          const failed = log !== "ok";
          for (const [index, { rid, ms, upstream_message, ...line }] of seen.llmLogs.entries()) {
            const host = failed ? { host: "llm.example" } : {};
            assert.deepEqual(line, {
              upstream: "OPENAI",
              key: keys[index],
              ...(status !== undefined && { status }),
              class: log,
              ...host,
            });
            assert.equal(typeof ms, "number");
            if (endsMs !== undefined) assert.equal(ms, endsMs);
          }
          assert.equal(seen.llmLogs.length, keys.length);
          if (thinking === null) return;
          if (streams)
            assert.equal(seen.thinking.split(/\n\nThe (?:prompt is ready|language model did not answer)/)[0], thinking);
          else assert.equal(seen.thinking, thinking);
        });
      }

      test("F41 a model that thinks has 90 s", () => {
        const tick = { ms: 1000, bytes: events(delta({ reasoning_content: "hm " })) };
        const core = makeCore({ ...settings, ...reasoning });
        const slow = ask(core, {
          llm: stream([...Array(80).fill(tick), events(delta({ content: llmPrompt }, "stop"))]),
          body: { stream: streams },
        });
        assertGood(slow, streams);
        assert.equal(promptIn(slow), llmPrompt);
        const slower = ask(core, { llm: stream(Array(100).fill(tick)), body: { stream: streams } });
        assertGood(slower, streams);
        assert.equal(promptIn(slower), idea);
        const [call] = slower.llmLogs;
        assert.deepEqual([call.class, call.ms], ["llm_stream_timeout", 90_000]);
      });

      test("F41 nothing of a call that was given up goes on", () => {
        const seen = ask(makeCore(settings), { llm: stream([{ ms: Infinity }]), body: { stream: streams } });
        assert.deepEqual(seen.leftOver, []);
      });

      test("F54 a refusal ends the request without a picture", () => {
        const seen = ask(makeCore(settings), { llm: optimiserRefusal, body: { stream: streams } });
        assert.deepEqual([seen.llmCalls.length, seen.imageCalls.length], [1, 0]);
        assert.deepEqual(
          seen.llmLogs.map((call) => [call.class, call.key, call.status]),
          [["llm_policy", 0, 400]],
        );
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

      test("the second key answers when the first is refused, and is asked first from then on", () => {
        const core = makeCore(settings);
        const llm = (call) => (keyOf(call) === 0 ? { status: 401 } : whole());
        const seen = ask(core, { llm, body: { stream: streams } });
        assertGood(seen, streams);
        assert.deepEqual(seen.llmCalls.map(keyOf), [0, 1]);
        assert.deepEqual(
          seen.llmLogs.map((call) => [call.class, call.key]),
          [
            ["llm_http_401", 0],
            ["ok", 1],
          ],
        );
        assert.match(seen.content, /\n\nOptimized prompt: /);
        assert.equal(promptIn(seen), llmPrompt);
        assert.ok(!seen.thinking.includes("did not answer"), seen.thinking);
        assert.deepEqual(ask(core, { llm, body: { stream: streams } }).llmCalls.map(keyOf), [1]);
        const later = ask(core, { llm: whole(), body: { stream: streams }, now: startMs + 601_000 });
        assert.equal(later.llmCalls.length, 1);
      });

      test("a refused key and a limited one: the user's own words, and nothing is called optimised", () => {
        const llm = (call, index) => ({ status: [401, 429][index] });
        const seen = ask(makeCore(settings), { llm, body: { stream: streams } });
        assertGood(seen, streams);
        assert.deepEqual(seen.llmCalls.map(keyOf), [0, 1]);
        assert.match(seen.content, /\n\nPrompt: /);
        assert.equal(promptIn(seen), idea);
        const told = seen.thinking.includes("The language model did not answer: your own words are drawn.");
        assert.equal(told, streams);
      });

      test("a limited key rests as long as its server asks", () => {
        const core = makeCore(settings);
        const limited = { status: 429, body: '{"error":{"message":"Please try again in 20 seconds."}}' };
        ask(core, { llm: (call) => (keyOf(call) === 0 ? limited : whole()), body: { stream: streams } });
        const at = (ms) => ask(core, { now: startMs + ms, body: { stream: streams } }).llmCalls.map(keyOf);
        assert.deepEqual([at(10_000), at(19_000)], [[1], [1]]);
        assert.deepEqual([...at(21_000), ...at(21_000)].sort(), [0, 1]);
      });

      // What servers say of a field or a role that they do not take.
      const refusals = {
        "stream_options by name": [422, { detail: [{ loc: ["body", "stream_options"], msg: "no: stream_options" }] }],
        "stream_options by its member": [400, { error: { message: "Unknown field include_usage" } }],
        "the role system": [400, { error: { message: "System role not supported" } }],
        "an instruction of the developer": [
          400,
          { error: { message: "Developer instruction is not enabled for models/gemma-3" } },
        ],
        "messages of the system": [422, { message: "role: must be user or assistant, not system" }],
      };
      for (const [what, [status, body]] of Object.entries(refusals)) {
        const aboutStream = what.startsWith("stream_options");
        if (aboutStream && !streams) continue; // Nobody sends it then.
        test(`${what} is left out once, and from then on`, () => {
          const refusal = { status, body: JSON.stringify(body) };
          const takes = ({ body }) => {
            const { stream_options, messages } = JSON.parse(body);
            return aboutStream ? stream_options === undefined : messages.every(({ role }) => role === "user");
          };
          const llm = (call) => (takes(call) ? whole() : refusal);
          const core = makeCore(settings);
          const seen = ask(core, { llm, body: { stream: streams } });
          assertGood(seen, streams);
          assert.equal(promptIn(seen), llmPrompt);
          assert.deepEqual(seen.llmCalls.map(keyOf), [0, 0]);
          const [first, second] = seen.llmCalls.map(({ body }) => JSON.parse(body));
          const { stream_options, messages, ...rest } = first;
          assert.deepEqual(second, {
            ...rest,
            ...(!aboutStream && stream_options && { stream_options }),
            messages: aboutStream ? messages : messages.map(({ content }) => ({ role: "user", content })),
          });
          assert.deepEqual(
            seen.llmLogs.map((call) => call.class),
            [`llm_http_${status}`, "ok"],
          );
          const next = ask(core, { llm, body: { stream: streams } });
          assert.equal(promptIn(next), llmPrompt);
          assert.deepEqual(next.llmCalls.map(takes), [true]);
        });

        test(`${what}, and the same again: nobody is asked a third time`, () => {
          const seen = ask(makeCore(settings), {
            llm: { status, body: JSON.stringify(body) },
            body: { stream: streams },
          });
          assertGood(seen, streams);
          assert.equal(seen.llmCalls.length, 2);
          assert.equal(promptIn(seen), idea);
        });
      }

      for (const [what, status, message] of [
        ["a fault", 500, "stream_options: system role not supported"],
        ["another field", 400, "temperature is not supported"],
        ["the system alone", 400, "The system is overloaded"],
      ]) {
        test(`${what} is no reason to leave anything out`, () => {
          const core = makeCore(settings);
          const llm = { status, body: JSON.stringify({ error: { message } }) };
          assert.equal(ask(core, { llm, body: { stream: streams } }).llmCalls.length, 1);
          const [{ body }] = ask(core, { body: { stream: streams } }).llmCalls;
          const { messages, stream_options } = JSON.parse(body);
          assert.equal(messages[0].role, "system");
          assert.deepEqual(stream_options, streams ? { include_usage: true } : undefined);
        });
      }

      test("the log says what the language model's server said, without keys and our words", () => {
        const message = `Key llm-number-0 of ${settings.AUTHORIZED_API_KEY}: bad idea '${idea}'`;
        const llm = { status: 400, body: JSON.stringify({ error: { message } }) };
        const seen = ask(makeCore(settings), { llm, body: { stream: streams } });
        const [line] = seen.llmLogs;
        assert.deepEqual([line.class, line.host], ["llm_http_400", "llm.example"]);
        assert.match(line.upstream_message, /^Key \*\*\* of \*\*\*: bad idea '\*\*\*/);
        assert.ok(!seen.text.includes("bad idea"), seen.text);
      });

      test("the log tells time and status of each call alone", () => {
        const llm = (_, index) => (index === 0 ? { status: 401, ms: 40 } : "failed");
        const seen = ask(makeCore(settings), { llm, body: { stream: streams } });
        assert.deepEqual(
          seen.llmLogs.map((call) => [call.class, call.key, call.ms, call.status, call.upstream_message]),
          [
            ["llm_http_401", 0, 40, 401, undefined],
            ["llm_unreachable", 1, 0, undefined, undefined],
          ],
        );
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
          for (const value of ["llm-thinker", "llm-small", "llm.example", "number-0"])
            assert.ok(!message.includes(value), message);
          assert.equal(seen.headers["x-should-retry"], "false");
          assert.equal(seen.calls.length, 0);
        });
      }

      test("another key for another request, one for each", () => {
        const core = makeCore(settings);
        const keys = [0, 1, 2, 3].map((byte) => {
          const seen = ask(core, {
            random: new Uint8Array(16).fill(byte),
            llm: { status: 401 },
            body: { stream: streams },
          });
          assert.deepEqual(
            seen.llmLogs.map(({ key }) => key),
            seen.llmCalls.map(keyOf),
          );
          return seen.llmCalls.map(keyOf);
        });
        // Both keys rest then, and one call finds out whether one of them is accepted again.
        assert.deepEqual(keys, [[0, 1], [0], [0], [0]]);
      });

      test("whichever part of the stream is the last, the answer is a good one", () => {
        const body = events(
          delta({ content: "<think>a lion?" }),
          delta({ content: ` no</think>${llmPrompt}` }),
          delta({}, "stop"),
          "[DONE]",
        );
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

describeBuilds("thinking", (makeCore) => {
  const pieces = ["The roof ", "is wide, ", "so: a low sun."];
  const thinking = pieces.join("");
  const forms = {
    reasoning_content: [...pieces.map((each) => delta({ reasoning_content: each })), delta({ content: llmPrompt })],
    "<think> tags": [
      delta({ content: "<think>" }),
      ...pieces.map((each) => delta({ content: each })),
      delta({ content: `</think>${llmPrompt}` }),
    ],
  };
  for (const [form, data] of Object.entries(forms)) {
    const llm = stream([...data, delta({}, "stop"), "[DONE]"].map((each) => ({ ms: 1000, bytes: events(each) })));

    test(`${form}: each piece is shown before the next one comes`, () => {
      const seen = ask(makeCore({ ...settings, ...reasoning }), { llm, body: { stream: true } });
      assertGood(seen, true);
      const shown = seen.pieces.filter(
        ({ text }) => text.includes("reasoning_content") && !text.includes("The prompt is ready"),
      );
      const texts = shown.map(({ text }) => JSON.parse(text.slice("data: ".length)).choices[0].delta.reasoning_content);
      assert.equal(texts.join(""), thinking);
      const firstMs = form === "reasoning_content" ? 1000 : 2000;
      assert.deepEqual(
        shown.map(({ ms }) => ms),
        [firstMs, firstMs + 1000, firstMs + 2000],
      );
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
    const long = Array.from({ length: 300 }, (_, i) =>
      events(delta({ reasoning_content: `${i}: ${"thinking ".repeat(330)}` })),
    );
    const llm = stream([...long, events(delta({ content: llmPrompt }, "stop"), "[DONE]")]);
    const seen = ask(makeCore({ ...settings, ...reasoning }), {
      llm,
      body: { stream: true },
      takesMs: (piece) => (piece === 0 ? 0 : 200),
    });
    assertGood(seen, true);
    assert.equal(promptIn(seen), llmPrompt);
    const takenBytesAt = (ms) =>
      seen.pieces.filter(({ takenMs }) => takenMs <= ms).reduce((sum, { text }) => sum + text.length, 0);
    let readBytes = 0;
    for (const { ms, lengthBytes } of seen.reads) {
      readBytes += lengthBytes;
      // What is read is longer than what is written of it.
      assert.ok(
        readBytes * 0.9 - takenBytesAt(ms) <= 64 * 1024,
        `${readBytes} bytes were read and ${takenBytesAt(ms)} taken after ${ms} ms`,
      );
    }
    assert.ok(readBytes > 900_000, String(readBytes));
    assert.ok(seen.thinking.includes("299: thinking"));
  });

  test("deltas that follow each other closely may come together, for as long as a screen shows one picture", () => {
    const llm = stream([
      ...pieces.map((each) => events(delta({ reasoning_content: each }))),
      events(delta({ content: llmPrompt }, "stop"), "[DONE]"),
    ]);
    const seen = ask(makeCore({ ...settings, ...reasoning }), { llm, body: { stream: true } });
    assertGood(seen, true);
    assert.deepEqual(
      seen.reads.map(({ gatherMs }) => gatherMs),
      [...pieces.map(() => 16), 16],
    );
    const gathering = seen.reads.filter(({ gatherMs }) => gatherMs > 0);
    assert.equal(new Set(gathering.map(({ maxBytes }) => maxBytes)).size, 1, "as abi.md promises to hosts");
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
