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
  list: { object: "list", data: [model] },
  logprobs,
  model,
  usage,
};
const optional =
  /\.(usage|reasoning_content|reasoning|tool_calls|delta\.\w+|output_tokens_details|revised_prompt|background|output_format|quality|size|safety_identifier)$/;

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
      if (optional.test(`.${text}`)) {
        test(`does without ${text}`, () => assertValid(name, without));
      } else {
        test(`needs ${text}`, () => assert.throws(() => assertValid(name, without), new RegExp(path.at(-1))));
      }
      test(`knows the type of ${text}`, () => {
        assert.throws(
          () =>
            assertValid(
              name,
              change(value, path, (parent, key) => (parent[key] = true)),
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
