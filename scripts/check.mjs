// Asks the gateway about itself before anything is deployed: what is set up, what each upstream says to each key, and what to do.
//
//   npm run check
//   npm run check -- another.vars
//
// The settings are those of .dev.vars, or of another file of its kind, and of wrangler.toml. No call of it costs anything. Ends with 1 when something is wrong.
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import * as util from "node:util";

import { checkSettings, inWords, readWranglerSettings } from "../js-glue/node/check.mjs";
import { build } from "./build.mjs";
import { ifStarted, pinnedNode, Problem, root, run, wranglerEnvironment } from "./project.mjs";

const moduleFile = join(root, "dist/fluxgate.worker.wasm");

await ifStarted(import.meta.url, async (args) => {
  // The machine's own Node may be too old to read the file of settings.
  if (util.parseEnv === undefined) {
    const { code } = await run(pinnedNode(), [fileURLToPath(import.meta.url), ...args]);
    return code ?? 1;
  }
  const settingsFile = resolve(args[0] ?? join(root, ".dev.vars"));
  if (!existsSync(settingsFile)) {
    throw new Problem(`There is no ${settingsFile}: cp .dev.vars.example .dev.vars, then fill in its first lines.`);
  }
  const { readSettingsFile } = await import("../js-glue/node/settings.mjs");
  await build("worker");
  Object.assign(process.env, wranglerEnvironment);
  const { vars, serviceNames } = readWranglerSettings(await import("wrangler"), join(root, "wrangler.toml"));
  const settings = { ...vars, ...readSettingsFile(settingsFile) };
  const report = await checkSettings(readFileSync(moduleFile), settings, serviceNames);
  console.log(inWords(report));
  return report.status === "ok" ? 0 : 1;
});
