// Builds one preset of CMakePresets.json: worker (the default), worker-debug, wasi,
// native or counts.
//
//   node scripts/build.mjs [preset]
//
// Installs missing tools first. Prints nothing when everything is up to date.
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { withProgress } from "./progress.mjs";
import { ifStarted, Problem, root, run } from "./project.mjs";
import { setUp } from "./setup.mjs";

/**
 * makes: what a user looks for. needs: the group of tools of setup.mjs, if it has not the preset's name.
 * lastSteps: what the slow steps at the end do, for Ninja tells of a step only when it is done.
 */
const presets = {
  worker: {
    makes: "dist/fluxgate.worker.wasm",
    lastSteps: ["linking", "optimising (wasm-opt)"],
  },
  "worker-debug": { makes: "build/worker-debug/fluxgate.wasm", needs: "worker" },
  wasi: {
    makes: "dist/fluxgate.core.wasm and dist/fluxgate.component.wasm",
    lastSteps: [
      ...["linking", "linking", "linking", "linking", "componentizing"],
      ...["optimising (wasm-opt)", "optimising and componentizing"],
    ],
  },
  native: { makes: "build/native/tests" },
  counts: { makes: "build/counts/count" },
};
export const presetNames = Object.keys(presets);

export async function build(preset) {
  if (!presetNames.includes(preset)) {
    throw new Problem(`no preset "${preset}"; there are ${presetNames.join(", ")}.`);
  }
  await setUp(presets[preset].needs ?? preset);
  await lockFolder(`build/${preset}`, () => make(preset));
}

async function make(preset) {
  const { makes } = presets[preset];
  const start = Date.now();
  const failure = await withProgress(
    `Building ${makes}`,
    async (say) => (await configure(preset, say)) ?? (await compile(preset, say)),
    { afterMs: 500 },
  );
  if (failure) {
    process.stderr.write(failure.output);
    throw new Problem(failure.reason);
  }
  const seconds = (Date.now() - start) / 1000;
  if (seconds > 0.5) console.log(`Built ${makes} in ${seconds.toFixed(1)} s.`);
}

/** Is the preset's folder configured, here and from the present presets? */
function isConfigured(preset) {
  try {
    const cache = readFileSync(join(root, `build/${preset}/CMakeCache.txt`), "utf8");
    const home = /^CMAKE_HOME_DIRECTORY:INTERNAL=(.*?)\r?$/m.exec(cache)?.[1];
    return (
      relative(home, root) === "" &&
      statSync(join(root, `build/${preset}/build.ninja`)).mtimeMs > statSync(join(root, "CMakePresets.json")).mtimeMs
    );
  } catch {
    return false;
  }
}

/** Gives null, or { output, reason } where that fails; so does compile(). */
async function configure(preset, say) {
  if (isConfigured(preset)) return null;
  say("configuring");
  for (const name of ["CMakeCache.txt", "CMakeFiles", "build.ninja"]) {
    rmSync(join(root, `build/${preset}`, name), { recursive: true, force: true });
  }
  const { code, output } = await run("cmake", ["--preset", preset], { quiet: true });
  if (code === 0) return null;
  return { output, reason: `the preset ${preset} cannot be configured; CMake says why above.` };
}

/**
 * What to show after a line of Ninja's: how many steps of how many are done, or which of the last ones
 * goes on. Null after lines that say nothing of that, such as a compiler's, or CMake's own steps.
 */
export function stepAfter(line, lastSteps) {
  const [, done, all] = /^\[(\d+)\/(\d+)\] (?!Re-)/.exec(line) ?? [];
  if (done === all) return null;
  return lastSteps.at(done - all) ?? `${done} of ${all}`;
}

async function compile(preset, say) {
  const { makes, lastSteps = [] } = presets[preset];
  say("");
  const { code, output } = await run("cmake", ["--build", `build/${preset}`], {
    quiet: true,
    env: { NINJA_STATUS: "[%f/%t] " },
    onLine: (line) => {
      const step = stepAfter(line, lastSteps);
      if (step !== null) say(step);
    },
  });
  if (code === 0) return null;
  // Without Ninja's own lines about its progress.
  const words = output.replace(/^\[\d+\/\d+\].*\n/gm, "");
  return { output: words, reason: `${makes} was not built; the compiler says why above.` };
}

/** Lets one build at a time work in a folder: `npm test` may meet the build of a running `wrangler dev`. */
async function lockFolder(folder, work) {
  mkdirSync(join(root, folder), { recursive: true });
  const lock = join(root, folder, "building.pid");
  for (let tries = 1; !takeLock(lock); ++tries) {
    if (tries === 50) console.log(`Waiting for the build whose process id is in ${lock} ...`);
    await sleep(100);
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

function takeLock(lock) {
  try {
    writeFileSync(lock, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
  }
  try {
    process.kill(Number(readFileSync(lock, "utf8")), 0);
  } catch (error) {
    // The owner of the lock was killed. With EPERM it runs, as another user's process.
    if (error.code !== "EPERM") rmSync(lock, { force: true });
  }
  return false;
}

await ifStarted(import.meta.url, ([preset = "worker"]) => build(preset));
