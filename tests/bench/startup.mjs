// Measures what a start costs: the modules of both toolchains in Node, and the Worker's first answer in workerd.
import { execFile } from "node:child_process";
import { statSync } from "node:fs";
import { Agent } from "node:http";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { root } from "../../scripts/project.mjs";
import { coreModule } from "../needs/wasi.mjs";
import { workerModule, workerModulePath } from "../needs/worker.mjs";
import { bundle, gzippedBytes } from "../support/hosts/upload.mjs";
import { startWorkerd } from "../support/hosts/workerd.mjs";
import { median } from "./compare.mjs";
import { exactCpuMs } from "./cpu.mjs";
import { send } from "./load.mjs";

const probe = fileURLToPath(new URL("startup_probe.mjs", import.meta.url));

const modules = { Emscripten: workerModule, "wasi-sdk": coreModule };

/** How long the engine may go on compiling behind an answer. */
const settleMs = 50;

/**
 * Gives by toolchain the medians of { compileMs, instantiateMs, readyMs, nextReadyMs, answerMs, memoryBytes }, the sizes, workerdMs, the time from
 * workerd's start to an answer, and firstChatMs, the CPU time of an isolate's first request if that is `chat`.
 */
export async function measureStartup(settings, chat, { runs }) {
  const { js: glueBytes } = await bundle();
  const results = {};
  for (const [toolchain, module] of Object.entries(modules)) {
    const file = module();
    const samples = [];
    for (let run = 0; run < runs; run += 1)
      samples.push({
        ...(await probeModule(file, settings)),
        workerdMs: await firstAnswerMs(file, settings),
        firstChatMs: await firstChatMs(file, settings, chat),
      });
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

const startWorker = (file, settings) =>
  startWorkerd(settings, { files: { [workerModulePath]: relative(root, file) }, quiet: true });

async function firstAnswerMs(file, settings) {
  const start = performance.now();
  const worker = await startWorker(file, settings);
  try {
    const answer = await worker.request("/health");
    await answer.text();
    return performance.now() - start;
  } finally {
    await worker.close();
  }
}

async function firstChatMs(file, settings, request) {
  const worker = await startWorker(file, settings);
  const connections = new Agent();
  try {
    const before = exactCpuMs(worker.pid);
    const { status } = await send(connections, worker.origin, request);
    if (status !== 200) throw new Error(`The first chat was answered by ${status}.`);
    await delay(settleMs);
    return exactCpuMs(worker.pid) - before;
  } finally {
    connections.destroy();
    await worker.close();
  }
}

/** The sizes of the module and of the upload, which is the module and the shim; the shim has `glueBytes` there. */
function sizesOf(file, glueBytes) {
  return { moduleBytes: statSync(file).size, uploadBytes: gzippedBytes(file) + glueBytes };
}
