// Makes the files that `wrangler deploy` uploads.
import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import "../../needs/worker.mjs"; // Wrangler builds it, which takes longer than a test may.

const root = fileURLToPath(new URL("../../..", import.meta.url));
const wrangler = join(root, "node_modules/wrangler/bin/wrangler.js");
/** The environment of wrangler's commands, in which they call nobody. */
export const env = { ...process.env, WRANGLER_SEND_METRICS: "false", CLOUDFLARE_CF_FETCH_ENABLED: "false", CI: "true" };

export const gzippedBytes = (path) => gzipSync(readFileSync(path), { level: 9 }).length;

/** Builds and bundles the Worker. Gives the gzipped bytes of its files by kind, { js, wasm }. */
export async function bundle() {
  const folder = mkdtempSync(join(tmpdir(), "fluxgate-"));
  try {
    await promisify(execFile)(process.execPath, [wrangler, "deploy", "--dry-run", "--outdir", folder], {
      cwd: root,
      env,
    });
    const files = readdirSync(folder).filter((name) => /\.(js|wasm)$/.test(name));
    return Object.fromEntries(files.map((name) => [extname(name).slice(1), gzippedBytes(join(folder, name))]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
