// Starts upstream_server.mjs and makes the answers of the upstreams.
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { completion } from "../support/upstreams/upstream.mjs";

const program = fileURLToPath(new URL("upstream_server.mjs", import.meta.url));

/** Gives { host, origin, setAnswers(map), takeCalls(), close() }; takeCalls() resolves to the last call of each path. */
export async function startUpstreams() {
  const child = fork(program, { serialization: "advanced" });
  const reply = async () => (await once(child, "message"))[0].result;
  const host = `127.0.0.1:${await reply()}`;
  const tell = (command, argument) => {
    child.send({ command, argument });
    return reply();
  };
  return {
    host,
    origin: `http://${host}`,
    setAnswers: (map) => tell("setAnswers", map),
    takeCalls: () => tell("takeCalls"),
    close: async () => {
      child.disconnect();
      await once(child, "exit");
    },
  };
}

export const paths = { llm: "/llm/chat/completions", image: "/generate", picture: "/pictures/cat.png" };

const prompt =
  "tabby cat with amber eyes sitting on a red tile roof, candid photograph, old town skyline behind, warm evening light from the " +
  "left, long soft shadows, shallow depth of field, quiet mood, wide composition";

/** Makes an answer of known length. */
export function bytesAnswer(contentType, bytes) {
  return {
    headers: { "content-type": contentType, "content-length": bytes.length },
    pieces: [Buffer.from(bytes)],
    everyMs: 0,
  };
}

/** The same answer as most servers give it: in two chunks, without a length. */
export function chunked({ headers, pieces: [bytes], everyMs }) {
  const { "content-length": _, ...others } = headers;
  const half = bytes.length >> 1;
  return { headers: others, pieces: [bytes.subarray(0, half), bytes.subarray(half)], everyMs };
}

const jsonAnswer = (value) => bytesAnswer("application/json", Buffer.from(JSON.stringify(value)));

/** The language model's whole answer. */
export const llmAnswer = () => jsonAnswer({ ...completion(prompt).body, created: 1_795_000_000, model: "llm-small" });

/** The image backend's answer, with a link to our picture. */
export const imageAnswer = (origin) =>
  jsonAnswer({ images: [{ url: `${origin}${paths.picture}` }], timings: { inference: 1.234 }, seed: 1_234_567 });

/** A stream of so many deltas of thinking, and the prompt at its end. everyMs: the time between two deltas; 0: all come at once. */
export function llmStream(deltaCount, everyMs) {
  const words = prompt.split(" ");
  const event = (choices, rest) => {
    const head = {
      id: "chatcmpl-0123456789abcdef",
      object: "chat.completion.chunk",
      created: 1_795_000_000,
      model: "llm-thinker",
    };
    return `data: ${JSON.stringify({ ...head, choices, ...rest })}\n\n`;
  };
  const chunk = (delta, finish_reason = null) =>
    event([{ index: 0, delta, logprobs: null, finish_reason }], { usage: null });
  const events = [chunk({ role: "assistant", content: "" })];
  for (let i = 0; i < deltaCount; i += 1) events.push(chunk({ reasoning_content: `${words[i % words.length]} ` }));
  events.push(chunk({ content: prompt }), chunk({}, "stop"));
  events.push(
    event([], { usage: { prompt_tokens: 1200, completion_tokens: deltaCount + 40, total_tokens: deltaCount + 1240 } }),
    "data: [DONE]\n\n",
  );
  const pieces = everyMs > 0 ? events : [events.join("")];
  return {
    headers: { "content-type": "text/event-stream" },
    pieces: pieces.map((piece) => Buffer.from(piece)),
    everyMs,
  };
}
