// MiniMax: every answer is a 200, what is wrong stands in base_resp; pictures as links or in base64, in bare lists.
import {
  all,
  byType,
  exactly,
  flag,
  integer,
  listOf,
  members,
  oneOf,
  pictureBelow,
  required,
  text,
  wrong,
} from "./rules.mjs";
import { at, bearer, commonFaults, json, strictFake, times } from "./strict.mjs";

const ratios = ["1:1", "16:9", "4:3", "3:2", "2:3", "3:4", "9:16", "21:9"];
// PNG and JPEG are described; WebP is assumed.
const subject = members({ type: required(exactly("character")), image_file: required(pictureBelow(10_000_000)) });
const known = (list) => ({
  model: required(text()),
  prompt: required(text(1500)),
  aspect_ratio: oneOf(...list),
  response_format: oneOf("url", "base64"),
  seed: integer(0, 2 ** 53 - 1),
  n: integer(1, 9),
  prompt_optimizer: flag,
  aigc_watermark: flag,
  subject_reference: byType({ array: listOf(subject, 1, 1) }),
});
const together = ({ width, height }) =>
  (width === undefined) === (height === undefined) ? null : wrong("width", "given with height", width);
const side = integer(512, 2048, 8);
const style = members({ style_type: required(text()), style_weight: () => null });

// Sides in pixels are for image-01 alone, a style for image-01-live, which has no 21:9.
const byName = {
  "image-01": all(members({ ...known(ratios), width: side, height: side }), together),
  "image-01-live": members({ ...known(ratios.filter((ratio) => ratio !== "21:9")), style }),
};
const routeOf = at({
  "https://api.minimax.io/v1/image_generation": byName,
  "https://api.minimaxi.com/v1/image_generation": byName,
});

const id = "03ff3cd0820949eb8a410056b5f21d38";
const error = (status_code, status_msg) => json(200, { id, data: null, base_resp: { status_code, status_msg } });

const problems = {
  route: () => ({ status: 404, headers: { "content-type": "text/plain" }, body: "404 page not found" }), // assumed
  method: () => ({ status: 404, headers: { "content-type": "text/plain" }, body: "404 page not found" }), // assumed
  no_key: () =>
    error(1004, "login fail: Please carry the API secret key in the 'Authorization' field of the request header"),
  bad_key: () => error(2049, "invalid api key"),
  media_type: () => error(2013, "invalid params, binding: content type"), // assumed
  json: () => error(2013, "invalid params, invalid json"), // assumed
  missing: ({ path }) => error(2013, `invalid params, ${path} is required`), // assumed: the words, as below
  unknown: ({ path }) => error(2013, `invalid params, unknown parameter ${path}`), // assumed: the real one passes over
  type: ({ path, expected }) => error(2013, `invalid params, ${path} must be ${expected}`),
  value: ({ path, expected }) => error(2013, `invalid params, ${path} must be ${expected}`),
  unknown_model: ({ model }) => error(2013, `invalid params, unsupported model: ${model}`), // assumed
  refused: () => error(1026, "input new_sensitive"),
  refused_output: () => error(1027, "output new_sensitive"),
  no_money: () => error(1008, "insufficient balance"),
  limited: () => error(1002, "rate limit exceeded(RPM)"), // assumed: what follows rate limit
  overloaded: () => error(1000, "unknown error, please retry later"), // assumed: the words
  broken: () => error(1024, "internal error"),
  plan_used: () => error(2056, "usage limit exceeded"),
};

export const models = Object.keys(byName);
export const faults = [...commonFaults, "refused_output", "plan_used", "refused_silently", "lose_one", "no_picture"];

/** The fake of MiniMax; see strict.mjs for calls and answers. */
export function minimax({ keys, pictureUrl, pictureBase64, fault = null }) {
  const answer = ({ n = 1, response_format = "url" }, model, { fault: left }) => {
    // Pictures that the filter takes out are counted as failed; the call is no error for that.
    const lost = { refused_silently: n, no_picture: n, lose_one: 1 }[left] ?? 0;
    const made = response_format === "url" ? { image_urls: pictureUrl } : { image_base64: pictureBase64 };
    const data = Object.fromEntries(Object.entries(made).map(([name, value]) => [name, times(n - lost, value)]));
    const failed = left === "no_picture" ? 0 : lost;
    const metadata = { failed_count: String(failed), success_count: String(n - lost) };
    return json(200, { id, data, metadata, base_resp: { status_code: 0, status_msg: "success" } });
  };
  return strictFake({ keys, fault, faults, keyOf: bearer, routeOf, problems, answer });
}
