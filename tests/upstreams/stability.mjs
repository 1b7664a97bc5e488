// Stability v2beta: forms only, one picture a call, as bytes or in JSON by the Accept header, blurred where filtered.
import { file, formInteger, formNumber, readForm } from "./form.mjs";
import { all, members, oneOf, required, text, wrong } from "./rules.mjs";
import { bearer, binary, commonFaults, json, mediaTypeOf, strictFake } from "./strict.mjs";

const ratios = ["16:9", "1:1", "21:9", "2:3", "3:2", "4:5", "5:4", "9:16", "9:21"];
const styles =
  "3d-model analog-film anime cinematic comic-book digital-art enhance fantasy-art isometric line-art low-poly " +
  "modeling-compound neon-punk origami photographic pixel-art tile-texture";
const picture = file({ most: 10 * 1024 * 1024 });
const known = {
  prompt: required(text(10_000)),
  negative_prompt: text(10_000),
  seed: formInteger(0, 4_294_967_294),
  output_format: oneOf("jpeg", "png", "webp"),
  style_preset: oneOf(...styles.split(" ")),
};
const pair = ({ image, strength }) =>
  (image === undefined) === (strength === undefined) ? null : wrong("strength", "given with image", strength);
// The mode says whether there is a picture to start from; the ratio is for those without one.
const byMode = ({ mode = "text-to-image", image, strength, aspect_ratio }) => {
  if (mode === "text-to-image") return image === undefined ? null : wrong("image", "none in this mode");
  if (image === undefined) return { kind: "missing", path: "image" };
  if (strength === undefined) return { kind: "missing", path: "strength" };
  return aspect_ratio === undefined ? null : wrong("aspect_ratio", "none in this mode", aspect_ratio);
};
const started = { image: picture, strength: formNumber(0, 1) };
const ratio = { aspect_ratio: oneOf(...ratios) };

const generate = {
  core: members({ ...known, ...ratio }),
  ultra: all(members({ ...known, ...ratio, ...started }), pair),
  sd3: all(
    members({
      ...known,
      ...ratio,
      ...started,
      output_format: oneOf("jpeg", "png"),
      mode: oneOf("text-to-image", "image-to-image"),
      model: oneOf("sd3.5-large", "sd3.5-large-turbo", "sd3.5-medium", "sd3.5-flash"),
      cfg_scale: formNumber(1, 10),
    }),
    byMode,
  ),
};
const edge = formInteger(0, 2000);
const edit = {
  inpaint: members({ ...known, image: required(picture), mask: picture, grow_mask: formInteger(0, 100) }),
  "search-and-replace": members({
    ...known,
    image: required(picture),
    search_prompt: required(text(10_000)),
    grow_mask: formInteger(0, 20),
  }),
  outpaint: all(
    members({
      ...known,
      prompt: text(10_000),
      image: required(picture),
      left: edge,
      right: edge,
      up: edge,
      down: edge,
      creativity: formNumber(0, 1),
    }),
    ({ left, right, up, down }) =>
      [left, right, up, down].some((each) => Number(each ?? 0) > 0) ? null : wrong("left", "one side at least"),
  ),
};

const routeOf = (url) => {
  const [, kind, model] = /^\/v2beta\/stable-image\/(generate|edit)\/([\w-]+)$/.exec(url.pathname) ?? [];
  if (url.origin !== "https://api.stability.ai" || url.search !== "" || kind === undefined) return null;
  return { models: kind === "generate" ? generate : edit, model };
};

const error = (status, name, message) =>
  json(status, { errors: [message], id: "21c6b49145908e78f5c3c98d7c0020bb", name });
const flagged =
  "Your request was flagged by our content moderation system, as a result your request was denied and you were not " +
  "charged.";
const poor =
  "You lack sufficient credits to make this request. Please purchase more credits at " +
  "https://platform.stability.ai/account/credits and try again.";
const slower =
  "You have exceeded the rate limit of 150 requests within a 10 second period, and have been timed out for 60 seconds.";
const unauthorized = error(401, "unauthorized", "authorization: invalid or missing header value");

const problems = {
  route: () => error(404, "not_found", "The requested resource does not exist"), // assumed
  method: () => error(404, "not_found", "The requested resource does not exist"), // assumed
  no_key: () => unauthorized,
  bad_key: () => unauthorized,
  media_type: () => error(400, "bad_request", "content-type: must be multipart/form-data"),
  too_large: () => error(413, "payload_too_large", "body: payloads cannot be larger than 10MiB in size"),
  json: () => error(400, "bad_request", "body: malformed multipart form"), // assumed
  missing: ({ path }) => error(400, "bad_request", `${path}: is required`),
  unknown: ({ path }) => error(400, "bad_request", `${path}: is not allowed`), // assumed
  type: ({ path, expected }) => error(400, "bad_request", `${path}: must be ${expected}`), // assumed: the words
  value: ({ path, expected }) => error(400, "bad_request", `${path}: must be ${expected}`), // assumed: the words
  unknown_model: () => error(404, "not_found", "The requested resource does not exist"), // assumed
  refused: () => error(403, "content_moderation", flagged),
  no_money: () => error(402, "payment_required", poor),
  limited: () => error(429, "rate_limit_exceeded", slower),
  overloaded: () => error(503, "service_unavailable", "The service is temporarily unavailable."), // assumed
  broken: () => error(500, "internal_error", "An unexpected server error has occurred, please try again later."),
  wrong_language: () => error(422, "invalid_language", "English is the only supported language."),
};

export const models = Object.keys(generate);
export const faults = [...commonFaults, "wrong_language", "refused_silently", "no_picture"];

/** The fake of Stability; see strict.mjs for calls and answers. The model is the end of the address. */
export function stability({ keys, pictureBase64, fault = null }) {
  const answer = ({ seed = "0" }, _, { headers: { accept = "image/*" }, fault: left }) => {
    const finish_reason = left === "refused_silently" ? "CONTENT_FILTERED" : "SUCCESS";
    const made = seed === "0" ? 42 : Number(seed);
    if (accept === "application/json") {
      const picture = left === "no_picture" ? {} : { image: pictureBase64 };
      const type = { "content-type": `application/json; type=${mediaTypeOf(pictureBase64)}` };
      return json(200, { ...picture, finish_reason, seed: made }, type);
    }
    if (accept !== "image/*" && accept !== "*/*") {
      return error(400, "bad_request", "accept: must be one of image/*, application/json"); // assumed
    }
    const headers = { "finish-reason": finish_reason, seed: String(made), "content-type": mediaTypeOf(pictureBase64) };
    return binary(left === "no_picture" ? "" : pictureBase64, headers);
  };
  const maxBytes = 10 * 1024 * 1024;
  return strictFake({ keys, fault, faults, keyOf: bearer, routeOf, readBody: readForm, problems, answer, maxBytes });
}
