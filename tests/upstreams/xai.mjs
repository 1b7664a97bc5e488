// xAI: ratios instead of sizes, JSON for edits too, errors as { code, error }, or plain text for what it cannot read.
import { all, exactly, integer, listOf, members, oneOf, picture, required, text, wrong } from "./rules.mjs";
import { at, bearer, commonFaults, json, masked, plain, strictFake, times } from "./strict.mjs";

const wide = ["4:3", "3:2", "16:9", "2:1", "19.5:9", "20:9"]; // assumed: those between 1:1 and 20:9
const ratios = ["auto", "1:1", ...wide, ...wide.map((ratio) => ratio.split(":").reverse().join(":"))];
const source = members({ url: required(picture), type: required(exactly("image_url")) });
const known = {
  model: required(text()),
  prompt: required(text()),
  n: integer(1, 10),
  aspect_ratio: oneOf(...ratios),
  resolution: oneOf("1k", "2k"),
  response_format: oneOf("url", "b64_json"),
};
const onePicture = ({ image, images }) =>
  (image === undefined) === (images === undefined) ? wrong("image", "image or images", image) : null;
const edit = all(members({ ...known, image: source, images: listOf(source, 1, 3) }), onePicture);

export const models = ["grok-imagine-image", "grok-imagine-image-pro", "grok-imagine-image-2.0"];
const byName = (rule) => Object.fromEntries(models.map((name) => [name, rule]));
const routeOf = at({
  "https://api.x.ai/v1/images/generations": byName(members(known)),
  "https://api.x.ai/v1/images/edits": byName(edit),
});

const invalid = "Client specified an invalid argument";
const error = (status, code, message, headers) => json(status, { code, error: message }, headers);
const unread = (what) =>
  plain(422, `Failed to deserialize the JSON body into the target type: ${what} at line 1 column 1`);
const help = "You can obtain an API key from https://console.x.ai.";
const poor = "Your team has either used all available credits or reached its monthly spending limit.";
const slower = "Too many requests for this team and model.";
// Members that other backends have are refused by their name.
const foreign = ["size", "quality", "style", "seed", "negative_prompt", "mask", "width", "height", "user"];

const problems = {
  route: () => plain(404, ""), // assumed
  method: () => plain(405, ""), // assumed
  no_key: () => error(401, "unauthenticated", `No authorization header was provided. ${help}`), // assumed
  bad_key: ({ key }) => error(400, invalid, `Incorrect API key provided: ${masked(key)}. ${help}`),
  media_type: () => plain(415, "Expected request with `Content-Type: application/json`"), // assumed
  json: () => plain(400, "Failed to parse the request body as JSON"), // assumed
  missing: ({ path }) => unread(`missing field \`${path}\``),
  unknown: ({ path }) =>
    foreign.includes(path) ? error(400, "400", `Argument not supported: ${path}`) : unread(`unknown field \`${path}\``),
  type: ({ path, expected }) => unread(`${path}: invalid type, expected ${expected}`), // assumed
  value: ({ path, expected }) => error(400, invalid, `${path} must be ${expected}`), // assumed
  unknown_model: ({ model }) => error(404, "not-found", `The model ${model} does not exist.`), // assumed
  refused: () => error(400, invalid, "Generated image rejected by content moderation."), // assumed
  refused_silently: () => json(200, { data: [{ respect_moderation: false }] }),
  no_money: () => error(429, "resource-exhausted", poor), // assumed: the code
  limited: () => error(429, "resource-exhausted", slower, { "retry-after": "3" }), // assumed
  overloaded: () => error(503, "unavailable", "The service is currently unavailable."), // assumed
  broken: () => error(500, "internal", "Internal error"), // assumed
};

export const faults = [...commonFaults, "refused_silently"];

/** The fake of xAI; see strict.mjs for calls and answers. */
export function xai({ keys, pictureUrl, pictureBase64, fault = null }) {
  const answer = ({ n, response_format }) => {
    const made = response_format === "b64_json" ? { b64_json: pictureBase64 } : { url: pictureUrl };
    return json(200, {
      data: times(n, { ...made, respect_moderation: true }),
      usage: { cost_in_usd_ticks: 200_000_000 },
    });
  };
  return strictFake({ keys, fault, faults, keyOf: bearer, routeOf, problems, answer });
}
