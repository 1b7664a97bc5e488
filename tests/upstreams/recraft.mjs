// Recraft: OpenAI's body with a style, sizes out of a list or as a ratio, errors in plain text or in JSON.
import { file, formInteger, formNumber, readForm } from "./form.mjs";
import { all, byType, flag, integer, listOf, members, number, oneOf, pictureBelow, required, text } from "./rules.mjs";
import { bearer, commonFaults, json, plain, readJson, strictFake, times } from "./strict.mjs";

const ratios = "1:1 2:1 1:2 3:2 2:3 4:3 3:4 5:4 4:5 6:10 14:10 10:14 16:9 9:16".split(" ");
const sizesOf = (sizes) => oneOf(...sizes.split(" "), ...ratios);
const four = sizesOf(
  "1024x1024 1536x768 768x1536 1280x832 832x1280 1216x896 896x1216 1152x896 896x1152 832x1344 1280x896 896x1280 " +
    "1344x768 768x1344",
);
const pro = sizesOf(
  "2048x2048 3072x1536 1536x3072 2560x1664 1664x2560 2432x1792 1792x2432 2304x1792 1792x2304 1664x2688 2560x1792 " +
    "1792x2560 2688x1536 1536x2688",
);
const three = sizesOf(
  "1024x1024 2048x1024 1024x2048 1536x1024 1024x1536 1365x1024 1024x1365 1280x1024 1024x1280 1024x1707 1434x1024 " +
    "1024x1434 1820x1024 1024x1820",
);
const styles = ["any", "realistic_image", "digital_illustration", "vector_illustration", "logo_raster"];
const colour = members({ rgb: required(listOf(integer(0, 255), 3, 3)) });
const controls = { colors: listOf(colour, 1, 10), background_color: colour, no_text: flag }; // assumed: 10

const drawing = (most, size, { control = {}, ...more } = {}) =>
  members({
    model: required(text()), // The real one takes recraftv3 where none is named.
    prompt: required(text(most)),
    n: integer(1, 6),
    size,
    response_format: oneOf("url", "b64_json"),
    controls: members({ ...controls, ...control }),
    ...more,
  });
// Versions 2 and 3 know styles and what must not be there, version 4 does not.
const old = {
  style: oneOf(...styles),
  substyle: text(),
  style_id: text(36),
  negative_prompt: text(1000),
};
const byName = {
  recraftv2: drawing(1000, three, old),
  recraftv3: drawing(1000, three, {
    ...old,
    text_layout: listOf(
      members({ text: required(text()), bbox: required(listOf(listOf(number(0, 1), 2, 2), 4, 4)) }),
      1,
      99,
    ),
    control: { artistic_level: integer(0, 5) },
  }),
  recraftv4: drawing(10_000, four),
  recraftv4_pro: drawing(10_000, pro),
  recraftv4_1: drawing(10_000, four),
  recraftv4_1_utility: drawing(10_000, four),
  recraftv4_1_pro: drawing(10_000, pro),
  recraftv4_1_utility_pro: drawing(10_000, pro),
};

// A picture comes as a file in a form, or as a link or a data URL in JSON. Sides of less than 256 pixels are refused by
// the real one.
const maxFileBytes = 10_000_000 - 1;
const either = (inForm, inJson) => byType({ string: inForm, number: inJson });
const onePicture = ({ image, image_url }) => {
  if ((image === undefined) === (image_url === undefined)) return { kind: "missing", path: "image" };
  return null;
};
const changing = (most, more = {}) =>
  all(
    members({
      model: required(text()),
      prompt: required(text(most)),
      image: file({ most: maxFileBytes, edge: 4096 }),
      image_url: pictureBelow(maxFileBytes + 1),
      strength: required(either(formNumber(0, 1), number(0, 1))),
      n: either(formInteger(1, 6), integer(1, 6)),
      response_format: oneOf("url", "b64_json"),
      ...more,
    }),
    onePicture,
  );
const { substyle, ...oldEdit } = old;
const changingByName = Object.fromEntries(
  Object.keys(byName).map((name) => [name, /v[23]$/.test(name) ? changing(1000, oldEdit) : changing(10_000)]),
);

const origin = "https://external.api.recraft.ai";
const readEither = (content, type) => (/^multipart\//i.test(type) ? readForm : readJson)(content, type);
const routes = {
  [`${origin}/v1/images/generations`]: { models: byName },
  [`${origin}/v1/images/imageToImage`]: { models: changingByName, readBody: readEither },
};
const routeOf = (url) => routes[url.href] ?? null;

const error = (status, code, message, headers) => json(status, { code, message }, headers);

const problems = {
  route: () => plain(404, "404 page not found"),
  method: () => plain(405, "Method Not Allowed"), // assumed
  no_key: () => plain(401, "request unauthorized"),
  bad_key: () => plain(401, "request unauthorized"),
  media_type: () => error(400, "invalid_request", "unsupported content type"), // assumed, as all in JSON
  json: () => error(400, "invalid_request", "the body of the request cannot be read"),
  missing: ({ path }) => error(400, "invalid_request", `${path} is required`),
  unknown: ({ path }) => error(400, "invalid_request", `${path} is not supported by the model`),
  type: ({ path, expected }) => error(400, "invalid_request", `${path} must be ${expected}`),
  value: ({ path, expected }) => error(400, `invalid_${path.split(/[.[]/)[0]}`, `${path} must be ${expected}`),
  unknown_model: ({ model }) => error(400, "invalid_model", `model ${model} is not supported`),
  refused: () => error(400, "prompt_moderation_failed", "the prompt was rejected by moderation"),
  no_money: () => error(402, "not_enough_credits", "not enough API units"),
  limited: () => error(429, "rate_limit_exceeded", "too many requests", { "retry-after": "2" }),
  overloaded: () => plain(503, "service unavailable"), // assumed
  broken: () => error(500, "internal_error", "internal error"),
};

export const models = Object.keys(byName);
export const faults = [...commonFaults, "lose_one", "no_picture"];

/** The fake of Recraft; see strict.mjs for calls and answers. */
export function recraft({ keys, pictureUrl, pictureBase64, fault = null }) {
  const answer = ({ n = 1, response_format }, _, { fault: left }) => {
    const made = response_format === "b64_json" ? { b64_json: pictureBase64 } : { url: pictureUrl };
    const count = left === "no_picture" ? 0 : Number(n) - (left === "lose_one" ? 1 : 0);
    const data = times(count, { ...made, image_id: "a1f2c8d4-1234-4abc-9def-1111111111aa" });
    return json(200, { created: 1_790_000_000, credits: 40 * Number(n), data });
  };
  return strictFake({ keys, fault, faults, keyOf: bearer, routeOf, problems, answer });
}
