// What a start costs: the modules of both toolchains in Node, and the Worker's first answer in workerd.
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { startWorkerd } from "../support/workerd.mjs";
import { median } from "./compare.mjs";

const root = new URL("../../", import.meta.url);
const probe = fileURLToPath(new URL("startup_probe.mjs", import.meta.url));
const glue = ["worker", "host", "memory", "binding"].map((name) => `js-glue/${name}.mjs`);

const modules = { Emscripten: "dist/fluxgate.worker.wasm", "wasi-sdk": "dist/fluxgate.core.wasm" };

/** By toolchain: medians of { compileMs, instantiateMs, readyMs, answerMs, memoryBytes }, sizes, and workerdMs from its start to an answer. */
export async function measureStartup(settings, { runs }) {
  const results = {};
  for (const [toolchain, file] of Object.entries(modules)) {
    const samples = [];
    for (let run = 0; run < runs; run += 1) samples.push({ ...(await probeModule(file, settings)), workerdMs: await firstAnswerMs(file, settings) });
    const medians = Object.keys(samples[0]).map((field) => [field, median(samples.map((sample) => sample[field]))]);
    results[toolchain] = { ...Object.fromEntries(medians), ...sizesOf(file) };
  }
  return results;
}

/** In a Node of its own, whose engine has seen no such module yet. */
async function probeModule(file, settings) {
  const { stdout } = await promisify(execFile)(process.execPath, [probe, fileURLToPath(new URL(file, root)), JSON.stringify(settings)]);
  return JSON.parse(stdout);
}

async function firstAnswerMs(file, settings) {
  const start = performance.now();
  const worker = await startWorkerd(settings, { files: { "dist/fluxgate.worker.wasm": file }, quiet: true });
  try {
    const answer = await worker.request("/health");
    await answer.text();
    return performance.now() - start;
  } finally {
    await worker.close();
  }
}

/** What is uploaded: the module and the shim. */
function sizesOf(file) {
  const gzipped = (path) => gzipSync(readFileSync(new URL(path, root)), { level: 9 }).length;
  const moduleBytes = readFileSync(new URL(file, root)).length;
  return { moduleBytes, uploadBytes: [file, ...glue].reduce((sum, path) => sum + gzipped(path), 0) };
}
