// ModelScope: one address for making and editing, a header that asks for a job, and another one in every poll.
import { byType, integer, listOf, members, number, picture, required, size, text } from "./rules.mjs";
import { bearer, commonFaults, json } from "./strict.mjs";
import { laterFaults, queuedFake } from "./queued.mjs";

/** edge: the longest side; references: how few and how many pictures it takes. */
const model = ({ edge, references: [least, most] = [0, 0] }) => {
  const images = byType({ string: picture, array: listOf(picture, 1, most) });
  return members({
    model: required(text()),
    prompt: required(text(1999)),
    negative_prompt: text(1999),
    size: size({ edge: [64, edge] }),
    seed: integer(0, 2 ** 31 - 1),
    steps: integer(1, 100),
    guidance: number(1.5, 20),
    ...(most === 0 ? {} : { image_url: least === 0 ? images : required(images) }),
  });
};

// assumed: how many pictures they take, and the longest sides of all but the first three
const byName = {
  "Qwen/Qwen-Image": model({ edge: 1664 }),
  "black-forest-labs/FLUX.1-Krea-dev": model({ edge: 1024 }),
  "MusePublic/14_ckpt_SD_XL": model({ edge: 2048 }),
  "Qwen/Qwen-Image-2512": model({ edge: 1664 }),
  "Tongyi-MAI/Z-Image-Turbo": model({ edge: 2048 }),
  "black-forest-labs/FLUX.2-dev": model({ edge: 2048, references: [0, 4] }),
  "Qwen/Qwen-Image-Edit": model({ edge: 1664, references: [1, 1] }),
  "Qwen/Qwen-Image-Edit-2511": model({ edge: 1664, references: [1, 3] }),
};

const origin = "https://api-inference.modelscope.cn";
const routeOf = (url) => (url.href === `${origin}/v1/images/generations` ? { models: byName } : null);
const follow = (url) => {
  const [, id] = /^\/v1\/tasks\/([^/]+)$/.exec(url.pathname) ?? [];
  return url.origin !== origin || url.search !== "" || id === undefined ? null : { step: "poll", method: "GET", id };
};

const request_id = "ff94802f-3320-45fe-b3e6-2eaf05a593e4";
const error = (status, message, headers) => json(status, { errors: { message }, request_id }, headers);
const left = (user, model) => ({
  "modelscope-ratelimit-requests-limit": "2000",
  "modelscope-ratelimit-requests-remaining": `${user}`,
  "modelscope-ratelimit-model-requests-limit": "500",
  "modelscope-ratelimit-model-requests-remaining": `${model}`,
});
const unasked =
  "image-gen task currently does not support synchronous calls. Please refer to the documentation and set header " +
  "X-ModelScope-Async-Mode=true to switch to asynchronous calling mode";
const absent = () => error(404, "task not found"); // assumed: the status

const problems = {
  route: () => error(404, "Not Found"), // assumed
  method: () => error(405, "Method Not Allowed"), // assumed
  no_key: () => error(401, "Authentication failed, please make sure that a valid ModelScope token is supplied."),
  bad_key: () => error(401, "Authentication failed, please make sure that a valid ModelScope token is supplied."),
  media_type: () => error(400, "The request body must be JSON."), // assumed
  json: () => error(400, "The request body is not valid JSON."), // assumed
  missing: ({ path }) => error(400, `${path} is required`), // assumed
  unknown: ({ path }) => error(400, `Unknown parameter: ${path}`), // assumed
  type: ({ path, expected }) => error(400, `Invalid parameter ${path}: expected ${expected}`), // assumed
  value: ({ path, expected }) => error(400, `Invalid parameter ${path}: expected ${expected}`), // assumed
  unknown_model: ({ model }) => error(400, `Model id : ${model} , has no provider supported`),
  refused: () => error(400, "Input data may contain inappropriate content."), // assumed: at once
  no_money: ({ model }) => {
    const words = `You have exceeded today's quota for model ${model}, please try again tomorrow`;
    return error(429, `${words}, or consider using other models`, left(100, 0));
  },
  limited: () => error(429, "Request limit exceeded.", left(100, 100)), // It does not say how long to wait.
  overloaded: () => error(503, "Server is busy, please try again later"), // assumed: the status
  broken: () => error(500, "Internal server error"), // assumed
  poll_broken: () => error(502, "Bad Gateway"), // assumed
};

export const models = Object.keys(byName);
export const faults = [...commonFaults, ...laterFaults];

/** The fake of ModelScope; see queued.mjs. It gives links only, one picture a call, and has no way to cancel. */
export function modelscope({ keys, pictureUrl, fault = null, pollsNeeded }) {
  const state = (job, task_status, rest) => json(200, { request_id, task_id: job.id, task_status, ...rest });
  const failed = (code, message) => (job) => state(job, "FAILED", { errors: { code, message } });
  const says = {
    pending: (job) => state(job, ["PENDING", "RUNNING", "PROCESSING"][Math.min(job.polls, 3) - 1], { outputs: {} }),
    done: (job) => state(job, "SUCCEED", { output_images: [pictureUrl] }),
    refused: failed(422, "Output data may contain inappropriate content."),
    failed: failed(500, "Internal server error"), // assumed
    empty: (job) => state(job, "SUCCEED", { output_images: [] }), // assumed
  };
  const wants = ({ headers }, step) => {
    if (step === "submit") return headers["x-modelscope-async-mode"] === "true" ? null : error(400, unasked);
    return headers["x-modelscope-task-type"] === "image_generation" ? null : absent();
  };
  const start = (job) => json(200, { task_id: job.id, task_status: "PENDING", request_id }, left(1895, 477));
  const idOf = (number) => `${4_318_200 + number}`;
  const options = { keys, fault, faults, pollsNeeded, keyOf: bearer, routeOf, follow, wants, problems };
  return queuedFake({ ...options, start, idOf, says, unknown: absent });
}
