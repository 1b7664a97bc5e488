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
const message = { role: "assistant", content: null, refusal: null, reasoning_content: "hm", tool_calls };
const delta = { role: "assistant", content: "", reasoning_content: "hm", tool_calls: [{ index: 0 }] };

/** One good value of each, in which every member but those of `optional` is required. */
const values = {
  "chat.completion": { ...common, object: "chat.completion", choices: [{ index: 0, message, logprobs, finish_reason: "stop" }], usage },
  "chat.completion.chunk": { ...common, object: "chat.completion.chunk", choices: [{ index: 0, delta, finish_reason: null }], usage: null },
  error: { error: { message: "m", type: "t", param: null, code: null } },
  list: { object: "list", data: [model] },
  logprobs,
  model,
  usage,
};
const optional = /\.(usage|reasoning_content|tool_calls|delta\.\w+)$/;

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
        assert.throws(() => assertValid(name, change(value, path, (parent, key) => (parent[key] = true))), /no valid/);
      });
    }
  });
}

test("a failure says where", () => {
  const wrong = change(values["chat.completion"], ["choices", "0", "message", "content"], (parent, key) => (parent[key] = 5));
  const report = /no valid chat\.completion:\n {2}\/choices\/0\/message\/content must be string,null/;
  assert.throws(() => assertValid("chat.completion", wrong), report);
});
