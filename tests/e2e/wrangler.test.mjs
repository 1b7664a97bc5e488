// What an operator types: wrangler's own commands, on the project as it stands.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { unstable_startWorker } from "wrangler";
import { freePort } from "../support/hosts/free_port.mjs";
import { bundle, dryRun, env, writeUncommented } from "../support/hosts/upload.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** README's curl line is answered as README shows, but for what is new each time. */
async function assertShownInReadme(port) {
  const readme = readFileSync(join(root, "README.md"), "utf8");
  const [, line] = /^(curl .*)$/m.exec(readme);
  const [, shown] = /```json\n(.*)\n```/.exec(readme);
  const { stdout } = await promisify(execFile)("bash", ["-c", `${line.replace("8787", port)} -sS`]);
  const fixed = (text) =>
    text
      .replaceAll(/localhost:\d+/g, "")
      .replace(/chatcmpl-[0-9a-f]{32}/, "")
      .replace(/"created":\d+/, "");
  assert.equal(fixed(stdout), fixed(shown));
}

describe("wrangler", () => {
  test("deploy --dry-run builds and bundles a Worker of 384 KiB at most", async () => {
    const { js, wasm, ...others } = await bundle();
    assert.deepEqual(others, {});
    assert.ok(js + wasm <= 384 * 1024, `${js + wasm} bytes gzipped`);
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
      await assertShownInReadme(port);
    } finally {
      child.kill("SIGTERM");
      // The pipes are closed when the last process that npm has started is gone.
      await once(child, "close");
    }
    await assert.rejects(fetch(`http://localhost:${port}/health`), "nothing is served any more");
  });

  for (const [store, found] of [
    ["r2_buckets", /env\.IMAGES \(fluxgate-images\) +R2 Bucket/],
    ['kv_namespaces]]\n# binding = "IMAGES"', /env\.IMAGES +KV Namespace/],
  ]) {
    test(`every binding is there when its # is taken away, and it is served here: ${store.slice(0, 13)}`, async () => {
      const folder = mkdtempSync(join(tmpdir(), "fluxgate-wrangler-"));
      const bindings = [store, '"LEDGER"', '"CLIENTS"', '"RATES"', '"EVENTS"'];
      let worker;
      try {
        const told = await dryRun(writeUncommented(folder, [...bindings, '"AI"']));
        for (const each of [
          found,
          /env\.LEDGER \(Ledger\) +Durable Object/,
          /env\.CLIENTS +KV Namespace/,
          /env\.RATES \(100 requests\/60s\) +Rate Limit/,
          /env\.EVENTS \(fluxgate\) +Analytics Engine Dataset/,
          /env\.AI +AI/,
        ])
          assert.match(told, each);
        process.env.CLOUDFLARE_CF_FETCH_ENABLED = "false";
        worker = await unstable_startWorker({
          config: writeUncommented(folder, bindings), // Models of Cloudflare are asked there, also from here.
          envFiles: ["/dev/null"],
          dev: {
            server: { hostname: "127.0.0.1", port: 0 },
            inspector: false,
            logLevel: "error",
            watch: false,
            persist: false,
          },
        });
        await worker.ready;
        const { origin } = await worker.url;
        assert.equal((await fetch(`${origin}/health`)).status, 200);
      } finally {
        await worker?.dispose();
        rmSync(folder, { recursive: true });
      }
    });
  }
});
