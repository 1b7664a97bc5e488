// Runware: one address, a list of tasks as the body, errors in a list with the task that each is of.
import {
  all,
  base64,
  byType,
  exactly,
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
import { bearer, commonFaults, json, strictFake, times } from "./strict.mjs";

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const uuidRule = (value, path) => {
  if (typeof value !== "string") return { kind: "type", path, value, expected: "a string" };
  return uuid.test(value) ? null : wrong(path, "a UUID of version 4", value);
};
// A picture is a link, a data URL, bare base64 or the UUID of one that was sent before.
const source = byType({
  string: (value, path) => (uuid.test(value) || base64(value, path) === null ? null : picture(value, path)),
});

/** sides: their range and step; references: how many pictures; more: members that the model has besides. */
const drawing = ({ sides: [least, most, step], references = 0, ...more }) =>
  members({
    taskType: required(exactly("imageInference")),
    taskUUID: required(uuidRule),
    model: required(text()),
    positivePrompt: required(all(text(3000), (value, path) => (value.length < 2 ? wrong(path, "2 or more") : null))),
    width: required(integer(least, most, step)),
    height: required(integer(least, most, step)),
    numberResults: integer(1, 20),
    outputType: oneOf("URL", "base64Data", "dataURI"),
    outputFormat: oneOf("JPG", "PNG", "WEBP"),
    outputQuality: integer(20, 99),
    deliveryMethod: exactly("sync"), // The real one knows async too, with tasks that are asked for.
    includeCost: flag,
    checkNSFW: flag,
    seed: integer(1, 2 ** 53 - 1),
    ...(references > 0 ? { inputs: members({ referenceImages: listOf(source, 1, references) }) } : {}),
    ...more,
  });
const own = {
  sides: [128, 2048, 64],
  steps: integer(1, 100),
  CFGScale: number(0, 50),
  negativePrompt: text(3000),
  scheduler: text(),
  seedImage: source,
  maskImage: source,
  strength: number(0, 1),
};
const byName = {
  "runware:100@1": drawing(own), // FLUX.1 schnell
  "runware:101@1": drawing(own), // FLUX.1 dev
  "civitai:101055@128078": drawing(own), // SDXL
  // FLUX.2 dev. assumed: the name, the sides and how many references
  "runware:400@1": drawing({ sides: [512, 2048, 16], references: 4, steps: integer(1, 50), CFGScale: number(0, 20) }),
};

const readTasks = (content, mediaType) => {
  if (!/^application\/json(; ?charset=utf-8)?$/i.test(mediaType)) return { problem: "media_type" };
  try {
    const tasks = JSON.parse(typeof content === "string" ? content : Buffer.from(content).toString("utf8"));
    // A task outside of a list is refused, and this one takes but one task a call.
    if (!Array.isArray(tasks) || tasks.length !== 1) return { problem: "json" };
    return typeof tasks[0] === "object" && tasks[0] !== null ? { body: tasks[0] } : { problem: "json" };
  } catch {
    return { problem: "json" };
  }
};
const routeOf = (url) => (url.href === "https://api.runware.ai/v1" ? { models: byName, readBody: readTasks } : null);

const task = { taskType: "imageInference", taskUUID: "39d7207a-87ef-4c93-8082-1431f9c1dc97" };
const error = (status, code, message, more = task, headers = {}) =>
  json(status, { errors: [{ code, message, ...more }] }, headers);
const auth = { parameter: "apiKey", taskType: "authentication" };
const of = (path) => ({ parameter: path, ...task });

// assumed: all of these but bad_key, and the statuses of missing, unknown, no_money and limited
const problems = {
  route: () => error(404, "notFound", "Not found", {}),
  method: () => error(405, "methodNotAllowed", "Method not allowed", {}),
  no_key: () => error(401, "missingApiKey", "No API key provided. Get one at https://my.runware.ai/signup", auth),
  bad_key: () => error(401, "invalidApiKey", "Invalid API key. Get one at https://my.runware.ai/signup", auth),
  media_type: () => error(415, "unsupportedMediaType", "The body must be application/json", {}),
  json: () => error(400, "invalidJSON", "The body must be an array of tasks", {}),
  missing: ({ path }) => {
    const code = `missing${path.slice(0, 1).toUpperCase()}${path.slice(1)}`;
    return error(400, code, `Missing required parameter ${path}.`, of(path));
  },
  unknown: ({ path }) => error(400, "unsupportedParameter", `Unsupported use of '${path}' parameter.`, of(path)),
  type: ({ path, expected }) => error(400, "invalidType", `'${path}' must be ${expected}.`, of(path)),
  value: ({ path, expected }) =>
    error(400, "invalidValue", `Invalid value for ${path}: must be ${expected}.`, of(path)),
  unknown_model: ({ model }) =>
    error(400, "invalidModel", `Invalid value for 'model' parameter: '${model}' is not a valid AIR.`, of("model")),
  refused: () =>
    error(400, "contentModeration", "The prompt was rejected by content moderation.", of("positivePrompt")),
  no_money: () =>
    error(402, "insufficientCredits", "Insufficient credits. Top up at https://my.runware.ai/wallet", task),
  limited: () => error(429, "rateLimitExceeded", "Too many requests.", task, { "retry-after": "2" }),
  overloaded: () => error(503, "serviceUnavailable", "Service temporarily unavailable.", task),
  broken: () => error(500, "internalError", "Inference failed with an internal error.", task),
  provider_timeout: () => error(504, "timeoutProvider", "The external provider did not respond in time.", task),
};

export const models = Object.keys(byName);
export const faults = [...commonFaults, "provider_timeout", "refused_silently", "lose_one", "no_picture"];

/**
 * The fake of Runware; see strict.mjs for calls and answers. It takes the key in the header only, not as a task, and
 * refuses the UUID of a task that was done before.
 */
export function runware({ keys, pictureUrl, pictureBase64, fault = null }) {
  const done = new Set();
  const answer = (body, _, { fault: left }) => {
    const { taskUUID, taskType, numberResults: n = 1, outputType = "URL", checkNSFW, includeCost, seed = 7 } = body;
    if (done.has(taskUUID)) {
      const message = "The taskUUID was used before. Please use a new one."; // assumed, as the code
      return error(400, "conflictTaskUUID", message, { parameter: "taskUUID", taskType, taskUUID });
    }
    done.add(taskUUID);
    const made = {
      URL: { imageURL: pictureUrl },
      base64Data: { imageBase64Data: pictureBase64 },
      dataURI: { imageDataURI: `data:image/png;base64,${pictureBase64}` },
    }[outputType];
    const unsafe = left === "refused_silently";
    const entry = {
      taskType,
      taskUUID,
      imageUUID: "5d51ad9e-6a1b-4d5c-9d0f-1f2d0f9a5a31",
      ...made,
      seed,
      ...(includeCost ? { cost: 0.0006 } : {}),
      ...(checkNSFW || unsafe ? { NSFWContent: unsafe } : {}),
    };
    if (left === "no_picture") return json(200, { data: [] });
    if (left !== "lose_one") return json(200, { data: times(n, entry) });
    // assumed: that the others come in the same answer
    const lost = { code: "inferenceFailed", message: "One of the pictures could not be made.", taskType, taskUUID };
    return json(200, { data: times(n - 1, entry), errors: [lost] });
  };
  return strictFake({ keys, fault, faults, keyOf: bearer, routeOf, problems, answer });
}
