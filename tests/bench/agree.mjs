// Checks that two Workers did the same work: their answers and calls, without the parts that are new in each request.
import assert from "node:assert/strict";
import { eventsIn } from "../support/cases/cases.mjs";

/** Header fields that differ from request to request, or belong to the transfer. */
const ownHeaders = ["x-request-id", "x-fluxgate-ms", "date", "connection", "keep-alive", "transfer-encoding"];

/** The text without the parts that differ: origin, expiry, signature, id, time. */
function withoutOwn(text) {
  return text
    .replaceAll(/http:\/\/[\w.:]+(\/image-proxy\?url=[^&]+&)exp=\d+&sig=[\w-]{43}/g, "$1exp=&sig=")
    .replaceAll(/chatcmpl-[0-9a-f]{32}/g, "chatcmpl-")
    .replaceAll(/"created":\d{10}/g, '"created":0')
    .replaceAll(/"ms":\d+/g, '"ms":0');
}

export function assertSameAnswer(a, b) {
  assert.equal(a.status, b.status, a.bytes.toString());
  assert.deepEqual(contentOf(a), contentOf(b));
  assert.deepEqual(headersOf(a), headersOf(b));
}

export function assertSameCalls(a, b) {
  const contentOfCall = ({ path, body, headers }) => [
    path,
    { body: contentOfBody(body, headers), accept: headers.accept },
  ];
  const contents = (calls) => Object.fromEntries(calls.map(contentOfCall));
  assert.deepEqual(contents(a), contents(b));
}

/** The content of JSON, or the text of a form without its boundary. */
function contentOfBody(body, { "content-type": type = "" }) {
  const [, boundary] = /boundary="?([^"]+)/.exec(type) ?? [];
  if (boundary !== undefined) return body.replaceAll(boundary, "");
  return body && JSON.parse(body);
}

function headersOf({ headers }) {
  const own = Object.entries(headers).filter(([name]) => !ownHeaders.includes(name));
  return Object.fromEntries(own.map(([name, value]) => [name, withoutOwn(value).replace(/max-age=\d+/, "max-age=")]));
}

/** The content of an answer; for a stream, the contents of its events together. */
function contentOf({ headers, bytes }) {
  if (headers["content-type"].startsWith("image/")) return bytes;
  const text = withoutOwn(bytes.toString());
  if (!headers["content-type"].startsWith("text/event-stream")) return JSON.parse(text);
  const events = eventsIn(text);
  const deltas = events.flatMap(({ choices = [] }) => choices).map((choice) => choice.delta);
  const joined = (field) => deltas.map((delta) => delta[field] ?? "").join("");
  return {
    first: events[0],
    content: joined("content"),
    thinking: joined("reasoning_content"),
    last: events.slice(-2),
  };
}
