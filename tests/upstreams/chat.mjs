// Models that draw in a chat, behind OpenAI's chat completions: the picture comes in one of many forms.
import {
  byMember,
  byType,
  exactly,
  flag,
  integer,
  listOf,
  members,
  number,
  oneOf,
  picture,
  required,
  text,
} from "./rules.mjs";
import { bearer, commonFaults, json, masked, mediaTypeOf, strictFake } from "./strict.mjs";

const part = byMember({
  text: members({ type: required(exactly("text")), text: required(text()) }),
  image_url: members({
    type: required(exactly("image_url")),
    image_url: required(members({ url: required(picture), detail: oneOf("auto", "low", "high") })),
  }),
});
const message = members({
  role: required(oneOf("system", "user", "assistant")),
  content: required(byType({ string: text(), array: listOf(part, 1, 99) })),
});
const ratios = ["1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9"];
const body = members({
  model: required(text()),
  messages: required(listOf(message, 1, 99)),
  stream: flag,
  modalities: listOf(oneOf("image", "text"), 1, 2),
  image_config: members({ aspect_ratio: oneOf(...ratios), image_size: oneOf("1K", "2K", "4K") }),
  max_tokens: integer(1, 128_000),
  temperature: number(0, 2),
  n: exactly(1),
});

export const models = ["google/gemini-2.5-flash-image", "gpt-4o-image"];
const byName = Object.fromEntries(models.map((name) => [name, body]));

const error = (status, code, words, { type = "invalid_request_error", param = null, headers } = {}) =>
  json(status, { error: { message: words, type, param, code } }, headers);
const blocked =
  "Your request was rejected as a result of our safety system. Your prompt may contain text that is not allowed.";
const quota = "You exceeded your current quota, please check your plan and billing details.";

// They are OpenAI's; a relay has others.
const problems = {
  route: ({ path }) => error(404, null, `Invalid URL (POST ${path})`),
  method: ({ path, value }) => error(405, "method_not_supported", `Not allowed to ${value} on ${path}.`), // assumed
  no_key: () => error(401, null, "You didn't provide an API key."),
  bad_key: ({ key }) => error(401, "invalid_api_key", `Incorrect API key provided: ${masked(key)}.`),
  media_type: ({ value }) => error(400, "unsupported_content_type", `Unsupported content type: '${value}'.`), // assumed
  json: () => error(400, null, "We could not parse the JSON body of your request."), // assumed
  missing: ({ path }) =>
    error(400, "missing_required_parameter", `Missing required parameter: '${path}'.`, { param: path }), // assumed
  unknown: ({ path }) => error(400, "unknown_parameter", `Unknown parameter: '${path}'.`, { param: path }),
  type: ({ path, expected }) =>
    error(400, "invalid_type", `Invalid type for '${path}': expected ${expected}.`, { param: path }), // assumed
  value: ({ path, expected }) =>
    error(400, "invalid_value", `Invalid value for '${path}': expected ${expected}.`, { param: path }), // assumed
  unknown_model: ({ model }) =>
    error(404, "model_not_found", `The model '${model}' does not exist.`, { param: "model" }),
  refused: () => error(400, "content_policy_violation", blocked),
  no_money: () => error(429, "insufficient_quota", quota, { type: "insufficient_quota" }),
  limited: () =>
    error(429, "rate_limit_exceeded", "Rate limit reached.", { type: "requests", headers: { "retry-after": "12" } }),
  overloaded: () => error(503, null, "The engine is currently overloaded.", { type: "server_error" }), // assumed
  broken: () => error(500, null, "The server had an error processing your request.", { type: "server_error" }),
};

/** The forms that a picture comes in; "image" is one more, of older LiteLLM. */
export const forms = ["markdown", "url", "markdown_data", "images", "parts", "content_blocks"];
export const faults = [...commonFaults, "refused_silently", "refused_words", "no_picture", "no_choices"];

/**
 * The fake of a chat model that draws; see strict.mjs for calls and answers. base: all before /chat/completions.
 *
 * - form: how the picture comes: a link in markdown, a bare link, a data URL in markdown, message.images, a list as
 *   content, or message.content_blocks.
 * - faults: refused_silently is the finish_reason content_filter, refused_words an apology and message.refusal,
 *   no_picture words only, no_choices an empty list.
 */
export function chat({
  keys,
  pictureUrl,
  pictureBase64,
  fault = null,
  form = "markdown",
  base = "https://relay.example/v1",
}) {
  if (![...forms, "image"].includes(form)) throw new Error(`There is no form "${form}".`);
  const routeOf = (url) => (url.href === `${base}/chat/completions` ? { models: byName } : null);
  const data = `data:${mediaTypeOf(pictureBase64)};base64,${pictureBase64}`;
  const words = "Here is your picture:";
  const shown = (url) => ({ type: "image_url", image_url: { url } });
  const drawn = {
    markdown: { content: `${words}\n\n![a cat](${pictureUrl})\n` },
    url: { content: pictureUrl },
    markdown_data: { content: `${words}\n\n![image](${data})` },
    images: { content: null, images: [{ index: 0, ...shown(data) }] },
    parts: { content: [{ type: "text", text: words }, shown(data)] },
    content_blocks: { content: "", content_blocks: [{ type: "text", text: words }, shown(data)] }, // assumed: the items
    image: { content: words, image: { url: data, detail: "auto" } },
  }[form];
  const said = {
    refused_silently: { content: null },
    refused_words: { content: null, refusal: "I'm sorry, but I can't help with that request." },
    no_picture: { content: "I can describe a cat on a roof for you, but I have made no picture." },
  };
  const usage = { prompt_tokens: 10, completion_tokens: 1290, total_tokens: 1300 };
  const answer = ({ stream = false }, model, { fault: left }) => {
    const head = { id: "chatcmpl-1", created: 1_790_000_000, model };
    const made = said[left] ?? drawn;
    const finish_reason = left === "refused_silently" ? "content_filter" : "stop";
    const empty = left === "no_choices";
    if (!stream) {
      const choice = { index: 0, message: { role: "assistant", ...made }, finish_reason };
      return json(200, { ...head, object: "chat.completion", choices: empty ? [] : [choice], usage });
    }
    const chunk = (delta, reason = null) => ({
      ...head,
      object: "chat.completion.chunk",
      choices: [{ index: 0, delta, finish_reason: reason }],
    });
    // A text comes in pieces that break links and data, all else at once.
    const pieces = typeof made.content === "string" ? (made.content.match(/[^]{1,1000}/g) ?? []) : [made.content];
    const { content: _, ...more } = made;
    const chunks = [
      chunk({ role: "assistant", content: "" }),
      ...pieces.filter((each) => each !== null).map((each) => chunk({ content: each })),
      ...(Object.keys(more).length > 0 ? [chunk(more)] : []),
      chunk({}, finish_reason),
    ];
    const events = (empty ? [] : chunks).map((each) => `data: ${JSON.stringify(each)}\n\n`);
    const headers = { "content-type": "text/event-stream; charset=utf-8" };
    return { status: 200, headers, body: `${events.join("")}data: [DONE]\n\n` };
  };
  return strictFake({ keys, fault, faults, keyOf: bearer, routeOf, problems, answer });
}
