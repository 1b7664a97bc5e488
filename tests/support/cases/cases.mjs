// Reads the cases of tests/vectors/gateway and checks a host's answer to one. tests/vectors/gateway/README.md says how cases are written.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { assertValid } from "./schemas.mjs";
import { settingsFor } from "../upstreams/upstream.mjs";

export { upstreamName } from "../upstreams/upstream.mjs";

const folder = new URL("../../vectors/gateway/", import.meta.url);

/** Gives every case as it is written, with `file` added. */
export function loadCases() {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".json"))
    .flatMap((file) =>
      JSON.parse(readFileSync(new URL(file, folder), "utf8")).cases.map((each) => ({ file, ...each })),
    );
}

/** Gives the case with the upstream's origin and all defaults filled in. */
export function prepare(testCase, upstream) {
  const filled = JSON.parse(JSON.stringify(testCase).replaceAll("{{upstream}}", upstream.origin));
  const {
    method = "POST",
    path = "/v1/chat/completions",
    headers = { authorization: "Bearer client-key" },
    body,
  } = filled.request;
  const settings = Object.entries(settingsFor(upstream, filled.settings)).filter(([, value]) => value !== null);
  return {
    ...filled,
    settings: Object.fromEntries(settings),
    request: {
      method,
      path,
      headers,
      body: body === undefined || typeof body === "string" ? body : JSON.stringify(body),
    },
    upstream: filled.upstream ?? {},
  };
}

/** The answer to call `index` of one upstream; undefined where the case names none. */
export function answerOf(testCase, name, index) {
  const answers = testCase.upstream[name];
  const answer = Array.isArray(answers) ? answers[Math.min(index, answers.length - 1)] : answers;
  return answer?.events === undefined ? answer : eventStream(answer);
}

/** Makes an answer whose body is an event stream; the data of each event is given as JSON or as text. */
export function eventStream({ events, ...answer }) {
  const lines = events.map((data) => `data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`);
  return { ...answer, headers: { "content-type": "text/event-stream", ...answer.headers }, body: lines.join("") };
}

/** The data of the events in a client's stream, parsed where it is JSON. Comments are left out. */
export function eventsIn(text) {
  assert.ok(text.endsWith("\n\n"), "the last event is whole");
  const blocks = text
    .slice(0, -2)
    .split("\n\n")
    .filter((block) => !block.startsWith(":"));
  return blocks.map((block) => {
    assert.match(block, /^data: .+$/, "one line of data");
    const data = block.slice(6);
    return data.startsWith("{") ? JSON.parse(data) : data;
  });
}

/** Checks what a host did, `seen`: { status, headers, text, calls: [{ to, method, headers, body }] }. */
export function check(testCase, seen) {
  const { status, headers = {}, body, events, calls } = testCase.expect;
  assert.equal(seen.status, status, `status; the body is ${seen.text.slice(0, 500)}`);
  for (const [name, value] of Object.entries(headers)) match(seen.headers[name] ?? null, value, name);
  if (body !== undefined)
    match(typeof body === "string" || "$matches" in body ? seen.text : JSON.parse(seen.text), body, "body");
  if (events !== undefined) match(eventsIn(seen.text), events, "events");
  if (status >= 400 && seen.text !== "") checkErrorShape(JSON.parse(seen.text), status);
  if (status === 200 && testCase.request.path === "/v1/images/generations")
    assertValid("images.response", JSON.parse(seen.text));
  if (calls === undefined) return;
  assert.deepEqual(
    seen.calls.map(({ to }) => to),
    calls.map(({ to }) => to),
    "calls",
  );
  calls.forEach((expected, i) => {
    const call = { ...seen.calls[i] };
    if (typeof expected.body === "object" && !("$matches" in expected.body)) call.body = JSON.parse(call.body);
    match(call, expected, `calls[${i}]`);
  });
}

/** Checks that an error has exactly the fields that every error has. */
export function checkErrorShape(body, status) {
  assert.deepEqual(Object.keys(body), ["error"]);
  assert.deepEqual(Object.keys(body.error), ["message", "type", "param", "code"]);
  assert.match(body.error.code, /^[a-z_]+$/);
  assert.ok(body.error.message.length > 0);
  const types = status < 500 ? ["invalid_request_error", "rate_limit_error", "insufficient_quota"] : ["server_error"];
  assert.ok(types.includes(body.error.type), `${body.error.type} for ${status}`);
}

/** The same for an event of a stream, which may say behind the error in how many seconds to ask again; gives these. */
export function checkErrorEvent({ fluxgate, ...body }, status) {
  checkErrorShape(body, status);
  if (fluxgate === undefined) return undefined;
  assert.deepEqual(Object.keys(fluxgate), ["retry_after"]);
  assert.ok(Number.isInteger(fluxgate.retry_after) && fluxgate.retry_after > 0);
  return fluxgate.retry_after;
}

function match(actual, expected, place) {
  if (expected !== null && typeof expected === "object") {
    if ("$matches" in expected) return assert.match(String(actual), new RegExp(expected.$matches), place);
    if ("$absent" in expected) return assert.equal(actual, undefined, place);
    if (Array.isArray(expected)) assert.equal(actual?.length, expected.length, `${place}.length`);
    for (const [key, value] of Object.entries(expected)) match(actual?.[key], value, `${place}.${key}`);
    return;
  }
  assert.equal(actual, expected, place);
}
