// OpenRouter's image call: each model has some members of one list, and refuses the others. Pictures come in base64.
import { exactly, integer, listOf, members, oneOf, picture, required, text } from "./rules.mjs";
import { at, bearer, commonFaults, json, mediaTypeOf, strictFake, times } from "./strict.mjs";

const wide = ["5:4", "4:3", "3:2", "16:9", "21:9"]; // assumed: the list of ratios
const ratios = ["1:1", ...wide, ...wide.map((ratio) => ratio.split(":").reverse().join(":"))];
const link = members({ url: required(picture) });
const reference = members({ type: required(exactly("image_url")), image_url: required(link) });

const listed = {
  n: integer(1, 10), // assumed: the range
  aspect_ratio: oneOf(...ratios),
  resolution: oneOf("1K", "2K", "4K"),
  quality: oneOf("auto", "low", "medium", "high"), // assumed: the values, and those of the next two
  background: oneOf("auto", "transparent", "opaque"),
  output_format: oneOf("png", "jpeg", "webp"),
  seed: integer(0, 2 ** 31 - 1), // assumed: the range
};
const having = (maxReferences, ...names) =>
  members({
    model: required(text()),
    prompt: required(text()),
    ...Object.fromEntries(names.map((name) => [name, listed[name]])),
    input_references: listOf(reference, 1, maxReferences),
  });

// assumed: the names, and which members each has
const byName = {
  "google/gemini-3.1-flash-image": having(14, "n", "aspect_ratio", "resolution"),
  "openai/gpt-image-2": having(16, "n", "aspect_ratio", "resolution", "quality", "background", "output_format"),
  "black-forest-labs/flux.2-pro": having(8, "aspect_ratio", "resolution", "output_format", "seed"),
  "bytedance-seed/seedream-4.5": having(14, "n", "aspect_ratio", "resolution", "seed"),
};

const routeOf = at({ "https://openrouter.ai/api/v1/images": byName });

const error = (code, message, metadata, headers) => json(code, { error: { code, message, metadata } }, headers);
// assumed: success and name, as other calls of OpenRouter answer them
const zod = (code, path, message) => {
  const found = JSON.stringify([{ code, path: path.split("."), message }], null, 2);
  return json(400, { success: false, error: { name: "ZodError", message: found } });
};
const limit = { "retry-after": "8", "x-ratelimit-limit": "20", "x-ratelimit-remaining": "0" };
const poor = "Insufficient credits. Add more using https://openrouter.ai/settings/credits";

const problems = {
  route: () => error(404, "Not Found"),
  method: () => error(405, "Method Not Allowed"), // assumed
  no_key: () => error(401, "No auth credentials found"),
  bad_key: () => error(401, "User not found."),
  media_type: () => error(400, "The body must be application/json."), // assumed
  json: () => error(400, "The body is not valid JSON."), // assumed
  missing: ({ path }) => zod("invalid_type", path, "Required"),
  unknown: ({ path }) => zod("unrecognized_keys", path, `Unrecognized key(s) in object: '${path}'`),
  type: ({ path, expected }) => zod("invalid_type", path, `Expected ${expected}`),
  value: ({ path, expected }) => zod("invalid_enum_value", path, `Invalid value. Expected ${expected}`),
  unknown_model: ({ model }) => error(400, `${model} is not a valid model ID`),
  refused: ({ model }) =>
    error(403, `${model} requires moderation on OpenAI. Your input was flagged.`, {
      reasons: ["violence"],
      flagged_input: "a cat",
      provider_name: "OpenAI",
      model_slug: model,
    }),
  no_money: () => error(402, poor, { limit_source: "openrouter_credits" }),
  limited: () => error(429, "Rate limit exceeded", { error_type: "rate_limit_exceeded" }, limit),
  overloaded: () => error(529, "Provider overloaded", { error_type: "provider_overloaded" }), // assumed: the message
  broken: () => error(500, "Internal Server Error", { error_type: "server" }), // assumed: the message
};

export const models = Object.keys(byName);
export const faults = commonFaults;

/** The fake of OpenRouter; see strict.mjs for calls and answers. It gives base64 only. */
export function openrouter({ keys, pictureBase64, fault = null }) {
  const answer = ({ n }) => {
    const data = times(n, { b64_json: pictureBase64, media_type: mediaTypeOf(pictureBase64) });
    const usage = { prompt_tokens: 5, completion_tokens: 1290, total_tokens: 1295, cost: 0.039 };
    return json(200, { created: 1_790_000_000, data, usage });
  };
  return strictFake({ keys, fault, faults, keyOf: bearer, routeOf, problems, answer });
}
