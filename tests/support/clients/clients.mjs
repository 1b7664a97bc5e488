// The common parts of the tests of real clients: a wire that records every answer, and a scripted language model.
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { after, afterEach, before, beforeEach } from "node:test";
import { assertValid } from "../cases/schemas.mjs";
import { settingsFor, startUpstream } from "../upstreams/upstream.mjs";
import { startWorkerd } from "../hosts/workerd.mjs";

/**
 * Starts for a suite an upstream with a language model, the Worker in workerd with these settings (or the host that `start` starts), and an edge
 * before it. Gives { wire, upstream, worker, baseURL, pictureCalls() }, filled in before the first test. Every answer that passes the wire is
 * checked.
 */
export function useGateway(settings = {}, start = startWorkerd) {
  const use = { wire: new Wire(), pictureCalls: () => use.upstream.callsTo("/generate").length };
  before(async () => {
    use.upstream = await startUpstream();
    use.worker = await start(settingsFor(use.upstream, settings));
    use.edge = await startEdge(use.worker);
    use.baseURL = `${use.edge.origin}/v1`;
  });
  beforeEach(() => {
    use.upstream.reset();
    use.upstream.onChat = languageModel();
  });
  afterEach(() => use.wire.check());
  after(async () => {
    await use.edge?.close();
    await use.worker?.close();
    await use.upstream?.close();
  });
  return use;
}

const plainFetch = fetch;

/** Puts the wire of `use` in the place of everybody's fetch() while the suite runs: for clients that take none of their own. */
export function wireEverybody(use) {
  before(() => (globalThis.fetch = use.wire.fetch));
  after(() => (globalThis.fetch = plainFetch));
}

/**
 * A `fetch` for a client that records every call as { asked, status, headers, text, wasReadToEnd }. The client sees no difference. It calls only loopback.
 */
class Wire {
  exchanges = [];

  fetch = async (url, init) => {
    assert.equal(new URL(url).hostname, "127.0.0.1");
    const response = await plainFetch(url, init);
    const { status, headers } = response;
    const exchange = { asked: init?.body, status, headers, text: "", wasReadToEnd: false };
    this.exchanges.push(exchange);
    const decoder = new TextDecoder();
    const tap = new TransformStream({
      transform(bytes, controller) {
        exchange.text += decoder.decode(bytes, { stream: true });
        controller.enqueue(bytes);
      },
      flush() {
        exchange.wasReadToEnd = true;
      },
    });
    return new Response(response.body.pipeThrough(tap), response);
  };

  /**
   * Checks every answer since the last call by the schemas, and streams also by the order of their events; pictures have no schema. There must be
   * at least one answer.
   */
  check() {
    const exchanges = this.exchanges.splice(0);
    assert.notEqual(exchanges.length, 0);
    for (const { status, headers, text, wasReadToEnd } of exchanges) {
      const [type] = headers.get("content-type").split(";");
      if (type === "text/event-stream") {
        checkEvents(readEvents(text), wasReadToEnd);
      } else if (!type.startsWith("image/")) {
        assert.equal(type, "application/json");
        const body = JSON.parse(text);
        assertValid(status < 400 ? (body.object ?? "images.response") : "error", body);
      }
    }
  }
}

/**
 * Starts a server between a client and the Worker that resets the Worker's connection when the client leaves, as Cloudflare's edge does: clients only
 * close their connection, and workerd notices that only when it writes. Gives { origin, close() }.
 */
async function startEdge(worker) {
  const { hostname, port } = new URL(worker.origin);
  const sockets = new Set();
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const inner = connect(port, hostname);
    for (const socket of [client, inner]) {
      sockets.add(socket);
      socket.on("error", () => {}); // A reset of either side.
    }
    client.on("data", (bytes) => inner.write(bytes));
    inner.on("data", (bytes) => client.write(bytes));
    client.on("end", () => inner.resetAndDestroy());
    client.on("close", () => inner.resetAndDestroy());
    inner.on("close", () => client.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/** The data of all complete events. */
function readEvents(text) {
  const blocks = text.split("\n\n").slice(0, -1);
  const lines = blocks.flatMap((block) => block.split("\n")).filter((line) => !/^(:|event: )/.test(line));
  return lines.map((line) => {
    assert.match(line, /^data: /);
    const data = line.slice("data: ".length);
    return data === "[DONE]" ? data : JSON.parse(data);
  });
}

/** Checks that the events are those of finished pictures, as they are promised. */
function checkPictureEvents(events) {
  for (const event of events) {
    assert.match(event.type, /^image_(generation|edit)\.completed$/);
    for (const field of ["size", "quality", "background", "output_format"]) assert.equal(typeof event[field], "string");
    assert.ok(Number.isInteger(event.created_at) && Number.isInteger(event.usage.total_tokens));
    assert.equal(typeof (event.b64_json ?? event.url), "string");
  }
}

/**
 * Checks that the events are chunks of one completion, the role first and the usage last, and end with [DONE] or an error. `wasReadToEnd`: the client
 * saw the end of the body; many clients leave at [DONE] or at an error, and some tests earlier.
 */
function checkEvents(events, wasReadToEnd) {
  if (events.some(({ type }) => type !== undefined)) return checkPictureEvents(events);
  const hasEnd = wasReadToEnd || events.at(-1) === "[DONE]" || "error" in Object(events.at(-1));
  const last = hasEnd ? events.pop() : undefined;
  for (const chunk of events) assertValid("chat.completion.chunk", chunk);
  if (events.length > 0) {
    assert.equal(events[0].choices[0].delta.role, "assistant");
    const { id, created, model } = events[0];
    for (const chunk of events) assert.deepEqual([chunk.id, chunk.created, chunk.model], [id, created, model]);
  }
  if (!hasEnd) return;
  if (last !== "[DONE]") return assertValid("error", last);

  const usageAt = events.findIndex(({ choices }) => choices.length === 0);
  if (usageAt !== -1) {
    assert.equal(usageAt, events.length - 1);
    assert.notEqual(events.pop().usage, null);
    for (const { usage } of events) assert.equal(usage, null);
  }
  const reasons = events.map(({ choices: [choice] }) => choice.finish_reason);
  assert.notEqual(reasons.pop(), null);
  for (const reason of reasons) assert.equal(reason, null);
}

const usage = { prompt_tokens: 300, completion_tokens: 20, total_tokens: 320 };

/**
 * Makes a handler for upstream.onChat: a language model that calls a tool when it must, writes JSON when it must, and otherwise says `says`. With
 * `thinks` it first thinks that aloud. It streams when asked to.
 */
export function languageModel({ says = "a tabby cat, red tile roof, warm evening light", thinks } = {}) {
  return ({ json: request }) => {
    const [message, finish_reason] = reply(request, says);
    if (thinks !== undefined) message.reasoning_content = thinks;
    const common = { id: "chatcmpl-llm", created: 1_795_000_000, model: request.model };
    if (!request.stream) {
      const choice = {
        index: 0,
        message: { role: "assistant", refusal: null, ...message },
        logprobs: null,
        finish_reason,
      };
      return { body: { ...common, object: "chat.completion", choices: [choice], usage } };
    }
    const chunks = [...deltas(message)].map((delta) => ({
      choices: [{ index: 0, delta, logprobs: null, finish_reason: null }],
    }));
    chunks.push({ choices: [{ index: 0, delta: {}, logprobs: null, finish_reason }] });
    const counts = request.stream_options?.include_usage === true;
    if (counts) {
      for (const chunk of chunks) chunk.usage = null;
      chunks.push({ choices: [], usage });
    }
    const events = chunks.map((chunk) => ({ ...common, object: "chat.completion.chunk", ...chunk }));
    return {
      headers: { "content-type": "text/event-stream" },
      body: [...events.map((event) => JSON.stringify(event)), "[DONE]"].map((data) => `data: ${data}\n\n`).join(""),
    };
  };
}

/** The message that the request wants, and its finish_reason. */
function reply({ tools, tool_choice, response_format }, says) {
  const mustCall = tool_choice === "required" || typeof tool_choice === "object";
  if (mustCall) {
    const { name, parameters } = tools[0].function;
    const call = { id: "call_1", type: "function", function: { name, arguments: JSON.stringify(valueOf(parameters)) } };
    return [{ content: null, tool_calls: [call] }, "tool_calls"];
  }
  if (response_format?.type === "json_schema")
    return [{ content: JSON.stringify(valueOf(response_format.json_schema.schema)) }, "stop"];
  return [{ content: says }, "stop"];
}

/** A value that fits the schema. */
function valueOf({ type, properties = {}, items, enum: choices }) {
  if (choices !== undefined) return choices[0];
  if (type === "object")
    return Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, valueOf(schema)]));
  if (type === "array") return [valueOf(items)];
  return { string: "roof", number: 0.5, integer: 7, boolean: true }[type];
}

/** Gives the message in pieces. */
function* deltas({ content, reasoning_content, tool_calls = [] }) {
  yield { role: "assistant", content: content === null ? null : "" };
  for (const piece of halves(reasoning_content ?? "")) yield { reasoning_content: piece };
  for (const piece of halves(content ?? "")) yield { content: piece };
  for (const [index, { id, type, function: call }] of tool_calls.entries()) {
    yield { tool_calls: [{ index, id, type, function: { name: call.name, arguments: "" } }] };
    for (const piece of halves(call.arguments)) yield { tool_calls: [{ index, function: { arguments: piece } }] };
  }
}

function halves(text) {
  const middle = text.length >> 1;
  return [text.slice(0, middle), text.slice(middle)].filter((piece) => piece !== "");
}

/** Checks that a call of the language model is the client's request unchanged, except for the model's name. */
export function assertPassedOn(call, request) {
  assert.deepEqual(call.json, { ...request, model: "llm-small" });
  assert.equal(call.headers.authorization, "Bearer llm-key");
}
