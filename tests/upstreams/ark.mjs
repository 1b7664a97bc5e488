// Volcengine Ark and BytePlus (Seedream): sizes by their pixels or as a tier, codes in words. Names differ by region.
import { byType, exactly, flag, integer, listOf, members, oneOf, picture, required, size, text } from "./rules.mjs";
import { at, bearer, commonFaults, json, strictFake } from "./strict.mjs";

// Seedream 4 and later has no seed, no guidance_scale, no n and no negative_prompt.
const seedream = ({ area, tiers, references, formats }) =>
  members({
    model: required(text()),
    prompt: required(text()),
    size: size({ edge: [15, 16_384], area, ratio: 16, words: tiers }),
    image: byType({ string: picture, array: listOf(picture, 1, references) }),
    response_format: oneOf("url", "b64_json"),
    watermark: flag,
    stream: exactly(false), // The real one streams.
    sequential_image_generation: oneOf("auto", "disabled"),
    sequential_image_generation_options: members({ max_images: integer(1, 15) }), // assumed: 15
    ...(formats ? { output_format: oneOf("png", "jpeg") } : {}), // assumed: the formats
  });

// assumed: the tiers of each, the areas of 4.0 and 4.5
const v4 = seedream({ area: [921_600, 16_777_216], tiers: ["1K", "2K", "4K"], references: 14, formats: false });
const v45 = seedream({ area: [3_686_400, 16_777_216], tiers: ["2K", "4K"], references: 14, formats: false });
const lite = seedream({ area: [3_686_400, 16_777_216], tiers: ["2K", "3K", "4K"], references: 14, formats: true });
const pro = seedream({ area: [921_600, 4_624_220], tiers: ["1K", "2K"], references: 10, formats: true });

const world = {
  "seedream-4-0-250828": v4,
  "seedream-4-5-251128": v45,
  "seedream-5-0-260128": lite,
  "seedream-5-0-lite-260128": lite,
  "dola-seedream-5-0-pro-260628": pro,
};
const china = Object.fromEntries(
  Object.entries(world).map(([name, rule]) => [`doubao-${name.replace("dola-", "")}`, rule]),
);
const routeOf = at({
  "https://ark.cn-beijing.volces.com/api/v3/images/generations": china,
  "https://ark.ap-southeast.bytepluses.com/api/v3/images/generations": world,
});

const id = "Request id: 021790000000000";
const error = (status, type, code, message, { path = "", headers } = {}) =>
  json(status, { error: { code, message: `${message} ${id}`, param: path, type } }, headers);
const bad = (path, why) => {
  const message = `The parameter \`${path}\` specified in the request is not valid: ${why}.`;
  return error(400, "BadRequest", "InvalidParameter", message, { path });
};
const sensitive = "The request failed because the output image may contain sensitive information.";
const noKey = "The API key or AK/SK in the request is missing or invalid.";
const overdue = "The request failed because your account has an overdue balance.";
const absent = "does not exist or you do not have access to it.";
const slower = "The request failed because the IPM (Images Per Minute) limit of the model is exceeded.";
const busy = "The service is currently unable to handle additional requests due to server overload.";

const problems = {
  route: () => error(404, "NotFound", "InvalidAction", "The specified action is invalid."), // assumed
  method: () => error(405, "BadRequest", "InvalidAction", "The specified method is invalid."), // assumed
  no_key: () => error(401, "Unauthorized", "AuthenticationError", noKey),
  bad_key: () => error(401, "Unauthorized", "AuthenticationError", noKey),
  media_type: () => bad("Content-Type", "it must be application/json"), // assumed
  json: () => error(400, "BadRequest", "InvalidParameter", "The request body is not valid JSON."), // assumed
  missing: ({ path }) =>
    error(400, "BadRequest", "MissingParameter", `The request failed because it is missing \`${path}\`.`, { path }),
  unknown: ({ path }) => bad(path, `the parameter \`${path}\` is not supported by the current model`),
  type: ({ path, expected }) => bad(path, `it must be ${expected}`),
  value: ({ path, expected }) => bad(path, `it must be ${expected}`),
  unknown_model: ({ model }) =>
    error(404, "NotFound", "InvalidEndpointOrModel.NotFound", `The model or endpoint ${model} ${absent}`),
  refused: () => error(400, "BadRequest", "OutputImageSensitiveContentDetected", sensitive),
  refused_silently: ({ model }) => {
    const data = [{ error: { code: "OutputImageSensitiveContentDetected", message: `${sensitive} ${id}` } }];
    return json(200, { model, created: 1_790_000_000, data, usage: { generated_images: 0 } });
  },
  no_money: () => error(403, "Forbidden", "AccountOverdueError", overdue),
  limited: () => {
    const headers = { "retry-after": "20" }; // assumed: the header
    return error(429, "TooManyRequests", "ModelAccountIpmRateLimitExceeded", slower, { headers });
  },
  overloaded: () => error(429, "TooManyRequests", "ServerOverloaded", busy),
  broken: () => error(500, "InternalServerError", "InternalServiceError", "The service encountered an error."),
};

export const models = Object.keys(china);
export const faults = [...commonFaults, "refused_silently"];

/** The fake of Ark; see strict.mjs for calls and answers. It makes one picture even where a series is asked for. */
export function ark({ keys, pictureUrl, pictureBase64, fault = null }) {
  const answer = ({ response_format, size: asked = "2048x2048" }, model) => {
    const made = response_format === "b64_json" ? { b64_json: pictureBase64 } : { url: pictureUrl };
    const data = [{ ...made, size: asked.endsWith("K") ? "2048x2048" : asked }];
    const usage = { generated_images: 1, output_tokens: 16_384, total_tokens: 16_384 };
    return json(200, { model, created: 1_790_000_000, data, usage });
  };
  return strictFake({ keys, fault, faults, keyOf: bearer, routeOf, problems, answer });
}
