// What a start costs: the modules of both toolchains in Node, and the Worker's first answer in workerd.
import { execFile } from "node:child_process";
import { statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { bundle, gzippedBytes } from "../support/hosts/upload.mjs";
import { startWorkerd } from "../support/hosts/workerd.mjs";
import { median } from "./compare.mjs";

const root = new URL("../../", import.meta.url);
const probe = fileURLToPath(new URL("startup_probe.mjs", import.meta.url));

const modules = { Emscripten: "dist/fluxgate.worker.wasm", "wasi-sdk": "dist/fluxgate.core.wasm" };

/** By toolchain: medians of { compileMs, instantiateMs, readyMs, nextReadyMs, answerMs, memoryBytes }, sizes, and workerdMs from its start to an answer. */
export async function measureStartup(settings, { runs }) {
  const { js: glueBytes } = await bundle();
  const results = {};
  for (const [toolchain, file] of Object.entries(modules)) {
    const samples = [];
    for (let run = 0; run < runs; run += 1) samples.push({ ...(await probeModule(file, settings)), workerdMs: await firstAnswerMs(file, settings) });
    const medians = Object.keys(samples[0]).map((field) => [field, median(samples.map((sample) => sample[field]))]);
    results[toolchain] = { ...Object.fromEntries(medians), ...sizesOf(file, glueBytes) };
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

/** Of the module, and of what is uploaded: the module and the shim, which has `glueBytes` there. */
function sizesOf(file, glueBytes) {
  const path = fileURLToPath(new URL(file, root));
  return { moduleBytes: statSync(path).size, uploadBytes: gzippedBytes(path) + glueBytes };
}
