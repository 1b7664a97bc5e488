// SiliconFlow: one address for pictures and edits, sizes in image_size, errors as { code, message, data } or a string.
import { integer, members, number, picture, required, size, text } from "./rules.mjs";
import { at, bearer, commonFaults, json, strictFake, times } from "./strict.mjs";

const known = {
  model: required(text()),
  prompt: required(text()),
  negative_prompt: text(),
  image_size: size({ edge: [256, 2048], ratio: 4 }), // assumed: the documentation only recommends some
  batch_size: integer(1, 4),
  num_inference_steps: integer(1, 100), // assumed
  guidance_scale: number(0, 20), // assumed
  seed: integer(0, 9_999_999_999), // assumed
};
// assumed: which models take a picture, and that cfg is for Qwen. Those that edit need a picture and ignore image_size.
const drawing = members(known);
const both = members({ ...known, image: picture });
const qwen = members({ ...known, cfg: number(0.1, 20) });
const editing = { ...known, cfg: number(0.1, 20), image: required(picture) };

const byName = {
  "Kwai-Kolors/Kolors": both,
  "Qwen/Qwen-Image": qwen,
  "Qwen/Qwen-Image-Edit": members(editing),
  "Qwen/Qwen-Image-Edit-2509": members({ ...editing, image2: picture, image3: picture }), // assumed
  "black-forest-labs/FLUX.1-schnell": drawing,
  "black-forest-labs/FLUX.1-dev": drawing,
};

const routeOf = at({
  "https://api.siliconflow.cn/v1/images/generations": byName,
  "https://api.siliconflow.com/v1/images/generations": byName,
});

const error = (status, code, message) => json(status, { code, message, data: null });
const poor = "Sorry, your account balance is insufficient";
const slower = "Request was rejected due to rate limiting. Details:IPM limit reached.";
const overloaded = "Model service overloaded. Please try again later.";

const problems = {
  route: () => json(404, "404 page not found"),
  method: () => json(404, "404 page not found"), // assumed
  no_key: () => json(401, "Invalid token"),
  bad_key: () => json(401, "Invalid token"),
  media_type: () => error(400, 20015, "The request body must be JSON."), // assumed
  json: () => error(400, 20015, "The request body is not valid JSON."), // assumed
  missing: ({ path }) => error(400, 20015, `${path}: Field required`),
  unknown: ({ path }) => error(400, 20015, `${path}: Extra inputs are not permitted`), // assumed
  type: ({ path, expected }) => error(400, 20015, `${path}: Input should be ${expected}`),
  value: ({ path, expected }) => error(400, 20015, `${path}: Input should be ${expected}`),
  unknown_model: () => error(400, 20012, "Model does not exist. Please check it carefully."),
  refused: () => error(400, 20015, "The prompt contains sensitive content."), // assumed
  no_money: () => error(403, 30001, poor),
  limited: () => json(429, { message: slower, data: null }), // It does not say how long to wait.
  overloaded: () => error(503, 50505, overloaded),
  broken: () => error(500, 50500, "An unknown server error occurred."), // assumed
};

export const models = Object.keys(byName);
export const faults = commonFaults;

/** The fake of SiliconFlow; see strict.mjs for calls and answers. It gives links only. */
export function siliconflow({ keys, pictureUrl, fault = null }) {
  const answer = ({ batch_size, seed = 7 }) => {
    const pictures = times(batch_size, { url: pictureUrl });
    // assumed: data beside images
    return json(200, { images: pictures, data: pictures, timings: { inference: 1.5 }, seed, created: 1_790_000_000 });
  };
  return strictFake({ keys, fault, faults, keyOf: bearer, routeOf, problems, answer });
}
