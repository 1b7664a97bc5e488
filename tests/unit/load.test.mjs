// What requests hold while they wait, when there are as many of them as are taken: the module has room for it, or says that it is busy.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { StillHost, withLlm } from "../support/still_host.mjs";

const mebibyte = 1024 * 1024;
const longest = 32_000; // Characters of an idea.
const event = (delta, finish_reason = null) => Buffer.from(`data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason }] })}\n\n`);

/** Of requests that were all asked one behind the other: some have come far enough to be told apart from those for which there was no room. */
function assertLoad(host, seen, { least, mostMebibytes }) {
  const refused = seen.filter(({ status, sent }) => status === 503 || sent.includes('"overloaded"'));
  assert.ok(seen.length - refused.length >= least, `${seen.length - refused.length} wait`);
  assert.ok(refused.every(({ calls }) => calls === 0), "whoever is refused has asked nobody");
  assert.ok(host.memoryBytes < mostMebibytes * mebibyte, `${host.memoryBytes / mebibyte} MiB`);
}

describe("the load", () => {
  for (const [name, idea] of [["emoji", "🦊".repeat(longest)], ["Chinese", "狐".repeat(longest)], ["punctuation", "*".repeat(longest)]]) {
    for (const raw of ["", " --raw"]) {
      for (const environment of [{}, withLlm]) {
        test(`256 of the longest ideas, of ${name}${raw}, ${environment === withLlm ? "that a language model has" : "before their pictures are there"}`, () => {
          const host = new StillHost({ environment });
          const seen = host.askMany(256, { idea: `${idea.slice(0, raw === "" ? undefined : -2 * raw.length)}${raw}`, answers: 0, fields: { stream: true } });
          assertLoad(host, seen, { least: 120, mostMebibytes: 64 });
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
            const host = new StillHost({ environment: { ...withLlm, OPENAI_MODEL: "", OPENAI_MODEL_REASONING: "thinker" } });
            const thoughts = Array(kilobytes).fill(event(pieceOf("x".repeat(1000))));
            const llm = [event({ content: "<think>" }), ...thoughts, ...(isOver ? [event({ content: "</think>a cat on a roof" }, "stop"), null] : [])];
            const seen = host.askMany(256, { llm, answers: 0, fields: { stream } });
            assertLoad(host, seen, { least: 256, mostMebibytes: 56 });
          });
        }
      }
    }
  }

  test("256 long answers to tasks whose clients do not take them", () => {
    const host = new StillHost({ environment: withLlm });
    const idea = "### Task:\nGenerate a concise, 3-5 word title with an emoji summarizing the chat history.\n### Chat History:\n<chat_history>\nUSER: a fox\n</chat_history>";
    const llm = [...Array(300).fill(event({ content: "y".repeat(1000) })), event({ content: "." }, "stop"), null];
    host.askMany(256, { idea, llm, reads: false, fields: { stream: true } });
    assert.ok(host.memoryBytes < 56 * mebibyte, `${host.memoryBytes / mebibyte} MiB`);
  });

  for (const declares of [true, false]) {
    for (const [name, fields] of [
      ["to the text of the language model", { tool_choice: "required", tools: [] }],
      ["to a task", { messages: [{ role: "user", content: "### Task:\nGenerate a concise, 3-5 word title.\n### Chat History:\n<chat_history>\nUSER: a fox\n</chat_history>" }] }],
    ]) {
      test(`a request's body has its share until it is sent: answers ${name} while they come, lengths ${declares ? "" : "not "}declared`, () => {
        const host = new StillHost({ environment: withLlm });
        const llm = [event({ content: "a" })]; // And nothing more.
        const padding = "x".repeat(7 * mebibyte);
        const seen = host.askMany(8, { fields: { stream: true, padding, ...fields }, llm, declares });
        assert.ok(seen.every(({ status }) => status === 200), JSON.stringify(seen));
      });
    }
  }

  test("large bodies stand back while pictures wait for room, small ones go on", () => {
    const host = new StillHost({ pictureBytes: 3 * mebibyte, services: ["IMAGES"] });
    const idea = "a cat --raw";
    host.askMany(8, { idea });
    const padding = "x".repeat(100_000);
    assert.equal(host.ask({ idea, answers: 0, fields: { padding } }).status, 503);
    assert.equal(host.ask({ idea, answers: 0 }).status, null);
  });
});
