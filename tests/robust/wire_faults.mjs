// The faults of tests/support/upstreams/faults.mjs over a socket, with a nonce in everything that they say; and those of a picture's host.
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as delay } from "node:timers/promises";
import { imageFaults, optimiserFaults, optimiserRefusal } from "../support/upstreams/faults.mjs";
import { samplePng } from "../support/upstreams/pictures.mjs";

/** Statuses for which a key rests: whoever comes next with the same keys may find none. */
const restingStatuses = [401, 402, 403, 429, 500, 502, 503, 504, 529];
const rests = (answers) =>
  answers.some(({ status, body }) => restingStatuses.includes(status) || /"code":429/.test(body));

/** What language models do: { name, answers, codes }; codes: how an answer may end, null for well. */
export const llmScripts = [
  // No nonce can be put into the bytes of a byte order mark that is cut, and what follows.
  ...optimiserFaults
    .filter(({ name }) => !/byte order mark (?:that is cut|behind white space)/.test(name))
    .map(({ name, llm }) => ({ name, answers: [llm], codes: [null] })),
  { name: "F54 a refusal", answers: [optimiserRefusal], codes: ["content_policy_violation"] },
];

/** What image backends do, each with keys of its own: { name, answers, codes, keys }. */
export const imageScripts = imageFaults.map(({ name, answers, code, keys }) => ({
  name,
  answers,
  codes: rests(answers)
    ? [code, null, "rate_limit_exceeded", "insufficient_quota", "upstream_auth_failed", "upstream_unavailable"]
    : [code],
  keys,
}));

const picture = (fields = {}) => ({ status: 200, chunks: [samplePng, " of a tabby"], ...fields });
const megabyte = Buffer.alloc(1024 * 1024, "tabby ");

/** What hosts of pictures do. "broken": the transfer. */
export const pictureScripts = [
  { name: "a picture", answers: [picture()], codes: [null] },
  {
    name: "a picture in pieces",
    answers: [
      picture({ chunks: [...[...samplePng].map((byte) => ({ ms: 20, bytes: Uint8Array.of(byte) })), " of a tabby"] }),
    ],
    codes: [null],
  },
  // workerd asks again by itself as long as the connection that failed was one that it had kept.
  { name: "F74 a connection that fails", answers: ["failed"], codes: ["upstream_unreachable", "upstream_timeout"] },
  { name: "F75 silence", answers: ["silent"], codes: ["upstream_timeout"] },
  { name: "F76 a body that stalls", answers: [picture({ chunks: [samplePng, { ms: Infinity }] })], codes: ["broken"] },
  { name: "F77 a body that breaks off", answers: [picture({ cut: true })], codes: ["broken"] },
  { name: "F78 HTML", answers: [{ status: 200, body: "<html><p>a tabby cat" }], codes: ["upstream_not_an_image"] },
  {
    name: "F79 a length over 20 MiB",
    answers: [picture({ headers: { "content-length": "20971521" }, cut: true })],
    codes: ["upstream_too_large"],
  },
  {
    name: "F80 over 20 MiB",
    answers: [picture({ chunks: [samplePng, ...Array(21).fill(megabyte)] })],
    codes: ["broken"],
  },
  ...[
    [403, "image_gone"],
    [404, "image_gone"],
    [410, "image_gone"],
    [429, "upstream_busy"],
    [503, "upstream_busy"],
    [500, "upstream_bad_status"],
  ].map(([status, code]) => ({
    name: `F81 F82 F83 ${status}`,
    answers: [{ status, body: '{"error":"a tabby"}' }],
    codes: [code],
  })),
  {
    name: "F84 a redirect to a refused place",
    answers: [{ status: 302, headers: { location: "http://169.254.169.254/tabby" } }],
    codes: ["upstream_bad_redirect"],
  },
  {
    name: "F84 a redirect to itself",
    answers: [{ status: 302, headers: { location: "?tabby" } }],
    codes: ["upstream_bad_redirect"],
  },
];

/** Whether an answer takes longer than two seconds by itself. */
const takesLong = (answer) =>
  answer === "silent" || [answer, ...(answer.chunks ?? [])].reduce((sumMs, { ms = 0 }) => sumMs + ms, 0) > 2000;

/** The scripts that are over soon. */
export const soonOver = (scripts) => scripts.filter(({ answers }) => !answers.some(takesLong));

/** A handler of tests/support/upstreams/upstream.mjs for a scripted answer. */
export function play(answer, nonce, origin) {
  const say = (text) => personal(text, nonce, origin);
  if (answer === "failed") return "reset";
  if (answer === "silent") return () => {};
  const { status, headers = {}, body = "", chunks = [body], cut = false, ms = 0 } = answer;
  const pause = (pauseMs) => delay(Math.min(pauseMs, 2 ** 31 - 1), undefined, { ref: false });
  async function* bytes() {
    for (const chunk of spoken(chunks, say)) {
      const isLater = Object.hasOwn(Object(chunk), "ms");
      if (isLater && chunk.ms > 0) await pause(chunk.ms);
      const next = isLater ? chunk.bytes : chunk;
      if (next?.length > 0) yield next;
    }
    if (cut) await delay(20); // What was written before the cut arrives.
  }
  return async (request, response) => {
    if (ms > 0) await pause(ms);
    const told = Object.entries(headers).map(([name, value]) => [name, say(value)]);
    response.writeHead(status, { "x-of": nonce, "set-cookie": `of=${nonce}`, ...Object.fromEntries(told) });
    response.flushHeaders();
    await pipeline(Readable.from(bytes(), { objectMode: false }), response, { end: !cut }).catch(() => {}); // The gateway need not take it all.
    if (cut) request.socket.destroy();
  };
}

/** Chunks with the nonce. Those of single bytes are taken for one text. */
function spoken(chunks, say) {
  const isByte = (chunk) => chunk instanceof Uint8Array && chunk.length === 1;
  if (chunks.length > 1 && chunks.every(isByte))
    return Array.from(Buffer.from(say(Buffer.concat(chunks).toString())), (byte) => Uint8Array.of(byte));
  let first = true;
  return chunks.map((chunk) => {
    if (typeof chunk === "string") return say(chunk);
    if (typeof chunk.bytes === "string" && first) {
      first = false;
      return { ...chunk, bytes: say(chunk.bytes) };
    }
    return chunk;
  });
}

/** A text of a script as it is for one request. */
function personal(text, nonce, origin) {
  return text
    .replaceAll("https://pictures.example.com", `${origin}/pictures`)
    .replaceAll(/(tabby|lion|café)/g, `$1 ${nonce}`)
    .replaceAll(/(cat|dog)\.png/g, `${nonce}.png`)
    .replaceAll(/"(no|bad|slow)"/g, `"$1 ${nonce}"`)
    .replace('"delta":{"content":"y"}', `"delta":{"content":"y ${nonce}"}`) // Of the script whose letters stand alone.
    .replace("long words", `long ${nonce} words`);
}
