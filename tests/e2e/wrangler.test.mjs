// What an operator types: wrangler's own commands, on the project as it stands.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { bundle, env } from "../support/hosts/upload.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** A port that nobody listens on now. */
async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  return port;
}

describe("wrangler", () => {
  test("deploy --dry-run builds and bundles a Worker of 320 KiB at most", async () => {
    const { js, wasm, ...others } = await bundle();
    assert.deepEqual(others, {});
    assert.ok(js + wasm <= 320 * 1024, `${js + wasm} bytes gzipped`);
  });

  test("npm start serves the demo, prints a curl line that works as it stands, and ends with npm", async () => {
    const port = await freePort();
    const args = ["start", "--", "--port", String(port), "--env-file", "/dev/null"];
    const child = spawn("npm", args, { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
    try {
      const lines = [];
      let curl;
      for await (const line of createInterface({ input: child.stdout })) {
        lines.push(line);
        if (line.startsWith("curl ")) curl = line;
        if (line.includes("write the")) break;
      }
      const { stdout } = await promisify(execFile)("bash", ["-c", `${curl} -sS`]);
      assert.match(
        JSON.parse(stdout).choices[0].message.content,
        /^!\[Image\]\(http:\/\/localhost:\d+\/demo\.png\?size=1024x576&prompt=a%20cat/,
      );
      assert.match(lines.join("\n"), /\.dev\.vars/);
    } finally {
      child.kill("SIGTERM");
      // The pipes are closed when the last process that npm has started is gone.
      await once(child, "close");
    }
    await assert.rejects(fetch(`http://localhost:${port}/health`), "nothing is served any more");
  });
});
