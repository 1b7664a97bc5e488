// Hugging Face, its own provider behind the router: the model in the address, parameters apart from the prompt, bytes.
import { base64, exactly, flag, integer, members, number, required, text } from "./rules.mjs";
import { bearer, binary, commonFaults, json, plain, strictFake } from "./strict.mjs";

const body = members({
  inputs: required(text()),
  parameters: members({
    negative_prompt: text(),
    width: integer(64, 2048, 8), // assumed: the ranges, as below
    height: integer(64, 2048, 8),
    num_inference_steps: integer(1, 100),
    guidance_scale: number(0, 30),
    seed: integer(0, 2 ** 32 - 1),
    scheduler: text(),
  }),
  options: members({ use_cache: flag, wait_for_model: exactly(true) }), // assumed: it is for older servers
});

/** What models take that change a picture. It is a picture's file in base64 that stands in inputs. */
const side = required(integer(64, 2048, 8));
const change = members({
  inputs: required(base64),
  parameters: members({
    prompt: text(),
    negative_prompt: text(),
    num_inference_steps: integer(1, 100),
    guidance_scale: number(0, 30),
    target_size: members({ width: side, height: side }),
  }),
});

// assumed: which of them it serves at present
const drawing = [
  "black-forest-labs/FLUX.1-schnell",
  "black-forest-labs/FLUX.1-dev",
  "stabilityai/stable-diffusion-xl-base-1.0",
  "stabilityai/stable-diffusion-3-medium-diffusers",
];
const changing = [
  "black-forest-labs/FLUX.1-Kontext-dev",
  "Qwen/Qwen-Image-Edit",
  "timbrooks/instruct-pix2pix",
  "stabilityai/stable-diffusion-xl-refiner-1.0",
];
export const models = [...drawing, ...changing];
const byName = Object.fromEntries(models.map((name) => [name, drawing.includes(name) ? body : change]));
const routeOf = (url) => {
  const [, model] = /^\/hf-inference\/models\/([\w.-]+\/[\w.-]+)$/.exec(url.pathname) ?? [];
  return url.origin !== "https://router.huggingface.co" || url.search !== "" || model === undefined
    ? null
    : { models: byName, model };
};

const error = (status, message, more = {}, headers = {}) => json(status, { error: message, ...more }, headers);
const used =
  "You have exceeded your monthly included credits for Inference Providers. Subscribe to PRO to get 20x more monthly " +
  "included credits.";

const problems = {
  route: () => plain(404, "Not Found"),
  method: () => plain(405, "Method Not Allowed"), // assumed
  no_key: () => error(401, "Invalid username or password."),
  bad_key: () => error(401, "Invalid username or password."),
  media_type: () => error(415, 'Content type "application/octet-stream" not supported'), // assumed: the words
  json: () => error(400, "Invalid JSON in the body of the request"), // assumed
  missing: ({ path }) => error(400, [`Error in \`${path}\`: field required`]), // The error may be a list.
  unknown: ({ path }) => error(400, `The following \`model_kwargs\` are not used by the model: ['${path}']`),
  type: ({ path, expected }) => error(400, [`Error in \`${path}\`: value is not ${expected}`]), // assumed: the words
  value: ({ path, expected }) => error(400, `Error in \`${path}\`: must be ${expected}`), // assumed: the words
  unknown_model: () => error(400, "Model not supported by provider hf-inference"),
  refused: () => error(400, "Potential NSFW content was detected in the prompt."), // assumed
  no_money: () => error(402, used),
  limited: () => error(429, "Rate limit reached. Please log in or use a HF access token", {}, { "retry-after": "6" }),
  overloaded: ({ model }) => error(503, `Model ${model} is currently loading`, { estimated_time: 20 }),
  broken: () => error(500, "CUDA out of memory. Tried to allocate 20.00 MiB"), // assumed: the words
  no_right: () =>
    error(403, "This authentication method does not have sufficient permissions to call Inference Providers"),
};

export const faults = [...commonFaults, "no_right", "no_picture", "words"];

/** The fake of Hugging Face; see strict.mjs for calls and answers. words: a 200 with an error instead of a picture. */
export function huggingface({ keys, pictureBase64, fault = null }) {
  const answer = (_, __, { fault: left, headers: { accept = "*/*" } }) => {
    if (left === "words") return json(200, { error: "Internal error while generating the image" }); // assumed
    if (!/^(\*\/\*|image\/(\*|png|jpeg|webp))(, ?\*\/\*)?$/.test(accept)) {
      return error(400, `Accept type "${accept}" not supported`); // assumed
    }
    return left === "no_picture" ? binary("", { "content-type": "image/jpeg" }) : binary(pictureBase64);
  };
  return strictFake({ keys, fault, faults, keyOf: bearer, routeOf, problems, answer });
}
