// Gemini: the model is in the address, the key in a header of its own, and a refusal is a 200 without a picture.
import { all, base64, byMember, exactly, listOf, members, oneOf, required, text, wrong } from "./rules.mjs";
import { commonFaults, json, mediaTypeOf, strictFake } from "./strict.mjs";

const wide = ["5:4", "4:3", "3:2", "16:9"];
const ratios = ["1:1", "21:9", ...wide, ...wide.map((ratio) => ratio.split(":").reverse().join(":"))];
const types = required(oneOf("image/png", "image/jpeg", "image/webp"));
// Both spellings of a member are one to the real one.
const part = byMember({
  text: members({ text: required(text()) }),
  inline_data: members({ inline_data: required(members({ mime_type: types, data: required(base64) })) }),
  inlineData: members({ inlineData: required(members({ mimeType: types, data: required(base64) })) }),
});

const model = ({ references, sizes, more = [] }) => {
  const imageConfig = members({ aspectRatio: oneOf(...ratios, ...more), imageSize: oneOf(...sizes) });
  const responseModalities = required(listOf(oneOf("TEXT", "IMAGE"), 1, 2));
  const body = members({
    contents: required(listOf(members({ role: exactly("user"), parts: required(listOf(part, 1, 99)) }), 1, 1)),
    generationConfig: required(members({ responseModalities, imageConfig })), // assumed: it must be there
  });
  const whole = ({ contents: [{ parts }], generationConfig }) => {
    const pictures = parts.filter((each) => !Object.hasOwn(each, "text")).length;
    if (pictures > references) return wrong("contents[0].parts", `at most ${references} pictures`);
    if (pictures === parts.length) return wrong("contents[0].parts", "a text"); // assumed
    if (generationConfig.responseModalities.includes("IMAGE")) return null;
    return wrong("generationConfig.responseModalities", "IMAGE"); // assumed: the real one answers in words
  };
  return all(body, whole);
};

const stable = {
  "gemini-2.5-flash-image": model({ references: 3, sizes: ["1K"] }),
  "gemini-3-pro-image": model({ references: 14, sizes: ["1K", "2K", "4K"] }),
  "gemini-3.1-flash-image": model({
    references: 14,
    sizes: ["512", "1K", "2K", "4K"],
    more: ["1:4", "4:1", "1:8", "8:1"],
  }),
  "gemini-3.1-flash-lite-image": model({ references: 14, sizes: ["1K"] }), // assumed: what it takes
  "gemini-nano-banana-2.1": model({ references: 14, sizes: ["1K", "2K", "4K"] }), // assumed: what it takes
};
const previews = Object.entries(stable).map(([name, rule]) => [`${name}-preview`, rule]);
const byName = { ...stable, ...Object.fromEntries(previews) };

const origin = "https://generativelanguage.googleapis.com";
const routeOf = (url) => {
  const [, name] = /^\/v1beta\/models\/([^/:]+):generateContent$/.exec(url.pathname) ?? [];
  return url.origin !== origin || url.search !== "" || name === undefined ? null : { models: byName, model: name };
};
const keyOf = ({ "x-goog-api-key": key, authorization }) => (authorization === undefined ? (key ?? null) : null);

const error = (code, status, message, details) => json(code, { error: { code, message, status, details } });
const google = (type, rest) => ({ "@type": `type.googleapis.com/google.rpc.${type}`, ...rest });
const invalid = (field, description) =>
  error(400, "INVALID_ARGUMENT", description, [google("BadRequest", { fieldViolations: [{ field, description }] })]);
const service = { service: "generativelanguage.googleapis.com" };
const info = (reason) => google("ErrorInfo", { reason, domain: "googleapis.com", metadata: service });
const quota = "You exceeded your current quota, please check your plan and billing details.";
const exceeded = (quotaId) => google("QuotaFailure", { violations: [{ quotaId, quotaValue: "10" }] });
const usage = { promptTokenCount: 8, candidatesTokenCount: 1290, totalTokenCount: 1298 };
const spoken = (model, rest) => json(200, { ...rest, usageMetadata: usage, modelVersion: model });

const problems = {
  route: ({ path }) => error(404, "NOT_FOUND", `The requested URL ${path} was not found.`), // assumed
  method: () => error(404, "NOT_FOUND", "The requested URL was not found."), // assumed
  no_key: () => error(403, "PERMISSION_DENIED", "Method doesn't allow unregistered callers."),
  bad_key: () =>
    error(400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.", [info("API_KEY_INVALID")]),
  media_type: () => error(400, "INVALID_ARGUMENT", "Invalid JSON payload received."), // assumed
  too_large: ({ expected }) => error(400, "INVALID_ARGUMENT", `Request payload size exceeds ${expected}`), // assumed
  json: () => error(400, "INVALID_ARGUMENT", "Invalid JSON payload received. Unexpected token."),
  missing: ({ path }) => error(400, "INVALID_ARGUMENT", `* GenerateContentRequest.${path}: ${path} is not specified`),
  unknown: ({ path }) => {
    const name = path.split(".").at(-1);
    const place = path.slice(0, -name.length - 1);
    const where = place === "" ? "" : ` at '${place}'`;
    return invalid(place, `Invalid JSON payload received. Unknown name "${name}"${where}: Cannot find field.`);
  },
  type: ({ path, expected }) => invalid(path, `Invalid value at '${path}': expected ${expected}`), // assumed
  value: ({ path, expected }) => invalid(path, `Invalid value at '${path}': expected ${expected}`), // assumed
  unknown_model: ({ model }) => {
    const message = `models/${model} is not found for API version v1beta, or is not supported for generateContent.`;
    return error(404, "NOT_FOUND", message);
  },
  refused: ({ model }) => spoken(model, { candidates: [{ content: {}, finishReason: "IMAGE_SAFETY", index: 0 }] }),
  refused_silently: ({ model }) => spoken(model, { promptFeedback: { blockReason: "PROHIBITED_CONTENT" } }),
  no_money: () =>
    error(429, "RESOURCE_EXHAUSTED", quota, [exceeded("GenerateRequestsPerDayPerProjectPerModel-FreeTier")]),
  limited: () => {
    const details = [exceeded("GenerateRequestsPerMinutePerProjectPerModel")];
    details.push(google("RetryInfo", { retryDelay: "47.434392449s" }));
    return error(429, "RESOURCE_EXHAUSTED", `${quota} Please retry in 47.434392449s.`, details);
  },
  overloaded: () => error(503, "UNAVAILABLE", "The model is overloaded. Please try again later."),
  broken: () => error(500, "INTERNAL", "An internal error has occurred."), // assumed: the message
};

export const models = Object.keys(byName);
export const faults = [...commonFaults, "refused_silently"];

/** The fake of Gemini; see strict.mjs for calls and answers. It gives base64, after words and, in gemini-3, a draft. */
export function gemini({ keys, pictureBase64, fault = null }) {
  const answer = (body, model) => {
    const draft = { inlineData: { mimeType: "image/png", data: "ZHJhZnQ=" }, thought: true };
    const words = { text: "Here is your picture." };
    const made = { inlineData: { mimeType: mediaTypeOf(pictureBase64), data: pictureBase64 } };
    const parts = model.startsWith("gemini-3") ? [draft, words, made] : [words, made];
    return spoken(model, { candidates: [{ content: { role: "model", parts }, finishReason: "STOP", index: 0 }] });
  };
  return strictFake({ keys, fault, faults, keyOf, routeOf, problems, answer, maxBytes: 20 * 1024 * 1024 });
}
