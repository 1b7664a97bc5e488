// Replicate: official models have addresses of their own, others are named by a version; every model has its own input.
import {
  all,
  byType,
  flag,
  integer,
  listOf,
  members,
  number,
  oneOf,
  pictureBelow,
  required,
  text,
  typeOf,
  wrong,
} from "./rules.mjs";
import { bearer, commonFaults, json, times } from "./strict.mjs";
import { laterFaults, queuedFake } from "./queued.mjs";

/** Larger files are for links. */
const file = pictureBelow(1_000_000);

const turned = (ratios) => ratios.map((ratio) => ratio.split(":").reverse().join(":"));
const both = (ratios) => ["1:1", ...ratios, ...turned(ratios)];
const usual = both(["16:9", "3:2", "4:3", "5:4"]);
const common = { prompt: required(text()), seed: integer(0, 2 ** 32 - 1) }; // assumed: the range
const quality = { output_format: oneOf("webp", "jpg", "png"), output_quality: integer(0, 100) };
const several = { num_outputs: integer(1, 4) };
const unchecked = { disable_safety_checker: flag };

const schnell = members({
  ...common,
  ...quality,
  ...several,
  ...unchecked,
  aspect_ratio: oneOf(...usual, "21:9", "9:21"),
  num_inference_steps: integer(1, 4),
  go_fast: flag,
  megapixels: oneOf("1", "0.25"),
});

/** Sides are taken with the ratio `custom` only; the real one rounds and ignores instead. // assumed */
const sidesFor = (path) => (input) => {
  const sides = Object.hasOwn(input, "width") || Object.hasOwn(input, "height");
  const custom = input.aspect_ratio === "custom" || input.size === "custom";
  return sides && !custom ? wrong(path, "custom where there are sides", input.aspect_ratio) : null;
};
const flux2 = ({ references, tolerance }) =>
  all(
    members({
      ...common,
      ...quality,
      input_images: listOf(file, 0, references),
      aspect_ratio: oneOf("match_input_image", "custom", ...usual),
      resolution: oneOf("match_input_image", "0.5 MP", "1 MP", "2 MP", "4 MP"),
      width: integer(256, 2048, 16),
      height: integer(256, 2048, 16),
      safety_tolerance: integer(1, tolerance),
    }),
    sidesFor("input.aspect_ratio"),
  );
const flux3 = members({
  prompt: common.prompt,
  ...quality,
  images: listOf(file, 0, 10),
  aspect_ratio: oneOf("auto", ...usual, ...["21:9", "2:1", "7:5"], ...turned(["21:9", "2:1", "7:5"])),
  resolution: oneOf("1k", "2k", "4k"), // assumed: which
  grounding: flag,
  safety_tolerance: integer(0, 4),
});
const kontext = members({
  ...common,
  input_image: file,
  aspect_ratio: oneOf("match_input_image", ...usual, "2:1", "1:2", "21:9", "9:21"),
  output_format: oneOf("jpg", "png"),
  safety_tolerance: integer(0, 6),
  prompt_upsampling: flag,
});
const banana = members({
  prompt: common.prompt,
  image_input: listOf(file, 0, 14), // assumed: how many
  aspect_ratio: oneOf("match_input_image", ...usual, "21:9"),
  output_format: oneOf("jpg", "png"),
});
// assumed: the whole of it, but for the names
const seedream = all(
  members({
    prompt: common.prompt,
    image_input: listOf(file, 0, 10),
    size: oneOf("1K", "2K", "4K", "custom"),
    aspect_ratio: oneOf("match_input_image", ...usual, "21:9"),
    width: integer(1024, 4096),
    height: integer(1024, 4096),
    max_images: integer(1, 15),
    sequential_image_generation: oneOf("disabled", "auto"),
    enhance_prompt: flag,
  }),
  sidesFor("input.size"),
);
const sdxl = members({
  ...common,
  ...several,
  ...unchecked,
  negative_prompt: byType({ string: () => null }),
  image: file,
  mask: file,
  width: integer(8, 2048, 8), // assumed: the limits
  height: integer(8, 2048, 8),
  scheduler: oneOf("DDIM", "DPMSolverMultistep", "HeunDiscrete", "KarrasDPM", "K_EULER_ANCESTRAL", "K_EULER", "PNDM"),
  num_inference_steps: integer(1, 500),
  guidance_scale: number(1, 50),
  prompt_strength: number(0, 1),
  refine: oneOf("no_refiner", "expert_ensemble_refiner", "base_image_refiner"),
  high_noise_frac: number(0, 1),
  refine_steps: integer(1, 500), // assumed: the range
  lora_scale: number(0, 1),
  apply_watermark: flag,
});

/** The input by the name of the model, and how many pictures it gives: a list, or one link where there is no count. */
const official = {
  "black-forest-labs/flux-schnell": { input: schnell, count: ({ num_outputs = 1 }) => num_outputs },
  "black-forest-labs/flux-2-pro": { input: flux2({ references: 8, tolerance: 5 }) },
  "black-forest-labs/flux-2-flex": { input: flux2({ references: 10, tolerance: 5 }) },
  "black-forest-labs/flux-3-image": { input: flux3 },
  "black-forest-labs/flux-kontext-pro": { input: kontext },
  "google/nano-banana": { input: banana },
  "bytedance/seedream-4": { input: seedream, count: ({ max_images = 1 }) => max_images },
};
const versioned = {
  "stability-ai/sdxl:7762fd07cf82c948538e41f63f77d685e02b063e37e496e96eefd46c929f9bdc": {
    input: sdxl,
    count: ({ num_outputs = 1 }) => num_outputs,
  },
};
const everything = { ...official, ...versioned };

/** What a version stands for: a model's name, a name with a version, or the version alone. */
const found = (version) => {
  const name = Object.keys(everything).find((each) => each === version || each.split(":")[1] === version);
  return name === undefined ? null : name;
};

const rest = { webhook: text(), webhook_events_filter: listOf(text(), 1, 4), stream: flag };
const byName = Object.fromEntries(
  Object.entries(official).map(([name, { input }]) => [name, members({ ...rest, input: required(input) })]),
);
const byVersion = (body, path) => {
  if (typeOf(body.version) === "undefined") return { kind: "missing", path: "version" };
  const name = found(body.version);
  if (name === null) return { kind: "unknown_model", path: "version", value: body.version };
  return members({ ...rest, version: text(), input: required(everything[name].input) })(body, path);
};

const api = "https://api.replicate.com/v1";
const named = "a version";
const routeOf = (url) => {
  if (url.href === `${api}/predictions`) return { models: { [named]: byVersion }, model: named };
  const [, model] = /^\/v1\/models\/([^/]+\/[^/]+)\/predictions$/.exec(url.pathname) ?? [];
  if (url.origin !== new URL(api).origin || url.search !== "" || model === undefined) return null;
  return { models: byName, model };
};
const follow = (url) => {
  const [, id, cancel] = /^\/v1\/predictions\/([^/]+)(\/cancel)?$/.exec(url.pathname) ?? [];
  if (url.origin !== new URL(api).origin || url.search !== "" || id === undefined) return null;
  return cancel === undefined ? { step: "poll", method: "GET", id } : { step: "cancel", method: "POST", id };
};

const error = (status, title, detail, more = {}, headers = {}) =>
  json(status, { title, detail, status, ...more }, headers);
const invalid = (type, field, description) => {
  const words = `- ${field === "" ? "" : `${field}: `}${description}\n`;
  return error(422, "Input validation failed", words, { invalid_fields: [{ type, field, description }] });
};
const above = (path) => path.split(".").slice(0, -1).join(".");
const last = (path) => path.split(".").at(-1);
const poor =
  "You have insufficient credit to run this model. Go to https://replicate.com/account/billing#billing to purchase " +
  "credit. Once you purchase credit, please wait a few minutes before trying again.";
const slower =
  "Request was throttled. Your rate limit for creating predictions is reduced to 6 requests per minute with a burst " +
  "of 1 requests while you have less than $5.0 in credit. Your rate limit resets in ~5s.";
const absent = () => json(404, { detail: "The requested resource could not be found.", status: 404 });

const problems = {
  route: absent,
  method: () => json(405, { detail: "Method Not Allowed", status: 405 }), // assumed
  no_key: () => error(401, "Unauthenticated", "You did not pass an authentication token"),
  bad_key: () => error(401, "Unauthenticated", "You did not pass a valid authentication token"),
  media_type: () => error(415, "Unsupported media type", "The request body must be JSON."), // assumed
  json: () => error(400, "Bad request", "The request body is not valid JSON."), // assumed
  missing: ({ path }) => invalid("required", above(path), `${last(path)} is required`),
  // assumed: the real one ignores what an input does not have
  unknown: ({ path }) =>
    invalid("additional_property_not_allowed", above(path), `Additional property ${last(path)} is not allowed`),
  type: ({ path, expected }) => invalid("invalid_type", path, `Invalid type. Expected: ${expected}`),
  value: ({ path, expected }) => invalid("enum", path, `${last(path)} must be one of the following: ${expected}`),
  unknown_model: ({ model }) => {
    const words = "The specified version does not exist (or perhaps you don't have permission to use it?)";
    return model === named ? error(422, "Invalid version or not permitted", words) : absent();
  },
  // assumed: the real one refuses when the job runs
  refused: () => error(400, "Content moderated", "The input was flagged as sensitive. Please try again. (E005)"),
  no_money: () => error(402, "Insufficient credit", poor),
  limited: () => json(429, { detail: slower, status: 429, retry_after: 5 }, { "retry-after": "5" }),
  overloaded: () => error(503, "Service unavailable", "The service is temporarily unavailable."), // assumed
  broken: () => error(500, "Internal server error", "An internal error occurred."), // assumed
};

export const models = Object.keys(everything);
export const faults = [...commonFaults, ...laterFaults, "refused_silently", "lose_one"];

/**
 * The fake of Replicate; see queued.mjs. It gives links only: a list, or one link, by the model. `Prefer: wait` brings
 * the result at once where pollsNeeded is 0. Models by a version are called at /v1/predictions.
 */
export function replicate({ keys, pictureUrl, fault = null, pollsNeeded }) {
  const nameOf = (job) => (job.model === named ? found(job.body.version) : job.model);
  const prediction = (status, job, state, { output = null, error: words = null } = {}) => {
    const [model, version = "hidden"] = nameOf(job).split(":");
    const get = `${api}/predictions/${job.id}`;
    const urls = { get, cancel: `${get}/cancel`, web: `https://replicate.com/p/${job.id}` };
    const over = !["starting", "processing"].includes(state);
    return json(status, {
      id: job.id,
      model,
      version,
      input: job.body.input,
      logs: "",
      output,
      data_removed: false,
      error: words,
      status: state,
      created_at: "2026-11-30T05:00:00.000Z",
      started_at: state === "starting" ? null : "2026-11-30T05:00:01.000Z",
      completed_at: over ? "2026-11-30T05:00:03.000Z" : null,
      urls,
      metrics: over ? { predict_time: 2 } : {},
    });
  };
  const outputOf = (job, less) => {
    const { count } = everything[nameOf(job)];
    if (count !== undefined) return times(count(job.body.input) - less, pictureUrl);
    return less === 0 ? pictureUrl : null;
  };
  const flagged = "The input or output was flagged as sensitive. Please try again with different inputs. (E005)";
  const unfit = "NSFW content detected. Try running it again, or try a different prompt.";
  const ends = {
    done: (job, status) => prediction(status, job, "succeeded", { output: outputOf(job, 0) }),
    lossy: (job, status) => prediction(status, job, "succeeded", { output: outputOf(job, 1) }),
    silent: (job, status) => prediction(status, job, "succeeded", { output: [] }),
    empty: (job, status) => prediction(status, job, "succeeded"), // assumed
    refused: (job, status) => {
      const own = everything[nameOf(job)].input === sdxl || everything[nameOf(job)].input === schnell;
      return prediction(status, job, "failed", { error: own ? unfit : flagged });
    },
    failed: (job, status) =>
      prediction(status, job, "failed", { error: "Prediction interrupted; please retry (code: PA)" }),
    pending: (job, status) => prediction(status, job, job.polls < 2 ? "starting" : "processing"),
    cancelled: (job, status) => prediction(status, job, job.polls === 0 ? "aborted" : "canceled"),
  };
  const polled = Object.fromEntries(Object.entries(ends).map(([name, end]) => [name, (job) => end(job, 200)]));
  const says = { ...polled, cancel: polled.cancelled };
  says.too_late = (job) => prediction(200, job, job.cancelled ? "canceled" : "succeeded"); // assumed
  const start = (job, call, end) => {
    if (!/^wait/.test(call.headers.prefer ?? "")) return ends.pending(job, 201);
    return pollsNeeded === 0 && end !== "pending" ? ends[end](job, 201) : ends.pending(job, 202);
  };
  const wants = ({ headers: { prefer } }, step) => {
    const [, seconds] = /^wait(?:=([1-9][0-9]?))?$/.exec(prefer) ?? [null, "0"];
    if (step !== "submit" || prefer === undefined || seconds === undefined) return null;
    const fits = seconds !== "0" && Number(seconds) <= 60;
    return fits ? null : error(400, "Bad request", "Prefer must be wait or wait=n, n from 1 to 60."); // assumed
  };
  const idOf = (n) => `gm3qorzdhgbfurvjtvhg${n.toString(36).padStart(6, "0")}`;
  const unknown = absent;
  const options = { keys, fault, faults, pollsNeeded, keyOf: bearer, routeOf, follow, wants, problems };
  return queuedFake({ ...options, start, idOf, says, unknown });
}
