// What the test command says at its end of each file.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { root } from "../../scripts/project.mjs";
import shares from "../../scripts/test_shares.mjs";

test("each file has a line, the longest first, and the whole run has none", async () => {
  const summary = (file, ms, tests) => ({ type: "test:summary", data: { file, duration_ms: ms, counts: { tests } } });
  async function* events() {
    yield summary(join(root, "tests/core/a.test.mjs"), 1234.5, 3);
    yield { type: "test:pass", data: { file: join(root, "tests/core/b.test.mjs"), name: "b" } };
    yield summary(join(root, "tests/core/b.test.mjs"), 98765, 12);
    yield summary(undefined, 100000, 15);
  }
  const lines = (await Array.fromAsync(shares(events()))).join("").split("\n");
  assert.deepEqual(lines, [
    "Seconds of each file:",
    "   98.8  tests/core/b.test.mjs (12)",
    "    1.2  tests/core/a.test.mjs (3)",
    "",
  ]);
});
