// POST /v1/chat/completions: an idea becomes a prompt, the prompt a picture, the picture a link.
import { ApiError, errorBody, json } from "./answers.mjs";
import { parseJson, readText } from "./bodies.mjs";
import { admitUrl, signLink } from "./link.mjs";
import { cleanPrompt, optimiserMessages, pictureAnswer, readIdea } from "./prompt.mjs";
import { askLlm, makeImage } from "./upstreams.mjs";

const maxIdeaLength = 32_000;
const maxStyleWishesLength = 16 * 1024;
const maxMessages = 1024;
const maxSilenceMs = 9_000;
const encoder = new TextEncoder();

export async function chat(request, url, settings, log) {
  const text = await readText(request, settings.maxRequestBytes);
  if (text === null) throw new ApiError(413, "request_too_large", "The request body is too large.");
  const wanted = readChatRequest(parseJson(text), settings);
  const work = { ...wanted, log, settings, origin: settings.publicOrigin ?? url.origin, host: url.host };
  const created = Math.floor(Date.now() / 1000);
  const head = { id: `chatcmpl-${log.rid}`, created, model: wanted.model };
  return wanted.stream ? streamAnswer(work, head) : wholeAnswer(work, head);
}

function invalid(message, param) {
  return new ApiError(400, "invalid_parameters", message, { param });
}

function readChatRequest(body, settings) {
  if (body === undefined) throw new ApiError(400, "invalid_json", "The request body is not valid JSON.");
  if (body === null || typeof body !== "object" || Array.isArray(body))
    throw invalid("The request body must be a JSON object.");
  const { model, messages, stream = false } = body;
  if (!settings.models.has(model)) {
    throw new ApiError(404, "unsupported_image_model", "There is no model of this name; GET /v1/models lists them.", {
      param: "model",
    });
  }
  if (typeof (stream ?? false) !== "boolean") throw invalid("stream must be true or false.", "stream");
  if (!Array.isArray(messages) || messages.length === 0 || messages.length > maxMessages) {
    throw invalid("messages must be a non-empty array of at most 1,024 messages.", "messages");
  }
  let styleWishes = "";
  let idea;
  for (const message of messages) {
    if (typeof message?.role !== "string") throw invalid("Each message must be an object with a role.", "messages");
    if (message.role === "user") idea = message;
    if (message.role === "system" || message.role === "developer")
      styleWishes += `${styleWishes && "\n"}${textOf(message.content).trim()}`;
  }
  if (idea === undefined) throw invalid("messages holds no message of the role user.", "messages");
  const { text, size } = readIdea(textOf(idea.content));
  if (text === "")
    throw new ApiError(400, "empty_prompt", "The last user message holds no idea for a picture.", {
      param: "messages",
    });
  if (text.length > maxIdeaLength)
    throw new ApiError(400, "prompt_too_long", "The idea is longer than 32,000 characters.", { param: "messages" });
  const usageChunk = body.stream_options?.include_usage === true;
  return {
    model,
    stream: stream ?? false,
    usageChunk,
    idea: text,
    size,
    styleWishes: styleWishes.slice(0, maxStyleWishesLength),
  };
}

function textOf(content) {
  if (typeof content === "string") return content;
  if (Array.isArray(content))
    return content
      .filter((part) => part?.type === "text")
      .map((part) => part.text)
      .join("\n");
  if (content === null || content === undefined) return "";
  throw invalid("A message's content must be a string or an array of typed parts.", "messages");
}

/** The prompt for the idea: the language model's, or the idea itself when that fails. */
async function optimise({ log, idea, styleWishes, settings }, onThinking) {
  try {
    const { text, usage } = await askLlm(
      settings.llm,
      optimiserMessages(idea, styleWishes, settings.llm.reasons),
      log,
      onThinking,
    );
    const prompt = cleanPrompt(text);
    if (prompt !== "") return { prompt, usage: usageOf(usage, idea, prompt), origin: "optimized" };
  } catch {
    // The picture can be made without the language model.
  }
  return { prompt: idea, usage: usageOf(undefined, idea, idea), origin: "original" };
}

function usageOf(usage, idea, prompt) {
  const { prompt_tokens = Math.ceil(idea.length / 4), completion_tokens = Math.ceil(prompt.length / 4) } = usage ?? {};
  return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens };
}

async function picture({ log, model, size, settings, origin, host }, prompt) {
  const url = admitUrl(await makeImage(settings.image, { model, prompt, size }, log), settings, host);
  if (url === null)
    throw new ApiError(502, "upstream_bad_url", "The image provider returned an image URL that is not usable.");
  return pictureAnswer([await signLink(url, settings, origin)], prompt);
}

async function wholeAnswer(work, { id, created, model }) {
  const { prompt, usage, origin } = await optimise(work);
  const content = await picture(work, prompt);
  const message = { role: "assistant", content, refusal: null };
  const choices = [{ index: 0, message, logprobs: null, finish_reason: "stop" }];
  return json({ id, object: "chat.completion", created, model, choices, usage }, 200, {
    "x-fluxgate-prompt": origin,
    "x-fluxgate-size": work.size,
    "x-fluxgate-model": work.model,
    "x-fluxgate-provider": "siliconflow",
    "x-fluxgate-ms": String(work.log.ageMs),
  });
}

function streamAnswer(work, head) {
  const { readable, writable } = new IdentityTransformStream();
  void writeAnswer(work, head, writable.getWriter());
  const headers = {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "x-accel-buffering": "no",
  };
  return new Response(readable, { headers });
}

async function writeAnswer(work, { id, created, model }, writer) {
  let lastSent = Date.now();
  const send = (text) => {
    lastSent = Date.now();
    return writer.write(encoder.encode(text));
  };
  const event = (fields) =>
    `data: ${JSON.stringify({ id, object: "chat.completion.chunk", created, model, ...fields })}\n\n`;
  const usageField = work.usageChunk ? { usage: null } : {};
  const chunk = (delta, finish_reason = null) =>
    event({ choices: [{ index: 0, delta, logprobs: null, finish_reason }], ...usageField });
  const keepAlive = setInterval(() => {
    if (Date.now() - lastSent >= maxSilenceMs) send(": keep-alive\n\n").catch(() => {});
  }, 1000);
  const shows = work.settings.llm.reasons;
  const think = (words) => (shows ? send(chunk({ reasoning_content: words, reasoning: words })) : undefined);
  try {
    await send(chunk({ role: "assistant", content: "" }));
    const { prompt, usage, origin } = await optimise(work, think);
    await think("\n\nThe prompt is ready.\n" + `Asking ${model} for a picture of ${work.size}, attempt 1.\n`);
    const content = await picture(work, prompt);
    const fluxgate = { prompt: origin, size: work.size, model, provider: "siliconflow", ms: work.log.ageMs };
    const last = work.usageChunk
      ? chunk({}, "stop") + event({ choices: [], usage, fluxgate })
      : event({ choices: [{ index: 0, delta: {}, logprobs: null, finish_reason: "stop" }], fluxgate });
    await send(`${chunk({ content })}${last}data: [DONE]\n\n`);
    await writer.close();
  } catch (error) {
    // The event goes nowhere when the client has gone.
    await send(`data: ${JSON.stringify(errorBody(error))}\n\n`)
      .then(() => writer.close())
      .catch(() => {});
  } finally {
    clearInterval(keepAlive);
    work.log.write(200);
  }
}
