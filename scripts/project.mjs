// What the scripts share: where things are, and how they run programs and give up.
import { spawn } from "node:child_process";
import { accessSync, constants, existsSync, readdirSync, realpathSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { Problem } from "../js-glue/node/problem.mjs";

export const onWindows = process.platform === "win32";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

export { Problem };

/** What the names of programs may end in: on Windows those of PATHEXT. */
const programEndings = onWindows ? (process.env.PATHEXT ?? ".EXE;.CMD;.BAT").split(";") : [""];

/** The path of a program, or null when no folder of PATH has it. */
export function findProgram(name) {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const paths = folders.flatMap((folder) => programEndings.map((ending) => join(folder, name + ending)));
  return paths.find(mayRun) ?? null;
}

function mayRun(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * The Node that wrangler and the tests run on: the one of package.json, since the machine's Node may be too old. Where npm may run no install
 * scripts, it is the machine's Node, if that is new enough.
 */
export function pinnedNode() {
  const path = join(root, "node_modules/node/bin", onWindows ? "node.exe" : "node");
  if (existsSync(path)) return path;
  if (Number(process.versions.node.split(".")[0]) >= 22) return process.execPath;
  throw new Problem(
    "Node 22 is missing from node_modules: npm was told to run no install scripts. Run " +
      "`npm rebuild node --ignore-scripts=false`, or use Node 22 or newer.",
  );
}

/** The environment of wrangler: it sends no telemetry, looks for no updates and asks for no sample of Cloudflare's data. */
export const wranglerEnvironment = {
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_HIDE_BANNER: "true",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
};

/**
 * Runs a program in the project's folder, or in another. `output` is what it printed when `quiet` is set, and
 * empty when it was shown instead; onLine() gets the lines of its stdout, too, while it prints them.
 * `code` is null when the program did not start or was killed. shell: for npm on Windows, which is a
 * script of cmd.exe there; the arguments must mean nothing to it.
 */
export function run(program, args, { quiet = false, env = {}, onLine, shell = false, cwd = root } = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, ...env },
      shell,
      stdio: ["ignore", quiet ? "pipe" : "inherit", quiet ? "pipe" : "inherit"],
    });
    if (onLine) createInterface({ input: child.stdout }).on("line", onLine);
    let output = "";
    child.stdout?.on("data", (text) => (output += text));
    child.stderr?.on("data", (text) => (output += text));
    child.on("error", (error) => resolve({ code: null, output: error.message }));
    child.on("close", (code) => resolve({ code, output }));
  });
}

/** The files below a folder of the project whose names end in `endings`, sorted; those of packages are none of them. */
export function filesBelow(folder, endings) {
  if (!existsSync(join(root, folder))) return [];
  const found = [];
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`;
    if (entry.name === "node_modules") continue;
    if (entry.isDirectory()) found.push(...filesBelow(path, endings));
    else if (endings.some((ending) => entry.name.endsWith(ending))) found.push(path);
  }
  return found.sort();
}

/**
 * Calls `main(arguments)` if the module is the program that was started, not when another module imports it. The exit code is the number that main
 * returns (0 if it returns none), or 1 after a Problem.
 */
export async function ifStarted(moduleUrl, main) {
  if (realpathSync(process.argv[1] ?? "/") !== fileURLToPath(moduleUrl)) return;
  try {
    process.exitCode = (await main(process.argv.slice(2))) ?? 0;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    console.error(`fluxgate: ${error.message}`);
    process.exitCode = 1;
  }
}
