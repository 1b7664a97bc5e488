// Asks the gateway about itself before anything is deployed: what is set up, what each upstream says to each key, and what to do.
//
//   npm run check
//   npm run check -- another.vars
//
// The settings are those of .dev.vars, or of another file of its kind, and of wrangler.toml. No call of it costs anything. Ends with 1 when something is wrong.
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import * as util from "node:util";

import { serve } from "../js-glue/host.mjs";
import { Core } from "../js-glue/memory.mjs";
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
  await build("worker");
  const { vars, stores } = await wranglerSettings();
  const settings = { ...vars, ...util.parseEnv(readFileSync(settingsFile, "utf8")) };
  const report = await checkSettings(readFileSync(moduleFile), settings, stores);
  console.log(inWords(report));
  return report.status === "ok" ? 0 : 1;
});

/** What wrangler.toml says: variables, and the names of stores for pictures. */
async function wranglerSettings() {
  Object.assign(process.env, wranglerEnvironment);
  const { unstable_readConfig } = await import("wrangler");
  const config = unstable_readConfig({ config: join(root, "wrangler.toml") }, { hideWarnings: true });
  const stores = [...config.r2_buckets, ...config.kv_namespaces].map(({ binding }) => binding);
  return { vars: config.vars, stores: stores.filter((name) => name === "IMAGES") };
}

/** The report of `GET /v1/health?check=1` under these settings. services: names of what is bound, which no check calls. */
async function checkSettings(moduleBytes, settings, services = []) {
  // A key of our own opens the path whatever the clients' keys are; it is not counted.
  const key = randomBytes(24).toString("base64url");
  const clientKeys = (settings.AUTHORIZED_API_KEY ?? "").trim();
  const environment = { ...settings, AUTHORIZED_API_KEY: clientKeys === "" ? key : `${clientKeys},${key}` };
  const core = new Core(await WebAssembly.compile(moduleBytes), environment, services);
  const request = new Request("http://localhost/v1/health?check=1", { headers: { authorization: `Bearer ${key}` } });
  const log = console.log;
  console.log = () => {}; // The core's log is for who runs a gateway.
  try {
    const report = await (await serve(core, request, () => {})).json();
    report.setup.client_keys -= 1;
    if (clientKeys !== "") return report;
    const advice = "AUTHORIZED_API_KEY is not set: nobody can ask for pictures.";
    return { ...report, status: "attention", advice: [advice, ...report.advice] };
  } finally {
    console.log = log;
  }
}

/** The report as a person reads it. */
function inWords({ status, version, setup, upstreams, advice }) {
  const rows = upstreams.map(({ name, key, state, status, ms, says }) =>
    [name, `key ${key + 1}`, state, status ?? "-", `${ms} ms`, says ?? ""].map(String),
  );
  const widths = rows.reduce((most, row) => row.map((cell, i) => Math.max(cell.length, most[i] ?? 0)), []);
  const table = rows.map((row) => `  ${row.map((cell, i) => cell.padEnd(widths[i])).join("  ")}`.trimEnd());
  const backends = setup.backends.map(
    ({ name, dialect, models }) => `  ${name}: ${models} (${dialect || "no dialect"})`,
  );
  const llm = setup.language_model;
  return [
    `Fluxgate ${version}: ${status === "ok" ? "all is well" : "something needs your attention"}`,
    "",
    "Image backends",
    ...(backends.length > 0 ? backends : ["  none"]),
    `Language model: ${llm ? llm.model : "none; built-in rules write the prompts"}`,
    `Client keys: ${setup.client_keys}`,
    ...(table.length > 0 ? ["", "What they answer", ...table] : []),
    ...(advice.length > 0 ? ["", "What to know", ...advice.map((sentence) => `  - ${sentence}`)] : []),
  ].join("\n");
}
