// Ideogram: version 3 takes forms, version 4 forms or JSON; a picture that the filter takes away stays in the answer as
// an entry without a link.
import { file, formFlag, formInteger, readForm, repeated } from "./form.mjs";
import { all, byType, flag, members, oneOf, required, text, wrong } from "./rules.mjs";
import { commonFaults, json, readJson, strictFake, times } from "./strict.mjs";

const turned = (ratio) => ratio.split("x").reverse().join("x");
const both = (list) => [...list, ...list.map(turned)];
const ratios = ["1x1", ...both(["1x3", "1x2", "9x16", "10x16", "2x3", "3x4", "4x5"])];
const oldSizes = ["1024x1024"].concat(
  both(
    (
      "512x1536 576x1408 576x1472 576x1536 640x1344 640x1408 640x1472 640x1536 704x1152 704x1216 704x1280 704x1344 " +
      "704x1408 704x1472 736x1312 768x1088 768x1216 768x1280 768x1344 800x1280 832x960 832x1024 832x1088 832x1152 " +
      "832x1216 832x1248 864x1152 896x960 896x1024 896x1088 896x1120 896x1152 960x1024 960x1088"
    ).split(" "),
  ),
);
const newSizes = ["2048x2048", "1024x1024"].concat(
  both(
    (
      "1440x2880 1664x2496 1792x2240 1440x2560 1600x2560 1728x2304 1296x3168 1152x2944 1248x3328 1280x3072 1024x3072 " +
      "896x1120 864x1152 832x1248 800x1280 720x1280 720x1440 512x1536"
    ).split(" "),
  ),
);
const picture = file({ most: 10 * 1024 * 1024 });
const known = {
  prompt: required(text(10_000)), // assumed: the length
  seed: formInteger(0, 2 ** 31 - 1),
  rendering_speed: oneOf("FLASH", "TURBO", "DEFAULT", "QUALITY"),
  magic_prompt: oneOf("AUTO", "ON", "OFF"),
  num_images: formInteger(1, 8),
  style_type: oneOf("AUTO", "GENERAL", "REALISTIC", "DESIGN", "FICTION"),
  style_reference_images: repeated(picture, 3), // assumed: how many
  character_reference_images: repeated(picture, 1),
};
const shaped = {
  ...known,
  negative_prompt: text(),
  resolution: oneOf(...oldSizes),
  aspect_ratio: oneOf(...ratios),
};
const oneShape = ({ resolution, aspect_ratio }) =>
  resolution !== undefined && aspect_ratio !== undefined ? wrong("aspect_ratio", "none with resolution") : null;
const source = file({ most: 25 * 1000 * 1000 });
const weight = { image: required(source), image_weight: formInteger(1, 100) };

// Version 4 has neither seed, nor number, nor ratio, nor what must not be there.
const four = {
  text_prompt: text(10_000),
  json_prompt: byType({ object: () => null, string: text() }),
  resolution: oneOf(...newSizes),
  rendering_speed: oneOf("TURBO", "DEFAULT", "QUALITY"),
  enable_copyright_detection: byType({ boolean: flag, string: formFlag }),
};
const onePrompt = ({ text_prompt, json_prompt }) =>
  (text_prompt === undefined) === (json_prompt === undefined)
    ? wrong("text_prompt", "text_prompt or json_prompt", text_prompt)
    : null;

/** By the end of the address. A form is taken by all, JSON only where it is said. */
const calls = {
  "ideogram-v3/generate": { rule: all(members(shaped), oneShape) },
  "ideogram-v3/remix": { rule: all(members({ ...shaped, ...weight }), oneShape) },
  "ideogram-v3/edit": { rule: members({ ...known, image: required(source), mask: required(source) }) },
  "ideogram-v4/generate": { rule: all(members(four), onePrompt), json: true },
  "ideogram-v4/remix": { rule: all(members({ ...four, ...weight }), onePrompt) },
};

const routeOf = (url) => {
  const [, call, model] = /^\/v1\/((ideogram-v[0-9]+)\/(?:generate|remix|edit))$/.exec(url.pathname) ?? [];
  if (url.origin !== "https://api.ideogram.ai" || url.search !== "" || call === undefined) return null;
  const found = calls[call];
  const readBody = (content, type) => (found?.json && !/^multipart/.test(type) ? readJson : readForm)(content, type);
  return { models: found === undefined ? {} : { [model]: found.rule }, model, readBody };
};
const keyOf = ({ "api-key": key, authorization }) => (authorization === undefined ? (key ?? null) : null);

const error = (status, message, headers) => json(status, { error: message }, headers);
const invalid = (message) => error(400, message);
const unsafe = "Prompt provided failed safety check due to the inclusion of prohibited content.";

const problems = {
  route: () => error(404, "Not Found"), // assumed
  method: () => error(405, "Method Not Allowed"), // assumed
  no_key: () => error(401, "Not authorized to generate an image."), // assumed: the words, as below
  bad_key: () => error(401, "Not authorized to generate an image."),
  media_type: () => error(415, "Unsupported Media Type"), // assumed
  too_large: () => error(413, "Request Entity Too Large"), // assumed
  json: () => invalid("The body of the request cannot be read."), // assumed
  missing: ({ path }) => invalid(`Invalid input provided: ${path} is required`),
  unknown: ({ path }) => invalid(`Invalid input provided: unknown parameter ${path}`), // assumed: passed over in life
  type: ({ path, expected }) => invalid(`Invalid input provided: ${path} must be ${expected}`),
  value: ({ path, expected }) => invalid(`Invalid input provided: ${path} must be ${expected}`),
  unknown_model: () => error(404, "Not Found"), // assumed
  refused: () => error(422, unsafe),
  no_money: () => error(402, "Insufficient credits to generate an image."), // assumed: the words
  limited: () => error(429, "Too many requests"), // assumed: the words
  overloaded: () => error(503, "Service Unavailable"), // assumed
  broken: () => error(500, "Internal Server Error"), // assumed
};

export const models = ["ideogram-v3", "ideogram-v4"];
export const faults = [...commonFaults, "refused_silently", "lose_one", "no_picture"];

/** The fake of Ideogram; see strict.mjs for calls and answers. It gives links only. */
export function ideogram({ keys, pictureUrl, fault = null }) {
  const answer = (body, model, { fault: left }) => {
    const { num_images = "1", resolution = "1024x1024", seed = "12345", style_type = "GENERAL" } = body;
    const made = { prompt: body.prompt ?? body.text_prompt ?? "", resolution, seed: Number(seed) };
    const good = { ...made, is_image_safe: true, url: pictureUrl };
    // assumed: whether url is null, empty or left out
    const taken = { ...made, is_image_safe: false, url: null };
    const n = Number(num_images);
    const lost = { refused_silently: n, lose_one: 1 }[left] ?? 0;
    const data = left === "no_picture" ? [] : [...times(n - lost, good), ...times(lost, taken)];
    const styled = model === "ideogram-v3" ? data.map((each) => ({ ...each, style_type })) : data;
    const more = model === "ideogram-v4" ? { response_type: "url" } : {};
    return json(200, { created: "2026-01-23T04:56:07+00:00", data: styled, ...more });
  };
  const maxBytes = 50 * 1024 * 1024; // assumed
  return strictFake({ keys, fault, faults, keyOf, routeOf, problems, answer, maxBytes });
}
