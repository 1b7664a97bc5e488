// Calls the language model and the image backend.
import { ApiError } from "./answers.mjs";
import { parseJson, readText } from "./bodies.mjs";
import { EventDecoder } from "./sse.mjs";

const maxLlmBytes = 1024 * 1024;
const maxImageAnswerBytes = 24 * 1024 * 1024;
const maxImageCalls = 4;
const idleMs = 15_000;

/** Aborts the call that has its signal when nothing has come for idleMs, or when the whole call takes too long. Call touch() whenever something has
 * come. */
class Patience {
  #abort = new AbortController();
  #last = Date.now();
  #timer;

  constructor(totalMs) {
    const end = this.#last + totalMs;
    const look = () => {
      const now = Date.now();
      if (now >= end || now - this.#last >= idleMs) this.#abort.abort(new Error("timeout"));
    };
    this.#timer = setInterval(look, 1000);
  }

  get signal() {
    return this.#abort.signal;
  }

  touch() {
    this.#last = Date.now();
  }

  end() {
    clearInterval(this.#timer);
  }
}

const jsonCall = (key, body, accept, signal) => ({
  method: "POST",
  headers: { authorization: `Bearer ${key}`, "content-type": "application/json", accept },
  body: JSON.stringify(body),
  redirect: "manual",
  signal,
});

/**
 * Asks the language model and gives { text, usage }; `log` hears of the call. With onThinking it asks for a stream; onThinking(text) is awaited, so that a slow client slows
 * the model down.
 */
export async function askLlm(llm, messages, log, onThinking) {
  const streams = onThinking !== undefined || llm.reasons;
  const body = {
    model: llm.model,
    messages,
    stream: streams,
    ...(streams && { stream_options: { include_usage: true } }),
  };
  const key = Math.floor(Math.random() * llm.keys.length);
  const start = Date.now();
  const patience = new Patience(llm.totalMs);
  let status;
  try {
    const answer = await fetch(
      llm.url,
      jsonCall(llm.keys[key], body, "application/json, text/event-stream", patience.signal),
    );
    status = answer.status;
    if (!answer.ok) throw new Error(`status ${status}`);
    return await (streams ? readStream(answer, patience, onThinking) : readWhole(answer));
  } finally {
    patience.end();
    log.call("OPENAI", key, start, status);
  }
}

async function readWhole(answer) {
  const { choices, usage } = parseJson((await readText(answer, maxLlmBytes)) ?? "") ?? {};
  return { text: choices?.[0]?.message?.content ?? "", usage };
}

async function readStream(answer, patience, onThinking) {
  const decoder = new EventDecoder();
  let text = "";
  let usage;
  for await (const chunk of answer.body) {
    patience.touch();
    let thinking = "";
    for (const data of decoder.push(chunk)) {
      if (data === "[DONE]") continue;
      const event = JSON.parse(data);
      if (event.error) throw new Error("an error in the stream");
      const delta = event.choices?.[0]?.delta;
      if (delta?.content) text += delta.content;
      thinking += delta?.reasoning_content ?? delta?.reasoning ?? "";
      usage = event.usage ?? usage;
    }
    if (text.length > maxLlmBytes) throw new Error("too long");
    if (thinking !== "" && onThinking !== undefined) await onThinking(thinking);
  }
  return { text, usage };
}

let nextKey = 0;

/** Makes a picture and gives its URL. It tries one key after the other while that may help. */
export async function makeImage({ url, keys, timeoutMs }, job, log) {
  const body = { model: job.model, prompt: job.prompt, image_size: job.size, num_inference_steps: 20 };
  const start = nextKey++;
  let last = new ApiError(502, "upstream_unreachable", "The image backend could not be reached.");
  for (let attempt = 0; attempt < Math.min(keys.length, maxImageCalls); attempt += 1) {
    const key = (start + attempt) % keys.length;
    const signal = AbortSignal.timeout(timeoutMs);
    const asked = Date.now();
    const answer = await fetch(url, jsonCall(keys[key], body, "application/json", signal)).catch(() => null);
    log.call("IMAGE_GEN", key, asked, answer?.status);
    if (answer?.ok) return readImageUrl(answer);
    if (answer === null) throw last;
    void answer.body?.cancel();
    last = new ApiError(502, "upstream_error", "The image backend refused the request.");
    if (![401, 402, 403, 429].includes(answer.status) && answer.status < 500) break;
  }
  throw last;
}

async function readImageUrl(answer) {
  const { images, data } = parseJson((await readText(answer, maxImageAnswerBytes)) ?? "") ?? {};
  const url = images?.[0]?.url ?? data?.[0]?.url;
  if (typeof url !== "string" || url === "")
    throw new ApiError(502, "upstream_bad_response", "The image backend's answer holds no picture.");
  return url;
}
