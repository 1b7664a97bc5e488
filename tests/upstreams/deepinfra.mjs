// DeepInfra's own call: the model in the address, sides in pixels, pictures as data URLs, or as one link.
import { base64, flag, integer, members, number, oneOf, picture, required, text } from "./rules.mjs";
import { bearer, commonFaults, json, mediaTypeOf, strictFake, times } from "./strict.mjs";

const seed = integer(0, 2 ** 53 - 1);
const own = {
  prompt: required(text()),
  num_images: integer(1, 4),
  num_inference_steps: integer(1, 50),
  width: integer(128, 2048),
  height: integer(128, 2048),
  seed,
};
const partner = {
  prompt: required(text()),
  width: integer(256, 1440, 32),
  height: integer(256, 1440, 32),
  prompt_upsampling: flag,
  safety_tolerance: integer(0, 6),
  seed,
};
// FLUX.2 takes raw base64 too. The klein models call the first picture input_image_1, the others input_image.
// assumed: how many there may be
const bareOr = (value, path) => (base64(value, path) === null ? null : picture(value, path));
const numbered = (first, most) =>
  Object.fromEntries(Array.from({ length: most }, (_, i) => [i === 0 ? first : `input_image_${i + 1}`, bareOr]));
const two = {
  prompt: required(text()),
  width: integer(64, 2048, 16), // assumed
  height: integer(64, 2048, 16),
  seed,
};

/** many: data URLs in images; else one link in image_url (assumed, but public clients read it). */
const table = {
  "black-forest-labs/FLUX-1-schnell": { many: true, rule: members(own) },
  "black-forest-labs/FLUX-1-dev": { many: true, rule: members({ ...own, guidance_scale: number(0, 20) }) },
  "stabilityai/sdxl-turbo": { many: true, rule: members({ ...own, negative_prompt: text() }) }, // assumed
  "black-forest-labs/FLUX-1.1-pro": { rule: members(partner) },
  "black-forest-labs/FLUX-pro": {
    rule: members({ ...partner, steps: integer(1, 50), guidance: number(1.5, 5), interval: number(1, 4) }),
  },
  "black-forest-labs/FLUX-2-pro": {
    rule: members({
      ...two,
      ...numbered("input_image", 8),
      safety_tolerance: integer(0, 5),
      output_format: oneOf("jpeg", "png"),
    }),
  },
  "black-forest-labs/FLUX-2-klein-4b": { many: true, rule: members({ ...two, ...numbered("input_image_1", 4) }) },
};
const byName = Object.fromEntries(Object.entries(table).map(([name, { rule }]) => [name, rule]));

const routeOf = (url) => {
  const [, model] = /^\/v1\/inference\/([\w.-]+\/[\w.-]+)$/.exec(url.pathname) ?? [];
  return url.origin !== "https://api.deepinfra.com" || url.search !== "" || model === undefined
    ? null
    : { models: byName, model };
};

const error = (status, message, headers) => json(status, { detail: { error: message } }, headers);
const invalid = (path, msg, type) => json(422, { detail: [{ loc: ["body", ...path.split(".")], msg, type }] });

const problems = {
  route: () => json(404, { detail: "Not Found" }),
  method: () => json(405, { detail: "Method Not Allowed" }),
  no_key: () => error(403, "Not authenticated"),
  bad_key: () => error(401, "User is not authenticated"), // assumed: the words
  media_type: () => invalid("", "value is not a valid dict", "type_error.dict"),
  json: () => invalid("", "Expecting value: line 1 column 1 (char 0)", "value_error.jsondecode"),
  missing: ({ path }) => invalid(path, "field required", "value_error.missing"),
  unknown: ({ path }) => invalid(path, "extra fields not permitted", "value_error.extra"), // assumed: it is passed over
  type: ({ path, expected }) => invalid(path, `value is not ${expected}`, "type_error"), // assumed: the words
  value: ({ path, expected }) => invalid(path, `ensure this value is ${expected}`, "value_error"), // assumed: the words
  unknown_model: ({ model }) => error(404, `The model \`${model}\` does not exist`),
  refused: () => error(400, "The prompt was flagged by content moderation"), // assumed
  no_money: () => error(402, "inference prohibited, please enter a payment method or top up"), // assumed: the words
  limited: () => error(429, "Rate limited", { "retry-after": "3" }), // assumed
  overloaded: () => error(429, "Model busy, retry later"),
  broken: () => json(500, { detail: "internal error" }), // assumed
};

export const models = Object.keys(table);
export const faults = [...commonFaults, "refused_silently", "moderated", "lose_one", "no_picture"];

/** The fake of DeepInfra; see strict.mjs for calls and answers. */
export function deepinfra({ keys, pictureUrl, pictureBase64, fault = null }) {
  const answer = ({ num_images: n = 1, seed = 7 }, model, { fault: left }) => {
    const request_id = "RbVtFhJrJQ5Yk6dSgDR5LR8i";
    const status = { status: "succeeded", runtime_ms: 900, cost: 0.0005, tokens_generated: null, tokens_input: null };
    const said = { request_id, inference_status: status };
    if (left === "moderated") return json(200, { ...said, status: "request_moderated", images: [] });
    if (!table[model].many) {
      return json(200, { ...said, status: "ok", seed, image_url: left === "no_picture" ? "" : pictureUrl });
    }
    const made = left === "no_picture" ? 0 : n - (left === "lose_one" ? 1 : 0);
    const images = times(made, `data:${mediaTypeOf(pictureBase64)};base64,${pictureBase64}`);
    // A picture that is found unsafe is black.
    const nsfw_content_detected = times(made, left === "refused_silently");
    return json(200, { ...said, images, nsfw_content_detected, seed });
  };
  return strictFake({ keys, fault, faults, keyOf: bearer, routeOf, problems, answer });
}
