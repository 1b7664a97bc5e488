// What a build or an installation shows while it goes on.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { stepAfter } from "../../scripts/build.mjs";
import { withProgress } from "../../scripts/progress.mjs";

/** Shows work that says "a" at once, "b" after 20 s and ends after 40 s; gives what was written. */
async function shown(t, terminal, options) {
  t.mock.timers.enable({ apis: ["Date", "setInterval", "setTimeout"] });
  const written = [];
  const output = { ...terminal, write: (text) => written.push(text) };
  const passTime = (seconds) => {
    for (let i = 0; i < seconds * 10; i += 1) t.mock.timers.tick(100);
  };
  const work = async (say) => {
    say("a");
    passTime(20);
    say("b");
    passTime(20);
  };
  await withProgress("Building it", work, { output, ...options });
  passTime(100);
  return written;
}

describe("progress", () => {
  test("is a line every 15 s where there is no terminal", async (t) => {
    assert.deepEqual(await shown(t, { isTTY: false }), [
      "Building it ... a\n",
      "Building it ... a (15 s)\n",
      "Building it ... b (30 s)\n",
    ]);
  });

  test("is one line on a terminal, no wider than that, rewritten at once and each second, and gone at the end", async (t) => {
    const written = await shown(t, { isTTY: true, columns: 20 });
    const start = "\r\x1b[K";
    assert.deepEqual([written[0], written[1]], [`${start}Building it ... a`, `${start}Building it ... a (`]);
    assert.ok(written.filter((text) => text.includes("... b")).length >= 20);
    assert.equal(written.at(-1), start);
    assert.ok(written.every((text) => text.startsWith(start) && text.length < start.length + 20));
  });

  test("is nothing for what is done soon", async (t) => {
    assert.deepEqual(await shown(t, { isTTY: true }, { afterMs: 50_000 }), []);
  });

  test("counts Ninja's steps, and names the last ones", () => {
    const lastSteps = ["linking", "optimising"];
    assert.equal(stepAfter("[41/93] Building CXX object a.cpp.o", lastSteps), "41 of 93");
    assert.equal(stepAfter("[91/93] Building CXX object b.cpp.o", lastSteps), "linking");
    assert.equal(stepAfter("[92/93] Linking CXX executable a.wasm", lastSteps), "optimising");
    assert.equal(stepAfter("[93/93] Making a.wasm", lastSteps), null);
    assert.equal(stepAfter("[92/93] Linking", []), "92 of 93");
    assert.equal(stepAfter("[0/2] Re-checking globbed directories...", lastSteps), null);
    assert.equal(stepAfter("a.cpp:1:1: error: no", lastSteps), null);
  });
});
