// Requests that chat programs make by themselves never cost a picture, and ideas that look like them still make one.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { describeBuilds } from "../support/hosts/builds.mjs";
import { eventsIn } from "../support/cases/cases.mjs";
import { converse } from "../support/hosts/conversation.mjs";
import { completion, settingsFor } from "../support/upstreams/upstream.mjs";

const { cases } = JSON.parse(readFileSync(new URL("../vectors/chore/ours_chores.json", import.meta.url), "utf8"));
const isTask = ({ out }) => out.kind !== "none";
const upstream = { origin: "http://upstream.test:8080", host: "upstream.test:8080" };
const withLlm = settingsFor(upstream);
const { OPENAI_API_BASE, OPENAI_API_KEY, OPENAI_MODEL, ...withoutLlm } = withLlm;

/** Sends the case's message as the last of a chat. */
function send(core, { in: { role, text, header } }, stream, llm) {
  const messages = [
    { role: "user", content: "a red fox" },
    { role: "assistant", content: "ok" },
    { role, content: text },
  ];
  const headers = { authorization: "Bearer client-key", ...(header && { "x-openwebui-task": header }) };
  const request = { method: "POST", url: "https://gateway.example/v1/chat/completions", headers };
  request.body = JSON.stringify({ model: "flux-schnell", messages, stream });
  const picture = { status: 200, body: JSON.stringify({ images: [{ url: `${upstream.origin}/pictures/cat.png` }] }) };
  const seen = converse(core, request, ({ url }) => (url.endsWith("/generate") ? picture : llm));
  const pictures = seen.calls.filter(({ url }) => url.endsWith("/generate")).length;
  return { ...seen, pictures, content: seen.status === 200 ? contentOf(seen, stream) : null };
}

function contentOf(seen, stream) {
  if (!stream) return seen.json().choices[0].message.content;
  const events = eventsIn(seen.text);
  assert.equal(events.at(-1), "[DONE]");
  return events
    .slice(0, -1)
    .map(({ choices }) => choices[0].delta.content ?? "")
    .join("");
}

test("there are 40 tasks and 40 look-alikes at least", () => {
  assert.ok(cases.filter(isTask).length >= 40);
  assert.ok(cases.filter((each) => !isTask(each)).length >= 40);
});

describeBuilds("tasks of chat programs", (makeCore) => {
  for (const stream of [false, true]) {
    for (const each of cases) {
      const name = `${each.name}, ${stream ? "streamed" : "whole"}`;

      if (!isTask(each)) {
        test(`${name}: no task`, () => {
          const said = { status: 200, body: JSON.stringify(completion("a red fox, deep snow").body) };
          const seen = send(makeCore(withLlm), each, stream, said);
          const isEmpty = each.in.role === "user" && each.in.text.trim() === "";
          assert.deepEqual([seen.status, seen.pictures], isEmpty ? [400, 0] : [200, 1], seen.text);
        });
        continue;
      }

      test(`${name}: the language model's text`, () => {
        const seen = send(makeCore(withLlm), each, stream, {
          status: 200,
          body: JSON.stringify(completion("what it says").body),
        });
        assert.deepEqual([seen.status, seen.pictures, seen.content], [200, 0, "what it says"]);
      });

      test(`${name}: text by rules without a language model, and when it fails`, () => {
        const alone = send(makeCore(withoutLlm), each, stream);
        assert.deepEqual([alone.status, alone.pictures, alone.calls.length], [200, 0, 0]);
        if (each.out.form === "json") assert.equal(typeof JSON.parse(alone.content), "object");
        for (const failure of [
          "failed",
          { status: 500 },
          { status: 400, body: '{"error":{"code":"content_policy_violation"}}' },
        ]) {
          const seen = send(makeCore(withLlm), each, stream, failure);
          assert.deepEqual([seen.status, seen.pictures, seen.content], [200, 0, alone.content]);
        }
      });
    }
  }
});
