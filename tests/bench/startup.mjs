// Measures what a start costs: the modules of both toolchains in Node, and the Worker's first answer in workerd.
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

/** Gives by toolchain the medians of { compileMs, instantiateMs, readyMs, nextReadyMs, answerMs, memoryBytes }, the sizes, and workerdMs, the time
 * from workerd's start to an answer. */
export async function measureStartup(settings, { runs }) {
  const { js: glueBytes } = await bundle();
  const results = {};
  for (const [toolchain, module] of Object.entries(modules)) {
    const file = module();
    const samples = [];
    for (let run = 0; run < runs; run += 1)
      samples.push({ ...(await probeModule(file, settings)), workerdMs: await firstAnswerMs(file, settings) });
    const medians = Object.keys(samples[0]).map((field) => [field, median(samples.map((sample) => sample[field]))]);
    results[toolchain] = { ...Object.fromEntries(medians), ...sizesOf(file, glueBytes) };
  }
  return results;
}

/** Runs startup_probe.mjs in a new Node, whose engine has not seen the module yet. */
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

/** The sizes of the module and of the upload, which is the module and the shim; the shim has `glueBytes` there. */
function sizesOf(file, glueBytes) {
  return { moduleBytes: statSync(file).size, uploadBytes: gzippedBytes(file) + glueBytes };
}
