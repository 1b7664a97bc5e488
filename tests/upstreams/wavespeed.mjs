// WaveSpeed: the model is in the address, sizes are 1024*1024 or a ratio with a tier, all answers are in { data }.
import { flag, integer, listOf, members, number, oneOf, picture, required, size, text } from "./rules.mjs";
import { bearer, commonFaults, json, times } from "./strict.mjs";
import { hexadecimal, laterFaults, queuedFake } from "./queued.mjs";

const turned = (ratios) => ratios.map((ratio) => ratio.split(":").reverse().join(":"));
const both = (ratios) => ["1:1", ...ratios, ...turned(ratios)];
const usual = [...both(["3:2", "4:3", "5:4", "16:9"]), "21:9"];

const common = { prompt: required(text()), enable_sync_mode: flag, enable_base64_output: flag };
const seeded = { seed: integer(-1, 2 ** 31 - 1) };
const stars = (edge) => ({ size: size({ by: "*", edge }) });
const tiered = (ratios) => ({ aspect_ratio: oneOf(...ratios), resolution: oneOf("1k", "2k", "4k") });
const formats = (...names) => ({ output_format: oneOf(...names) });
const pictures = (most) => ({ images: required(listOf(picture, 1, most)) });

const flux = {
  ...common,
  ...seeded,
  ...stars([256, 1536]),
  ...formats("jpeg", "png", "webp"),
  image: picture,
  mask_image: picture,
  strength: number(0.01, 1),
  num_inference_steps: integer(1, 50),
  guidance_scale: number(0, 20),
  num_images: integer(1, 4),
};
const banana = { ...common, ...tiered(usual), ...formats("png", "jpeg") };
const newBanana = {
  ...banana,
  ...tiered([...usual, ...both(["4:1", "8:1"])]),
  enable_web_search: flag,
  enable_image_search: flag,
};
const gptImage = {
  ...common,
  ...tiered([...both(["2:1", "3:1", "3:2", "4:3", "5:4", "16:9", "21:9"])]),
  ...formats("png", "jpeg", "webp"),
  quality: oneOf("low", "medium", "high"),
};
const seedream = { ...common, ...stars([1024, 4096]) };

// assumed: the limits of sides, how many pictures the last member of a name takes, and what is not in the pages read
const byName = {
  "wavespeed-ai/flux-dev": members(flux),
  "wavespeed-ai/z-image/turbo": members({ ...common, ...seeded, ...stars([256, 1536]) }),
  "bytedance/seedream-v4": members(seedream),
  "bytedance/seedream-v4/edit": members({ ...seedream, ...pictures(10) }),
  "bytedance/seedream-v4/sequential": members({ ...seedream, max_images: integer(1, 15) }),
  "google/nano-banana-pro/text-to-image": members(banana),
  "google/nano-banana-pro/edit": members({ ...banana, ...pictures(14) }),
  "google/nano-banana-2.1/text-to-image": members(newBanana),
  "google/nano-banana-2.1/edit": members({ ...newBanana, ...pictures(14) }),
  "openai/gpt-image-2/text-to-image": members(gptImage),
  "openai/gpt-image-2/edit": members({ ...gptImage, ...pictures(16) }),
};

const origin = "https://api.wavespeed.ai";
const routeOf = (url) => {
  const [, model] = /^\/api\/v3\/(.+)$/.exec(url.pathname) ?? [];
  return url.origin !== origin || url.search !== "" || model === undefined ? null : { models: byName, model };
};
const follow = (url) => {
  const [, id] = /^\/api\/v3\/predictions\/([^/]+)(?:\/result)?$/.exec(url.pathname) ?? [];
  return url.origin !== origin || url.search !== "" || id === undefined ? null : { step: "poll", method: "GET", id };
};

// assumed: the texts of all these, and that what is wrong with a body is told at once
const error = (status, message, headers) => json(status, { code: status, message }, headers);
const problems = {
  route: () => error(404, "not found"),
  method: () => error(405, "method not allowed"),
  no_key: () => error(401, "missing authorization header"),
  bad_key: () => error(401, "invalid authentication"),
  media_type: () => error(400, "the request body must be JSON"),
  json: () => error(400, "invalid JSON"),
  missing: ({ path }) => error(400, `property "${path}" is missing`),
  unknown: ({ path }) => error(400, `property "${path}" is unsupported`),
  type: ({ path, expected }) => error(400, `property "${path}" must be ${expected}`),
  value: ({ path, expected }) => error(400, `property "${path}" must be ${expected}`),
  unknown_model: ({ model }) => error(404, `model not found: ${model}`),
  refused: () => error(400, "The content contains sensitive information."),
  no_money: () => error(402, "Insufficient credits. Please top up to continue."),
  limited: () => error(429, "Too Many Requests"), // It does not say how long to wait.
  overloaded: () => error(503, "The service is temporarily unavailable."),
  broken: () => error(500, "An internal error occurred."),
};

export const models = Object.keys(byName);
export const faults = [...commonFaults, ...laterFaults, "refused_silently", "lose_one"];

/**
 * The fake of WaveSpeed; see queued.mjs. It gives links, or bare base64 where that is asked for. enable_sync_mode
 * brings the result at once where pollsNeeded is 0. There is no way to cancel. // assumed
 */
export function wavespeed({ keys, pictureUrl, pictureBase64, fault = null, pollsNeeded }) {
  const state = (job, status, { shown = 0, unfit = 0, ...rest } = {}) => {
    const outputs = times(shown, job.body.enable_base64_output === true ? pictureBase64 : pictureUrl);
    const data = { id: job.id, model: job.model, status, outputs, input: job.body };
    const urls = { get: `${origin}/api/v3/predictions/${job.id}/result` };
    const has_nsfw_contents = outputs.map((_, i) => i < unfit);
    const created_at = "2026-11-30T05:00:00.000Z";
    const more = { urls, has_nsfw_contents, created_at, error: "", timings: { inference: 0 }, ...rest };
    return json(200, { code: 200, message: "success", data: { ...data, ...more } });
  };
  const asked = ({ body: { num_images, max_images } }) => num_images ?? max_images ?? 1;
  const says = {
    pending: (job) => state(job, job.polls < 2 ? "created" : "processing"),
    done: (job) => state(job, "completed", { shown: asked(job) }),
    silent: (job) => state(job, "completed", { shown: asked(job), unfit: asked(job) }),
    lossy: (job) =>
      job.body.num_images === undefined
        ? state(job, "completed", { shown: asked(job) - 1 })
        : state(job, "completed", { shown: asked(job), unfit: 1 }),
    empty: (job) => state(job, "completed"),
    refused: (job) => state(job, "failed", { code: 1200, error: "The content contains sensitive information." }),
    failed: (job) => state(job, "failed", { code: 1405, error: "The task execution failed." }),
  };
  const start = (job, _, end) =>
    job.body.enable_sync_mode === true && pollsNeeded === 0 ? says[end](job) : says.pending(job);
  const unknown = () => error(404, "prediction not found"); // assumed
  const options = { keys, fault, faults, pollsNeeded, keyOf: bearer, routeOf, follow, problems };
  return queuedFake({ ...options, start, idOf: hexadecimal, says, unknown });
}
