// What a start costs: the modules of both toolchains in Node, and the Worker's first answer in workerd.
import { execFile } from "node:child_process";
import { statSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { root } from "../../scripts/project.mjs";
import { coreModule } from "../needs/wasi.mjs";
import { workerModule, workerModulePath } from "../needs/worker.mjs";
import { bundle, gzippedBytes } from "../support/hosts/upload.mjs";
import { startWorkerd } from "../support/hosts/workerd.mjs";
import { median } from "./compare.mjs";

const probe = fileURLToPath(new URL("startup_probe.mjs", import.meta.url));

const modules = { Emscripten: workerModule, "wasi-sdk": coreModule };

/** By toolchain: medians of { compileMs, instantiateMs, readyMs, nextReadyMs, answerMs, memoryBytes }, sizes, and workerdMs from its start to an answer. */
export async function measureStartup(settings, { runs }) {
  const { js: glueBytes } = await bundle();
  const results = {};
  for (const [toolchain, module] of Object.entries(modules)) {
    const file = module();
    const samples = [];
    for (let run = 0; run < runs; run += 1) samples.push({ ...(await probeModule(file, settings)), workerdMs: await firstAnswerMs(file, settings) });
    const medians = Object.keys(samples[0]).map((field) => [field, median(samples.map((sample) => sample[field]))]);
    results[toolchain] = { ...Object.fromEntries(medians), ...sizesOf(file, glueBytes) };
  }
  return results;
}

/** In a Node of its own, whose engine has seen no such module yet. */
async function probeModule(file, settings) {
  const { stdout } = await promisify(execFile)(process.execPath, [probe, file, JSON.stringify(settings)]);
  return JSON.parse(stdout);
}

async function firstAnswerMs(file, settings) {
  const start = performance.now();
  const worker = await startWorkerd(settings, { files: { [workerModulePath]: relative(root, file) }, quiet: true });
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
  return { moduleBytes: statSync(file).size, uploadBytes: gzippedBytes(file) + glueBytes };
}
