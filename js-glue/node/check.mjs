// Asks the gateway about itself before anything is deployed: what is set up, what each upstream says to each key, and what to do.
import { randomBytes } from "node:crypto";
import { serve } from "../host.mjs";
import { Core } from "../memory.mjs";
import "./platform.mjs";

/** How the core names the language model among the upstreams. */
const languageModel = "OPENAI";

/**
 * The report of `GET /v1/health?check=1` under these settings. serviceNames: names of what is bound, of which nothing is called. No call costs anything.
 * `isPartial` of the report says that the language model is one of the platform's, which cannot be asked from here.
 */
export async function checkSettings(moduleBytes, settings, serviceNames = []) {
  // A key of our own opens the path whatever the clients' keys are; it is not counted.
  const key = randomBytes(24).toString("base64url");
  const clientKeys = (settings.AUTHORIZED_API_KEY ?? "").trim();
  const environment = { ...settings, AUTHORIZED_API_KEY: clientKeys === "" ? key : `${clientKeys},${key}` };
  const core = new Core(await WebAssembly.compile(moduleBytes), environment, serviceNames);
  const request = new Request("http://localhost/v1/health?check=1", { headers: { authorization: `Bearer ${key}` } });
  const log = console.log;
  console.log = () => {}; // The core's log is for who runs a gateway.
  try {
    let isPartial = false;
    const ofPlatform = async () => {
      isPartial = true;
      return Response.json({ errors: [{ message: "The call is empty." }] }, { status: 400 });
    };
    const report = await (await serve(core, request, () => {}, new Map([["AI", ofPlatform]]))).json();
    report.setup.client_keys -= 1;
    report.isPartial = isPartial;
    if (isPartial) report.upstreams = report.upstreams.filter(({ name }) => name !== languageModel);
    if (clientKeys !== "") return report;
    const advice = "AUTHORIZED_API_KEY is not set: nobody can ask for pictures.";
    return { ...report, status: "attention", advice: [advice, ...report.advice] };
  } finally {
    console.log = log;
  }
}

/** What a configuration of wrangler says: { vars, serviceNames }, of which the names are those of a store for pictures and the models. wrangler: its module. */
export function readWranglerSettings({ unstable_readConfig: readConfig }, config) {
  const { vars, r2_buckets: buckets, kv_namespaces: namespaces, ai } = readConfig({ config }, { hideWarnings: true });
  const names = [...buckets, ...namespaces].map(({ binding }) => binding).filter((name) => name === "IMAGES");
  return { vars, serviceNames: ai?.binding === "AI" ? [...names, "AI"] : names };
}

/** The report as a person reads it. */
export function inWords({ status, version, setup, upstreams, advice }) {
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
