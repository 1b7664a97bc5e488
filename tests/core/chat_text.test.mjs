// What only a language model can answer: its answer goes out as what it is, and within the time that there is for it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { settings } from "../support/clients/asking.mjs";
import { describeBuilds } from "../support/hosts/builds.mjs";
import { converse } from "../support/hosts/conversation.mjs";
import { delta, events } from "../support/upstreams/faults.mjs";

const request = {
  method: "POST",
  url: "https://gateway.example/v1/chat/completions",
  headers: { authorization: "Bearer client-key" },
  body: JSON.stringify({
    model: "flux",
    messages: [{ role: "user", content: "x" }],
    response_format: { type: "json_object" },
  }),
};

describeBuilds("the text of the language model", (makeCore) => {
  const ask = (llm) => converse(makeCore(settings), request, () => llm);

  for (const label of ["text/event-stream", "application/json", "text/plain", undefined]) {
    test(`is labelled as what it is, whatever its server says: ${label}`, () => {
      const headers = label === undefined ? {} : { "content-type": label };
      for (const [text, type] of [
        [events(delta({ content: "{}" }, "stop")), "text/event-stream; charset=utf-8"],
        [`\ufeff${events(delta({ content: "{}" }, "stop"))}`, "text/event-stream; charset=utf-8"],
        [": a comment\n\ndata: {}\n\n", "text/event-stream; charset=utf-8"],
        ['{"choices":[]}', "application/json"],
        [' \r\n{"choices":[]}', "application/json"],
      ]) {
        const seen = ask({ status: 200, headers, body: text });
        assert.deepEqual([seen.status, seen.headers["content-type"], seen.ending], [200, type, "complete"], text);
      }
    });
  }

  for (const [name, answer, status] of [
    ["begins", { ms: 59_000, chunks: Array(20).fill({ ms: 20_000, bytes: " " }) }, 504],
    [
      "ends",
      {
        ms: 59_000,
        chunks: [
          ...Array(9).fill({ ms: 20_000, bytes: " " }),
          '{"choices":[',
          ...Array(20).fill({ ms: 20_000, bytes: " " }),
        ],
      },
      200,
    ],
  ]) {
    test(`has 300 s in all: one that never ${name}`, () => {
      const seen = ask({ status: 200, ...answer });
      assert.deepEqual([seen.status, seen.ms, seen.ending], [status, 300_000, status === 200 ? "broken" : "complete"]);
      assert.deepEqual(seen.leftOver, []);
    });
  }
});
