// Cloudflare Workers AI: over HTTP with the model in the address, and as the binding env.AI, which throws its errors.
// Members, sizes and answers are those of the schemas in cloudflare-docs; @cf models are Cloudflare's own, the others
// are of its catalog and answer with links.
import { file, formInteger, formNumber, readForm } from "./form.mjs";
import {
  all,
  byType,
  flag,
  integer,
  listOf,
  members,
  number,
  oneOf,
  picture,
  required,
  size,
  text,
  typeOf,
  wrong,
} from "./rules.mjs";
import { bearer, binary, commonFaults, json, readJson, strictFake, times } from "./strict.mjs";

const most = 2 ** 53 - 1;
const prompt = required(text());
const area = { guidance: number(0, 10), seed: integer(0, most) };

// The SDXL kin. assumed: that base and dreamshaper take what lightning takes, and 8 as the step of the sides
const diffusion = members({
  prompt,
  negative_prompt: text(),
  width: integer(256, 2048, 8),
  height: integer(256, 2048, 8),
  num_steps: integer(1, 20),
  guidance: number(0, 30), // assumed: the range
  seed: integer(0, most),
  image_b64: text(),
  strength: number(0, 1),
});
const reference = file({ most: 10 * 1024 * 1024, edge: 512 }); // assumed: the bytes
const references = Object.fromEntries([0, 1, 2, 3].map((i) => [`input_image_${i}`, reference]));
// All in a form. The pictures count from 0 on, without gaps.
const flux2 = (more = {}) =>
  all(
    members({
      prompt,
      width: formInteger(256, 1920),
      height: formInteger(256, 1920),
      guidance: formNumber(0, 20), // assumed: the range
      seed: formInteger(0, most),
      ...references,
      ...more,
    }),
    (body) => {
      const there = [0, 1, 2, 3].map((i) => Object.hasOwn(body, `input_image_${i}`));
      const gap = there.findIndex((each, i) => i > 0 && each && !there[i - 1]);
      return gap === -1 ? null : wrong(`input_image_${gap}`, `input_image_${gap - 1} before it`); // assumed
    },
  );

/** kind: how it answers: base64 in JSON, or bytes. form: whether it takes a form. */
const drawing = {
  "@cf/black-forest-labs/flux-1-schnell": {
    kind: "base64",
    rule: members({ prompt: required(text(2048)), steps: integer(1, 8) }),
  },
  "@cf/leonardo/lucid-origin": {
    kind: "base64",
    rule: members({
      prompt,
      ...area,
      width: integer(1, 2500),
      height: integer(1, 2500),
      num_steps: integer(1, 40),
      steps: integer(1, 40),
    }),
  },
  "@cf/leonardo/phoenix-1.0": {
    kind: "bytes",
    rule: members({
      prompt,
      negative_prompt: text(),
      guidance: number(2, 10),
      seed: integer(0, most),
      width: integer(1, 2048),
      height: integer(1, 2048),
      num_steps: integer(1, 50),
    }),
  },
  "@cf/bytedance/stable-diffusion-xl-lightning": { kind: "bytes", rule: diffusion },
  "@cf/stabilityai/stable-diffusion-xl-base-1.0": { kind: "bytes", rule: diffusion },
  "@cf/lykon/dreamshaper-8-lcm": { kind: "bytes", rule: diffusion },
  "@cf/black-forest-labs/flux-2-dev": { kind: "base64", form: true, rule: flux2({ steps: formInteger(1, 50) }) },
  "@cf/black-forest-labs/flux-2-klein-4b": { kind: "base64", form: true, rule: flux2() },
  "@cf/black-forest-labs/flux-2-klein-9b": { kind: "base64", form: true, rule: flux2() },
};

const wide = ["3:2", "4:3", "5:4", "16:9"];
const tall = wide.map((ratio) => ratio.split(":").reverse().join(":"));
const ratios = ["1:1", ...wide, ...tall];
const xaiWide = ["4:3", "16:9", "3:2", "19.5:9", "20:9", "2:1"];
const xaiRatios = ["1:1", "auto", ...xaiWide, ...xaiWide.map((ratio) => ratio.split(":").reverse().join(":"))];
const rawOrData = text(); // Both base64 and a data URL are taken.
const source = members({ url: required(picture), type: text() });
const banana = members({
  prompt,
  image_input: listOf(picture, 1, 3),
  aspect_ratio: oneOf("match_input_image", "21:9", ...ratios),
  output_format: oneOf("jpg", "png"),
  resolution: oneOf("1K", "2K", "4K"),
  google_search: flag,
  image_search: flag,
});
const bfl = members({
  prompt,
  seed: integer(-most, most),
  width: integer(64, 2048),
  height: integer(64, 2048),
  safety_tolerance: integer(0, 5),
  output_format: oneOf("jpeg", "png", "webp"),
  input_images: listOf(picture, 1, 8),
});
// The size is the backend's affair: 1K, 2K or one in pixels.
const seedream = (least, largest, words) =>
  members({
    prompt,
    image: byType({ string: picture, array: listOf(picture, 1, 10) }),
    size: size({ area: [least, largest], ratio: 16, words }),
  });

/** The rule of the input by the name of the model in the catalog. many: whether the links come in a list. */
const catalog = {
  "openai/gpt-image-2": {
    rule: members({
      prompt,
      images: listOf(rawOrData, 1, 16),
      quality: oneOf("low", "medium", "high", "auto"),
      size: oneOf("1024x1024", "1024x1536", "1536x1024", "auto"),
      background: oneOf("transparent", "opaque", "auto"),
      output_format: oneOf("png", "webp", "jpeg"),
    }),
  },
  "google/nano-banana-2": { rule: banana },
  "google/nano-banana-pro": { rule: banana }, // assumed: as nano-banana-2
  "black-forest-labs/flux-2-max": { rule: bfl },
  "black-forest-labs/flux-2-flex": { rule: bfl }, // assumed: as flux-2-max
  "bytedance/seedream-5-pro": { many: true, rule: seedream(921_600, 4_624_220, ["1K", "2K"]) },
  "xai/grok-imagine-image": {
    rule: members({
      prompt,
      n: integer(1, 10),
      aspect_ratio: oneOf(...xaiRatios),
      quality: oneOf("low", "medium", "high"),
      resolution: oneOf("1k", "2k"),
      response_format: oneOf("url", "b64_json"),
      user: text(),
      image: source,
      images: listOf(source, 1, 10),
      mask: members({ url: required(picture) }),
    }),
  },
  "alibaba/qwen-image-3.0-pro": {
    many: true,
    rule: members({
      prompt,
      size: size({ area: [512 * 512, 2048 * 2048] }), // assumed: the area
      negative_prompt: text(500),
      n: integer(1, 6),
      seed: integer(0, 2 ** 31 - 1),
      watermark: flag,
      prompt_extend: flag,
      prompt_extend_mode: oneOf("direct", "agent"),
    }),
  },
  "cloudflare/image": {
    rule: members({
      prompt,
      width: number(1, 4096), // assumed: the largest
      height: number(1, 4096),
      quality: oneOf("draft", "standard", "high"),
    }),
  },
  "cloudflare/image-edit": { rule: members({ prompt, image: required(picture) }) },
};

const message = members({ role: required(oneOf("system", "user", "assistant")), content: required(text()) });
const conversation = (more) =>
  members({
    messages: required(listOf(message, 1, 99)),
    max_tokens: integer(1, 128_000),
    temperature: number(0, 5),
    top_p: number(0.001, 1),
    seed: integer(1, 9_999_999_999),
    frequency_penalty: number(-2, 2),
    presence_penalty: number(-2, 2),
    stream: flag,
    ...more,
  });
/** shape: native is { response }, chat is the one of OpenAI. */
const writing = {
  "@cf/meta/llama-3.3-70b-instruct-fp8-fast": { shape: "native", rule: conversation({}) },
  "@cf/openai/gpt-oss-120b": {
    shape: "chat",
    rule: conversation({ reasoning_effort: oneOf("low", "medium", "high") }), // assumed
  },
  "@cf/qwen/qwen3-30b-a3b-fp8": {
    shape: "chat",
    rule: conversation({ chat_template_kwargs: members({ enable_thinking: flag }) }), // assumed
  },
};

const used = "you have used up your daily free allocation of 10,000 neurons";
const plan = "please upgrade to Cloudflare's Workers Paid plan if you would like to continue usage.";
const flagged = "Your output has been flagged. Please choose another prompt / input image combination";
const nsfw = "Input prompt contains NSFW content.";
const id = "bd40edba-ba52-4d2d-8952-af3471313f4e";

/** What is wrong, as status, code and words. Over HTTP a refused prompt has the code 8007, in the binding 3030. */
const failures = {
  json: () => [400, 3003, "Request is missing headers or body: body"],
  too_large: () => [413, 3006, "Request is too large"],
  missing: ({ path }) => [400, 5006, `Error: required properties at '${above(path)}' are '${lastOf(path)}'`],
  unknown: ({ path }) => [400, 5006, `Error: additional properties at '${above(path)}': '${lastOf(path)}'`], // assumed
  type: ({ path, value, expected }) => [
    400,
    5006,
    `Error: Type mismatch of '/${path}', '${typeOf(value)}' not in '${expected}'`,
  ],
  value: ({ path, expected }) => [400, 5006, `Error: '/${path}' must be ${expected}`], // assumed: the words
  unknown_model: ({ model }) => [400, 5007, `No such model ${model} or task`],
  refused: ({ model }) => [400, 3030, model.includes("flux-2") ? flagged : nsfw],
  no_money: () => [429, 3036, `${used}, ${plan}`],
  limited: () => [429, 3040, "No more data centers to forward the request to"],
  overloaded: () => [429, 3040, "Capacity temporarily exceeded, please try again."],
  broken: () => [500, 3043, "Internal server error"], // assumed
  blocked: () => [403, 3023, "Service unavailable for account"],
  not_allowed: () => [403, 5018, "The account is not allowed to access this model"],
  bad_data: () => [400, 5004, "Invalid data type for base64 input: string"],
  timeout: () => [408, 3007, "Request timeout"],
};
const above = (path) => `/${path.split(".").slice(0, -1).join("/")}`;
const lastOf = (path) => path.split(".").at(-1);

const more = ["no_picture", "blocked", "not_allowed", "bad_data", "timeout"];
export const models = [...Object.keys(drawing), ...Object.keys(catalog)];
export const textModels = Object.keys(writing);
export const faults = [...commonFaults, ...more];

const failed = (status, code, words) =>
  json(status, { errors: [{ message: words, code }], success: false, result: {}, messages: [] });
const denied = (status, code, words) =>
  json(status, { success: false, errors: [{ code, message: words }], messages: [], result: null });
const problems = {
  ...Object.fromEntries(
    Object.entries(failures).map(([name, each]) => [
      name,
      (seen) => {
        const [status, code, words] = each(seen);
        if (code === 3030) return failed(status, 8007, `AiError: AiError: ${words} (${id})`);
        if (code === 5006) return failed(status, code, `AiError: Bad input: ${words}`);
        return failed(status, code, code === 3040 ? `AiError: AiError: ${words}` : words);
      },
    ]),
  ),
  route: () => denied(404, 7003, "Could not route to the given path, perhaps your object identifier is invalid?"),
  method: () => denied(405, 10405, "Method not allowed for this authentication scheme"), // assumed
  no_key: () => denied(400, 9106, "Authentication failed (status: 400) [code: 9106]"), // assumed: the words
  bad_key: () => denied(401, 10000, "Authentication error"),
  media_type: ({ model = "" }) => {
    const words = model.includes("flux-2") ? "multipart" : "prompt"; // assumed for those that take JSON
    return failed(400, 5006, `AiError: Bad input: Error: required properties at '/' are '${words}'`);
  },
};

const completed = (result) => ({ gatewayMetadata: { keySource: "Unified" }, result, state: "Completed" });

/** What a model of the catalog gives. */
function linked(input, model, pictureUrl) {
  if (catalog[model].many) return completed({ images: times(input.n, pictureUrl) });
  return completed({ image: pictureUrl, ...(model.startsWith("cloudflare/") ? { model: "google/nano-banana" } : {}) });
}

const rulesOf = (table) => Object.fromEntries(Object.entries(table).map(([name, { rule }]) => [name, rule]));
const inputRules = rulesOf({ ...drawing, ...catalog });
// The catalog's own address names the model in the body.
const wrapped = Object.fromEntries(
  Object.entries(catalog).map(([name, { rule }]) => [name, members({ model: prompt, input: required(rule) })]),
);

const routeOf = (url) => {
  const [, name] =
    /^\/client\/v4\/accounts\/[0-9a-f]{32}\/ai\/run(?:\/((?:@cf\/)?[\w.-]+\/[\w.-]+))?$/.exec(url.pathname) ?? [];
  const whole = /^\/client\/v4\/accounts\/[0-9a-f]{32}\/ai\/run$/.test(url.pathname);
  if (url.origin !== "https://api.cloudflare.com" || url.search !== "" || (name === undefined && !whole)) return null;
  if (whole) return { models: wrapped };
  // assumed: that an address may name a model of the catalog
  return { models: inputRules, model: name, readBody: drawing[name]?.form ? readForm : readJson };
};

/** The fake of Workers AI over HTTP; see strict.mjs for calls and answers. The account is 32 hexadecimal digits. */
export function workersAi({ keys, pictureUrl, pictureBase64, fault = null }) {
  const answer = (body, model, { fault: left }) => {
    const envelope = (result) => json(200, { result, success: true, errors: [], messages: [] });
    if (left === "no_picture") return envelope({});
    if (Object.hasOwn(catalog, model)) return json(200, linked(body.input ?? body, model, pictureUrl));
    return drawing[model].kind === "bytes" ? binary(pictureBase64) : envelope({ image: pictureBase64 });
  };
  return strictFake({ keys, fault, faults, keyOf: bearer, routeOf, problems, answer, maxBytes: 100 * 1024 * 1024 });
}

/** What the binding throws. Its name is this one, or AiError, as the answer of the service says. */
export class InferenceUpstreamError extends Error {
  constructor(words, name = "InferenceUpstreamError") {
    super(words);
    this.name = name;
  }
}

/** What the binding throws before it asks. */
export class AiInternalError extends Error {
  constructor(words) {
    super(words);
    this.name = "AiInternalError";
  }
}

/**
 * The fake of env.AI.run: (model, input, options) => a promise. It gives { image } in base64, a stream of bytes, what
 * the catalog answers, and for text models their words, in a stream of events where the input asks for it.
 *
 * - fault: one out of runFaults. errorName: the name of the errors.
 * - words: what a text model says; thoughts: what it thinks before that, where it is one that thinks.
 */
export function workersAiRun({
  pictureUrl = "https://pictures.example.com/cat.png",
  pictureBase64,
  fault = null,
  errorName = "InferenceUpstreamError",
  words = "A cat on a roof at dusk.",
  thoughts = "The user wants a cat.",
}) {
  if (fault !== null && !runFaults.includes(fault)) throw new Error(`The binding has no fault "${fault}".`);
  const broken = (kind, seen) => {
    const [, code, description] = failures[kind](seen);
    return new InferenceUpstreamError(`${code}: ${description}`, errorName);
  };
  return async (model, input, options = {}) => {
    if (typeOf(model) !== "string") throw new TypeError("The model must be a text."); // assumed
    if (typeOf(input) !== "object") throw new TypeError("The input must be an object."); // assumed
    const strange = Object.keys(options).find((name) => !["gateway", "returnRawResponse", "signal"].includes(name));
    if (strange !== undefined) throw new TypeError(`There is no option ${strange}.`); // The real one ignores it.
    const found = drawing[model] ?? catalog[model] ?? writing[model];
    const body = found?.form ? await formOf(input, options, broken) : input;
    if (found === undefined) throw broken("unknown_model", { model });
    const problem = found.rule(body, "");
    if (problem !== null) throw broken(problem.kind, { model, ...problem });
    if (fault === "bad_key") throw new InferenceUpstreamError("10000: Authentication error", errorName);
    if (fault === "no_code") throw new InferenceUpstreamError("error code: 1031"); // An answer that is no JSON.
    const sample = { model, path: "prompt", value: "a cat", expected: "another text" };
    if (fault !== null && fault !== "no_picture") throw broken(fault === "bad_parameter" ? "value" : fault, sample);
    const empty = fault === "no_picture";
    if (catalog[model]) return empty ? completed({}) : linked(body, model, pictureUrl);
    if (writing[model]) return written(model, body, empty ? "" : words, thoughts);
    if (found.kind === "base64") return empty ? {} : { image: pictureBase64 };
    return streamOf(empty ? Buffer.alloc(0) : Buffer.from(pictureBase64, "base64"));
  };
}

export const runFaults = [...commonFaults, ...more, "no_code"];

/** Reads the form that the input has as a stream of bytes. */
async function formOf(input, { gateway }, broken) {
  const problem = members({ multipart: required(members({ body: required(stream), contentType: required(text()) })) })(
    input,
    "",
  );
  if (problem?.path === "multipart.contentType") {
    throw new AiInternalError("Content-Type is required with ReadableStream inputs");
  }
  if (problem !== null) throw broken("missing", { path: "multipart" });
  if (gateway?.id) throw new AiInternalError("AI Gateway does not support ReadableStreams yet.");
  const chunks = [];
  for await (const chunk of input.multipart.body) {
    if (!(chunk instanceof Uint8Array)) throw new TypeError("This ReadableStream did not return bytes.");
    chunks.push(chunk);
  }
  const { body } = readForm(Buffer.concat(chunks), input.multipart.contentType);
  if (body === undefined) throw broken("json", {});
  return body;
}

const stream = (value, path) =>
  value instanceof ReadableStream ? null : { kind: "type", path, value, expected: "a ReadableStream" };

/** A stream of these bytes in pieces that break characters and events. */
function streamOf(bytes, length = 4093) {
  let from = 0;
  return new ReadableStream({
    pull(controller) {
      if (from < bytes.length) controller.enqueue(new Uint8Array(bytes.subarray(from, (from += length))));
      else controller.close();
    },
  });
}

function written(model, { stream: streamed = false }, words, thoughts) {
  const { shape } = writing[model];
  const usage = { prompt_tokens: 20, completion_tokens: 12, total_tokens: 32 };
  const head = { id: "chatcmpl-1", created: 1_790_000_000, model };
  if (!streamed && shape === "native") return { response: words, tool_calls: [], usage };
  if (!streamed) {
    const said = { role: "assistant", content: words, reasoning_content: thoughts, tool_calls: [] };
    const choices = [{ index: 0, message: said, finish_reason: "stop", logprobs: null }];
    return { ...head, object: "chat.completion", choices, usage };
  }
  const pieces = words.match(/\s*\S+/g) ?? [];
  // The member p is filling of a length by chance.
  const native = [
    ...pieces.map((response, i) => ({ response, p: "abcdefghijklmnopqrstuvwxyz0123456789".slice(0, 5 + (i % 9)) })),
    { response: "", usage },
  ];
  const part = (delta, finish_reason = null) => ({
    ...head,
    object: "chat.completion.chunk",
    choices: [{ index: 0, delta, finish_reason, logprobs: null }],
  });
  const chat = [
    part({ role: "assistant", content: "" }),
    ...(thoughts.match(/\s*\S+/g) ?? []).map((reasoning_content) => part({ reasoning_content })),
    ...pieces.map((content) => part({ content })),
    part({}, "stop"),
    { ...head, object: "chat.completion.chunk", choices: [], usage },
  ];
  const events = (shape === "native" ? native : chat).map((each) => `data: ${JSON.stringify(each)}\n\n`);
  return streamOf(Buffer.from(`${events.join("")}data: [DONE]\n\n`), 37);
}
