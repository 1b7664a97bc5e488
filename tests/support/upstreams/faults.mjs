// The faults of upstreams, as scripts for tests/support/hosts/conversation.mjs, and what each should lead to.
import { samplePng } from "./pictures.mjs";

const json = (value) => ({ status: 200, headers: { "content-type": "application/json" }, body: JSON.stringify(value) });

/** An image backend's good answer. */
export const picture = { status: 200, body: JSON.stringify({ images: [{ url: "https://pictures.example.com/cat.png" }] }) };

/**
 * The faults of an image backend. Key i ends with `number-i`. keys: how many keys there are; answers: the answers to the calls in turn, the last one
 * repeated; status and code: what the client sees; asked: the keys in the order of the calls; log: the lines about the calls; retry and after:
 * `x-should-retry` and `retry-after`; slept: the run pauses for at least so many ms in all.
 */
export const imageFaults = [
  { name: "F01 one retry after no answer", keys: 3, answers: ["failed", "failed"], code: "upstream_unreachable", status: 502, asked: [0, 1], log: ["img_connect", "img_connect"], retry: "false" },
  { name: "F02 no retry after a bad certificate", keys: 3, answers: [{ status: 526 }], code: "upstream_unreachable", status: 502, asked: [0], log: ["img_connect"], retry: "false" },
  { name: "F04 silence", keys: 2, answers: ["silent"], code: "upstream_timeout", status: 504, asked: [0], log: ["img_headers_timeout"], retry: "false" },
  { name: "F03 F06 a connection refused, then one lost before the head", keys: 2, answers: [{ status: 521 }, "failed"], code: "upstream_unreachable", status: 502, asked: [0, 1], log: ["img_connect", "img_connect"], retry: "false" },
  { name: "F05 a body that stalls", keys: 2, answers: [{ status: 200, chunks: ['{"images":[', { ms: Infinity, bytes: "" }] }], code: "upstream_timeout", status: 504, asked: [0], log: ["img_body_timeout"], retry: "false" },
  { name: "F07 a body that breaks off", keys: 2, answers: [{ status: 200, body: picture.body, cut: true }], code: "upstream_bad_response", status: 502, asked: [0], log: ["img_truncated"], retry: "false" },
  { name: "F08 JSON cut off", keys: 2, answers: [{ status: 200, body: '{"images":[{"ur' }], code: "upstream_bad_response", status: 502, asked: [0], log: ["img_bad_json"], retry: "false" },
  { name: "F09 HTML", keys: 2, answers: [{ status: 200, headers: { "content-type": "text/html" }, body: "<html><script>alert(1)</script></html>" }], code: "upstream_bad_response", status: 502, asked: [0], log: ["img_bad_json"], retry: "false" },
  { name: "F10 JSON labelled as text", keys: 1, answers: [{ ...picture, headers: { "content-type": "text/plain" } }], code: null, status: 200, asked: [0], log: ["image_attempt"] },
  { name: "F10 JSON without a label", keys: 1, answers: [{ ...picture, headers: {} }], code: null, status: 200, asked: [0], log: ["image_attempt"] },
  { name: "F11 an error inside 200", keys: 2, answers: [{ status: 200, body: '{"code":20015,"message":"no"}' }], code: "upstream_error", status: 502, asked: [0], log: ["img_error_in_200"], retry: "false" },
  { name: "F11 a rate limit inside 200", keys: 2, answers: [{ status: 200, body: '{"error":{"code":429,"message":"slow"}}' }, picture], code: null, status: 200, asked: [0, 1], log: ["img_error_in_200", "image_attempt"] },
  { name: "F12 no URL", keys: 2, answers: [{ status: 200, body: '{"images":[{"url":""}]}' }], code: "upstream_bad_response", status: 502, asked: [0], log: ["img_no_url"], retry: "false" },
  { name: "F13 a refused URL", keys: 2, answers: [{ status: 200, body: '{"images":[{"url":"http://169.254.169.254/"}]}' }], code: "upstream_bad_url", status: 502, asked: [0], log: ["img_bad_url"], retry: "false" },
  { name: "F14 base64 instead of a URL", keys: 1, answers: [json({ data: [{ b64_json: samplePng.toString("base64") }] })], code: null, status: 200, asked: [0], log: ["image_attempt"] },
  { name: "F14 a data URL instead of a URL", keys: 1, answers: [json({ images: [{ url: `data:image/png;base64,${samplePng.toString("base64")}` }] })], code: null, status: 200, asked: [0], log: ["image_attempt"] },
  { name: "F15 two pictures", keys: 1, answers: [json({ images: [{ url: "https://pictures.example.com/cat.png" }, { url: "https://pictures.example.com/dog.png" }] })], code: null, status: 200, asked: [0], log: ["image_attempt"] },
  { name: "F16 an empty 204", keys: 2, answers: [{ status: 204 }], code: "upstream_bad_response", status: 502, asked: [0], log: ["img_no_url"], retry: "false" },
  { name: "F17 a redirect", keys: 2, answers: [{ status: 307, headers: { location: "https://evil.example/" } }], code: "upstream_bad_response", status: 502, asked: [0], log: ["img_redirect"], retry: "false" },
  { name: "F18 a refusal", keys: 2, answers: [{ status: 400, body: '{"error":{"code":"content_policy_violation","message":"no"}}' }], code: "content_policy_violation", status: 400, asked: [0], log: ["img_policy"], retry: undefined },
  { name: "F19 a rejected request", keys: 2, answers: [{ status: 400, body: '{"code":20012,"message":"bad"}' }], code: "upstream_rejected_request", status: 400, asked: [0], log: ["img_http_400"], retry: undefined },
  { name: "F20 an unknown model", keys: 2, answers: [{ status: 404 }], code: "upstream_model_not_found", status: 502, asked: [0], log: ["img_http_404"], retry: "false" },
  { name: "F21 F23 F24 the next key", keys: 4, answers: [{ status: 401 }, { status: 402 }, { status: 429, headers: { "retry-after": "20" } }, picture], code: null, status: 200, asked: [0, 1, 2, 3], log: ["img_key_auth", "img_key_quota", "img_key_rate", "image_attempt"] },
  { name: "F27 every key limited", keys: 2, answers: [{ status: 429, headers: { "retry-after": "20" } }], code: "rate_limit_exceeded", status: 429, asked: [0, 1], log: ["img_key_rate", "img_key_rate", "img_all_rate"], retry: "true", after: "20" },
  { name: "F27 every key limited for a moment", keys: 2, answers: [{ status: 429, headers: { "retry-after-ms": "2000" } }, { status: 429 }, picture], code: null, status: 200, asked: [0, 1, 0], log: ["img_key_rate", "img_key_rate", "image_attempt"], slept: 2000 },
  { name: "F28 no money anywhere", keys: 2, answers: [{ status: 402 }], code: "insufficient_quota", status: 429, asked: [0, 1], log: ["img_key_quota", "img_key_quota", "img_all_quota"], retry: "false", after: undefined },
  { name: "F29 every key refused", keys: 2, answers: [{ status: 403 }], code: "upstream_auth_failed", status: 502, asked: [0, 1], log: ["img_key_auth", "img_key_auth", "img_all_auth"], retry: "false", after: undefined },
  { name: "F30 mixed reasons", keys: 2, answers: [{ status: 401 }, { status: 429 }], code: "rate_limit_exceeded", status: 429, asked: [0, 1], log: ["img_key_auth", "img_key_rate", "img_exhausted"], retry: "true", after: "5" },
  { name: "F32 more keys than calls", keys: 6, answers: [{ status: 401 }], code: "rate_limit_exceeded", status: 429, asked: [0, 1, 2, 3], log: ["img_key_auth", "img_key_auth", "img_key_auth", "img_key_auth", "img_attempt_cap"], retry: "true", after: "1" },
  { name: "F33 a fault of the backend", keys: 2, answers: [{ status: 503 }], code: "upstream_unavailable", status: 503, asked: [0, 1, 0], log: ["img_http_5xx", "img_http_5xx", "img_http_5xx"], retry: "true", after: "2" },
  { name: "F34 a lost connection", keys: 2, answers: [{ status: 524 }], code: "upstream_reset", status: 502, asked: [0, 1], log: ["img_reset", "img_reset"], retry: "false" },
  { name: "F35 an answer beyond 24 MiB", keys: 2, answers: [{ status: 200, chunks: Array(25).fill(" ".repeat(1024 * 1024)) }], code: "upstream_too_large", status: 502, asked: [0], log: ["img_too_large"], retry: "false" },
  { name: "F36 a body whose coding is damaged", keys: 2, answers: [{ status: 200, headers: { "content-encoding": "gzip" }, body: "no gzip", cut: true }], code: "upstream_bad_response", status: 502, asked: [0], log: ["img_bad_encoding"], retry: "false" },
];

/** The prompt in the language model's good answers. */
export const llmPrompt = "a tabby cat, red tile roof, warm evening light";

const message = { role: "assistant", content: llmPrompt };
const choice = { index: 0, message, finish_reason: "stop" };

/** An answer of the language model as one JSON text, with these fields in its message. */
export const whole = (fields = {}, finish_reason = "stop") => json({ choices: [{ ...choice, message: { ...message, ...fields }, finish_reason }] });

/** The data of one event that adds these fields to the answer. */
export const delta = (fields, finish_reason = null) => JSON.stringify({ choices: [{ index: 0, delta: fields, finish_reason }] });
const text = (content) => delta({ content });
const stop = delta({}, "stop");

/** Makes events with these data, each with a blank line behind it. */
export const events = (...data) => data.map((each) => `data: ${each}\n\n`).join("");

/** An answer of the language model as an event stream, of one body or of chunks. */
export const stream = (body, extra = {}) => ({
  status: 200,
  headers: { "content-type": "text/event-stream" },
  ...(Array.isArray(body) ? { chunks: body } : { body }),
  ...extra,
});

const good = events(text("a tabby cat, red"), text(" tile roof, warm"), text(" evening light"), stop, "[DONE]");
const bytesOneByOne = (body) => Array.from(Buffer.from(body), (byte) => Uint8Array.of(byte));
const megabyte = 1024 * 1024;
const words = (bytes) => "long words ".repeat(Math.ceil(bytes / 11)).slice(0, bytes);
const later = (ms, bytes) => ({ ms, bytes });
const every = (ms, count, bytes) => Array.from({ length: count }, () => later(ms, bytes));

/**
 * The faults of the optimiser's language model. llm: its answer; log: the log's line about the call; status: that of the answer, absent where none
 * came; says: the prompt of the picture, where it is not the user's own; endsMs: when the call was over; thinking: the model's thinking.
 */
export const optimiserFaults = [
  { name: "F39 a connection that fails", llm: "failed", log: "llm_unreachable" },
  { name: "F40 no head at all", llm: "silent", log: "llm_headers_timeout", endsMs: 15_000 },
  { name: "F40 a head after 15 s and a little", llm: { ...stream(good), ms: 15_001 }, log: "llm_headers_timeout", endsMs: 15_000 },
  { name: "F40 a head just within 15 s is none", llm: { ...stream(good), ms: 14_999 }, log: "llm_attempt", status: 200, says: llmPrompt, endsMs: 14_999 },
  { name: "F41 a stream that stalls", llm: stream([events(text("a tabby")), later(Infinity)]), log: "llm_stream_timeout", status: 200, endsMs: 15_000 },
  { name: "F41 a stream that pauses for a little less", llm: stream([events(text("a tabby cat, red tile roof,")), later(14_900, events(text(" warm evening light"), stop, "[DONE]"))]), log: "llm_attempt", status: 200, says: llmPrompt, endsMs: 14_900 },
  { name: "F41 a body that never begins", llm: stream([later(Infinity)]), log: "llm_stream_timeout", status: 200, endsMs: 15_000 },
  { name: "F41 a JSON text that stalls", llm: { ...whole(), body: undefined, chunks: ['{"choices":[', later(Infinity)] }, log: "llm_stream_timeout", status: 200, endsMs: 15_000 },
  { name: "F41 30 s in all though bytes keep coming", llm: stream(every(1000, 60, events(text("la ")))), log: "llm_stream_timeout", status: 200, endsMs: 30_000 },
  { name: "F41 30 s in all though comments keep coming", llm: stream(every(10_000, 6, ": thinking\n\n")), log: "llm_stream_timeout", status: 200, endsMs: 30_000 },
  { name: "F41 30 s in all though a JSON text keeps coming", llm: { ...whole(), chunks: ["{", ...every(1000, 60, " ")] }, log: "llm_stream_timeout", status: 200, endsMs: 30_000 },
  { name: "F42 a stream that breaks off", llm: stream(events(text("a tabby")), { cut: true }), log: "llm_stream_reset", status: 200 },
  { name: "F42 a stream that breaks off behind its finish_reason", llm: stream(events(text("a tabby"), stop), { cut: true }), log: "llm_stream_reset", status: 200 },
  { name: "F42 a JSON text that breaks off", llm: { ...whole(), body: '{"choices":[{"mess', cut: true }, log: "llm_stream_reset", status: 200 },
  { name: "F42 a body that breaks off at once", llm: { status: 200, cut: true }, log: "llm_stream_reset", status: 200 },
  { name: "F43 JSON cut off", llm: { ...whole(), body: whole().body.slice(0, -3) }, log: "llm_bad_json", status: 200 },
  { name: "F43 HTML", llm: { status: 200, headers: { "content-type": "text/html" }, body: "<!DOCTYPE html><p>a tabby cat</p>" }, log: "llm_bad_json", status: 200 },
  { name: "F43 HTML labelled as JSON", llm: { ...whole(), body: "<html><p>a tabby cat</p></html>" }, log: "llm_bad_json", status: 200 },
  { name: "F43 HTML labelled as a stream", llm: stream("<html>\n\n<p>a tabby cat</p></html>"), log: "llm_bad_json", status: 200 },
  { name: "F43 an empty body", llm: { status: 200 }, log: "llm_empty_body", status: 200 },
  { name: "F43 nothing but white space", llm: { status: 200, chunks: [" \n", later(20, "\r\n\t")] }, log: "llm_empty_body", status: 200 },
  { name: "F43 a 204", llm: { status: 204 }, log: "llm_empty_body", status: 204 },
  { name: "F43 an object without choices", llm: json({ object: "chat.completion" }), log: "llm_bad_shape", status: 200 },
  { name: "F43 no choice", llm: json({ choices: [] }), log: "llm_bad_shape", status: 200 },
  { name: "F43 an array", llm: json([llmPrompt]), log: "llm_bad_shape", status: 200 },
  { name: "F43 a number as the content", llm: whole({ content: 7 }), log: "llm_bad_shape", status: 200 },
  { name: "F43 a stream whose data is no JSON", llm: stream(events("a tabby cat", "[DONE]")), log: "llm_bad_json", status: 200 },
  { name: "F43 a stream whose data is no object", llm: stream(events("[1]", "[DONE]")), log: "llm_bad_shape", status: 200 },
  { name: "F43 a stream with a number as the content", llm: stream(events(delta({ content: 7 }), "[DONE]")), log: "llm_bad_shape", status: 200 },
  { name: "F44 an error in a 200", llm: json({ error: { message: "overloaded", code: 503 } }), log: "llm_error_in_200", status: 200 },
  { name: "F44 an error in a stream", llm: stream(events(text("a tabby"), JSON.stringify({ error: { message: "overloaded" } }))), log: "llm_error_in_stream", status: 200 },
  { name: "F44 an error at the beginning of a stream", llm: stream(events(JSON.stringify({ error: { message: "overloaded" } }), "[DONE]")), log: "llm_error_in_stream", status: 200 },
  ...[301, 400, 401, 402, 403, 404, 408, 413, 422, 429, 500, 502, 503, 504, 520, 524, 529, 530].map((status) => ({
    name: `F45 ${status}`,
    llm: { status, headers: { "retry-after": "1" }, body: JSON.stringify({ error: { message: "no", code: "no" } }) },
    log: `llm_http_${status}`,
    status,
  })),
  { name: "F45 500 whose body never ends", llm: { status: 500, chunks: ["{", later(Infinity)] }, log: "llm_http_500", status: 500, endsMs: 3000 },
  { name: "F45 500 whose body trickles", llm: { status: 500, chunks: Array(1000).fill({ ms: 2900, bytes: "x" }) }, log: "llm_http_500", status: 500, endsMs: 3000 },
  { name: "F45 500 with much HTML", llm: { status: 500, body: `<html>${words(100_000)}` }, log: "llm_http_500", status: 500 },
  { name: "F46 a finish_reason and no [DONE]", llm: stream(events(text(llmPrompt), stop)), log: "llm_attempt", status: 200, says: llmPrompt },
  { name: "F46 [DONE] without its blank line", llm: stream(`${events(text(llmPrompt))}data: [DONE]`), log: "llm_attempt", status: 200, says: llmPrompt },
  { name: "F46 [DONE] with half of its blank line", llm: stream(`${events(text(llmPrompt))}data: [DONE]\n`), log: "llm_attempt", status: 200, says: llmPrompt },
  { name: "F46 [DONE], and a connection that stays open", llm: stream([events(text(llmPrompt), "[DONE]"), later(Infinity)]), log: "llm_attempt", status: 200, says: llmPrompt, endsMs: 0 },
  { name: "F46 what follows [DONE] is not read", llm: stream(events(text(llmPrompt), "[DONE]", text("and a dog"), "no JSON")), log: "llm_attempt", status: 200, says: llmPrompt },
  { name: "F47 neither finish_reason nor [DONE]", llm: stream(events(text(llmPrompt))), log: "llm_stream_truncated", status: 200 },
  { name: "F47 an end in the middle of an event", llm: stream(`${events(text("a tabby"))}data: {"choi`), log: "llm_stream_truncated", status: 200 },
  { name: "F47 nothing but a comment", llm: stream(": hello\n\n"), log: "llm_stream_truncated", status: 200 },
  { name: "F48 CRLF", llm: stream(good.replaceAll("\n", "\r\n")), log: "llm_attempt", status: 200, says: llmPrompt },
  { name: "F48 CR", llm: stream(good.replaceAll("\n", "\r")), log: "llm_attempt", status: 200, says: llmPrompt },
  { name: "F48 a byte order mark", llm: stream(`\uFEFF${good}`), log: "llm_attempt", status: 200, says: llmPrompt },
  { name: "F48 comments, ids, events and white space between", llm: stream(`\n\n: hello\n${good.replaceAll("data:", "id: 7\nevent: message\nretry: 10\n:x\ndata:")}`), log: "llm_attempt", status: 200, says: llmPrompt },
  { name: "F48 no space behind the colon", llm: stream(good.replaceAll("data: ", "data:")), log: "llm_attempt", status: 200, says: llmPrompt },
  { name: "F48 data of several lines", llm: stream(good.replaceAll('"choices":', '"choices":\ndata: ')), log: "llm_attempt", status: 200, says: llmPrompt },
  { name: "F48 one byte at a time", llm: stream(bytesOneByOne(good)), log: "llm_attempt", status: 200, says: llmPrompt },
  { name: "F48 CRLF, a byte order mark and split characters, one byte at a time", llm: stream(bytesOneByOne(`\uFEFF${events(text("a café at dusk, 画"), stop, "[DONE]").replaceAll("\n", "\r\n")}`)), log: "llm_attempt", status: 200, says: "a café at dusk, 画" },
  { name: "F48 a JSON text, one byte at a time", llm: { status: 200, chunks: bytesOneByOne(whole().body) }, log: "llm_attempt", status: 200, says: llmPrompt },
  { name: "F48 a JSON text behind white space", llm: { status: 200, chunks: ["\r\n ", ` ${whole().body}`, "\n"] }, log: "llm_attempt", status: 200, says: llmPrompt },
  { name: "F48 a stream labelled as JSON", llm: { ...stream(good), headers: { "content-type": "application/json" } }, log: "llm_attempt", status: 200, says: llmPrompt },
  { name: "F48 a JSON text labelled as a stream", llm: { ...whole(), headers: { "content-type": "text/event-stream" } }, log: "llm_attempt", status: 200, says: llmPrompt },
  { name: "F48 a stream without a label", llm: { status: 200, body: good }, log: "llm_attempt", status: 200, says: llmPrompt },
  { name: "F48 a JSON text labelled as HTML", llm: { ...whole(), headers: { "content-type": "text/html" } }, log: "llm_attempt", status: 200, says: llmPrompt },
  { name: "F49 a thought that is never closed", llm: whole({ content: "<think>a tabby? a lion?" }), log: "llm_think_unclosed", status: 200, thinking: "a tabby? a lion?" },
  { name: "F49 a streamed thought that is never closed", llm: stream(events(text("<think>a tabby"), text("? a lion?"), stop, "[DONE]")), log: "llm_think_unclosed", status: 200, thinking: "a tabby? a lion?" },
  { name: "F50 only </think>", llm: whole({ content: `a lion? no</think>${llmPrompt}` }), log: "llm_attempt", status: 200, says: llmPrompt, thinking: "a lion? no" },
  { name: "F50 only </think> in a stream", llm: stream(events(text("a lion? no</thi"), text(`nk>${llmPrompt}`), stop, "[DONE]")), log: "llm_attempt", status: 200, says: llmPrompt, thinking: "a lion? no" },
  { name: "thinking whose tags are split over deltas", llm: stream(events(...Array.from(`<THINK>a lion? no</tHink>${llmPrompt}`, text), stop, "[DONE]")), log: "llm_attempt", status: 200, says: llmPrompt, thinking: "a lion? no" },
  { name: "thinking in reasoning_content", llm: stream(events(delta({ reasoning_content: "a lion? " }), delta({ reasoning_content: "no" }), text(llmPrompt), stop, "[DONE]")), log: "llm_attempt", status: 200, says: llmPrompt, thinking: "a lion? no" },
  { name: "thinking in reasoning", llm: stream(events(delta({ reasoning: "a lion? ", content: "" }), delta({ reasoning: "no", content: null }), text(llmPrompt), stop, "[DONE]")), log: "llm_attempt", status: 200, says: llmPrompt, thinking: "a lion? no" },
  { name: "thinking in a JSON text's reasoning_content", llm: whole({ reasoning_content: "a lion? no" }), log: "llm_attempt", status: 200, says: llmPrompt, thinking: "a lion? no" },
  { name: "thinking in a JSON text's reasoning", llm: whole({ reasoning: "a lion? no" }), log: "llm_attempt", status: 200, says: llmPrompt, thinking: "a lion? no" },
  { name: "F51 an empty text", llm: whole({ content: "" }), log: "llm_empty_prompt", status: 200 },
  { name: "F51 a stream without a word", llm: stream(events(text(""), stop, "[DONE]")), log: "llm_empty_prompt", status: 200 },
  { name: "F51 nothing but thinking", llm: stream(events(text("<think>a lion?</think>\n\n"), stop, "[DONE]")), log: "llm_empty_prompt", status: 200, thinking: "a lion?" },
  { name: "F51 nothing but wrapping", llm: whole({ content: '```\n""\n```' }), log: "llm_empty_prompt", status: 200 },
  { name: "F51 a refusal in words", llm: whole({ content: "I’m sorry, but I can't assist with that request." }), log: "llm_empty_prompt", status: 200 },
  { name: "no refusal: words that others say", llm: whole({ content: "a tabby with a card that says 'I am sorry'" }), log: "llm_attempt", status: 200, says: "a tabby with a card that says 'I am sorry'" },
  { name: "F51 a refusal in Chinese words, streamed", llm: stream(events(text("很抱"), text("歉，我无法协助。"), stop, "[DONE]")), log: "llm_empty_prompt", status: 200 },
  { name: "F52 a JSON text over 1 MiB", llm: whole({ content: words(megabyte + 20_000) }), log: "llm_too_large", status: 200 },
  { name: "F52 a stream of text over 1 MiB", llm: stream([...every(0, 17, events(text(words(64 * 1024)))), events(stop, "[DONE]")]), log: "llm_too_large", status: 200 },
  { name: "F52 a stream of thinking over 1 MiB", llm: stream([...every(0, 17, events(delta({ reasoning_content: words(64 * 1024) }))), events(text(llmPrompt), stop, "[DONE]")]), log: "llm_too_large", status: 200, thinking: null },
  { name: "F52 a line over 1 MiB", llm: stream(`data: ${words(megabyte + 1)}\n\n${good}`), log: "llm_too_large", status: 200 },
  { name: "F52 a line that never ends", llm: stream([": ", ...every(0, 24, words(64 * 1024)), later(Infinity)]), log: "llm_too_large", status: 200 },
  { name: "F52 over 8 MiB of tiny events", llm: stream([...every(0, 130, events(text("")).repeat(Math.ceil((64 * 1024) / events(text("")).length))), good]), log: "llm_too_large", status: 200 },
  { name: "F52 a text of nearly 1 MiB is cut to a prompt", llm: whole({ content: words(1_000_000) }), log: "llm_attempt", status: 200, says: words(274) },
  { name: "F53 a content filter", llm: whole({ content: "a tabby" }, "content_filter"), log: "llm_content_filter", status: 200 },
  { name: "F53 a content filter in a stream", llm: stream(events(text("a tabby"), delta({}, "content_filter"), "[DONE]")), log: "llm_content_filter", status: 200 },
];

/** F54: a refusal of the language model's server, which ends the request. */
export const optimiserRefusal = { status: 400, body: JSON.stringify({ error: { code: "content_policy_violation", message: "Your request was rejected by our safety system." } }) };
