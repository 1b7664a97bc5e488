// What requests hold while they wait, when there are as many of them as are taken: the module has room for it, or says that it is busy.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { StillHost, withLlm } from "../support/hosts/still_host.mjs";
import { largePng } from "../support/upstreams/pictures.mjs";

const mebibyte = 1024 * 1024;
const longest = 32_000; // Characters of an idea.
const thinks = { ...withLlm, OPENAI_MODEL: "", OPENAI_MODEL_REASONING: "thinker" };
const event = (delta, finish_reason = null) =>
  Buffer.from(`data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason }] })}\n\n`);

/** Of requests that were all asked one behind the other: some have come far enough to be told apart from those for which there was no room. */
function assertLoad(host, seen, { least, mostMebibytes }) {
  const refused = seen.filter(({ status, sent }) => status === 503 || sent.includes('"overloaded"'));
  assert.ok(seen.length - refused.length >= least, `${seen.length - refused.length} wait`);
  assert.ok(
    refused.every(({ calls }) => calls === 0),
    "whoever is refused has asked nobody",
  );
  assert.ok(host.memoryBytes < mostMebibytes * mebibyte, `${host.memoryBytes / mebibyte} MiB`);
}

describe("what an instance has in all", () => {
  const most = 112 * mebibyte;
  const gives = { IMAGE_GEN_MODEL: "flux=gpt-image-1" };
  const photo = `data:image/png;base64,${largePng(5_900_000).toString("base64")}`;
  const message = {
    role: "user",
    content: [
      { type: "text", text: "a hat" },
      { type: "image_url", image_url: { url: photo } },
    ],
  };
  /** Requests whose pictures are held while the backend draws. */
  const hold = (host, count) => host.askMany(count, { answers: 0, fields: { messages: [message] } });
  const crowds = {
    "the longest ideas": { count: 200, idea: "🦊".repeat(longest), answers: 0, fields: { stream: true } },
    "large bodies": {
      count: 100,
      idea: "a cat",
      answers: 0,
      fields: { padding: "x".repeat(7 * mebibyte), tool_choice: "required" },
    },
    "pictures that come as base64": { count: 30, n: 4, fields: { stream: true }, reads: false },
  };

  for (const [name, { count, ...options }] of Object.entries(crowds)) {
    for (const first of ["pictures", "crowd"]) {
      test(`pictures that are held and ${name}, the ${first} first: the module and they have 112 MiB at most`, () => {
        const host = new StillHost({ environment: { ...withLlm, ...gives }, pictureBytes: 2 * mebibyte });
        const ask = { pictures: () => hold(host, 14), crowd: () => host.askMany(count, options) };
        const check = () =>
          assert.ok(
            host.memoryBytes + host.heldBytes <= most,
            `${host.memoryBytes / mebibyte} and ${host.heldBytes / mebibyte} MiB`,
          );
        ask[first]();
        check();
        if (first === "pictures") assert.ok(host.heldBytes > 48 * mebibyte, `${host.heldBytes / mebibyte} MiB`);
        ask[first === "pictures" ? "crowd" : "pictures"]();
        check();
        // Small requests are still served.
        assert.equal(host.ask({ idea: "a cat", answers: 0, fields: { stream: true } }).status, 200);
      });
    }
  }

  test("pictures that find no room are refused", () => {
    const host = new StillHost({ environment: gives });
    const seen = hold(host, 20);
    const refused = seen.filter(({ status }) => status === 503);
    assert.ok(refused.length > 0 && refused.length < 15);
    assert.ok(host.heldBytes <= 64 * mebibyte);
  });
});

describe("the load", () => {
  for (const [name, idea] of [
    ["emoji", "🦊".repeat(longest)],
    ["Chinese", "狐".repeat(longest)],
    ["punctuation", "*".repeat(longest)],
  ]) {
    for (const raw of ["", " --raw"]) {
      for (const environment of [{}, withLlm]) {
        test(`256 of the longest ideas, of ${name}${raw}, ${environment === withLlm ? "that a language model has" : "before their pictures are there"}`, () => {
          const host = new StillHost({ environment });
          const seen = host.askMany(256, {
            idea: `${idea.slice(0, raw === "" ? undefined : -2 * raw.length)}${raw}`,
            answers: 0,
            fields: { stream: true },
          });
          assertLoad(host, seen, { least: 90, mostMebibytes: 64 });
          // A body of the largest size beside them traps nothing.
          host.ask({ idea: "a cat", answers: 0, fields: { padding: "x".repeat(8 * mebibyte - 1024) } });
        });
      }
    }
  }

  for (const kilobytes of [3, 100, 400, 900]) {
    for (const [name, pieceOf] of [
      ["in a field of its own", (text) => ({ reasoning_content: text })],
      ["between tags", (text) => ({ content: text })],
    ]) {
      for (const stream of [false, true]) {
        for (const isOver of [false, true]) {
          test(`256 times ${kilobytes} kB of thinking ${name}, ${isOver ? "at its end" : "still going on"}, ${stream ? "streamed" : "whole"}`, () => {
            const host = new StillHost({ environment: thinks });
            const thoughts = Array(kilobytes).fill(event(pieceOf("x".repeat(1000))));
            const llm = [
              event({ content: "<think>" }),
              ...thoughts,
              ...(isOver ? [event({ content: "</think>a cat on a roof" }, "stop"), null] : []),
            ];
            const seen = host.askMany(256, { llm, answers: 0, fields: { stream } });
            assertLoad(host, seen, { least: 256, mostMebibytes: 56 });
          });
        }
      }
    }
  }

  test("256 times 900 kB of an answer that goes on", () => {
    const host = new StillHost({ environment: withLlm });
    const llm = Array(900).fill(event({ content: "x".repeat(1000) }));
    assertLoad(host, host.askMany(256, { llm, answers: 0, fields: { stream: true } }), {
      least: 256,
      mostMebibytes: 56,
    });
  });

  test("256 long answers to tasks whose clients do not take them", () => {
    const host = new StillHost({ environment: withLlm });
    const idea =
      "### Task:\nGenerate a concise, 3-5 word title with an emoji summarizing the chat history.\n### Chat History:\n<chat_history>\nUSER: a fox\n</chat_history>";
    const llm = [...Array(300).fill(event({ content: "y".repeat(1000) })), event({ content: "." }, "stop"), null];
    host.askMany(256, { idea, llm, reads: false, fields: { stream: true } });
    assert.ok(host.memoryBytes < 56 * mebibyte, `${host.memoryBytes / mebibyte} MiB`);
  });

  for (const declares of [true, false]) {
    for (const [name, fields] of [
      ["to the text of the language model", { tool_choice: "required", tools: [] }],
      [
        "to a task",
        {
          messages: [
            {
              role: "user",
              content:
                "### Task:\nGenerate a concise, 3-5 word title.\n### Chat History:\n<chat_history>\nUSER: a fox\n</chat_history>",
            },
          ],
        },
      ],
    ]) {
      test(`a request's body has its share until it is sent: answers ${name} of which only the head is there, lengths ${declares ? "" : "not "}declared`, () => {
        const host = new StillHost({ environment: withLlm });
        const llm = [undefined]; // A head, and nothing behind it.
        const padding = "x".repeat(7 * mebibyte);
        const seen = host.askMany(8, { fields: { stream: true, padding, ...fields }, llm, declares });
        assert.ok(
          seen.every(({ status }) => status !== 503),
          JSON.stringify(seen),
        );
      });

      test(`a small body has a small share: answers ${name} that nobody gives, lengths ${declares ? "" : "not "}declared`, () => {
        const host = new StillHost({ environment: withLlm });
        assert.ok(host.askMany(64, { fields, declares }).every(({ status }) => status === null));
      });
    }
  }

  for (const environment of [{}, withLlm]) {
    for (const [count, kilobytes] of [
      [256, 1000],
      [40, 7500],
    ]) {
      test(`${count} system prompts of ${kilobytes} kB, ${environment === withLlm ? "that a language model has" : "before their pictures are there"}`, () => {
        const host = new StillHost({ environment });
        const messages = [
          { role: "system", content: "s".repeat(kilobytes * 1000) },
          { role: "user", content: "a cat" },
        ];
        const seen = host.askMany(count, { answers: 0, fields: { messages, stream: true } });
        assertLoad(host, seen, { least: count, mostMebibytes: 64 });
      });
    }
  }

  for (const [how, end] of [
    ["that has ended", '"}}]}\n\n'],
    ["that goes on", ""],
  ]) {
    test(`256 times 300 kB of thinking in one event ${how}`, () => {
      const host = new StillHost({ environment: thinks });
      const text = Buffer.from(
        `data: {"choices":[{"index":0,"delta":{"reasoning_content":"${"x".repeat(300_000)}${end}`,
      );
      const llm = Array.from({ length: Math.ceil(text.length / 16384) }, (_, i) =>
        text.subarray(i * 16384, (i + 1) * 16384),
      );
      assertLoad(host, host.askMany(256, { llm, answers: 0, fields: { stream: true } }), {
        least: 256,
        mostMebibytes: 40,
      });
    });
  }

  test("the longest ideas have no share any more when they are prompts", () => {
    const host = new StillHost({ environment: withLlm });
    const llm = [
      Buffer.from(JSON.stringify({ choices: [{ message: { content: "a fox" }, finish_reason: "stop" }] })),
      null,
    ];
    const seen = host.askMany(256, { idea: "🦊".repeat(longest), llm, answers: 0 });
    assertLoad(host, seen, { least: 256, mostMebibytes: 24 });
  });

  for (const [name, environment, fill] of [
    ["ideas", {}, { idea: `${"🦊".repeat(longest - 10)} --raw` }],
    ["thinking", thinks, { llm: Array(400).fill(event({ reasoning_content: "x".repeat(1000) })) }],
  ]) {
    test(`pictures never wait for texts: four large ones beside as much of ${name} as there may be`, () => {
      const host = new StillHost({ environment, pictureBytes: 3_900_000 });
      host.askMany(200, { ...fill, answers: 0 });
      assert.deepEqual(
        host.askMany(3, { idea: "a cat --raw", n: 4 }).map(({ status }) => status),
        [200, 200, 200],
      );
    });
  }

  test("cookies and other long fields are not held", () => {
    const host = new StillHost({ services: ["IMAGES"] });
    for (const name of ["cookie", "authorization"]) {
      for (let i = 0; i < 64; i += 1) assert.equal(host.show(`${name}: ${"x".repeat(100_000)}\n`), null);
    }
    assert.ok(host.memoryBytes < 4 * mebibyte, `${host.memoryBytes / mebibyte} MiB`);
  });

  test("the longest key that a variable of a Worker can hold opens the door", () => {
    const key = "k".repeat(5 * 1024);
    const host = new StillHost({ environment: { AUTHORIZED_API_KEY: key } });
    assert.deepEqual([host.ask({ key }).status, host.ask({ key: key.slice(1) }).status], [200, 401]);
  });

  test("whoever has links leaves room for those who have a key", () => {
    const host = new StillHost({ services: ["IMAGES"] });
    const seen = Array.from({ length: 300 }, () => host.show());
    assert.deepEqual(
      [seen.filter((status) => status === null).length, seen.filter((status) => status === 503).length],
      [128, 172],
    );
    assert.ok(host.askMany(256, { answers: 0 }).every(({ status }) => status === null));
  });

  test("a dozen bodies of unknown length may arrive at once, and are counted when they are there", () => {
    const host = new StillHost();
    assert.ok(host.askMany(10, { declares: false, arrives: false }).every(({ status }) => status === null));
    assert.equal(host.ask({ declares: false, answers: 0 }).status, null);
    assert.equal(host.ask({ declares: false, answers: 0, fields: { padding: "x".repeat(4 * mebibyte) } }).status, 503);
    assert.equal(host.ask({ declares: false, arrives: false }).status, null);
    assert.equal(host.ask({ declares: false, answers: 0 }).status, 503);
  });

  test("bodies never wait for pictures", () => {
    const host = new StillHost({ pictureBytes: 3 * mebibyte, services: ["IMAGES"] });
    host.askMany(8, { idea: "a cat --raw" });
    for (const length of [10, 100_000, 7 * mebibyte]) {
      assert.equal(host.ask({ idea: "a cat --raw", answers: 0, fields: { padding: "x".repeat(length) } }).status, null);
    }
  });
});
