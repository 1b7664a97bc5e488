// The package's Node server and clients that mean it ill, or do it by mistake: addresses, heads, bodies, and connections that only take a place.
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { readdir, readlink } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { limits } from "../../js-glue/node/limits.mjs";
import { createGatewayServer } from "../../js-glue/node/server.mjs";
import { openServices } from "../../js-glue/node/services.mjs";
import { workerModule } from "../needs/worker.mjs";
import { chat, idea, linkIn } from "../support/clients/chat.mjs";
import { fragileModule } from "../support/hosts/node_server.mjs";
import { largePng } from "../support/upstreams/pictures.mjs";
import { settingsFor, startUpstream } from "../support/upstreams/upstream.mjs";

const mebibyte = 1024 * 1024;
const module = new WebAssembly.Module(readFileSync(workerModule()));

describe("the package's Node server", { concurrency: 1 }, () => {
  const { log, error } = console;
  let upstream;
  let logs;
  const started = [];
  before(async () => (upstream = await startUpstream()));
  beforeEach(() => {
    upstream.reset();
    logs = [];
    console.log = console.error = (line) => logs.push(JSON.parse(line));
  });
  afterEach(async () => {
    for (const { server, drain } of started.splice(0)) await drain(0).then(() => server.close());
    Object.assign(console, { log, error });
  });
  after(() => upstream?.close());

  /** Serves in this process, with limits that a test can wait for. */
  async function serve(options = {}) {
    const settings = settingsFor(upstream, options.variables);
    const gateway = createGatewayServer({ module, settings, ...options });
    started.push(gateway);
    gateway.server.listen(0, "127.0.0.1");
    await once(gateway.server, "listening");
    const { port } = gateway.server.address();
    const origin = `http://127.0.0.1:${port}`;
    return { ...gateway, port, origin, request: (path, init) => fetch(origin + path, init) };
  }

  /** Sends these bytes, and gives all that comes back until the connection ends, in whatever way. */
  function raw({ port }, text) {
    return new Promise((resolve) => {
      const chunks = [];
      const socket = connect(port, "127.0.0.1", () => socket.write(text));
      socket.on("data", (chunk) => chunks.push(chunk)).on("error", () => {});
      socket.on("end", () => socket.end()).on("close", () => resolve(Buffer.concat(chunks).toString("latin1")));
    });
  }
  const get = (target, ...fields) =>
    `GET ${target} HTTP/1.1\r\n${fields.map((field) => `${field}\r\n`).join("")}connection: close\r\n\r\n`;

  /** The link in the answer to a chat with these fields, and without `Host` unless they name it. */
  async function linkFor(host, ...fields) {
    const body = JSON.stringify(idea("a cat", { model: "demo" }));
    const all = ["authorization: Bearer client-key", `content-length: ${body.length}`, "connection: close", ...fields];
    const text = await raw(host, `POST /v1/chat/completions HTTP/1.1\r\n${all.join("\r\n")}\r\n\r\n${body}`);
    assert.match(text, /^HTTP\/1\.1 200 /);
    return linkIn(JSON.parse(text.split("\r\n\r\n")[1]).choices[0].message.content);
  }
  const demo = { variables: { FLUXGATE_DEMO: "1" } };

  describe("addresses", () => {
    test("x-forwarded-* change nothing, unless the proxy in front is trusted", async () => {
      const fields = ["host: inside:8787", "x-forwarded-proto: https", "x-forwarded-host: pictures.example"];
      assert.match(await linkFor(await serve(demo), ...fields), /^http:\/\/inside:8787\//);
      assert.match(
        await linkFor(await serve({ ...demo, trustsProxy: true }), ...fields),
        /^https:\/\/pictures\.example\//,
      );
    });

    test("of a trusted proxy the last value counts, and none that is no address", async () => {
      const host = await serve({ ...demo, trustsProxy: true });
      const forwarded = (value) => ["host: inside", `x-forwarded-host: ${value}`, "x-forwarded-proto: http, HTTPS"];
      assert.match(
        await linkFor(host, ...forwarded("evil.example, pictures.example")),
        /^https:\/\/pictures\.example\//,
      );
      for (const value of ['"><script>', "a/b", "a@b"])
        assert.match(await raw(host, get("/health", ...forwarded(value))), /^HTTP\/1\.1 400 /);
      assert.match(await raw(host, get("/health", "host: a", "x-forwarded-proto: javascript")), /^HTTP\/1\.1 400 /);
      assert.match(await linkFor(host, "host: inside"), /^http:\/\/inside\//);
    });

    test("two hosts, none, and one that cannot be in a link are refused", async () => {
      const host = await serve();
      for (const fields of [
        ["host: a", "host: b"],
        ["Host: a", "hOST: a"],
        [],
        ["host: a b"],
        ["host: <a>"],
        [`host: ${"a".repeat(300)}`],
      ])
        assert.match(await raw(host, get("/health", ...fields)), /^HTTP\/1\.1 400 /, fields.join());
      assert.match(await raw(host, get("/health", "host: <a>")), /"code":"bad_host"/);
      assert.deepEqual(logs, [], "the core was not asked");
    });

    test("a target may be a whole URL, whose host counts; other targets are paths", async () => {
      const host = await serve();
      const answer = (target) => raw(host, get(target, "host: a"));
      assert.match(await answer("http://b.example/health"), /^HTTP\/1\.1 200 /);
      assert.match(await answer("HTTPS://b.example:8443/health?x=1"), /^HTTP\/1\.1 200 /);
      assert.match(await answer("http://b@c/health"), /^HTTP\/1\.1 400 /);
      assert.match(await answer("http://b.example"), /^HTTP\/1\.1 200 /); // The page.
      assert.match(await answer("//b.example/health"), /^HTTP\/1\.1 404 /);
      assert.match(await answer("/\xff\xfe"), /^HTTP\/1\.1 (400|404) /);
      assert.match(
        await raw(host, "OPTIONS * HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n"),
        /^HTTP\/1\.1 (200|204) /,
      );
      assert.equal(await raw(host, "CONNECT b.example:443 HTTP/1.1\r\nhost: b.example:443\r\n\r\n"), "");
    });
  });

  describe("heads", () => {
    test("what can be read in two ways is refused", async () => {
      const host = await serve();
      for (const fields of [
        ["content-length: 5", "transfer-encoding: chunked"],
        ["content-length: 5", "content-length: 6"],
        ["transfer-encoding: chunked, gzip"],
        ["content-length: +5"],
        ["content-length : 5"],
        ["x: a\nb: c\rd"],
        ["x\0: a"],
      ]) {
        const text = await raw(
          host,
          `POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\n${fields.join("\r\n")}\r\n\r\nhello`,
        );
        assert.match(text, /^HTTP\/1\.1 4\d\d /, fields.join());
        assert.doesNotMatch(text, /HTTP\/1\.1 2/);
      }
    });

    test("nothing that a client sends becomes a header of the answer", async () => {
      const host = await serve(demo);
      const path = `/demo.png?prompt=a%0d%0aset-cookie:%20a=b&size=64x64`;
      const text = await raw(host, get(path, "host: a", "x-request-id: a%0d%0aset-cookie: a"));
      assert.match(text, /^HTTP\/1\.1 200 /);
      assert.doesNotMatch(text.split("\r\n\r\n")[0], /set-cookie/i);
    });

    test("one that is too large is 431", async () => {
      const host = await serve();
      const withBytes = (count) => raw(host, get("/health", "host: a", `x: ${"a".repeat(count)}`));
      assert.match(await withBytes(limits.headBytes - 1000), /^HTTP\/1\.1 200 /);
      assert.match(await withBytes(limits.headBytes + 1000), /^HTTP\/1\.1 431 /);
    });

    test("one that does not come to its end is 408, and holds nobody up", async () => {
      const host = await serve({ limits: { headMs: 200, lookMs: 50 } });
      const startMs = performance.now();
      const slow = new Promise((resolve) => {
        const socket = connect(host.port, "127.0.0.1", () => socket.write("GET /health HTTP/1.1\r\nhost: a\r\n"));
        const timer = setInterval(() => socket.write("x: a\r\n"), 20);
        let text = "";
        socket.on("data", (data) => (text += data)).on("error", () => {});
        socket.on("close", () => (clearInterval(timer), resolve(text)));
      });
      assert.equal((await host.request("/health")).status, 200);
      assert.match(await slow, /^HTTP\/1\.1 408 /);
      assert.ok(performance.now() - startMs < 3000);
    });
  });

  test("a connection on which nothing is asked is closed", async () => {
    const host = await serve({ limits: { headMs: 200, idleMs: 200, lookMs: 50 } });
    assert.match(await raw(host, ""), /^(HTTP\/1\.1 408 .*)?$/s);
    const text = await raw(host, "GET /health HTTP/1.1\r\nhost: a\r\n\r\n"); // It is kept, and then closed.
    assert.match(text, /^HTTP\/1\.1 200 .*"status":"ok"}$/s);
  });

  describe("bodies", () => {
    test("one that does not come to its end is cut off, and its request ends", async () => {
      const host = await serve({ limits: { requestMs: 300, headMs: 200, lookMs: 50 } });
      const text = await raw(
        host,
        "POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\nauthorization: Bearer client-key\r\ncontent-length: 1000\r\n\r\n{",
      );
      assert.match(text, /^(HTTP\/1\.1 408 .*)?$/s);
      while (!logs.some(({ ev }) => ev === "request")) await delay(5);
      const { status, code } = logs.find(({ ev }) => ev === "request");
      assert.ok(status === 499 || status === 400, `${status} ${code}`);
    });

    test("a client that goes on sending behind its answer is cut off", async () => {
      const host = await serve({ limits: { lingerMs: 200 } });
      const startMs = performance.now();
      const socket = connect(host.port, "127.0.0.1", () => {
        socket.write("POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n");
        timer = setInterval(() => socket.write("1\r\na\r\n"), 20);
      });
      let timer;
      let text = "";
      socket.on("data", (data) => (text += data)).on("error", () => {});
      await new Promise((resolve) => socket.on("close", resolve));
      clearInterval(timer);
      assert.match(text, /^HTTP\/1\.1 401 /);
      assert.ok(performance.now() - startMs < 3000);
    });

    test("words and keys are UTF-8, in heads as in bodies", async () => {
      const host = await serve({ variables: { AUTHORIZED_API_KEY: "schlüssel-mit-umlaut" } });
      const key = Buffer.from("schlüssel-mit-umlaut").toString("latin1");
      const text = await raw(host, Buffer.from(get("/v1/models", "host: a", `authorization: Bearer ${key}`), "latin1"));
      assert.match(text, /^HTTP\/1\.1 200 /);
    });
  });

  describe("an answer that waits behind another one on its connection", () => {
    /** Asks on one connection for a chat that waits for its picture, and behind it for a stored one of 3 MiB. */
    async function twoAsked(host, { folder }) {
      const picture = largePng(3 * mebibyte);
      upstream.onPicture = () => ({ headers: { "content-type": "image/png" }, body: picture });
      const link = new URL(linkIn((await (await chat(host, idea("a cat"))).json()).choices[0].message.content));
      const { onImage } = upstream;
      const { promise: released, resolve: release } = Promise.withResolvers();
      const asked = new Promise((resolve) => {
        upstream.onImage = async (call) => (resolve(), await released, onImage(call));
      });
      const body = JSON.stringify(idea("a dog"));
      const head = `host: a\r\nauthorization: Bearer client-key\r\ncontent-length: ${body.length}`;
      const chunks = [];
      const socket = connect(host.port, "127.0.0.1", () => {
        socket.write(`POST /v1/chat/completions HTTP/1.1\r\n${head}\r\n\r\n${body}`);
        socket.write(get(link.pathname, "host: a"));
      });
      socket.on("data", (chunk) => chunks.push(chunk)).on("error", () => {});
      await asked;
      while ((await openFilesIn(folder)).length === 0) await delay(2);
      return { socket, picture, release, bytes: () => Buffer.concat(chunks) };
    }

    /** Serves with a folder for pictures. */
    async function withFolder(limits, use) {
      const folder = mkdtempSync(join(tmpdir(), "fluxgate-behind-"));
      const { services } = await openServices({ IMAGES: folder });
      const host = await serve({ services, limits });
      await use(host, await twoAsked(host, { folder }), folder);
      rmSync(folder, { recursive: true });
    }
    const onLinux = { skip: process.platform !== "linux" && "reads /proc" };

    test("ends with its client, and its file is closed", onLinux, async () => {
      await withFolder({}, async (host, { socket, release }, folder) => {
        socket.destroy();
        const startMs = performance.now();
        while ((await openFilesIn(folder)).length > 0) {
          assert.ok(performance.now() - startMs < 4000, "the file is still open");
          await delay(5);
        }
        release();
        assert.equal(await host.drain(5000), 0);
      });
    });

    test("has its time from where its client can take it", onLinux, async () => {
      await withFolder({ takesMs: 200 }, async (host, { socket, picture, release, bytes }) => {
        await delay(600);
        release();
        await once(socket, "close");
        assert.ok(bytes().subarray(-picture.length).equals(picture), `${bytes().length} bytes`);
      });
    });
  });

  /** The paths in a folder that this process has open. */
  async function openFilesIn(folder) {
    const all = await readdir("/proc/self/fd");
    const paths = await Promise.all(all.map((each) => readlink(`/proc/self/fd/${each}`).catch(() => "")));
    return paths.filter((path) => path.startsWith(folder));
  }

  describe("clients that take nothing", () => {
    /** Asks for a picture of 19 MiB, reads nothing, and gives after how many ms the connection is gone. */
    async function goneAfter(host, link) {
      const { pathname, search } = new URL(link);
      const startMs = performance.now();
      const socket = connect(host.port, "127.0.0.1", () =>
        socket.write(`GET ${pathname}${search} HTTP/1.1\r\nhost: a\r\n\r\n`),
      );
      socket.on("error", () => {});
      await once(socket, "connect");
      const [served] = await once(host.server, "request");
      await once(served.socket, "close");
      socket.destroy();
      return performance.now() - startMs;
    }

    for (const [how, headers] of [
      ["passed on", { "content-type": "image/png" }],
      ["looked at", { "content-type": "text/plain" }],
    ]) {
      test(`of a picture that is ${how} are cut off`, async () => {
        const host = await serve({ limits: { takesMs: 300 } });
        const link = linkIn((await (await chat(host, idea("a cat"))).json()).choices[0].message.content);
        const picture = largePng(19 * mebibyte);
        upstream.onPicture = () => ({ headers, body: picture });
        const ms = await goneAfter(host, link);
        assert.ok(ms >= 300 && ms < 5000, `${ms} ms`);
      });
    }

    test(
      "of a stored picture are cut off, and its file is closed",
      { skip: process.platform !== "linux" && "reads /proc" },
      async () => {
        const folder = mkdtempSync(join(tmpdir(), "fluxgate-slow-"));
        const { services } = await openServices({ IMAGES: folder });
        const host = await serve({ services, limits: { takesMs: 300 } });
        upstream.onPicture = () => ({ headers: { "content-type": "image/png" }, body: largePng(19 * mebibyte) });
        const link = linkIn((await (await chat(host, idea("a cat"))).json()).choices[0].message.content);
        assert.match(link, /\/i\//);
        const ms = await goneAfter(host, link);
        assert.ok(ms >= 300 && ms < 5000, `${ms} ms`);
        while ((await openFilesIn(folder)).length > 0) await delay(5);
        rmSync(folder, { recursive: true });
      },
    );
  });

  test("connections beyond the limit are closed, and there are places again behind them", async () => {
    const host = await serve({ limits: { connections: 2 } });
    const held = [connect(host.port, "127.0.0.1"), connect(host.port, "127.0.0.1")];
    await Promise.all(held.map((socket) => once(socket, "connect")));
    assert.equal(await raw(host, get("/health", "host: a")), "");
    for (const socket of held) socket.destroy();
    while (!(await raw(host, get("/health", "host: a"))).startsWith("HTTP/1.1 200 ")) await delay(5);
  });

  test("a client that leaves before its answer leaves nothing behind", async () => {
    const host = await serve();
    const asked = new Promise((resolve) => (upstream.onChat = () => () => resolve()));
    const body = JSON.stringify(idea("a cat"));
    const socket = connect(host.port, "127.0.0.1", () =>
      socket.write(
        `POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\nauthorization: Bearer client-key\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
      ),
    );
    await asked;
    socket.destroy();
    while (!logs.some(({ status }) => status === 499)) await delay(5);
    const startMs = performance.now();
    assert.equal(await host.drain(5000), 0);
    assert.ok(performance.now() - startMs < 1000);
  });

  describe("draining", () => {
    /** Sends a first piece of a request, drains, and sends the rest. Gives what came back, and how many were broken off. */
    async function drainAmid(host, first, rest, untilThen) {
      const chunks = [];
      const socket = connect(host.port, "127.0.0.1", () => socket.write(first));
      socket.on("data", (chunk) => chunks.push(chunk)).on("error", () => {});
      const text = () => Buffer.concat(chunks).toString();
      const closed = new Promise((resolve) => socket.on("close", resolve));
      await untilThen(text);
      const drained = host.drain(5000);
      await delay(50);
      socket.write(rest);
      await closed;
      return [text(), await drained];
    }

    test("waits for a head that is still arriving, and for its answer", async () => {
      const host = await serve();
      const arrives = () => once(host.server, "connection").then(() => delay(50));
      const [text, left] = await drainAmid(host, "GET /health HTTP/1.1\r\nho", "st: a\r\n\r\n", arrives);
      assert.match(text, /^HTTP\/1\.1 200 .*\r\nconnection: close\r\n.*"status":"ok"}$/is);
      assert.equal(left, 0);
    });

    test("but not for one that does not come to its end", async () => {
      const host = await serve({ limits: { arriveMs: 100 } });
      const startMs = performance.now();
      const arrives = () => once(host.server, "connection");
      const [text, left] = await drainAmid(host, "GET /health HTTP/1.1\r\nho", "st: a\r\n", arrives);
      assert.deepEqual([text, left], ["", 0]);
      assert.ok(performance.now() - startMs < 2000);
    });

    test("waits for the rest of a request that was refused", async () => {
      const host = await serve();
      const head = "POST /nope HTTP/1.1\r\nhost: a\r\ncontent-length: 4\r\n\r\n";
      const answered = async (text) => {
        while (!text().includes("path_not_found")) await delay(5);
      };
      let isBroken = false;
      host.server.once("connection", (socket) =>
        socket.on("close", () => (isBroken = socket.bytesRead < head.length + 4)),
      );
      const [text, left] = await drainAmid(host, head, "rest", answered);
      assert.match(text, /^HTTP\/1\.1 404 /);
      assert.deepEqual([left, isBroken], [0, false]);
    });

    test("lets who is refused meanwhile send the rest", async () => {
      const host = await serve();
      const { promise: released, resolve: release } = Promise.withResolvers();
      const { onImage } = upstream;
      upstream.onImage = async (call) => (await released, onImage(call));
      const answer = chat(host, idea("a cat")); // Holds the drain up.
      while (upstream.callsTo("/generate").length === 0) await delay(2);
      const head = "POST /nope HTTP/1.1\r\nhost: a\r\ncontent-length: 400000\r\n";
      const chunks = [];
      const socket = connect(host.port, "127.0.0.1", () => socket.write(head));
      socket.on("data", (chunk) => chunks.push(chunk)).on("error", () => {});
      const closed = new Promise((resolve) => socket.on("close", resolve));
      await delay(50);
      const drained = host.drain(5000);
      socket.write("\r\n");
      while (chunks.length === 0) await delay(5);
      await delay(50);
      assert.equal(socket.closed, false);
      socket.write(" ".repeat(400_000));
      await closed;
      release();
      assert.equal((await answer).status, 200);
      assert.equal(await drained, 0);
    });
  });

  test("a trap ends every request on its instance, and the next request gets another", async () => {
    const host = await serve({ module: new WebAssembly.Module(fragileModule()) });
    const waiting = [];
    upstream.onChat = () => () => waiting.push(true);
    const stream = await chat(host, idea("a cat", { stream: true }));
    const whole = chat(host, idea("a cat"));
    while (waiting.length < 2) await delay(2);
    const trapped = await host.request("/health", { method: "DELETE" });
    assert.deepEqual([trapped.status, trapped.headers.get("x-should-retry")], [500, "true"]);
    const other = await whole; // It has called the language model, so that a repeat may pay twice.
    assert.deepEqual([other.status, other.headers.get("x-should-retry")], [503, "false"]);
    assert.equal((await other.json()).error.code, "overloaded");
    await assert.rejects(stream.text());
    assert.deepEqual(
      logs
        .filter(({ ev }) => ev.startsWith("rt_"))
        .map(({ ev }) => ev)
        .sort(),
      ["rt_trap", "rt_unavailable", "rt_unavailable"],
    );
    upstream.reset();
    assert.equal((await chat(host, idea("a cat"))).status, 200);
  });
});
