// compatcanary, a scanner that asks whether an API behaves as it should that calls itself OpenAI-compatible, against the Worker in workerd.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { languageModel } from "../support/clients/clients.mjs";
import { settingsFor, startUpstream } from "../support/upstreams/upstream.mjs";
import { startWorkerd } from "../support/hosts/workerd.mjs";

const program = fileURLToPath(new URL("../../node_modules/compatcanary/src/cli.js", import.meta.url));

let upstream;
let worker;
before(async () => {
  upstream = await startUpstream();
  upstream.onChat = languageModel();
  worker = await startWorkerd(settingsFor(upstream));
});
after(async () => {
  await worker?.close();
  await upstream?.close();
});

/** Runs the scanner as its README says. Gives { code, report }. */
function scan(...options) {
  const target = ["--base-url", `${worker.origin}/v1`, "--model", "flux-schnell"];
  const args = [program, "scan", ...target, "--timeout", "10", "--format", "json", ...options];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { env: { OPENAI_API_KEY: "client-key" } }, (error, stdout) => {
      resolve({ code: error?.code ?? 0, report: JSON.parse(stdout) });
    });
  });
}

test("everything that its profile for chat asks for", async () => {
  const { code, report } = await scan("--profile", "chat", "--fail-on", "any");
  const outcomes = report.results.map(
    ({ id, status, summary }) => `${id}: ${status}${status === "pass" ? "" : ` (${summary})`}`,
  );
  assert.deepEqual(outcomes, [
    "models.list: pass",
    "chat.basic: pass",
    "chat.streaming: pass",
    "chat.tool_call: pass",
    "chat.structured_output: pass",
  ]);
  assert.equal(report.schemaVersion, "compatcanary.report.v1");
  assert.deepEqual([code, report.compatible, report.score], [0, true, 100]);
  // It asks for a word or two, "pong": nobody is asked for a picture of that.
  assert.equal(upstream.callsTo("/generate").length, 0);
});
