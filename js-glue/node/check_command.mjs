// `check`: asks about the settings here, those of a Worker's project included.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { checkSettings, inWords, readWranglerSettings } from "./check.mjs";
import { moduleFile } from "./package.mjs";
import { Problem } from "./problem.mjs";
import { placesIn } from "./services.mjs";
import { areAny, nameBackends, readSettings, settingsFiles } from "./settings.mjs";

/** What Cloudflare alone can say. */
const ofModels = `Cloudflare's own models are used here, and can be asked at Cloudflare alone: of a deployed gateway GET /v1/health?check=1 says how they do.`;

/** options: { settings }. Returns 0 when all is well, else 1. */
export async function check(options) {
  const worker = await wranglerSettings();
  // A Worker sees nothing of this shell's environment.
  const { settings: read, file } = readSettings(worker === null ? process.env : {}, { file: options.settings });
  const { vars, serviceNames } = worker ?? { vars: {}, serviceNames: Object.keys(placesIn(read)) };
  const settings = { ...vars, ...read };
  const hasModels = serviceNames.includes("AI");
  if (!areAny(settings) && !hasModels) {
    const first = worker === null ? "the environment" : "wrangler.toml";
    const places = `neither ${first} nor a file ${settingsFiles.join(" or ")} here`;
    throw new Problem(`there is nothing to check: ${places} sets up anything.`);
  }
  if (file !== undefined) console.log(`The settings are those of ${file}.`);
  const report = await checkSettings(readFileSync(moduleFile), settings, serviceNames);
  if (report.isPartial || (hasModels && !nameBackends(settings))) console.log(ofModels);
  console.log(inWords(report));
  return report.status === "ok" ? 0 : 1;
}

/** What this folder's wrangler.toml says, as its own wrangler reads it; null where there is none of the two. */
async function wranglerSettings() {
  const config = resolve("wrangler.toml");
  if (!existsSync(config)) return null;
  let path;
  try {
    path = createRequire(join(process.cwd(), "package.json")).resolve("wrangler");
  } catch {
    throw new Problem("wrangler.toml cannot be read before wrangler is installed: npm install.");
  }
  Object.assign(process.env, { WRANGLER_SEND_METRICS: "false", WRANGLER_HIDE_BANNER: "true" });
  const wrangler = await import(pathToFileURL(path).href);
  return readWranglerSettings(wrangler.unstable_readConfig ? wrangler : wrangler.default, config);
}
