// AUTOMATIC1111's web UI on an operator's own machine: HTTP Basic, no model in the call but one that may be named in
// override_settings, pictures in bare base64. Real ones pass over members that they do not know; this one does not.
import {
  base64,
  byType,
  exactly,
  flag,
  integer,
  listOf,
  members,
  number,
  oneOf,
  required,
  text,
  typeOf,
} from "./rules.mjs";
import { commonFaults, json, strictFake, times } from "./strict.mjs";

/** The checkpoints that it has. The first is the one that is loaded. */
export const models = ["sd_xl_base_1.0.safetensors", "v1-5-pruned-emaonly.safetensors"];
const samplers = ["Euler", "Euler a", "DPM++ 2M", "DPM++ 2M Karras", "DPM++ SDE", "DDIM", "UniPC", "LCM"];
const schedulers = ["Automatic", "Karras", "Exponential", "SGM Uniform", "Simple", "Normal", "DDIM", "Beta"];

const dataUrl = (value, path) => base64(value.replace(/^data:image\/(?:png|jpeg|webp);base64,/, ""), path);
const source = byType({ string: dataUrl });
// Names that it cannot find are an error of their own.
const found = (list, kind) => (value, path) => {
  if (typeOf(value) !== "string") return { kind: "type", path, value, expected: "str" };
  return list.includes(value) ? null : { kind, path, value, expected: list.join(", ") };
};
const known = {
  prompt: required(text()),
  negative_prompt: byType({ string: () => null }),
  width: integer(64, 2048, 8), // The page of the web UI has these limits, the API has not all of them.
  height: integer(64, 2048, 8),
  steps: integer(1, 150),
  cfg_scale: number(0, 30),
  distilled_cfg_scale: number(0, 30), // Forge
  sampler_name: found(samplers, "sampler"),
  scheduler: oneOf(...schedulers),
  seed: integer(-1, 2 ** 32 - 1),
  batch_size: integer(1, 8),
  n_iter: integer(1, 100),
  restore_faces: flag,
  tiling: flag,
  send_images: exactly(true),
  save_images: flag,
  do_not_save_samples: flag,
  do_not_save_grid: flag,
  // The real one takes a checkpoint that it does not have for none.
  override_settings: members({ sd_model_checkpoint: found(models, "unknown_model") }),
  override_settings_restore_afterwards: flag,
};
const drawing = members(known);
const changing = members({
  ...known,
  init_images: required(listOf(source, 1, 1)),
  mask: source,
  denoising_strength: number(0, 1),
  inpainting_fill: integer(0, 3),
  inpainting_mask_invert: integer(0, 1),
  resize_mode: integer(0, 3),
});

const error = (status, detail, headers) =>
  json(status, { error: "HTTPException", detail, body: "", errors: "" }, headers);
const raised = (name, errors) => json(500, { error: name, detail: "", body: "", errors });
const invalid = (path, msg, type) => json(422, { detail: [{ loc: ["body", ...path.split(".")], msg, type }] });
const basic = { "www-authenticate": "Basic" };

// It has no accounts and no filter: what no_money, limited and refused answer would come from a server in front.
const problems = {
  route: () => json(404, { detail: "Not Found" }),
  method: () => json(405, { detail: "Method Not Allowed" }),
  no_key: () => json(401, { detail: "Not authenticated" }, basic),
  bad_key: () => error(401, "Incorrect username or password", basic),
  media_type: () => invalid("", "value is not a valid dict", "type_error.dict"),
  json: () => invalid("", "Expecting value: line 1 column 1 (char 0)", "value_error.jsondecode"),
  missing: ({ path }) => invalid(path, "field required", "value_error.missing"),
  unknown: ({ path }) => invalid(path, "extra fields not permitted", "value_error.extra"), // Only here.
  type: ({ path, expected }) => invalid(path, `value is not a valid ${expected}`, "type_error"), // assumed: the words
  value: ({ path, expected }) => invalid(path, `ensure this value is ${expected}`, "value_error"), // assumed
  sampler: () => error(404, "Sampler not found"),
  unknown_model: () => error(404, "Checkpoint not found"), // assumed
  refused: () => json(403, { detail: "Request blocked by content policy" }), // assumed
  no_money: () => json(402, { detail: "Payment Required" }), // assumed
  limited: () => json(429, { detail: "Too Many Requests" }, { "retry-after": "5" }), // assumed
  overloaded: () => json(503, { detail: "Service Unavailable" }), // assumed
  broken: () => raised("OutOfMemoryError", "CUDA out of memory. Tried to allocate 1.11 GiB (GPU 0; 6.00 GiB total)"),
};

export const faults = [...commonFaults, "lose_one", "no_picture"];

const keyOf = ({ authorization = "" }) => {
  const [, code] = /^Basic ([A-Za-z0-9+/]+={0,2})$/.exec(authorization) ?? [];
  const key = Buffer.from(code ?? "", "base64").toString("utf8");
  return key.includes(":") ? key : null;
};

/**
 * The fake of AUTOMATIC1111; see strict.mjs for calls and answers. A key is user:password. base: where it listens.
 * Where keys is empty, it asks for no key, as it is when it is started without --api-auth.
 */
export function a1111({ keys, pictureBase64, fault = null, base = "http://sd.example:7860" }) {
  const routeOf = (url) => {
    const [, name] = /^\/sdapi\/v1\/(txt2img|img2img)$/.exec(url.pathname) ?? [];
    if (url.origin !== base || url.search !== "" || name === undefined) return null;
    return { models: { [name]: name === "txt2img" ? drawing : changing }, model: name };
  };
  const answer = (body, _, { fault: left }) => {
    const { prompt, negative_prompt = "", seed = -1, width = 512, height = 512, batch_size = 1, n_iter = 1 } = body;
    const made = left === "no_picture" ? 0 : batch_size * n_iter - (left === "lose_one" ? 1 : 0);
    const all_seeds = times(made, 0).map((_, i) => (seed === -1 ? 7 : seed) + i);
    const info = { prompt, all_prompts: times(made, prompt), negative_prompt, seed: seed === -1 ? 7 : seed, all_seeds };
    const more = { width, height, steps: body.steps ?? 20, sd_model_name: "sd_xl_base_1.0", infotexts: [] };
    return json(200, {
      images: times(made, pictureBase64),
      parameters: body,
      info: JSON.stringify({ ...info, ...more }),
    });
  };
  const open = keys.length === 0;
  const accepted = open ? { keys: [""], keyOf: () => "" } : { keys, keyOf };
  return strictFake({ ...accepted, fault, faults, routeOf, problems, answer });
}
