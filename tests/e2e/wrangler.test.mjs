// What an operator types: wrangler's own commands, on the project as it stands.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";

const root = fileURLToPath(new URL("../..", import.meta.url));
const wrangler = join(root, "node_modules/wrangler/bin/wrangler.js");
const env = { ...process.env, WRANGLER_SEND_METRICS: "false", CLOUDFLARE_CF_FETCH_ENABLED: "false", CI: "true" };

/** A port that nobody listens on now. */
async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  return port;
}

describe("wrangler", () => {
  test("deploy --dry-run builds and bundles a Worker of 128 KiB at most", async () => {
    const folder = mkdtempSync(join(tmpdir(), "fluxgate-"));
    try {
      await promisify(execFile)(process.execPath, [wrangler, "deploy", "--dry-run", "--outdir", folder], { cwd: root, env });
      const files = readdirSync(folder).filter((name) => /\.(js|wasm)$/.test(name));
      assert.equal(files.length, 2, files.join(" "));
      const bytes = files.reduce((sum, name) => sum + gzipSync(readFileSync(join(folder, name)), { level: 9 }).length, 0);
      assert.ok(bytes <= 128 * 1024, `${bytes} bytes gzipped`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("npm start serves the demo and prints a curl line that works as it stands", async () => {
    const port = await freePort();
    const child = spawn(process.execPath, ["scripts/start.mjs", "--port", String(port), "--env-file", "/dev/null"], { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
    try {
      const lines = [];
      let curl;
      for await (const line of createInterface({ input: child.stdout })) {
        lines.push(line);
        if (line.startsWith("curl ")) curl = line;
        if (line.includes("write the")) break;
      }
      const { stdout } = await promisify(execFile)("bash", ["-c", `${curl} -sS`]);
      assert.match(JSON.parse(stdout).choices[0].message.content, /^!\[Image\]\(http:\/\/localhost:\d+\/demo\.png\?size=1024x576&prompt=a%20cat/);
      assert.match(lines.join("\n"), /\.dev\.vars/);
    } finally {
      child.kill("SIGTERM");
      await once(child, "close");
    }
  });
});
