// examples/node-server with modules that ask for what the gateway does not: bodies that are held, inserts, and answers that come whole.
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { startNodeServer } from "../support/hosts/node_server.mjs";
import { scriptedModule } from "../support/hosts/scripted_module.mjs";

describe("the effects in Node", { concurrency: 1 }, () => {
  const folder = mkdtempSync(join(tmpdir(), "fluxgate-node-effects-"));
  let upstream;
  let seen;
  before(async () => {
    upstream = createServer(async (request, response) => {
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      seen = Buffer.concat(chunks).toString();
      response.writeHead(200, { "content-type": "text/plain" });
      response.write("the upstream's ");
      setTimeout(() => response.end("answer"), 20);
    }).listen(0, "127.0.0.1");
    await once(upstream, "listening");
  });
  after(() => {
    upstream.close();
    rmSync(folder, { recursive: true });
  });

  /** Sends a body to a server whose module asks for these effects. Gives the answer's text. */
  async function answerOf(batches, body) {
    const path = join(folder, "scripted.wasm");
    writeFileSync(path, scriptedModule(batches));
    const host = await startNodeServer({}, { module: path });
    try {
      const response = await host.request("/", { method: "POST", body });
      return Buffer.from(await response.arrayBuffer());
    } finally {
      await host.close();
    }
  }

  const call = (more) => ({
    id: 9,
    kind: "fetch",
    head: `POST http://127.0.0.1:${upstream.address().port}/\n`,
    ...more,
  });
  const hold = (more) => ({ id: 2, kind: "hold", target: 1, ...more });
  const echo = [{ kind: "respond", status: 200, echoes: true }, { kind: "done" }];

  test("what is held goes between the bytes of a call, and what is behind it comes next", async () => {
    const batches = [
      [hold({ head: "--x", body: "own" })],
      [call({ body: "<>", inserts: [[1, 2, 1], [1, 1, 0], [2, 2, 0]] })], // prettier-ignore
      [{ id: 10, kind: "hold", target: 9 }],
      [{ kind: "respond", status: 200, mode: 3, target: 10 }, { kind: "cancel", target: 10 }, { kind: "done" }],
    ];
    assert.equal((await answerOf(batches, " part--x and the rest")).toString(), "the upstream's answer");
    assert.equal(seen, `<${Buffer.from("own part").toString("base64")} and the rest>own part`);
  });

  test("a held body is told by its length and its beginning", async () => {
    const told = await answerOf([[hold({ body: "own " })], echo], "x".repeat(300));
    assert.deepEqual([told.readUInt32LE(0), told.subarray(4).toString()], [304, `own ${"x".repeat(28)}`]);
  });

  test("bytes are added to what is held, and are piped in base64", async () => {
    const batches = [
      [hold({ target: 0, body: "first" })],
      [hold({ id: 3, target: 0, mode: 2, body: " second" })],
      [{ id: 4, kind: "respond", status: 200, mode: 1 }],
      [{ id: 5, kind: "pipe", target: 2, coding: 1 }],
      [{ kind: "end" }, { kind: "done" }],
    ];
    assert.equal((await answerOf(batches)).toString(), Buffer.from("first second").toString("base64"));
  });

  test("an answer comes whole if it is short enough, and by pieces if it is not", async () => {
    const whole = [[call({ inlineBytes: 21 })], echo];
    assert.equal((await answerOf(whole)).toString(), "the upstream's answer");
    const inPieces = [[call({ inlineBytes: 20 })], [{ id: 10, kind: "collect", target: 9 }], echo];
    assert.equal((await answerOf(inPieces)).toString(), "the upstream's answer");
  });
});
