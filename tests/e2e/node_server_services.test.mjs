// The services of the gateway in plain Node: pictures in a folder, and what it says of a ledger.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { startNodeServer } from "../support/hosts/node_server.mjs";
import { largePng, samplePng } from "../support/upstreams/pictures.mjs";
import { settingsFor, startUpstream } from "../support/upstreams/upstream.mjs";
import { chat, idea, linkIn } from "../support/clients/chat.mjs";

const services = new URL("../../examples/node-server/services.mjs", import.meta.url).href;
const root = fileURLToPath(new URL("../..", import.meta.url));

describe("the services of the gateway in Node", () => {
  const folder = mkdtempSync(join(tmpdir(), "fluxgate-node-"));
  const variables = {
    IMAGES_DIR: join(folder, "images"),
    LEDGER_FILE: join(folder, "ledger.sqlite"),
    CLIENTS_FILE: join(folder, "clients.json"),
  };
  let upstream;
  let host;
  before(async () => {
    upstream = await startUpstream();
    host = await startNodeServer(settingsFor(upstream, { IMAGES_DIR: variables.IMAGES_DIR }));
  });
  beforeEach(() => upstream.reset());
  after(async () => {
    await host?.close();
    await upstream?.close();
    rmSync(folder, { recursive: true });
  });

  async function linkOf(body) {
    const response = await chat(host, idea("a cat", body));
    assert.equal(response.status, 200);
    return new URL(linkIn((await response.json()).choices[0].message.content)).pathname;
  }
  const get = async (path, headers = {}) => {
    const response = await host.request(path, { headers });
    return [response.status, Buffer.from(await response.arrayBuffer())];
  };

  test("a picture is stored, is served in parts and by conditions, and outlives the process", async () => {
    const path = await linkOf();
    assert.match(path, /^\/i\/[A-Za-z0-9_-]{22}\.png$/);
    assert.deepEqual(await get(path), [200, samplePng]);
    assert.deepEqual(await get(path, { range: "bytes=1-3" }), [206, samplePng.subarray(1, 4)]);
    const { headers } = await host.request(path, { method: "HEAD" });
    assert.equal(headers.get("content-length"), String(samplePng.length));
    assert.equal((await get(path, { "if-none-match": headers.get("etag") }))[0], 304);
    const name = path.slice("/i/".length);
    assert.deepEqual(readdirSync(variables.IMAGES_DIR), [name, `${name}.json`]);
    await host.close();
    host = await startNodeServer(settingsFor(upstream, { IMAGES_DIR: variables.IMAGES_DIR }));
    assert.deepEqual(await get(path), [200, samplePng]);
    assert.equal((await get(path.replace(".png", ".jpg")))[0], 404);
  });

  test("a large picture comes whole, and one that breaks off is not stored", async () => {
    const large = largePng(3_000_000);
    upstream.onPicture = () => ({ body: large });
    assert.deepEqual(await get(await linkOf()), [200, large]);
    const before = readdirSync(variables.IMAGES_DIR);
    upstream.onPicture = () => (request, response) => {
      response.writeHead(200, { "content-length": large.length });
      response.write(large.subarray(0, 100_000), () => setTimeout(() => request.socket.destroy(), 50));
    };
    assert.equal(await linkOf(), "/image-proxy");
    assert.deepEqual(readdirSync(variables.IMAGES_DIR), before);
  });

  /** Runs a program in a Node of its own with these variables, after services.mjs was imported as `services`. Gives its status and what it printed. */
  function run(env, program, node = process.execPath) {
    const text = `const services = await import(${JSON.stringify(services)}); ${program}`;
    const { status, stdout, stderr } = spawnSync(node, ["--no-warnings", "--input-type=module", "-e", text], {
      cwd: root,
      env,
      encoding: "utf8",
    });
    return [status, stdout, stderr];
  }
  const ask = `async function ask(url, method = "GET", body = undefined) {
    const response = await services.serviceOf(url)(url, { method, headers: [], body });
    console.log(response.status, await response.text());
  }`;

  test("the ledger and the list of clients are there when they are named, and a ledger is there again", () => {
    const until = Date.now() + 60_000;
    const steps = JSON.stringify([{ add: "a", amount: 2, until, most: 5 }]);
    const program = `${ask}
      await ask("binding://CLIENTS/");
      await ask("binding://LEDGER/", "POST", Buffer.from(${JSON.stringify(steps)}));
      await ask("binding://LEDGER/", "POST", Buffer.from("x"));
      console.log(services.environment.split("\\0").filter((line) => line.startsWith("binding:")).join(" "));`;
    const [, first, errors] = run(variables, program);
    assert.equal(errors, "");
    const [clients, answer, refused, told] = first.split("\n");
    assert.deepEqual([clients.trim(), answer, refused.slice(0, 3)], ["404", "200 [2]", "400"]);
    assert.equal(told, "binding://IMAGES=1 binding://LEDGER=1 binding://CLIENTS=1");
    writeFileSync(variables.CLIENTS_FILE, "[1]");
    const [, again] = run(variables, program);
    assert.deepEqual(again.split("\n").slice(0, 2), ["200 [1]", "200 [4]"]);
    assert.ok(readFileSync(variables.LEDGER_FILE).length > 0);
  });

  test("without their variables there are none, and a call of one is not supported", () => {
    const [, told] = run(
      {},
      `console.log(services.environment.includes("binding:"), services.serviceOf("https://example.com/"));
      await services.serviceOf("binding://LEDGER/")("binding://LEDGER/", { headers: [] }).catch((error) => console.log(error.message));`,
    );
    assert.equal(told, "false undefined\nunsupported\n");
  });

  test("a Node without SQLite says so when it starts", () => {
    const [status, , errors] = run({ ...variables, NODE_OPTIONS: "--no-experimental-sqlite" }, "");
    assert.equal(status, 1);
    assert.match(errors, /A ledger needs Node 22\.13 or newer; this is v\d+/);
  });
});
