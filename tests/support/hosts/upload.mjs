// Makes the files that `wrangler deploy` uploads.
import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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

/**
 * Writes wrangler.toml as it is where the # is taken away from the blocks that hold one of these words, to a folder. It says nothing of how the Worker is
 * built: it is. Gives the path.
 */
export function writeUncommented(folder, words) {
  const blocks = readFileSync(join(root, "wrangler.toml"), "utf8").split("\n\n");
  const isWanted = (block) => words.some((word) => block.includes(word));
  // A block's commented settings begin with the first table; above them stands what they are for.
  const uncommented = (block) => block.replace(/^# \[[^]*/m, (settings) => settings.replace(/^# /gm, ""));
  const text = blocks
    .filter((block) => !block.includes("\n[build]"))
    .map((block) => (isWanted(block) ? uncommented(block) : block))
    .join("\n\n")
    .replace(/^main = "/m, (beginning) => `${beginning}${root}`);
  const path = join(folder, "wrangler.toml");
  writeFileSync(path, text);
  return path;
}

/** Says what `wrangler deploy --dry-run` prints of a configuration. */
export async function dryRun(config) {
  const args = [wrangler, "deploy", "--dry-run", "--config", config];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root, env });
  return stdout;
}
