// Kling: a key is ACCESS:SECRET and signs a token for each call; all answers are { code, message, request_id, data }.
import { createHmac } from "node:crypto";
import { all, base64, flag, integer, listOf, members, number, oneOf, required, text, typeOf, wrong } from "./rules.mjs";
import { commonFaults, json, times } from "./strict.mjs";
import { laterFaults, queuedFake } from "./queued.mjs";

/** A picture as an https link or as bare base64; a data URL is neither. */
const source = (value, path) => {
  if (typeof value === "string" && value.startsWith("https://") && URL.canParse(value)) return null;
  return base64(value, path);
};
const ratios = ["16:9", "9:16", "1:1", "4:3", "3:4", "3:2", "2:3", "21:9"];
const common = {
  model_name: required(text()), // assumed: it must be there
  prompt: required(text(2500)),
  n: integer(1, 9),
  callback_url: (value, path) => (typeOf(value) === "string" ? null : wrong(path, "a link", value)),
  external_task_id: text(),
  watermark_info: members({ enabled: required(flag) }),
};

const drawn = members({
  ...common,
  negative_prompt: (value, path) =>
    typeOf(value) === "string" && value.length <= 2500 ? null : wrong(path, "at most 2500 characters", value),
  image: source,
  image_reference: oneOf("subject", "face"),
  image_fidelity: number(0, 1),
  human_fidelity: number(0, 1),
  resolution: oneOf("1k", "2k"),
  aspect_ratio: oneOf(...ratios),
});
/** What goes with a picture and what does not. */
const withPicture = ({ model_name, image, image_reference, negative_prompt }) => {
  if (image === undefined)
    return image_reference === undefined ? null : wrong("image", "a picture with image_reference");
  if (negative_prompt) return wrong("negative_prompt", "nothing, where there is a picture", negative_prompt);
  if (model_name !== "kling-v1-5" || image_reference !== undefined) return null;
  return wrong("image_reference", "subject or face", image_reference);
};
const generations = all(drawn, withPicture);

const omni = (...tiers) =>
  members({
    ...common,
    image_list: listOf(members({ image: required(source) }), 1, 10),
    resolution: oneOf(...tiers),
    aspect_ratio: oneOf("auto", ...ratios),
    result_type: oneOf("single"), // assumed: no series
  });

const names = ["kling-v1", "kling-v1-5", "kling-v2", "kling-v2-new", "kling-v2-1", "kling-v3"];
const byName = {
  generations: Object.fromEntries(names.map((name) => [name, generations])),
  "omni-image": { "kling-image-o1": omni("1k", "2k"), "kling-v3-omni": omni("1k", "2k", "4k") },
};
const byModel = (rules) => (body, path) => {
  const name = body.model_name;
  if (name === undefined) return { kind: "missing", path: "model_name" };
  const found = typeof name === "string" && Object.hasOwn(rules, name);
  return found ? rules[name](body, path) : { kind: "unknown_model", path: "model_name", value: name };
};
const rules = Object.fromEntries(Object.entries(byName).map(([kind, table]) => [kind, byModel(table)]));

const origins = ["https://api-singapore.klingai.com", "https://api-beijing.klingai.com"];
const parts = (url) => {
  const [, kind, id] = /^\/v1\/images\/(generations|omni-image)(?:\/([^/]+))?$/.exec(url.pathname) ?? [];
  return !origins.includes(url.origin) || url.search !== "" || kind === undefined ? null : { kind, id };
};
const routeOf = (url) => {
  const { kind, id } = parts(url) ?? {};
  return kind === undefined || id !== undefined ? null : { models: rules, model: kind };
};
const follow = (url) => {
  const { kind, id } = parts(url) ?? {};
  if (id === undefined) return null;
  const fits = ({ call }) => call.url === `${url.origin}/v1/images/${kind}`;
  return { step: "poll", method: "GET", id, fits };
};

const decoded = (part) => {
  try {
    const value = JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
    return typeOf(value) === "object" ? value : {};
  } catch {
    return {};
  }
};
/** Stands for a key where the token is wrong. */
const bad = (code) => `refused with ${code}`;

/** The key by the token of a call, null where there is none, or what bad gives. now: the time in milliseconds. */
const keyOfToken =
  (keys, now) =>
  ({ authorization = "" }) => {
    if (authorization === "") return null;
    const [, head, body, signature] = /^Bearer ([\w-]+)\.([\w-]+)\.([\w-]+)$/.exec(authorization) ?? [];
    if (head === undefined) return bad(1002);
    const { alg, typ } = decoded(head);
    const { iss, exp, nbf, ...rest } = decoded(body);
    const key = keys.find((each) => each.split(":")[0] === iss);
    if (alg !== "HS256" || typ !== "JWT" || key === undefined) return bad(1002);
    const secret = key.slice(iss.length + 1);
    if (createHmac("sha256", secret).update(`${head}.${body}`).digest("base64url") !== signature) return bad(1000);
    const others = Object.keys(rest).some((name) => name !== "iat"); // assumed
    if (!Number.isInteger(exp) || !Number.isInteger(nbf) || others) return bad(1002);
    const seconds = now() / 1000;
    if (nbf > seconds) return bad(1003);
    if (exp <= seconds) return bad(1004);
    return exp > seconds + 1801 ? bad(1002) : key; // assumed: half an hour at most
  };

const request_id = "9984d27b-a408-4073-ae28-17ca6a13622d";
const error = (status, code, message) => json(status, { code, message, request_id });
const told = {
  1000: "Authentication failed",
  1002: "Authorization is invalid",
  1003: "Authorization is not yet valid",
  1004: "Authorization has expired",
};
const problems = {
  route: () => error(404, 1202, "The requested method is invalid"),
  method: () => error(404, 1202, "The requested method is invalid"), // assumed
  no_key: () => error(401, 1001, "Authorization is empty"),
  bad_key: ({ key }) => {
    const code = Number(/^refused with (\d+)$/.exec(key)?.[1] ?? 1000);
    return error(401, code, told[code]);
  },
  media_type: () => error(400, 1200, "Invalid request parameters"), // assumed
  json: () => error(400, 1200, "Invalid request parameters"), // assumed
  missing: ({ path }) => error(400, 1201, `${path} is required`), // assumed: the text
  unknown: ({ path }) => error(400, 1201, `${path} is not supported`), // assumed
  type: ({ path, expected }) => error(400, 1201, `${path} must be ${expected}`), // assumed: the text
  value: ({ path, expected }) => error(400, 1201, `${path} must be ${expected}`), // assumed: the text
  unknown_model: () => error(404, 1203, "The requested resource does not exist, such as the model"),
  refused: () => error(400, 1301, "Trigger the content security policy of the platform"),
  no_money: () => error(429, 1102, "Account balance not enough"),
  limited: () => error(429, 1302, "The API request is too fast, exceeding the platform's rate limit"),
  overloaded: () => error(503, 5001, "Server temporarily unavailable, usually due to maintenance"),
  broken: () => error(500, 5000, "Server internal error"),
  poll_broken: () => error(500, 5000, "Server internal error"),
};

export const models = Object.values(byName).flatMap((table) => Object.keys(table));
export const faults = [...commonFaults, ...laterFaults, "lose_one"];

/**
 * The fake of Kling; see queued.mjs. Its keys are ACCESS:SECRET, and now() gives the time that tokens are checked at,
 * in milliseconds. It gives links only, and has no way to cancel.
 */
export function kling({ keys, pictureUrl, fault = null, pollsNeeded, now = Date.now }) {
  const state = (job, task_status, { shown, task_status_msg = "" } = {}) => {
    const { external_task_id } = job.body;
    const stamps = { created_at: 1_764_235_825_029, updated_at: 1_764_235_834_382 };
    const pictures = times(shown, { url: pictureUrl }).map((each, index) => ({ index, ...each }));
    const task_result = shown === undefined ? {} : { images: pictures };
    const data = { task_id: job.id, task_status, task_status_msg, task_info: { external_task_id }, ...stamps };
    return json(200, { code: 0, message: "SUCCEED", request_id, data: { ...data, task_result } });
  };
  const asked = ({ body: { n = 1 } }) => n;
  const says = {
    pending: (job) => state(job, job.polls < 2 ? "submitted" : "processing"),
    done: (job) => state(job, "succeed", { shown: asked(job) }),
    lossy: (job) => state(job, "succeed", { shown: asked(job) - 1 }),
    empty: (job) => state(job, "succeed", { shown: 0 }), // assumed
    refused: (job) => state(job, "failed", { task_status_msg: "Failure to pass the risk control system" }),
    failed: (job) => state(job, "failed", { task_status_msg: "Generation timeout" }),
  };
  const start = (job) => {
    const { external_task_id } = job.body;
    const data = { task_id: job.id, task_status: "submitted", task_info: { external_task_id } };
    return json(200, { code: 0, message: "SUCCEED", request_id, data: { ...data, created_at: 1_764_235_825_029 } });
  };
  const unknown = () => error(404, 1203, "Task not found"); // assumed: the text
  const keyOf = keyOfToken(keys, now);
  const idOf = (number) => `${831_922_345_719_271_433n + BigInt(number)}`;
  return queuedFake({ keys, fault, faults, pollsNeeded, keyOf, routeOf, follow, problems, start, idOf, says, unknown });
}
