// The one answer that the shim gives by itself, beside the same errors of the core.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { failureResponse } from "../../js-glue/failure.mjs";
import { Core } from "../../js-glue/memory.mjs";
import { workerModule } from "../needs/worker.mjs";
import { batchOf } from "../support/hosts/conversation.mjs";

const module = new WebAssembly.Module(readFileSync(workerModule()));
const settings = {
  AUTHORIZED_API_KEY: "client-key",
  IMAGE_GEN_API_BASE: "https://images.example/generate",
  IMAGE_GEN_MODEL: "flux",
  IMAGE_GEN_API_KEY: "a-key-of-more-than-thirty-two-bytes",
};
const key = "authorization: Bearer client-key\n";

/** Opens a session and gives its first answer, { status, headers, body }; null while it waits. */
function open(core, head) {
  core.open(head, Date.now());
  const respond = batchOf(core).find(({ kind }) => kind === "respond");
  if (respond === undefined) return null;
  const headers = new Headers(
    respond.head
      .trim()
      .split("\n")
      .map((line) => line.split(": ")),
  );
  return { status: respond.status, headers, body: JSON.parse(Buffer.from(respond.body).toString()) };
}

/** The core's own answer when everything is taken. */
function overloaded() {
  const core = new Core(module, settings);
  for (let count = 0; count < 300; count += 1) {
    const answer = open(core, `POST https://gateway.example/v1/chat/completions\n${key}content-length: 100\n`);
    if (answer !== null) return answer;
  }
  return assert.fail("the core takes everything");
}

const withoutId = (headers) => Object.fromEntries([...headers].filter(([name]) => name !== "x-request-id"));

describe("the shim's own answer", () => {
  test("to an overload is the core's, to the letter", async () => {
    const theirs = overloaded();
    const ours = failureResponse("overloaded", "0123456789abcdef0123456789abcdef", true);
    assert.equal(ours.status, theirs.status);
    assert.deepEqual(withoutId(ours.headers), withoutId(theirs.headers));
    assert.deepEqual(await ours.json(), theirs.body);
    assert.match(ours.headers.get("x-request-id"), /^[0-9a-f]{32}$/);
    assert.match(theirs.headers.get("x-request-id"), /^[0-9a-f]{32}$/);
  });

  test("to a trap differs from it in status, words and advice alone", async () => {
    const [trap, overload] = ["internal_error", "overloaded"].map((code) => failureResponse(code, "id", false));
    assert.deepEqual([...trap.headers], [...overload.headers]);
    assert.equal(trap.status, 500);
    assert.equal(trap.headers.get("x-should-retry"), "false");
    const { error } = await trap.json();
    assert.deepEqual(Object.keys(error), Object.keys((await overload.json()).error));
    assert.equal(error.code, "internal_error");
  });

  test("stands in one place", () => {
    for (const name of [
      "alarms",
      "base64",
      "binding",
      "body",
      "calls",
      "heads",
      "held",
      "host",
      "memory",
      "upload",
      "worker",
      "gateway",
    ]) {
      const text = readFileSync(new URL(`../../js-glue/${name}.mjs`, import.meta.url), "utf8");
      assert.doesNotMatch(text, /access-control|server_error/, name);
    }
  });
});
