// Fireworks: bytes or JSON by the Accept header for its own FLUX, a queue for Kontext, sides for the older models.
import { flag, integer, members, number, oneOf, picture, required, text } from "./rules.mjs";
import { bearer, binary, commonFaults, json, mediaTypeOf, strictFake, times } from "./strict.mjs";

const wide = ["21:9", "16:9", "3:2", "5:4"];
const ratios = ["1:1", ...wide, ...wide.map((ratio) => ratio.split(":").reverse().join(":"))];
const seed = integer(0, 2 ** 32 - 1);
const drawing = members({
  prompt: required(text()),
  aspect_ratio: oneOf(...ratios),
  guidance_scale: number(0, 20), // assumed: the ranges
  num_inference_steps: integer(1, 50),
  seed,
  samples: integer(1, 4), // assumed
});
const kontext = members({
  prompt: required(text()),
  input_image: picture,
  aspect_ratio: oneOf(...ratios, "4:3", "3:4", "9:21"),
  seed,
  output_format: oneOf("jpeg", "png"),
  prompt_upsampling: flag,
  safety_tolerance: integer(0, 6),
});
const older = members({
  prompt: required(text()),
  negative_prompt: text(),
  width: integer(512, 2048, 64), // assumed: the range
  height: integer(512, 2048, 64),
  cfg_scale: number(0, 20),
  steps: integer(1, 50),
  seed,
  samples: integer(1, 4),
  safety_check: flag,
});

const owner = "accounts/fireworks/models/";
const named = (rule, ...names) => Object.fromEntries(names.map((name) => [owner + name, rule]));
const quick = named(drawing, "flux-1-schnell-fp8", "flux-1-dev-fp8");
const queued = named(kontext, "flux-kontext-pro", "flux-kontext-max");
const sided = named(older, "playground-v2-5-1024px-aesthetic", "stable-diffusion-xl-1024-v1-0");
const asked = named(members({ id: required(text()) }), "flux-kontext-pro", "flux-kontext-max");

/** By what comes before and after the model in the address. */
const routes = [
  [/^\/inference\/v1\/workflows\/(.+)\/text_to_image$/, quick],
  [/^\/inference\/v1\/workflows\/(.+)\/get_result$/, asked],
  [/^\/inference\/v1\/workflows\/(accounts\/[\w-]+\/models\/[\w-]+)$/, queued],
  [/^\/inference\/v1\/image_generation\/(.+)$/, sided],
];
const routeOf = (url) => {
  if (url.origin !== "https://api.fireworks.ai" || url.search !== "") return null;
  const [form, models] = routes.find(([each]) => each.test(url.pathname)) ?? [];
  return form === undefined ? null : { models, model: form.exec(url.pathname)[1] };
};

const error = (status, code, message, headers, type = "invalid_request_error") =>
  json(
    status,
    { error: { message, param: null, code, type }, request_id: "11650e2f-ff1b-4aac-9719-98006adf7349" },
    headers,
  );
const suspended =
  "Account someone is suspended, possibly due to reaching the monthly spending limit or failure to pay past " +
  "invoices. Please go to https://fireworks.ai/account/billing for more information.";

const problems = {
  route: () => error(404, "NOT_FOUND", "Path not found"), // assumed
  method: () => error(405, "METHOD_NOT_ALLOWED", "Method Not Allowed"), // assumed
  no_key: () => error(401, "UNAUTHORIZED", "No API key was provided."), // assumed: the words, as below
  bad_key: () => error(401, "UNAUTHORIZED", "The API key you provided is invalid."),
  media_type: () => error(415, "UNSUPPORTED_MEDIA_TYPE", "Content-Type must be application/json"), // assumed
  json: () => error(400, "INVALID_ARGUMENT", "Failed to parse the request body"), // assumed
  missing: ({ path }) => error(400, "INVALID_ARGUMENT", `${path}: Field required`),
  unknown: ({ path }) => error(400, "INVALID_ARGUMENT", `Extra inputs are not permitted, field: '${path}'`),
  type: ({ path, expected }) => error(400, "INVALID_ARGUMENT", `${path}: Input should be ${expected}`),
  value: ({ path, expected }) => error(400, "INVALID_ARGUMENT", `${path}: Input should be ${expected}`),
  unknown_model: () => error(404, "NOT_FOUND", "Model not found, inaccessible, and/or not deployed"),
  refused: () => error(400, "CONTENT_FILTERED", "The prompt was rejected by the safety check."), // assumed
  no_money: () => error(412, "PRECONDITION_FAILED", suspended, {}, "error"),
  limited: () =>
    error(429, "RATE_LIMIT_EXCEEDED", "rate limit exceeded, please try again later", { "retry-after": "4" }),
  overloaded: () => error(503, "UNAVAILABLE", "The service is overloaded.", {}, "error"), // assumed: the words
  broken: () => error(500, "INTERNAL", "Internal server error", {}, "error"), // assumed: the words
};

export const models = [...Object.keys(quick), ...Object.keys(queued), ...Object.keys(sided)];
export const faults = [...commonFaults, "refused_silently", "failed_job", "lost_job", "lose_one", "no_picture"];

/**
 * The fake of Fireworks; see strict.mjs for calls and answers. pending: how often a job is not done when it is asked
 * for. With refused_silently bytes come with a mark in a header, and jobs are moderated; failed_job and lost_job are of
 * jobs only.
 */
export function fireworks({ keys, pictureUrl, pictureBase64, fault = null, pending = 1 }) {
  const jobs = new Map();
  const status = (id, left) => {
    if (!jobs.has(id) || left === "lost_job") return { status: "Task not found", result: null };
    const times = jobs.get(id);
    jobs.set(id, times + 1);
    if (times < pending) return { id, status: "Pending", result: null, progress: 0.5 };
    if (left === "refused_silently") return { id, status: "Request Moderated", result: null };
    if (left === "failed_job") return { id, status: "Error", result: null };
    const sample = left === "no_picture" ? {} : { sample: pictureUrl };
    return { id, status: "Ready", result: { ...sample, seed: 7 }, progress: null };
  };
  const answer = (body, model, { url, headers: { accept = "*/*" }, fault: left }) => {
    if (url.pathname.endsWith("/get_result")) return json(200, status(body.id, left));
    if (Object.hasOwn(queued, model)) {
      const request_id = `7a3c1f0e-0000-4000-8000-${String(jobs.size).padStart(12, "0")}`;
      jobs.set(request_id, 0);
      return json(200, { request_id });
    }
    const finishReason = left === "refused_silently" ? "CONTENT_FILTERED" : "SUCCESS";
    const { samples = 1, seed = 7 } = body;
    if (accept === "application/json") {
      const made = left === "no_picture" ? 0 : samples - (left === "lose_one" ? 1 : 0);
      const base64 = times(made, `data:${mediaTypeOf(pictureBase64)};base64,${pictureBase64}`);
      return json(200, { id: "1234567890", base64, finishReason, seed });
    }
    if (!["*/*", "image/png", "image/jpeg"].includes(accept)) {
      return error(406, "NOT_ACCEPTABLE", "Accept must be image/png, image/jpeg or application/json"); // assumed
    }
    return binary(left === "no_picture" ? "" : pictureBase64, {
      "content-type": mediaTypeOf(pictureBase64),
      "finish-reason": finishReason,
      seed: String(seed),
    });
  };
  return strictFake({ keys, fault, faults, keyOf: bearer, routeOf, problems, answer });
}
