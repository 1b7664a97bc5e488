// The schemas of answers must refuse what they are there to refuse.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { assertValid, schemaNames } from "../support/cases/schemas.mjs";

const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 };
const model = { id: "m", object: "model", created: 0, owned_by: "o" };
const token = { token: "t", logprob: -1, bytes: null, top_logprobs: [{ token: "t", logprob: -1, bytes: [116] }] };
const logprobs = { content: [token], refusal: null };
const common = { id: "c", created: 0, model: "m" };
const tool_calls = [{ id: "t", type: "function", function: { name: "f", arguments: "{}" } }];
const message = {
  role: "assistant",
  content: null,
  refusal: null,
  reasoning_content: "hm",
  reasoning: "hm",
  tool_calls,
};
const token_details = { image_tokens: 0, text_tokens: 1 };
const image_usage = {
  input_tokens: 1,
  input_tokens_details: token_details,
  output_tokens: 2,
  output_tokens_details: token_details,
  total_tokens: 3,
};
const images = [{ b64_json: "aGkh", revised_prompt: "a cat" }, { url: "https://pictures.example/cat.png" }];
const image_form = {
  background: "opaque",
  output_format: "png",
  quality: "high",
  size: "1536x864",
  safety_identifier: null,
};
const look = { size: "1024x1024", quality: "auto", background: "opaque", output_format: "png" };
const text_part = { type: "output_text", text: "hi", annotations: [], logprobs: [] };
const response = {
  id: "resp_1",
  object: "response",
  created_at: 0,
  status: "completed",
  error: { code: "server_error", message: "m" },
  incomplete_details: null,
  instructions: "i",
  model: "m",
  tools: [{ type: "image_generation" }],
  output: [
    { id: "rs_1", type: "reasoning", summary: [{ type: "summary_text", text: "hm" }] },
    {
      id: "ig_1",
      type: "image_generation_call",
      status: "completed",
      result: "aGkh",
      revised_prompt: "a cat",
      ...look,
      action: "generate",
    },
    { id: "msg_1", type: "message", role: "assistant", status: "completed", content: [text_part] },
  ],
  parallel_tool_calls: true,
  metadata: { user: "7" },
  tool_choice: { type: "image_generation" },
  temperature: 1,
  top_p: 1,
  usage: {
    input_tokens: 1,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: 2,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: 3,
  },
};
const event_usage = {
  input_tokens: 1,
  output_tokens: 2,
  total_tokens: 3,
  input_tokens_details: { text_tokens: 1, image_tokens: 0 },
};
const mcp_tool = {
  name: "draw",
  title: "Draw",
  description: "Draws.",
  inputSchema: { type: "object", properties: { prompt: { type: "string" } }, required: ["prompt"] },
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true },
};
const delta = { role: "assistant", content: "", reasoning_content: "hm", reasoning: "hm", tool_calls: [{ index: 0 }] };

/** One good value of each, in which every member but those of `optional` is required. */
const values = {
  "chat.completion": {
    ...common,
    object: "chat.completion",
    choices: [{ index: 0, message, logprobs, finish_reason: "stop" }],
    usage,
  },
  "chat.completion.chunk": {
    ...common,
    object: "chat.completion.chunk",
    choices: [{ index: 0, delta, finish_reason: null }],
    usage: null,
  },
  error: { error: { message: "m", type: "t", param: null, code: null } },
  "images.response": { created: 0, data: images, ...image_form, usage: image_usage },
  "images.event": { type: "image_edit.completed", b64_json: "aGkh", created_at: 0, ...look, usage: event_usage },
  list: { object: "list", data: [model] },
  "mcp.call_result": {
    content: [
      { type: "text", text: "hi" },
      { type: "image", data: "aGkh", mimeType: "image/png" },
      { type: "resource_link", uri: "https://pictures.example/cat.png", name: "cat", mimeType: "image/png" },
    ],
    structuredContent: {},
    isError: false,
    resultType: "complete",
  },
  "mcp.discover_result": {
    resultType: "complete",
    supportedVersions: ["2026-07-28"],
    capabilities: { tools: {} },
    instructions: "i",
    ttlMs: 5,
    cacheScope: "public",
    _meta: {},
  },
  "mcp.initialize_result": {
    protocolVersion: "2025-11-25",
    capabilities: { tools: {} },
    serverInfo: { name: "n", version: "1" },
    instructions: "i",
  },
  "mcp.message": {
    jsonrpc: "2.0",
    method: "notifications/progress",
    params: { progressToken: 1, progress: 1, message: "m" },
  },
  "mcp.tools_result": { tools: [mcp_tool], ttlMs: 5, cacheScope: "public", resultType: "complete" },
  response,
  "response.event": {
    type: "response.image_generation_call.partial_image",
    sequence_number: 0,
    output_index: 0,
    item_id: "ig_1",
    partial_image_index: 0,
    partial_image_b64: "aGkh",
    ...look,
  },
  logprobs,
  model,
  usage,
};
const optional =
  /\.(usage|reasoning_content|reasoning|tool_calls|delta\.\w+|output_tokens_details|revised_prompt|background|output_format|quality|size|safety_identifier)$/;
const look_of_events = /\.(background|output_format|quality|size)$/;
/** What may be missing where that is something else. */
const optionalIn = {
  response: /\.(usage|logprobs|result|revised_prompt|action|user|background|output_format|quality|size)$/,
  "response.event": look_of_events,
  "images.event": /^$/,
  "mcp.message": /^\.params\.message$/,
  "mcp.call_result": /^\.(structuredContent|resultType|content\.2\.mimeType)$/,
  "mcp.tools_result":
    /\.(ttlMs|cacheScope|resultType|title|description|annotations|\w+Hint|inputSchema\.(properties|required)|prompt)$/,
  "mcp.initialize_result": /^\.instructions$/,
  "mcp.discover_result": /^\.(instructions|_meta)$/,
};

/** The paths of all members of objects, such as ["choices", "0", "index"]. */
function* members(value, path = []) {
  if (typeof value !== "object" || value === null) return;
  for (const [key, member] of Object.entries(value)) {
    if (!Array.isArray(value)) yield [...path, key];
    yield* members(member, [...path, key]);
  }
}

function change(value, path, edit) {
  const copy = structuredClone(value);
  const parent = path.slice(0, -1).reduce((at, key) => at[key], copy);
  edit(parent, path.at(-1));
  return copy;
}

test("each schema has a value here", () => assert.deepEqual(Object.keys(values).sort(), schemaNames.toSorted()));

for (const [name, value] of Object.entries(values)) {
  describe(`the schema ${name}`, () => {
    test("takes a good value", () => assertValid(name, value));

    for (const path of members(value)) {
      const text = path.join(".");
      const without = change(value, path, (parent, key) => delete parent[key]);
      if ((optionalIn[name] ?? optional).test(`.${text}`)) {
        test(`does without ${text}`, () => assertValid(name, without));
      } else {
        test(`needs ${text}`, () => assert.throws(() => assertValid(name, without), new RegExp(path.at(-1))));
      }
      test(`knows the type of ${text}`, () => {
        assert.throws(
          () =>
            assertValid(
              name,
              change(value, path, (parent, key) => (parent[key] = typeof parent[key] === "boolean" ? 5 : true)),
            ),
          /no valid/,
        );
      });
    }
  });
}

describe("the schema images.response, too,", () => {
  const good = values["images.response"];
  const refused = {
    "no pictures": { ...good, data: [] },
    "pictures that are no list": { ...good, data: images[0] },
    "no picture among them": { ...good, data: [images[0], null] },
    "a picture twice, as base64 and as an address": { ...good, data: [{ ...images[0], ...images[1] }] },
    "a picture as base64 and no address": { ...good, data: [{ b64_json: "aGkh", url: null }] },
    "an empty picture": { ...good, data: [{ b64_json: "" }] },
    "base64 in two lines": { ...good, data: [{ b64_json: "aGkh\naGkh" }] },
    "base64 for addresses": { ...good, data: [{ b64_json: "a-_h" }] },
    "a data URL as base64": { ...good, data: [{ b64_json: "data:image/png;base64,aGkh" }] },
    "a path as an address": { ...good, data: [{ url: "/i/cat.png" }] },
    "a prompt that is null": { ...good, data: [{ ...images[0], revised_prompt: null }] },
    "half a second": { ...good, created: 0.5 },
    "a format that nobody knows": { ...good, output_format: "avif" },
    "a size in words": { ...good, size: "auto" },
    "an error": { error: values.error.error },
  };
  for (const [name, value] of Object.entries(refused)) {
    test(`refuses ${name}`, () =>
      assert.throws(() => assertValid("images.response", value), /no valid images\.response/));
  }

  test("does without all that is optional", () =>
    assertValid("images.response", { created: 0, data: [{ b64_json: "aGk=" }] }));
});

test("a failure says where", () => {
  const wrong = change(
    values["chat.completion"],
    ["choices", "0", "message", "content"],
    (parent, key) => (parent[key] = 5),
  );
  const report = /no valid chat\.completion:\n {2}\/choices\/0\/message\/content must be string,null/;
  assert.throws(() => assertValid("chat.completion", wrong), report);
});
