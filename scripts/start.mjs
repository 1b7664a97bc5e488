// Builds the Worker and serves it with `wrangler dev`; arguments go to wrangler.
//
//   npm start
//   npm start -- --port 9000
//
// The Worker has the settings of the file .dev.vars. Without that file it serves the model `demo`, which draws a test card without key or network.
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { build } from "./build.mjs";
import { ifStarted, onWindows, pinnedNode, root, wranglerEnvironment } from "./project.mjs";

const settingsFile = join(root, ".dev.vars");
/** Windows has no groups of processes; Ctrl-C reaches all on a console there. */
const hasGroups = !onWindows;
const demoVars = ["--var", "FLUXGATE_DEMO:1", "--var", "AUTHORIZED_API_KEY:demo"];

await ifStarted(import.meta.url, async (args) => {
  await build("worker");
  const demo = !existsSync(settingsFile);
  const wrangler = join(root, "node_modules/wrangler/bin/wrangler.js");
  const child = spawn(pinnedNode(), [wrangler, "dev", ...(demo ? demoVars : []), ...args], {
    cwd: root,
    env: {
      ...process.env,
      ...wranglerEnvironment,
      ...(process.stdout.isTTY ? { FORCE_COLOR: "1" } : {}),
    },
    stdio: ["ignore", "pipe", "inherit"],
    detached: hasGroups,
  });
  // Wrangler is several processes; a group of their own lets every signal reach them all, once.
  const stop = (signal) => (hasGroups ? process.kill(-child.pid, signal) : child.kill(signal));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => stop(signal));
  onShellKilled(() => stop("SIGTERM"));
  process.stdout.on("error", () => process.exit());
  process.on("exit", () => child.exitCode ?? child.signalCode ?? stop("SIGTERM"));
  createInterface({ input: child.stdout }).on("line", (line) => {
    console.log(line);
    const address = /Ready on (https?:\/\/\S+)/.exec(line)?.[1];
    if (address) console.log(demo ? demoHelp(address) : help(address));
  });
  return new Promise((resolve) => child.on("close", (code) => resolve(code ?? 0)));
});

/**
 * npm passes a signal on to the shell that it started this script by, and the shell may die of it alone:
 * Debian's does. Then somebody else is the parent of this process.
 */
function onShellKilled(act) {
  if (process.env.npm_lifecycle_event === undefined) return;
  const shell = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(timer);
    act();
  }, 200);
  timer.unref();
}

function demoHelp(address) {
  return `
The model "demo" is served at ${address} (no key of any provider, no network).
Ask it for a picture:

${curlLine(address, "demo", "demo")}

For pictures from a real backend: cp .dev.vars.example .dev.vars, then fill in
  AUTHORIZED_API_KEY    the key that your clients will send
  IMAGE_GEN_API_KEY     the backend's key
  IMAGE_GEN_MODEL       its model
  IMAGE_GEN_API_BASE    where it is, if it is not SiliconFlow
and start again. OPENAI_API_BASE, OPENAI_API_KEY and OPENAI_MODEL let a language model write the
prompts.
`;
}

function help(address) {
  const model = modelOf(readFileSync(settingsFile, "utf8"));
  return `
Served at ${address} with the settings in .dev.vars.
Ask for a picture, with one of your AUTHORIZED_API_KEYs in its place:

${curlLine(address, "$AUTHORIZED_API_KEY", model)}
`;
}

function curlLine(address, key, model) {
  const body = { model, messages: [{ role: "user", content: "a cat on a roof 16:9" }] };
  const quoted = `'${JSON.stringify(body).replaceAll("'", String.raw`'\''`)}'`;
  return (
    `curl ${address}/v1/chat/completions -H "Authorization: Bearer ${key}" ` +
    `-H "Content-Type: application/json" -d ${quoted}`
  );
}

/** The first model that these settings (lines of NAME="value") offer. */
function modelOf(settings) {
  const value = (name) => {
    const line = new RegExp(`^\\s*(?:export\\s+)?${name}\\s*=\\s*["'\`]?([^"'\`,#\\n]*)`, "m");
    return line.exec(settings)?.[1].trim();
  };
  const names = ["IMAGE_GEN_MODEL", "IMAGE_GEN_MODEL_1", "FLUX_GEN_MODEL"];
  const demo = value("FLUXGATE_DEMO") === "1" ? "demo" : null;
  return names.map(value).find(Boolean) ?? demo ?? "YOUR-MODEL";
}
