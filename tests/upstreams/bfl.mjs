// Black Forest Labs: the address names the model, the key is in x-key, a job is followed at the address it came with.
import { all, base64, flag, integer, listOf, members, number, oneOf, required, text, wrong } from "./rules.mjs";
import { commonFaults, json } from "./strict.mjs";
import { laterFaults, queuedFake } from "./queued.mjs";

/** A picture as an https link or as bare base64; a data URL is neither. */ // assumed
const source = (value, path) => {
  if (typeof value !== "string") return base64(value, path);
  return value.startsWith("https://") && URL.canParse(value) ? null : base64(value, path);
};

const inputs = (most) => {
  const names = Array.from({ length: most }, (_, i) => (i === 0 ? "input_image" : `input_image_${i + 1}`));
  return { table: Object.fromEntries(names.map((name) => [name, source])), names };
};

/** The pictures are numbered without gaps. */
const inOrder =
  ({ names }) =>
  (body) => {
    const missing = names.findIndex((name) => !Object.hasOwn(body, name));
    const strange = missing < 0 ? undefined : names.slice(missing).find((name) => Object.hasOwn(body, name));
    return strange === undefined ? null : wrong(strange, `${names[missing]} before it`, body[strange]); // assumed
  };

/** Sides come in pairs or not at all. */
const bothSides = (body) => {
  if (Object.hasOwn(body, "width") === Object.hasOwn(body, "height")) return null;
  return wrong("width", "width and height", body.width); // assumed: the real one takes one side too
};

const area = (most) => (body) =>
  (body.width ?? 0) * (body.height ?? 0) <= most ? null : wrong("width", `at most ${most} pixels`, body.width);

const common = {
  prompt: required(text()),
  seed: integer(0, 2 ** 32 - 1), // assumed: the range
  output_format: oneOf("jpeg", "png"), // assumed: no webp
  webhook_url: text(),
  webhook_secret: text(),
};

const flux2 = ({ references, more = {} }) => {
  const pictures = inputs(references);
  const sides = { width: integer(64, 65_536, 16), height: integer(64, 65_536, 16) };
  const table = { ...common, ...sides, safety_tolerance: integer(0, 5), ...pictures.table, ...more };
  return all(members(table), bothSides, area(2048 * 2048), inOrder(pictures));
};

/** A ratio of whole numbers from 3:7 to 7:3. */
const kontextRatio = (value, path) => {
  const [, wide, high] = /^([1-9][0-9]{0,3}):([1-9][0-9]{0,3})$/.exec(value) ?? [];
  const fits = wide !== undefined && wide * 7 >= high * 3 && wide * 3 <= high * 7;
  return fits ? null : wrong(path, "a ratio from 3:7 to 7:3", value);
};

const kontext = () => {
  const pictures = inputs(4);
  const more = { aspect_ratio: kontextRatio, safety_tolerance: integer(0, 6), prompt_upsampling: flag };
  return all(members({ ...common, ...more, ...pictures.table }), inOrder(pictures));
};

const wide = ["21:9", "2:1", "16:9", "3:2", "7:5", "4:3", "5:4"];
const high = wide.map((ratio) => ratio.split(":").reverse().join(":"));
const flux3 = members({
  prompt: required(text()),
  images: listOf(source, 1, 10),
  aspect_ratio: oneOf("auto", "1:1", ...wide, ...high),
  resolution: oneOf("768sq", "1k", "1.5k", "2k", "4k"),
  safety_tolerance: integer(0, 4),
  grounding: flag,
  version: text(), // assumed: which there are
});

const byName = {
  "flux-2-klein-4b": flux2({ references: 4 }),
  "flux-2-klein-9b": flux2({ references: 4 }),
  "flux-2-pro": flux2({ references: 8, more: { disable_pup: flag } }),
  "flux-2-max": flux2({ references: 8, more: { disable_pup: flag } }),
  "flux-2-flex": flux2({
    references: 8,
    more: { steps: integer(1, 50), guidance: number(1.5, 10), prompt_upsampling: flag },
  }),
  "flux-kontext-pro": kontext(),
  "flux-kontext-max": kontext(),
  "flux-3-image": flux3,
};

const origins = ["https://api.bfl.ai", "https://api.eu.bfl.ai", "https://api.us.bfl.ai"];
const routeOf = (url) => {
  const [, name] = /^\/v1\/([^/]+)$/.exec(url.pathname) ?? [];
  if (!origins.includes(url.origin) || url.search !== "" || name === undefined) return null;
  return { models: byName, model: name };
};
const keyOf = ({ "x-key": key, authorization }) => (authorization === undefined ? (key ?? null) : null);

/** Jobs are asked about at the host that their addresses name, which is another one than they were sent to. */
const home = "https://api.eu2.bfl.ai";
const follow = (url) => {
  if (url.pathname !== "/v1/get_result") return null;
  // assumed: the hosts that jobs are sent to do not know a job, while the real ones may.
  return { step: "poll", method: "GET", id: url.origin === home ? url.searchParams.get("id") : null };
};

const detail = (status, value, headers) => json(status, { detail: value }, headers);
const unread = (type, path, msg, input) => detail(422, [{ type, loc: ["body", ...path.split(".")], msg, input }]);

const problems = {
  route: () => detail(404, "Not Found"),
  method: () => detail(405, "Method Not Allowed"),
  no_key: () => detail(403, "Not authenticated"), // assumed
  bad_key: () => detail(403, "Not authenticated - Invalid Authentication"),
  media_type: () => unread("model_attributes_type", "body", "Input should be a valid dictionary"), // assumed
  json: () => unread("json_invalid", "body", "JSON decode error"),
  missing: ({ path }) => unread("missing", path, "Field required"),
  unknown: ({ path, value }) => unread("extra_forbidden", path, "Extra inputs are not permitted", value),
  type: ({ path, value, expected }) => unread("type_error", path, `Input should be ${expected}`, value), // assumed
  value: ({ path, value, expected }) => unread("value_error", path, `Input should be ${expected}`, value),
  unknown_model: () => detail(404, "Not Found"),
  // assumed: the real one mostly refuses in the result
  refused: () => json(422, { error: "Request Moderated", message: "The request was flagged.", details: null }),
  no_money: () => detail(402, "Insufficient credits. Please add credits to your account."), // assumed: the text
  limited: () => json(429, { error: "rate_limit_exceeded", message: "Too many concurrent requests", retry_after: 5 }),
  overloaded: () => detail(503, "Service Unavailable"), // assumed: the text
  broken: () => detail(500, "Internal Server Error"), // assumed: the text
};

export const models = Object.keys(byName);
export const faults = [...commonFaults, ...laterFaults];

/** The fake of Black Forest Labs; see queued.mjs. It gives links only, and has no way to cancel. */
export function bfl({ keys, pictureUrl, fault = null, pollsNeeded }) {
  const state = (job, status, rest) =>
    json(200, { id: job.id, status, result: null, progress: null, details: null, preview: null, ...rest });
  const moderated = (status, reasons) => (job) => state(job, status, { details: { "Moderation Reasons": reasons } });
  const says = {
    pending: (job) => {
      if (job.model !== "flux-3-image") return state(job, "Pending", { progress: job.polls === 1 ? null : 0.5 });
      return state(job, ["Pending", "Reasoning", "Generating"][Math.min(job.polls, 3) - 1]);
    },
    done: (job) => {
      const result = { sample: pictureUrl, prompt: job.body.prompt, seed: 42, start_time: 1.5, end_time: 4.5 };
      return state(job, "Ready", { result: { ...result, duration: 3 } });
    },
    // Every second job is refused by the other of the two ways.
    refused: (job) =>
      job.number % 2 === 0
        ? moderated("Request Moderated", ["Derivative Works Filter"])(job)
        : moderated("Content Moderated", ["Sexual Content"])(job),
    failed: (job) => state(job, "Error", { result: "An error occurred while generating the image." }), // assumed
    empty: (job) => state(job, "Ready", { result: { prompt: job.body.prompt, seed: 42 } }), // assumed
  };
  const start = ({ id }) =>
    json(200, { id, polling_url: `${home}/v1/get_result?id=${id}`, cost: 3, input_mp: 0, output_mp: 1.05 });
  const unknown = (id) => json(200, { id, status: "Task not found", result: null, progress: null, details: null });
  return queuedFake({ keys, fault, faults, pollsNeeded, keyOf, routeOf, follow, problems, start, says, unknown });
}
