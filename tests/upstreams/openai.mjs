// OpenAI Images: generations, and edits with a JSON body or as a form. Pictures of gpt-image models always come in base64.
import { all, exactly, flag, integer, listOf, members, oneOf, picture, required, size, text, wrong } from "./rules.mjs";
import { file, formFlag, formInteger, readForm, repeated } from "./form.mjs";
import { at, bearer, commonFaults, json, masked, strictFake, times } from "./strict.mjs";

const oldSizes = oneOf("1024x1024", "1536x1024", "1024x1536", "auto");
const freeSizes = size({ step: 16, edge: [16, 3840], area: [655_360, 8_294_400], ratio: 3, words: ["auto"] });
const three = oneOf("low", "medium", "high", "auto");
const five = oneOf("low", "medium", "high", "xhigh", "max", "auto");
const gptModels = {
  "gpt-image-1": { sizes: oldSizes, quality: three },
  "gpt-image-1-mini": { sizes: oldSizes, quality: three },
  "gpt-image-1.5": { sizes: oldSizes, quality: three },
  "gpt-image-2": { sizes: freeSizes, quality: three },
  "gpt-image-2.5-flare": { sizes: freeSizes, quality: five },
  "gpt-image-2.5-sunburst": { sizes: freeSizes, quality: five },
};

// None of these has response_format, style, seed, negative_prompt or aspect_ratio.
const gptImage = ({ sizes, quality }, extra) => {
  const known = {
    model: required(text()),
    prompt: required(text(32_000)),
    n: integer(1, 10),
    size: sizes,
    quality,
    background: oneOf("transparent", "opaque", "auto"),
    output_format: oneOf("png", "jpeg", "webp"),
    output_compression: integer(0, 100),
    moderation: oneOf("auto", "low"),
    stream: flag,
    partial_images: integer(0, 3),
    user: text(),
    ...extra,
  };
  const whole = ({ background, output_compression, output_format = "png", partial_images, stream }) => {
    if (partial_images !== undefined && String(stream) !== "true")
      return wrong("partial_images", "none without stream");
    if (background === "transparent" && output_format === "jpeg") return wrong("background", "opaque with jpeg");
    if (output_compression === undefined || output_format !== "png") return null;
    return wrong("output_compression", "none with png");
  };
  return all(members(known), whole);
};
const gptImages = (extraOf) =>
  Object.fromEntries(Object.entries(gptModels).map(([name, model]) => [name, gptImage(model, extraOf(name))]));

const dallE = (most, extra) =>
  members({ model: required(text()), prompt: required(text(most)), user: text(), ...extra });
const either = oneOf("url", "b64_json");

const generations = {
  ...gptImages(() => ({})),
  "dall-e-3": dallE(4000, {
    n: exactly(1),
    size: oneOf("1024x1024", "1792x1024", "1024x1792"),
    quality: oneOf("standard", "hd"),
    style: oneOf("vivid", "natural"),
    response_format: either,
  }),
  "dall-e-2": dallE(1000, {
    n: integer(1, 10),
    size: oneOf("256x256", "512x512", "1024x1024"),
    quality: exactly("standard"),
    response_format: either,
  }),
};
const source = members({ image_url: required(picture) });
const edits = gptImages((name) => ({
  images: required(listOf(source, 1, 16)),
  mask: source,
  ...(name === "gpt-image-1-mini" ? {} : { input_fidelity: oneOf("high", "low") }),
}));
/** The same as a form: numbers are texts, and pictures files. One picture is image, several are image[]. */
const picturesOfForm = { image: file({ most: 50e6 }), "image[]": repeated(file({ most: 50e6 }), 16) };
const formEdits = Object.fromEntries(
  Object.entries(gptModels).map(([name, model]) => {
    const rule = gptImage(model, {
      ...picturesOfForm,
      n: formInteger(1, 10),
      stream: formFlag,
      partial_images: formInteger(0, 3),
      output_compression: formInteger(0, 100),
      mask: file({ types: ["image/png"], most: 4e6 }),
    });
    const onePlace = (body) =>
      (body.image === undefined) === (body["image[]"] === undefined) ? wrong("image", "image or image[]") : null;
    return [name, all(rule, onePlace)];
  }),
);
const edit = "https://api.openai.com/v1/images/edits";
const routeOf = (url, headers) => {
  if (url.href !== edit) return at({ "https://api.openai.com/v1/images/generations": generations })(url);
  const isForm = /^multipart\/form-data;/i.test(headers["content-type"] ?? "");
  return isForm ? { models: formEdits, readBody: readForm } : { models: edits };
};

const error = (status, code, message, { type = "invalid_request_error", param = null, headers } = {}) =>
  json(status, { error: { message, type, param, code } }, headers);
const help = "You can find your API key at https://platform.openai.com/account/api-keys.";
const blocked = "Your request was rejected by the safety system. safety_violations=[violence].";
const quota = "You exceeded your current quota, please check your plan and billing details.";
const slower = "Rate limit reached for images per min: Limit 5, Used 5, Requested 1. Please try again in 12s.";

const problems = {
  route: ({ path }) => error(404, null, `Invalid URL (POST ${path})`),
  method: ({ path, value }) => error(405, "method_not_supported", `Not allowed to ${value} on ${path}.`), // assumed
  no_key: () => error(401, null, `You didn't provide an API key. ${help}`),
  bad_key: ({ key }) => error(401, "invalid_api_key", `Incorrect API key provided: ${masked(key)}. ${help}`),
  media_type: ({ value }) => error(400, "unsupported_content_type", `Unsupported content type: '${value}'.`), // assumed
  json: () => error(400, null, "We could not parse the JSON body of your request."), // assumed
  missing: ({ path }) =>
    error(400, "missing_required_parameter", `Missing required parameter: '${path}'.`, { param: path }), // assumed
  unknown: ({ path }) => error(400, "unknown_parameter", `Unknown parameter: '${path}'.`, { param: path }),
  type: ({ path, expected }) =>
    error(400, "invalid_type", `Invalid type for '${path}': expected ${expected}.`, { param: path }), // assumed
  value: ({ path, value, expected }) =>
    error(400, "invalid_value", `Invalid value: '${value}'. Supported values are: ${expected}.`, { param: path }),
  unknown_model: ({ model }) =>
    error(404, "model_not_found", `The model '${model}' does not exist.`, { param: "model" }),
  refused: () => error(400, "moderation_blocked", blocked, { type: "image_generation_user_error" }),
  no_money: () => error(429, "insufficient_quota", quota, { type: "insufficient_quota" }),
  limited: () => error(429, "rate_limit_exceeded", slower, { type: "requests", headers: { "retry-after": "12" } }),
  overloaded: () => error(503, null, "The engine is currently overloaded.", { type: "server_error" }), // assumed
  broken: () => error(500, null, "The server had an error processing your request.", { type: "server_error" }),
};

export const models = Object.keys(generations);
export const faults = commonFaults;

/** Events: each draft, and the picture. */
const streamed = (about, picture, drafts, type) => {
  const written = [...drafts.keys(), null].map((index) => {
    const isLast = index === null;
    const event = {
      type: `${type}.${isLast ? "completed" : "partial_image"}`,
      b64_json: isLast ? picture : drafts[index],
    };
    const { usage, ...look } = about;
    const rest = { created_at: 1_790_000_000, ...look, ...(isLast ? { usage } : { partial_image_index: index }) };
    return `event: ${event.type}\ndata: ${JSON.stringify({ ...event, ...rest })}\n\n`;
  });
  return { status: 200, headers: { "content-type": "text/event-stream; charset=utf-8" }, body: written.join("") };
};

/** The fake of OpenAI; see strict.mjs for calls and answers. draftsBase64: what a stream shows before the picture, as far as it is asked for. */
export function openai({ keys, pictureUrl, pictureBase64, draftsBase64 = [], fault = null }) {
  const answer = (body, model) => {
    const { n, response_format, quality = "auto", size = "auto", output_format = "png" } = body;
    const revised = model === "dall-e-3" ? { revised_prompt: "a cat on a roof" } : {};
    const link = { url: pictureUrl, ...revised };
    const bytes = { b64_json: pictureBase64, ...revised };
    if (model.startsWith("dall-e-")) {
      return json(200, { created: 1_790_000_000, data: times(n, response_format === "b64_json" ? bytes : link) });
    }
    const usage = { input_tokens: 10, output_tokens: 1056, total_tokens: 1066 };
    const made = { background: "opaque", output_format, quality, size, usage };
    if (String(body.stream) === "true") {
      const type = body.image || body["image[]"] || body.images ? "image_edit" : "image_generation";
      return streamed(made, pictureBase64, draftsBase64.slice(0, Number(body.partial_images ?? 0)), type);
    }
    return json(200, { created: 1_790_000_000, data: times(Number(n ?? 1), bytes), ...made });
  };
  return strictFake({ keys, fault, faults, keyOf: bearer, routeOf, problems, answer });
}
