// Asks for a picture, with a scripted language model and a scripted image backend, and checks the answer.
import assert from "node:assert/strict";
import { checkErrorEvent } from "../cases/cases.mjs";
import { converse } from "../hosts/conversation.mjs";
import { picture, whole } from "../upstreams/faults.mjs";
import { loggedCalls } from "./log.mjs";

export const idea = "a cat on a wide red roof";

export const settings = {
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

export const reasoning = { OPENAI_MODEL: "", OPENAI_MODEL_REASONING: "llm-thinker" };

/**
 * Asks once. llm and image: an answer, or a function of the call and its number. To what converse() gives it adds the calls of each upstream, the
 * log's words about them, and the contents of a stream (`events`, `content`, `thinking`) or of a whole answer.
 */
export function ask(core, { body = {}, headers = {}, llm = whole(), image = picture, ...options } = {}) {
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
    ...seen,
    ...answer,
    llmCalls: callsTo("llm"),
    imageCalls: callsTo("images"),
    llmLogs: loggedCalls(seen, "OPENAI"),
  };
}

const blocksIn = (text) => text.split("\n\n").slice(0, -1);
const isComment = (block) => block.startsWith(":");

function readStream({ text, pieces }) {
  assert.ok(text.endsWith("\n\n"), "whole events");
  const data = blocksIn(text)
    .filter((block) => !isComment(block))
    .map((block) => /^data: (.*)$/.exec(block)[1]);
  const chunks = data.map((each) => (each === "[DONE]" ? each : JSON.parse(each)));
  const deltas = chunks.flatMap(({ choices = [] }) => choices.map((choice) => choice.delta));
  for (const each of deltas) assert.equal(each.reasoning, each.reasoning_content);
  const joined = (field) => deltas.map((each) => each[field] ?? "").join("");
  const comments = pieces.filter((piece) => blocksIn(piece.text).some(isComment));
  return { events: chunks, content: joined("content"), thinking: joined("reasoning_content"), comments };
}

function readWhole(seen) {
  if (seen.ending === "broken") return {};
  const { choices } = seen.json();
  const { content, reasoning, reasoning_content } = choices?.[0].message ?? {};
  assert.equal(reasoning, reasoning_content);
  return { content, thinking: reasoning ?? "" };
}

export const keyOf = ({ headers }) => Number(/number-(\d)$/.exec(headers.authorization)[1]);
/** Takes back the escapes of punctuation in the answer's prompt. */
export const unescaped = (markdown) => markdown.replaceAll("\\", "");
export const promptIn = ({ content }) => unescaped(/\n\n(?:Optimized prompt|Prompt): (.*)$/s.exec(content)[1]);
export const picturesIn = ({ content }) => content.match(/!\[Image\]\(\S+\)/g)?.length ?? 0;

/** Checks an answer that came whole and ended well. */
export function assertGood(seen, streams) {
  assert.equal(seen.status, 200, seen.text);
  assert.equal(seen.ending, "complete");
  assert.equal(seen.headers["x-should-retry"], undefined);
  assert.deepEqual(seen.leftOver, [], "everything was read to its end or cancelled");
  assert.equal(seen.logs.at(-1).ev, "request");
  assert.equal(seen.logs.at(-1).status, 200);
  if (streams) assert.equal(seen.events.at(-1), "[DONE]");
}

/** Checks that a stream ends with one error event; gives the seconds that it says. */
export function assertOneErrorEvent(seen, code, status) {
  assert.equal(seen.status, 200);
  assert.equal(seen.ending, "complete");
  assert.equal(seen.events.filter((event) => event.error !== undefined).length, 1);
  assert.equal(seen.events.at(-1).error.code, code);
  const retryAfter = checkErrorEvent(seen.events.at(-1), status);
  assert.ok(!seen.events.includes("[DONE]"));
  assert.equal(seen.content, "", "no answer beside the error");
  assert.deepEqual(seen.leftOver, []);
  return retryAfter;
}
