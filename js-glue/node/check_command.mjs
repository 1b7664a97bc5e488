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
const ofModels = `Cloudflare's own models draw here, and can be asked at Cloudflare alone: of a deployed gateway GET /v1/health?check=1 says how they do.`;

/** options: { settings }. Returns 0 when all is well, else 1. */
export async function check(options) {
  const { settings: read, file } = readSettings(process.env, { file: options.settings });
  const ofNode = { vars: {}, serviceNames: Object.keys(placesIn(read)), hasAi: false };
  const { vars, serviceNames, hasAi } = (await wranglerSettings()) ?? ofNode;
  const settings = { ...vars, ...read };
  if (!areAny(settings)) {
    const places = `neither the environment nor a file ${settingsFiles.join(" or ")} here`;
    throw new Problem(`there is nothing to check: ${places} sets up anything.`);
  }
  if (file !== undefined) console.log(`The settings are those of ${file}.`);
  if (hasAi && !nameBackends(settings)) {
    console.log(ofModels);
    return 0;
  }
  const report = await checkSettings(readFileSync(moduleFile), settings, serviceNames);
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
