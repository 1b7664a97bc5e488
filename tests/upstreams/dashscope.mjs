// DashScope's synchronous call (Qwen-Image): a message of pictures and one text, sizes as 1024*1024, links in answers.
import {
  all,
  byMember,
  flag,
  integer,
  listOf,
  members,
  oneOf,
  picture,
  required,
  size,
  text,
  wrong,
} from "./rules.mjs";
import { at, bearer, commonFaults, json, strictFake, times } from "./strict.mjs";

const content = byMember({
  text: members({ text: required(text()) }),
  image: members({ image: required(picture) }),
});
const area = [512 * 512, 2048 * 2048];

/** references: how few and how many pictures it takes; n: how many it makes; sized: whether it takes a size. */
const qwen = ({ references: [least, most], n, sized = true }) => {
  const message = members({ role: required(oneOf("user")), content: required(listOf(content, 1, 99)) });
  const body = members({
    model: required(text()),
    input: required(members({ messages: required(listOf(message, 1, 1)) })),
    parameters: members({
      ...(sized ? { size: size({ by: "*", area, ratio: 8 }) } : {}), // assumed: the ratio
      n: integer(1, n),
      seed: integer(0, 2 ** 31 - 1), // assumed: the range
      negative_prompt: text(),
      prompt_extend: flag,
      watermark: flag,
    }),
  });
  const whole = ({ input }) => {
    const path = "input.messages[0].content";
    const parts = input.messages[0].content;
    const pictures = parts.filter((each) => Object.hasOwn(each, "image")).length;
    if (pictures < least || pictures > most) return wrong(path, `${least} to ${most} pictures`);
    if (Object.hasOwn(parts.at(-1), "text") && pictures === parts.length - 1) return null;
    return wrong(path, "one text, at the end");
  };
  return all(body, whole);
};

const byName = {
  "qwen-image-3.0": qwen({ references: [0, 3], n: 6 }),
  "qwen-image-3.0-pro": qwen({ references: [0, 3], n: 6 }),
  "qwen-image-2.1-pro": qwen({ references: [0, 10], n: 6 }), // assumed: the name, and n from here on
  "qwen-image-edit-max": qwen({ references: [1, 3], n: 6 }),
  "qwen-image-edit-plus": qwen({ references: [1, 3], n: 6 }),
  "qwen-image-edit": qwen({ references: [1, 1], n: 1, sized: false }),
};

const error = (status, code, message) =>
  json(status, { code, message, request_id: "649b2bbc-c541-9e16-9845-db7fe4fe5b2d" });
const arrears = "Access denied, please make sure your account is in good standing.";
const routeOf = at({ "https://dashscope.aliyuncs.com/api/v1/services/aigc/multimodal-generation/generation": byName });

const problems = {
  route: () => error(400, "InvalidParameter", "url error, please check url！"), // assumed
  method: ({ value }) => error(405, "BadRequest", `Request method '${value}' not supported`), // assumed
  no_key: () => error(401, "InvalidApiKey", "No API-key provided."),
  bad_key: () => error(401, "InvalidApiKey", "Invalid API-key provided."),
  media_type: () => error(400, "BadRequest.IllegalInput", "The input parameter requires json format."), // assumed
  json: () => error(400, "BadRequest.IllegalInput", "The input parameter requires json format."), // assumed
  missing: ({ path }) =>
    error(400, "InvalidParameter", `Required parameter(s) missing or invalid, please check: ${path}`),
  unknown: ({ path }) => error(400, "InvalidParameter", `Unknown parameter: ${path}`), // assumed
  type: ({ path, expected }) => error(400, "InvalidParameter", `${path} must be ${expected}`),
  value: ({ path, expected }) => error(400, "InvalidParameter", `${path} must be ${expected}`),
  unknown_model: () => error(404, "ModelNotFound", "Model can not be found."),
  refused: () => error(400, "DataInspectionFailed", "Input data may contain inappropriate content."),
  no_money: () => error(400, "Arrearage", arrears),
  limited: () => error(429, "Throttling.RateQuota", "Requests rate limit exceeded, please try again later."),
  overloaded: () => error(503, "ModelServingError", "Too many requests. Please try again later."), // assumed
  broken: () => error(500, "InternalError", "An internal error has occurred, please try again later."),
};

export const models = Object.keys(byName);
export const faults = commonFaults;

/** The fake of DashScope; see strict.mjs for calls and answers. It gives links only, and refuses to start jobs. */
export function dashscope({ keys, pictureUrl, fault = null }) {
  const answer = ({ parameters: { n = 1 } = {} }) => {
    const message = { role: "assistant", content: times(n, { image: pictureUrl }) };
    const usage = { image_count: n, width: 1024, height: 1024 };
    const output = { choices: [{ finish_reason: "stop", message }] };
    return json(200, { output, usage, request_id: "649b2bbc-c541-9e16-9845-db7fe4fe5b2d" });
  };
  const fake = strictFake({ keys, fault, faults, keyOf: bearer, routeOf, problems, answer });
  const job = error(403, "AccessDenied", "current user api does not support asynchronous calls.");
  return (call) => (call.headers["x-dashscope-async"] === undefined ? fake(call) : job);
}
