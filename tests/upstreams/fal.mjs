// fal's queue: the address names the model; the state, the result and the cancelling of a job have addresses of their
// own, which the first answer tells.
import {
  all,
  byType,
  flag,
  integer,
  listOf,
  members,
  number,
  oneOf,
  picture,
  required,
  text,
  wrong,
} from "./rules.mjs";
import { commonFaults, json, mediaTypeOf, times } from "./strict.mjs";
import { laterFaults, queuedFake, uuid } from "./queued.mjs";

const presets = ["square_hd", "square", "portrait_4_3", "portrait_16_9", "landscape_4_3", "landscape_16_9"];

/** A preset or { width, height }. Neither a ratio nor 1024x768 is taken. */
const imageSize = ({ edge = [1, 14_142], step = 1, area = [1, Infinity], words = [], ratio = Infinity }) => {
  const side = required(integer(...edge, step));
  const fits = ({ width, height }, path) => {
    const [short, long] = [width, height].sort((a, b) => a - b);
    const [least, most] = area;
    if (width * height < least || width * height > most) return wrong(path, `${least} to ${most} pixels`);
    return long <= short * ratio ? null : wrong(path, `a ratio to ${ratio}`);
  };
  return byType({ string: oneOf(...presets, ...words), object: all(members({ width: side, height: side }), fits) });
};

const bananaWide = ["21:9", "16:9", "3:2", "4:3", "5:4"];
const bananaLong = ["4:1", "8:1"];
const turned = (ratios) => ratios.map((ratio) => ratio.split(":").reverse().join(":"));
const both = (ratios) => ["1:1", ...ratios, ...turned(ratios)];

const common = {
  prompt: required(text()),
  seed: integer(0, 2 ** 32 - 1), // assumed: the range
  sync_mode: flag,
};
const several = { num_images: integer(1, 4) };
const checked = { enable_safety_checker: flag };
const formats = { output_format: oneOf("jpeg", "png") };
const tolerance = (most) => ({ safety_tolerance: oneOf(...Array.from({ length: most }, (_, i) => `${i + 1}`)) });
const pictures = (most) => ({ image_urls: required(listOf(picture, 1, most)) });

const flux1 = members({
  ...common,
  ...several,
  ...checked,
  ...formats,
  image_size: imageSize({}),
  num_inference_steps: integer(1, 50),
  guidance_scale: number(1, 20),
  acceleration: oneOf("none", "regular", "high"),
});
// Several pictures are not asked of FLUX.2 [pro] in one call.
const flux2 = {
  ...common,
  ...checked,
  ...formats,
  ...tolerance(5),
  image_size: imageSize({ edge: [256, 4096], area: [1, 2048 * 2048], words: ["auto"] }), // assumed: the limits
};
const kontext = {
  ...common,
  ...several,
  ...formats,
  ...tolerance(6),
  aspect_ratio: oneOf(...both(["21:9", "16:9", "4:3", "3:2"])),
  guidance_scale: number(1, 20),
  enhance_prompt: flag,
};
const banana = {
  ...common,
  ...several,
  ...tolerance(6),
  output_format: oneOf("jpeg", "png", "webp"),
  aspect_ratio: oneOf("auto", ...both(bananaWide), ...bananaLong, ...turned(bananaLong)),
  resolution: oneOf("0.5K", "1K", "2K", "4K"),
  limit_generations: flag,
  enable_web_search: flag,
  thinking_level: oneOf("minimal", "high"),
};
// assumed: what these two take, but for the names of their members
const seedream = {
  ...common,
  ...several,
  ...checked,
  image_size: imageSize({ area: [921_600, 4_624_220], words: ["auto_2K"], ratio: 16 }),
};
const gptImage = {
  ...common,
  ...several,
  output_format: oneOf("jpeg", "png", "webp"),
  image_size: imageSize({ edge: [16, 3840], step: 16, area: [655_360, 8_294_400], words: ["auto"], ratio: 3 }),
  quality: oneOf("auto", "low", "medium", "high"),
};
delete gptImage.seed;

const byName = {
  "fal-ai/flux/schnell": flux1,
  "fal-ai/flux/dev": flux1,
  "fal-ai/flux-2-pro": members(flux2),
  "fal-ai/flux-2-pro/edit": members({ ...flux2, ...pictures(9) }),
  "fal-ai/flux-pro/kontext/text-to-image": members(kontext),
  "fal-ai/flux-pro/kontext": members({ ...kontext, image_url: required(picture) }),
  "fal-ai/nano-banana-2": members(banana),
  "fal-ai/nano-banana-2/edit": members({ ...banana, ...pictures(14) }),
  "bytedance/seedream/v5/pro/text-to-image": members(seedream),
  "bytedance/seedream/v5/pro/edit": members({ ...seedream, ...pictures(10) }),
  "openai/gpt-image-2": members(gptImage),
  "openai/gpt-image-2/edit": members({ ...gptImage, ...pictures(16), mask_url: picture }),
};

/** Which models tell of each picture whether it was found unfit; the others refuse in another way only. */
const tells = (model) => /^fal-ai\/flux(-pro)?\//.test(model);

const origin = "https://queue.fal.run";
const routeOf = (url) =>
  url.origin !== origin || url.search !== "" ? null : { models: byName, model: url.pathname.slice(1) };
const keyOf = ({ authorization = "" }) => /^Key (\S+)$/.exec(authorization)?.[1] ?? null;

/** Of a model's name, the addresses of jobs have the first two parts only. */
const appOf = (model) => model.split("/").slice(0, 2).join("/");
const follow = (url) => {
  const [, app, id, rest] = /^\/([^/]+\/[^/]+)\/requests\/([^/]+)(\/status|\/cancel|)$/.exec(url.pathname) ?? [];
  if (url.origin !== origin || app === undefined) return null;
  const fits = (job) => appOf(job.model) === app;
  if (rest === "/cancel") return { step: "cancel", method: "PUT", id, fits };
  return { step: rest === "" ? "result" : "poll", method: "GET", id, fits };
};

const detail = (status, value, headers) => json(status, { detail: value }, headers);
const final = { "x-fal-retryable": "false" };
const typed = (status, type, loc, msg, rest) =>
  detail(status, [{ loc, msg, type, url: `https://docs.fal.ai/errors/#${type}`, ...rest }], final);
const body = (path) => ["body", ...path.split(".")];
const failure = (status, type, words) =>
  json(status, { detail: words, error_type: type }, { "x-fal-error-type": type });
const flagged = "The content could not be processed because it contained material flagged by a content checker.";

// What is wrong with a body is answered at once here; the real queue finds it when the job runs. // assumed
const problems = {
  route: ({ path }) => detail(404, `Path ${path} not found`),
  method: () => detail(405, "Method Not Allowed"),
  no_key: () => detail(401, "Authentication is required to access this application."), // assumed
  bad_key: () => detail(401, "No user found for Key ID and Secret"),
  media_type: () => typed(422, "model_attributes_type", ["body"], "Input should be a valid dictionary"), // assumed
  json: () => typed(422, "json_invalid", ["body", 1], "JSON decode error"), // assumed
  missing: ({ path }) => typed(422, "missing", body(path), "Field required"),
  unknown: ({ path, value }) =>
    typed(422, "extra_forbidden", body(path), "Extra inputs are not permitted", { input: value }), // assumed
  type: ({ path, value, expected }) =>
    typed(422, "type_error", body(path), `Input should be ${expected}`, { input: value }),
  value: ({ path, value, expected }) =>
    typed(422, "value_error", body(path), `Input should be ${expected}`, { input: value }),
  unknown_model: ({ model }) => detail(404, `Application "${appOf(model).split("/").at(-1)}" not found`),
  refused: () => typed(422, "content_policy_violation", ["body", "prompt"], flagged), // assumed: at once
  no_money: () =>
    detail(403, "User is locked. Reason: Exhausted balance. Top up your balance at fal.ai/dashboard/billing."),
  limited: () => detail(429, "Too many requests", { "retry-after": "2" }), // assumed
  overloaded: () => failure(503, "runner_scheduling_failure", "No runner could be allocated to handle the request"),
  broken: () => failure(500, "internal_error", "Internal server error"),
};

export const models = Object.keys(byName);
export const faults = [...commonFaults, ...laterFaults, "refused_silently", "lose_one"];

/** The fake of fal's queue; see queued.mjs. It gives links, or data URLs where sync_mode is asked for. */
export function fal({ keys, pictureUrl, pictureBase64, fault = null, pollsNeeded }) {
  const addresses = ({ id, model }) => {
    const response_url = `${origin}/${appOf(model)}/requests/${id}`;
    const urls = { response_url, status_url: `${response_url}/status`, cancel_url: `${response_url}/cancel` };
    return { request_id: id, ...urls };
  };
  const state = (status, job, rest) => json(status, { ...rest, ...addresses(job), logs: null, metrics: {} });
  const ended = (rest) => (job) => state(200, job, { status: "COMPLETED", ...rest });
  const polls = {
    pending: (job) =>
      job.polls === 1
        ? state(202, job, { status: "IN_QUEUE", queue_position: 0 })
        : state(202, job, { status: "IN_PROGRESS" }),
    done: ended(),
    silent: ended(),
    empty: ended(),
    lossy: ended(),
    refused: ended(), // assumed: only the result tells
    failed: ended({ error: "The runner disconnected unexpectedly", error_type: "runner_disconnected" }),
    cancelled: ended({ error: "Request was cancelled", error_type: "client_cancelled" }), // assumed
  };
  const given = (job, shown, unfit) => {
    const type = mediaTypeOf(pictureBase64);
    const url = job.body.sync_mode === true ? `data:${type};base64,${pictureBase64}` : pictureUrl;
    const images = times(shown, { url, content_type: type, width: 1024, height: 1024 });
    const marks = tells(job.model) ? { has_nsfw_concepts: images.map((_, i) => i < unfit) } : {};
    return json(200, { images, timings: { inference: 1.5 }, seed: 42, ...marks, prompt: job.body.prompt });
  };
  const asked = ({ body: { num_images = 1 } }) => num_images;
  const refused = () => typed(422, "content_policy_violation", ["body", "prompt"], flagged);
  const results = {
    early: () => detail(400, "Request is still in progress"),
    done: (job) => given(job, asked(job), 0),
    // Models that do not tell give no picture.
    silent: (job) => given(job, tells(job.model) ? asked(job) : 0, asked(job)),
    empty: (job) => given(job, 0, 0),
    lossy: (job) => (tells(job.model) ? given(job, asked(job), 1) : given(job, asked(job) - 1, 0)),
    refused,
    failed: () => failure(503, "runner_disconnected", "The runner disconnected unexpectedly"),
    cancelled: () => failure(499, "client_cancelled", "Request was cancelled"), // assumed
  };
  const cancels = {
    cancel: () => json(202, { status: "CANCELLATION_REQUESTED" }),
    too_late: () => json(400, { status: "ALREADY_COMPLETED" }),
  };
  const start = (job) => state(200, job, { status: "IN_QUEUE", queue_position: 0 });
  // assumed: the text
  const unknown = (id, step) =>
    step === "cancel" ? json(404, { status: "NOT_FOUND" }) : detail(404, `Request ${id} not found`);
  const told = (url) => {
    const found = follow(url);
    return found && { ...found, says: { poll: polls, result: results, cancel: cancels }[found.step] };
  };
  return queuedFake({
    keys,
    fault,
    faults,
    pollsNeeded,
    keyOf,
    routeOf,
    follow: told,
    problems,
    start,
    idOf: uuid,
    unknown,
  });
}
