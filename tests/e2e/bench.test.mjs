// The benchmark runs and reports. What it measures is never checked.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const program = fileURLToPath(new URL("../bench/measure.mjs", import.meta.url));
const workloads = [
  "chat",
  "chat_headers",
  "chat_chunked",
  "stream",
  "burst",
  "proxy",
  "proxy_many",
  "proxy_small",
  "images",
  "edits",
  "models",
  "refusal",
];

describe("the benchmark", { skip: process.platform !== "linux" && "reads /proc" }, () => {
  let folder;
  before(() => (folder = mkdtempSync(join(tmpdir(), "fluxgate-bench-"))));
  after(() => rmSync(folder, { recursive: true }));

  const measure = (...args) =>
    promisify(execFile)(process.execPath, [program, `--json=${join(folder, "bench.json")}`, ...args]);

  test("measures everything, and prints and writes a row for each", { timeout: 120_000 }, async () => {
    const { stdout } = await measure("--rounds=1", "--share=0.002", "--points=2");
    const results = JSON.parse(readFileSync(join(folder, "bench.json"), "utf8"));
    assert.deepEqual(Object.keys(results.workloads), workloads);
    for (const [name, { samples }] of Object.entries(results.workloads)) {
      const others = ["images", "edits"].includes(name) ? ["floor"] : ["floor", "twin"];
      assert.deepEqual(Object.keys(samples).sort(), ["fluxgate", ...others].sort());
      for (const each of Object.values(samples)) assert.equal(each.length, 1);
      assert.match(stdout, new RegExp(`^${name}( +[\\d,]+){${1 + others.length}} `, "m"));
    }
    assert.deepEqual(Object.keys(results.startup), ["Emscripten", "wasi-sdk"]);
    for (const start of Object.values(results.startup)) assert.equal(start.memoryBytes, 2 * 1024 * 1024);
    for (const row of [
      "linear memory at start",
      "upload",
      "Node: compile",
      "workerd: from its start",
      "workerd: CPU time",
    ])
      assert.match(stdout, new RegExp(`^${row}`, "m"));
    assert.deepEqual(Object.keys(results.scaling), ["concurrency", "bodies", "deltas"]);
    for (const { points } of Object.values(results.scaling)) assert.equal(points.length, 2);
    for (const row of ["16 ", "16 kB", "50 "])
      assert.match(stdout, new RegExp(`^${row} *[\\d,]+ +[\\d,]+ +[\\d,]+`, "m"));
    assert.equal(results.judged.length, 26);
  });

  test("measures what it is asked for, and knows what there is", { timeout: 60_000 }, async () => {
    const { stdout } = await measure("refusal", "--rounds=2", "--share=0.002");
    const results = JSON.parse(readFileSync(join(folder, "bench.json"), "utf8"));
    assert.deepEqual(
      [Object.keys(results.workloads), results.startup, results.scaling],
      [["refusal"], undefined, undefined],
    );
    assert.equal(results.workloads.refusal.samples.fluxgate.length, 2);
    assert.doesNotMatch(stdout, /^chat/m);
    await assert.rejects(
      measure("chats"),
      ({ code, stderr }) => code === 1 && stderr.includes('no "chats" to measure'),
    );
  });
});
