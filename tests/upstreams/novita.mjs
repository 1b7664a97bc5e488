// Novita: checkpoints share two addresses, newer models have one each; a query asks about a job.
import {
  base64,
  byType,
  flag,
  integer,
  listOf,
  members,
  number,
  oneOf,
  picture,
  required,
  size,
  text,
} from "./rules.mjs";
import { bearer, commonFaults, json, mediaTypeOf, times } from "./strict.mjs";
import { laterFaults, queuedFake } from "./queued.mjs";

const checkpoints = [
  "sd_xl_base_1.0.safetensors",
  "dreamshaper_8_93211.safetensors",
  "majicmixRealistic_v7.safetensors",
];
const samplers = ["Euler a", "Euler", "LMS", "Heun", "DPM2", "DPM2 a", "DPM++ 2S a", "DPM++ 2M", "DPM++ SDE", "DDIM"];
const karras = [
  "LMS Karras",
  "DPM2 Karras",
  "DPM2 a Karras",
  "DPM++ 2S a Karras",
  "DPM++ 2M Karras",
  "DPM++ SDE Karras",
];
const seed = integer(-1, 2 ** 31 - 1);

const checkpoint = (value, path) => {
  const problem = text()(value, path);
  return problem ?? (checkpoints.includes(value) ? null : { kind: "unknown_model", path, value });
};
const extra = members({
  response_image_type: oneOf("png", "webp", "jpeg"),
  enable_nsfw_detection: flag,
  nsfw_detection_level: integer(0, 2),
  enterprise_plan: members({ enabled: flag }),
});
/** What both take. // assumed: the ranges, and that steps, guidance_scale and sampler_name must be there */
const request = {
  model_name: required(checkpoint),
  prompt: required(text(1024)),
  negative_prompt: byType({ string: () => null }),
  width: required(integer(128, 2048)),
  height: required(integer(128, 2048)),
  image_num: required(integer(1, 8)),
  steps: required(integer(1, 100)),
  guidance_scale: required(number(1, 30)),
  sampler_name: required(oneOf(...samplers, ...karras, "PLMS", "UniPC")),
  seed,
  clip_skip: integer(1, 12),
  sd_vae: text(),
};
const wrapped = (table) => members({ extra, request: required(members(table)) });
const stars = { size: size({ by: "*", edge: [256, 1536] }) };
const prompted = { prompt: required(text(2000)), seed };

// The names of the first two stand for all checkpoints. Pictures as data URLs are assumed: links are what is described.
// assumed: what qwen-image-txt2img and z-image-turbo take
const byName = {
  txt2img: wrapped(request),
  img2img: wrapped({ ...request, image_base64: required(base64), strength: number(0, 1) }),
  "flux-2-dev": members({ ...prompted, ...stars, images: listOf(picture, 1, 3) }),
  "flux-2-flex": members({ ...prompted, ...stars, images: listOf(picture, 1, 3) }),
  "qwen-image-txt2img": members({ ...prompted, ...stars }),
  "qwen-image-edit": members({ ...prompted, image: required(picture), output_format: oneOf("jpeg", "png", "webp") }),
  "z-image-turbo": members({ ...prompted, ...stars }),
};

const origin = "https://api.novita.ai";
const routeOf = (url) => {
  const [, model] = /^\/v3\/async\/([^/]+)$/.exec(url.pathname) ?? [];
  return url.origin !== origin || url.search !== "" || model === undefined ? null : { models: byName, model };
};
const follow = (url) => {
  if (url.origin !== origin || url.pathname !== "/v3/async/task-result") return null;
  return { step: "poll", method: "GET", id: url.searchParams.get("task_id") };
};

// The reasons are documented, the messages are assumed.
const error = (code, reason, message) => json(code, { code, reason, message, metadata: {} });
const invalid = (message) => error(400, "INVALID_REQUEST_BODY", message);
const problems = {
  route: () => error(404, "API_NOT_FOUND", "API not found"),
  method: () => error(404, "API_NOT_FOUND", "API not found"), // assumed
  no_key: () => error(400, "MISSING_API_KEY", "API key not provided"),
  bad_key: () => error(403, "INVALID_API_KEY", "API key validation failed"),
  media_type: () => invalid("the request body must be JSON"),
  json: () => invalid("invalid JSON"),
  missing: ({ path }) => invalid(`${path} is required`),
  unknown: ({ path }) => invalid(`unknown field ${path}`), // assumed
  type: ({ path, expected }) => invalid(`${path} must be ${expected}`),
  value: ({ path, expected }) => invalid(`${path} must be ${expected}`),
  unknown_model: ({ path }) =>
    path === "model" ? error(404, "API_NOT_FOUND", "API not found") : error(404, "MODEL_NOT_FOUND", "model not found"),
  refused: () => error(400, "ILLEGAL_PROMPT", "Prompt contains inappropriate content"),
  no_money: () => error(400, "BILLING_BALANCE_NOT_ENOUGH", "Insufficient balance"),
  limited: () => error(429, "RATE_LIMIT_EXCEEDED", "Rate limit exceeded"), // It does not say how long to wait.
  overloaded: () => error(503, "SERVICE_UNAVAILABLE", "The service is temporarily unavailable"), // assumed
  broken: () => error(500, "CREATE_TASK_FAILED", "Failed to create task"),
  poll_broken: () => error(500, "GET_RESULT_FAILED", "Failed to get task result"),
};

/** Checkpoints, for txt2img and img2img, and then the models with addresses of their own. */
export const models = [...checkpoints, ...Object.keys(byName).slice(2)];
export const faults = [...commonFaults, ...laterFaults, "refused_silently", "lose_one"];

/** The fake of Novita; see queued.mjs. It gives links only, and has no way to cancel. // assumed */
export function novita({ keys, pictureUrl, pictureBase64 = "", fault = null, pollsNeeded }) {
  const state = (job, status, { reason = "", shown = 0, unfit = 0, progress_percent = 0 } = {}) => {
    const task_type = job.model.toUpperCase().replaceAll("-", "_");
    const image_type = mediaTypeOf(pictureBase64).slice("image/".length);
    const images = times(shown, { image_url: pictureUrl, image_url_ttl: "3600", image_type });
    return json(200, {
      task: { task_id: job.id, task_type, status: `TASK_STATUS_${status}`, reason, eta: 0, progress_percent },
      extra: { seed: "42", enable_nsfw_detection: false, has_nsfw_contents: images.map((_, i) => i < unfit) },
      images: images.map((image) => ({ ...image, nsfw_detection_result: null })),
      videos: [],
      audios: [],
    });
  };
  const asked = ({ body: { request: { image_num = 1 } = {} } }) => image_num;
  const says = {
    pending: (job) => (job.polls === 1 ? state(job, "QUEUED") : state(job, "PROCESSING", { progress_percent: 50 })),
    done: (job) => state(job, "SUCCEED", { shown: asked(job), progress_percent: 100 }),
    silent: (job) => state(job, "SUCCEED", { shown: asked(job), unfit: asked(job) }),
    lossy: (job) => state(job, "SUCCEED", { shown: asked(job) - 1 }),
    empty: (job) => state(job, "SUCCEED"), // assumed
    // assumed: these two reasons
    refused: (job) => state(job, "FAILED", { reason: "ILLEGAL_PROMPT: Prompt contains inappropriate content" }),
    failed: (job) => state(job, "FAILED", { reason: "TASK_FAILED: Task execution failed" }),
  };
  const start = ({ id }) => json(200, { task_id: id });
  const unknown = () => error(404, "TASK_NOT_FOUND", "Task not found");
  return queuedFake({
    keys,
    fault,
    faults,
    pollsNeeded,
    keyOf: bearer,
    routeOf,
    follow,
    problems,
    start,
    says,
    unknown,
  });
}
