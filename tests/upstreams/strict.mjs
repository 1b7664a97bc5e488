// What the fakes of image backends share: reading a call, checking its body against rules, answering in JSON.
import { typeOf } from "./rules.mjs";

/** What each fake does when it is asked to; some can do more. */
export const commonFaults = [
  "refused",
  "bad_key",
  "no_money",
  "limited",
  "overloaded",
  "broken",
  "unknown_model",
  "bad_parameter",
];

/**
 * Makes a fake: (call) => answer. A call is { method, url, headers, body }: an absolute url, header names in lower
 * case, a text or bytes as body. An answer is { status, headers, body }, with a text or bytes as body. What is wrong
 * with a call is answered first, then the fault, and only then the picture.
 *
 * - keys: the keys that it accepts. fault: null, or a name out of faults.
 * - keyOf(headers): the key of the call, or null where none is sent in the backend's form.
 * - routeOf(url, headers): null for an address that the backend does not have, else { models, model }. models: the rule for the
 *   body by the name of the model. model: its name, where the address says it instead of the body.
 *   A route may have a readBody of its own.
 * - readBody(content, mediaType): { body }, or { problem } with the name of what is wrong; JSON unless said otherwise.
 * - problems: the answers to what is wrong, made from { path, value, expected, key, model }: route, method, no_key,
 *   bad_key, media_type, too_large, json, missing, unknown, type, value, unknown_model. The other faults are here too;
 *   bad_parameter is value.
 * - answer(body, model, { headers, fault, url }): the good answer. A fault that problems does not have is left to it.
 * - maxBytes: the longest body.
 */
export function strictFake({
  keys,
  fault,
  faults,
  keyOf,
  routeOf,
  readBody = readJson,
  problems,
  answer,
  maxBytes = Infinity,
}) {
  if (fault !== null && !faults.includes(fault)) throw new Error(`This backend has no fault "${fault}".`);
  return ({ method, url, headers, body: content }) => {
    const address = new URL(url);
    const route = routeOf(address, headers);
    if (route === null) return problems.route({ path: address.pathname });
    if (method !== "POST") return problems.method({ path: address.pathname, value: method });
    const key = keyOf(headers);
    if (key === null) return problems.no_key({});
    if (!keys.includes(key)) return problems.bad_key({ key });
    const mediaType = headers["content-type"] ?? "";
    if (Buffer.byteLength(content) > maxBytes) return problems.too_large({ expected: `at most ${maxBytes} bytes` });
    const { body, problem: unread } = (route.readBody ?? readBody)(content, mediaType);
    if (unread !== undefined) return problems[unread]({ value: mediaType, model: route.model });
    const model = route.model ?? body.model;
    const problem = problemOf(body, model, route.models);
    if (problem !== null) return problems[problem.kind]({ key, model, ...problem });
    const broken = fault === "bad_parameter" ? "value" : fault;
    if (fault === null || problems[broken] === undefined) return answer(body, model, { headers, fault, url: address });
    return problems[broken]({ key, model, path: "prompt", value: "a cat", expected: "another text" });
  };
}

/** Reads an object in JSON. */
export function readJson(content, mediaType) {
  if (!/^application\/json(; ?charset=utf-8)?$/i.test(mediaType)) return { problem: "media_type" };
  const body = parsed(content);
  return typeOf(body) === "object" ? { body } : { problem: "json" };
}

function parsed(content) {
  try {
    return JSON.parse(typeof content === "string" ? content : Buffer.from(content).toString("utf8"));
  } catch {
    return null;
  }
}

function problemOf(body, model, models) {
  if (model === undefined) return { kind: "missing", path: "model", expected: "the name of a model" };
  if (typeof model !== "string") return { kind: "type", path: "model", value: model, expected: "a string" };
  if (!Object.hasOwn(models, model)) return { kind: "unknown_model", path: "model", value: model };
  return models[model](body, "");
}

/** A routeOf for these addresses and their models. A query makes an address another one. */
export const at = (addresses) => (url) => (Object.hasOwn(addresses, url.href) ? { models: addresses[url.href] } : null);

/** A keyOf for `Authorization: Bearer <key>`. */
export const bearer = ({ authorization = "" }) => /^Bearer (\S+)$/.exec(authorization)?.[1] ?? null;

/** How backends show a key that they refuse. */
export const masked = (key) => `${key.slice(0, 2)}***${key.slice(-2)}`;

export const json = (status, value, headers = {}) => ({
  status,
  headers: { "content-type": "application/json", ...headers },
  body: JSON.stringify(value),
});

/** Bytes of a picture as an answer. */
export const binary = (base64, headers = {}) => ({
  status: 200,
  headers: { "content-type": mediaTypeOf(base64), ...headers },
  body: Buffer.from(base64, "base64"),
});

export const plain = (status, body) => ({ status, headers: { "content-type": "text/plain; charset=utf-8" }, body });

/** The same value n times, as the pictures of an answer. */
export const times = (n = 1, value) => Array.from({ length: n }, () => value);

/** The media type of a picture in base64, by its first bytes. */
export function mediaTypeOf(base64) {
  if (base64.startsWith("/9j/")) return "image/jpeg";
  return base64.startsWith("UklGR") ? "image/webp" : "image/png";
}
