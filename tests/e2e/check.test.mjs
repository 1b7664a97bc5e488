// What an operator types before anything is deployed: npm run check, with real calls.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { workerModule } from "../needs/worker.mjs";
import { settingsFor, startUpstream } from "../support/upstreams/upstream.mjs";

const script = fileURLToPath(new URL("../../scripts/check.mjs", import.meta.url));

describe("npm run check", () => {
  let folder;
  let upstream;

  before(async () => {
    workerModule();
    folder = await mkdtemp(join(tmpdir(), "fluxgate-check-"));
    upstream = await startUpstream();
  });
  beforeEach(() => upstream.reset());
  after(async () => {
    await upstream?.close();
    await rm(folder, { recursive: true });
  });

  /** Checks these settings. Gives the exit code and what was printed. */
  async function check(settings) {
    const file = join(folder, "settings.vars");
    const lines = Object.entries(settings).map(([name, value]) => `${name}="${value}"\n`);
    await writeFile(file, `\uFEFF${lines.join("")}`); // As some editors of Windows write it.
    const child = spawn(process.execPath, [script, file]);
    let text = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (text += chunk));
    const [code] = await new Promise((resolve) => child.on("close", (...ending) => resolve(ending)));
    return { code, text };
  }

  const refuses = (status, message) => () => ({ status, body: { error: { message } } });

  test("settings that are right: ends well, and nothing was paid for", async () => {
    upstream.onChat = refuses(400, "messages are missing");
    upstream.onImage = refuses(400, "prompt is missing");
    const { code, text } = await check(settingsFor(upstream));
    assert.equal(code, 0, text);
    assert.match(text, /^Fluxgate \d+\.\d+\.\d+: all is well$/m);
    assert.match(text, /^ {2}OPENAI +key 1 +ok +400 /m);
    const posts = upstream.calls.filter(({ method }) => method === "POST");
    assert.ok(posts.length > 0);
    for (const { body } of posts) assert.equal(body, "{}");
    assert.ok(!text.includes('"ev"'), "no line of the log");
  });

  test("a key that is not accepted: ends badly, and says which and what to do", async () => {
    upstream.onChat = refuses(400, "messages are missing");
    upstream.onImage = refuses(401, "Invalid token");
    const { code, text } = await check(settingsFor(upstream));
    assert.equal(code, 1, text);
    assert.match(text, /^ {2}IMAGE_GEN +key 1 +refused +401 .*Invalid token$/m);
    assert.match(text, /^ {2}- IMAGE_GEN_API_KEY.*: the server does not accept it \(401\)/m);
  });

  test("no client key, and a variable that is missing: both are told", async () => {
    const { code, text } = await check({ ...settingsFor(upstream), AUTHORIZED_API_KEY: "", IMAGE_GEN_MODEL: "" });
    assert.equal(code, 1, text);
    assert.match(text, /AUTHORIZED_API_KEY is not set/);
    assert.match(text, /IMAGE_GEN_MODEL is not set/);
    assert.deepEqual(upstream.calls, []);
  });
});
