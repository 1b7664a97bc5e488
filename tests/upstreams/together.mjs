// Together: width and height as numbers, pictures in "base64" or as a "url", one picture or a list to start from.
import { flag, integer, listOf, members, number, oneOf, picture, required, text } from "./rules.mjs";
import { at, bearer, commonFaults, json, masked, strictFake, times } from "./strict.mjs";

const known = {
  model: required(text()),
  prompt: required(text()),
  negative_prompt: text(),
  width: integer(64, 2048, 8), // assumed, as height and the ranges of steps, n, seed and guidance are
  height: integer(64, 2048, 8),
  steps: integer(1, 50),
  n: integer(1, 4),
  seed: integer(0, 2 ** 53 - 1),
  guidance: number(0, 20),
  response_format: oneOf("base64", "url"),
  disable_safety_checker: flag,
};
const drawing = members(known);
const kontext = members({ ...known, image_url: picture });
const referring = members({ ...known, reference_images: listOf(picture, 1, 8) }); // assumed: 8

// assumed: the names, but for the families
const byName = {
  "black-forest-labs/FLUX.1-schnell": drawing,
  "black-forest-labs/FLUX.1.1-pro": drawing,
  "black-forest-labs/FLUX.1-kontext-pro": kontext,
  "black-forest-labs/FLUX.1-kontext-max": kontext,
  "black-forest-labs/FLUX.2-pro": referring,
  "black-forest-labs/FLUX.2-flex": referring,
  "google/flash-image-2.5": referring,
};

const routeOf = at({ "https://api.together.xyz/v1/images/generations": byName });

const error = (status, code, message, { type = "invalid_request_error", param = null, headers } = {}) =>
  json(status, { id: "o-1", error: { message, type, param, code } }, headers);
const help = "You can find your API key at https://api.together.xyz/settings/api-keys.";
const poor = "Credit limit exceeded, please navigate to https://api.together.xyz/settings/billing.";
const slower =
  "You have reached the rate limit specific to this model. The maximum rate limit is 9.0 queries per minute.";
const nsfw = "The prompt or the picture was found to contain NSFW content.";
const absent = "Please visit https://api.together.ai/models to see the models that can be asked.";

const problems = {
  route: ({ path }) => error(404, null, `Unknown path ${path}`), // assumed
  method: () => error(405, null, "Method not allowed"), // assumed
  no_key: () => error(401, "missing_api_key", `Missing API key. ${help}`), // assumed
  bad_key: ({ key }) => error(401, "invalid_api_key", `Invalid API key provided: ${masked(key)}. ${help}`),
  media_type: () => error(400, null, "The body must be application/json."), // assumed
  json: () => error(400, "invalid_json", "The body is not valid JSON."), // assumed
  missing: ({ path }) => error(400, "missing_parameter", `Input required: ${path}`, { param: path }), // assumed
  unknown: ({ path }) => error(400, "unknown_parameter", `Unrecognized key: ${path}`, { param: path }), // assumed
  type: ({ path, expected }) => error(400, "invalid_type", `${path} must be ${expected}`, { param: path }), // assumed
  value: ({ path, expected }) => error(400, "invalid_value", `${path} must be ${expected}`, { param: path }), // assumed
  unknown_model: ({ model }) =>
    error(400, "model_not_available", `Unable to access non-serverless model ${model}. ${absent}`),
  refused: () => error(422, "nsfw_content", nsfw, { type: "nsfw_content" }), // assumed
  no_money: () => error(402, "credit_limit", poor, { type: "credit_limit" }), // assumed: the body
  limited: () => error(429, null, slower, { type: "model_rate_limit", headers: { "retry-after": "7" } }), // assumed
  overloaded: () => error(503, null, "The server is overloaded.", { type: "overloaded_error" }), // assumed: the body
  broken: () => error(500, null, "Internal server error", { type: "server_error" }), // assumed: the body
};

export const models = Object.keys(byName);
export const faults = commonFaults;

/** The fake of Together; see strict.mjs for calls and answers. */
export function together({ keys, pictureUrl, pictureBase64, fault = null }) {
  const answer = ({ n, response_format }, model) => {
    const made = response_format === "base64" ? { b64_json: pictureBase64 } : { url: pictureUrl };
    const data = times(n, made).map((each, index) => ({ index, ...each }));
    return json(200, { id: "o-1", model, object: "list", data });
  };
  return strictFake({ keys, fault, faults, keyOf: bearer, routeOf, problems, answer });
}
