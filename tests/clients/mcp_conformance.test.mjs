// The protocol's own conformance suite, and its inspector, against the Worker in workerd. The suite sends no key: a proxy adds it.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, request } from "node:http";
import { after, before, describe, test } from "node:test";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { startWorkerd } from "../support/hosts/workerd.mjs";
import { settingsFor, startImageServer } from "../support/upstreams/image_server.mjs";

/** The program of a package: its own `bin` starts it with what only the inspector's full package has. */
const folders = { conformance: "dist", "inspector-cli": "build" };
const program = (name) =>
  fileURLToPath(new URL(`node_modules/@modelcontextprotocol/${name}/${folders[name]}/index.js`, import.meta.url));

/**
 * The scenarios that need nothing but a server. All others want the suite's own examples: tools that do what it says (tools-call-*,
 * elicitation-*, json-schema-2020-12), resources, prompts, completions and logs, none of which this server has; and
 * server-sse-polling and server-sse-multiple-streams look at sessions, which are never made here, and pass without a check.
 */
const scenarios = ["server-initialize", "ping", "tools-list", "dns-rebinding-protection"];

async function run(path, args) {
  // The inspector looks for its own package.json from where it was started.
  const options = { stdio: ["ignore", "pipe", "pipe"], cwd: dirname(path) };
  const child = spawn(process.execPath, [path, ...args], options);
  const output = Promise.all([child.stdout, child.stderr].map((stream) => stream.toArray()));
  const [code] = await once(child, "close");
  return { code, text: Buffer.concat((await output).flat()).toString() };
}

describe("the protocol's own programs", { concurrency: 1 }, () => {
  let backend;
  let host;
  let proxy;
  before(async () => {
    backend = await startImageServer();
    host = await startWorkerd(settingsFor(backend));
    proxy = createServer((incoming, outgoing) => {
      const headers = { ...incoming.headers, authorization: "Bearer client-key" };
      const onward = request(`${host.origin}${incoming.url}`, { method: incoming.method, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode, answer.headers);
        answer.pipe(outgoing);
      });
      incoming.pipe(onward);
    });
    proxy.listen(0, "127.0.0.1");
    await once(proxy, "listening");
  });
  after(async () => {
    proxy?.closeAllConnections();
    proxy?.close();
    await host?.close();
    backend?.close();
  });
  const url = () => `http://127.0.0.1:${proxy.address().port}/mcp`;

  for (const scenario of scenarios) {
    test(`conformance: ${scenario}`, async () => {
      const { code, text } = await run(program("conformance"), ["server", "--url", url(), "--scenario", scenario]);
      assert.equal(code, 0, text);
      assert.match(text, /Passed: (\d+)\/\1, 0 failed, 0 warnings/);
    });
  }

  test("the inspector lists the tools, and draws", async () => {
    const header = ["--header", "Authorization: Bearer client-key", "--transport", "http"];
    const ask = (...args) => run(program("inspector-cli"), [`${host.origin}/mcp`, ...header, "--method", ...args]);
    const listed = await ask("tools/list");
    assert.equal(listed.code, 0, listed.text);
    assert.deepEqual(
      JSON.parse(listed.text).tools.map(({ name }) => name),
      ["generate_image", "edit_image", "list_image_models"],
    );
    const drawn = await ask("tools/call", "--tool-name", "generate_image", "--tool-arg", "prompt=a cat");
    assert.equal(drawn.code, 0, drawn.text);
    assert.equal(JSON.parse(drawn.text).structuredContent.prompt, "a cat");
  });
});
