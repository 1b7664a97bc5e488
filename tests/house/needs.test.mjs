// What `npm test -- WORD` builds and installs: all that the chosen tests need, and no more.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, test } from "node:test";
import { presetNames } from "../../scripts/build.mjs";
import { allNeeds, needed, needsOf, testFiles } from "../../scripts/needs.mjs";
import { filesBelow, root } from "../../scripts/project.mjs";
import { groupNames } from "../../scripts/setup.mjs";

const read = (path) => readFileSync(join(root, path), "utf8");

describe("what a test needs", () => {
  const known = {
    "tests/house/rooms.test.mjs": [],
    "tests/house/needs.test.mjs": [],
    "tests/glue/shim.test.mjs": [],
    "tests/core/abi.test.mjs": ["wasi", "worker"],
    "tests/house/native.test.mjs": ["native"],
    "tests/house/format.test.mjs": ["format"],
    "tests/house/fuzz.test.mjs": ["native"],
    "tests/house/counts.test.mjs": ["counts"],
    "tests/wasi/component.test.mjs": ["wasi"],
    "tests/e2e/component.test.mjs": ["wasi", "worker"],
    "tests/e2e/node_server.test.mjs": ["wasi", "worker"],
    "tests/e2e/package.test.mjs": ["wasi", "worker"],
    "tests/e2e/cases.test.mjs": ["worker"],
    "tests/e2e/page.test.mjs": ["browser", "worker"],
    "tests/clients/librechat.test.mjs": ["worker"],
    "tests/e2e/bench.test.mjs": ["wasi", "worker"], // It starts a program that imports them.
  };
  for (const [file, needs] of Object.entries(known)) {
    test(`${file}: ${needs.join(" and ") || "nothing"}`, () => assert.deepEqual(needsOf([file]), needs));
  }

  test("is a preset or a group of tools, and some test needs each of them", () => {
    assert.deepEqual(
      allNeeds().filter((name) => !presetNames.includes(name) && !groupNames.includes(name)),
      [],
    );
    assert.deepEqual(needsOf(testFiles([])), allNeeds());
  });

  test("nobody but tests/needs/ knows where it lies", () => {
    const products = /["'`/]dist\/|build\/(?:native|counts|wasi|worker)\b/;
    const others = filesBelow("tests", [".mjs"]).filter((path) => !path.startsWith("tests/needs/"));
    const knowing = others.filter((path) => products.test(read(path).replace(/^import .*$|^ *(?:\/\/|\*).*$/gm, "")));
    assert.deepEqual(knowing, []);
    const own = filesBelow("tests/needs", [".mjs"]).filter((path) => products.test(read(path)));
    assert.equal(own.length, 4, "it is seen where it is said");
  });

  describe("and has not", () => {
    const before = process.env.FLUXGATE_TEST_NEEDS;
    afterEach(() => {
      delete process.env.FLUXGATE_TEST_NEEDS;
      if (before !== undefined) process.env.FLUXGATE_TEST_NEEDS = before;
    });

    test("is named with the command that brings it", () => {
      assert.throws(
        () => needed("wasi", join(root, "none.wasm")),
        /^Error: none.wasm is missing: run `node scripts\/build.mjs wasi`\.$/,
      );
      assert.throws(
        () => needed("browser", null, "A browser"),
        /^Error: A browser is missing: run `node scripts\/setup.mjs browser`\.$/,
      );
    });

    for (const file of ["core/abi", "wasi/component", "house/native"]) {
      test(`fails the test that needs it: ${file}`, () => {
        // As if npm test had seen nothing. NODE_TEST_CONTEXT would make it a part of this run.
        const env = { ...process.env, FLUXGATE_TEST_NEEDS: "", NODE_TEST_CONTEXT: undefined };
        const options = { cwd: root, env, encoding: "utf8" };
        const { status, stdout } = spawnSync(process.execPath, ["--test", `tests/${file}.test.mjs`], options);
        assert.notEqual(status, 0);
        assert.match(stdout, /is missing: run `node scripts|did not see that a test needs it/);
      });
    }

    test("does not pass for what an earlier run has built", () => {
      process.env.FLUXGATE_TEST_NEEDS = "worker";
      assert.throws(() => needed("wasi", join(root, "package.json")), /did not see .* tests\/needs\/wasi\.mjs/);
      assert.equal(needed("worker", join(root, "package.json")), join(root, "package.json"));
    });
  });
});

describe("the choice of tests", () => {
  test("is by any of the words, and by none everything", () => {
    assert.deepEqual(testFiles(["house/rooms", "needs"]), ["tests/house/needs.test.mjs", "tests/house/rooms.test.mjs"]);
    assert.ok(testFiles([]).length > 40);
  });

  test("is of large clients only when these are asked for", () => {
    const ofClients = (path) => path.startsWith("tests/clients/");
    assert.ok(!testFiles([]).some(ofClients));
    assert.deepEqual(testFiles(["librechat"], { ofClients: true }), ["tests/clients/librechat.test.mjs"]);
    assert.ok(testFiles([], { ofClients: true }).every(ofClients));
  });

  test("complains of a word that no path holds, before anything is installed or built", () => {
    // Without a PATH nothing can be.
    const options = { cwd: root, env: { PATH: "" }, encoding: "utf8" };
    const { status, stdout, stderr } = spawnSync(process.execPath, ["scripts/test.mjs", "rooms", "no-such"], options);
    assert.deepEqual([status, stdout], [1, ""]);
    assert.match(stderr, /^fluxgate: no test file has "no-such" in its path; nothing was built or run\.\n$/);
  });
});
