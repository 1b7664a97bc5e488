// Builds one preset of CMakePresets.json: worker (the default), worker-debug, wasi,
// native or counts.
//
//   node scripts/build.mjs [preset]
//
// Installs what is missing first. Says nothing when everything is up to date.
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { ifStarted, Problem, root, run } from "./project.mjs";
import { setUp } from "./setup.mjs";

const presets = {
  worker: { needs: ["start"], makes: "dist/fluxgate.worker.wasm" },
  "worker-debug": { needs: ["start"], makes: "build/worker-debug/fluxgate.wasm" },
  wasi: {
    needs: ["start", "test"],
    makes: "dist/fluxgate.core.wasm and dist/fluxgate.component.wasm",
  },
  native: { needs: ["start", "test"], makes: "build/native/tests" },
  counts: { needs: ["start", "test"], makes: "build/counts/count" },
};

export async function build(preset) {
  if (!Object.hasOwn(presets, preset)) {
    throw new Problem(`no preset "${preset}"; there are ${Object.keys(presets).join(", ")}.`);
  }
  const { needs, makes } = presets[preset];
  await setUp(...needs);
  await lockFolder(`build/${preset}`, async () => {
    if (!isConfigured(preset)) await configure(preset);
    await compile(preset, makes);
  });
}

/** False, too, for a folder that was configured elsewhere or from older presets. */
function isConfigured(preset) {
  try {
    const cache = readFileSync(join(root, `build/${preset}/CMakeCache.txt`), "utf8");
    return (
      cache.includes(`CMAKE_HOME_DIRECTORY:INTERNAL=${root}\n`) &&
      statSync(join(root, `build/${preset}/build.ninja`)).mtimeMs >
        statSync(join(root, "CMakePresets.json")).mtimeMs
    );
  } catch {
    return false;
  }
}

async function configure(preset) {
  for (const name of ["CMakeCache.txt", "CMakeFiles", "build.ninja"]) {
    rmSync(join(root, `build/${preset}`, name), { recursive: true, force: true });
  }
  const { code, output } = await run("cmake", ["--preset", preset], { quiet: true });
  if (code === 0) return;
  process.stderr.write(output);
  throw new Problem(`the preset ${preset} cannot be configured; CMake says why above.`);
}

async function compile(preset, makes) {
  const start = Date.now();
  const notice = setTimeout(() => console.log(`Building ${makes} ...`), 500);
  const { code, output } = await run("cmake", ["--build", `build/${preset}`], { quiet: true });
  clearTimeout(notice);
  const seconds = (Date.now() - start) / 1000;
  if (code === 0) {
    if (seconds > 0.5) console.log(`Built ${makes} in ${seconds.toFixed(1)} s.`);
    return;
  }
  // Without Ninja's own lines about its progress.
  process.stderr.write(output.replace(/^\[\d+\/\d+\].*\n/gm, ""));
  throw new Problem(`${makes} was not built; the compiler says why above.`);
}

/** One build at a time in a folder: `npm test` may meet the build of a running `wrangler dev`. */
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
    // Its owner was killed, unless it is only somebody else's.
    if (error.code !== "EPERM") rmSync(lock, { force: true });
  }
  return false;
}

await ifStarted(import.meta.url, ([preset = "worker"]) => build(preset));
