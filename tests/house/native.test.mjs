// The unit tests in C++ (tests/native/), compiled under sanitizers: one subtest for each program.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { join, sep } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { testProgram } from "../needs/native.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const suffix = "_test.cpp";

/** "room_unit_test" of tests/native/room/unit_test.cpp. */
const programs = readdirSync(join(root, "tests/native"), { recursive: true })
  .filter((name) => name.endsWith(suffix))
  .map((name) => name.slice(0, -".cpp".length).replace(sep, "_"))
  .sort();

function runProgram(program) {
  return new Promise((resolve) => {
    const options = {
      env: { ...process.env, UBSAN_OPTIONS: "print_stacktrace=1" },
      maxBuffer: 64 * 1024 * 1024,
    };
    execFile(testProgram(program), ["--gtest_brief=1"], options, (error, stdout, stderr) => {
      resolve({ error, output: stdout + stderr });
    });
  });
}

test("the core passes its unit tests in C++ under sanitizers", async (t) => {
  for (const program of programs) {
    await t.test(program, async (subtest) => {
      const { error, output } = await runProgram(program);
      assert.ok(error === null, output);
      const passed = Number(/\[  PASSED  \] (\d+) tests?\./.exec(output)?.[1] ?? 0);
      assert.ok(passed > 0, "the program has no test");
      subtest.diagnostic(`${passed} tests`);
    });
  }
});
