// The package as somebody gets it who has Node alone: made once, installed into an empty folder, and run from there.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { open } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, beforeEach, describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { makePackage, name, version } from "../../scripts/package.mjs";
import { component } from "../needs/wasi.mjs";
import { workerModule } from "../needs/worker.mjs";
import { chat, idea, linkIn } from "../support/clients/chat.mjs";
import { freePort } from "../support/hosts/free_port.mjs";
import { samplePng } from "../support/upstreams/pictures.mjs";
import { settingsFor, startUpstream } from "../support/upstreams/upstream.mjs";

const project = fileURLToPath(new URL("../..", import.meta.url));
const wrangler = join(project, "node_modules/wrangler/bin/wrangler.js");
const bearer = (key) => ({ authorization: `Bearer ${key}` });
const inFile = (settings) =>
  Object.entries(settings)
    .map(([variable, value]) => `${variable}="${value}"\n`)
    .join("");

describe("the package", { concurrency: 1 }, () => {
  const folder = mkdtempSync(join(tmpdir(), "fluxgate-package-"));
  const app = join(folder, "app");
  const packed = join(app, "node_modules", name);
  const command = join(app, "node_modules/.bin", name);
  /** Nothing of the project, and nothing of who runs the tests. */
  const env = { PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}`, HOME: folder };
  let tarball;
  let upstream;
  let emptyFolders = 0;

  before(async () => {
    workerModule();
    component();
    mkdirSync(app);
    tarball = await makePackage(join(folder, "staged"), folder);
    await promisify(execFile)("npm", ["install", "--offline", "--no-audit", "--no-fund", tarball], { cwd: app, env });
    upstream = await startUpstream();
  });
  beforeEach(() => upstream.reset());
  after(async () => {
    await upstream?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function emptyFolder() {
    const path = join(folder, `empty${(emptyFolders += 1)}`);
    mkdirSync(path);
    return path;
  }

  /** Runs the command to its end. Gives { code, stdout, stderr }. */
  async function run(args, { cwd = emptyFolder(), variables = {} } = {}) {
    const child = spawn(command, args, { cwd, env: { ...env, ...variables }, stdio: ["ignore", "pipe", "pipe"] });
    const texts = { stdout: "", stderr: "" };
    for (const stream of Object.keys(texts)) child[stream].on("data", (text) => (texts[stream] += text));
    const [code] = await once(child, "close");
    return { code, ...texts };
  }

  /**
   * Starts `serve`, which is the command without a word. Gives { origin, cwd, lines, child, ended, ms, request(path, init), close() }; lines are those of its
   * log, parsed, and `ended` resolves to the exit code.
   */
  async function start(args = [], { cwd = emptyFolder(), variables = {} } = {}) {
    const startMs = performance.now();
    const child = spawn(command, args, {
      cwd,
      env: { PORT: "0", ...env, ...variables },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const lines = [];
    let errors = "";
    child.stderr.on("data", (text) => (errors += text));
    const ended = once(child, "close").then(([code]) => code);
    const { origin } = await new Promise((resolve, reject) => {
      createInterface({ input: child.stdout }).on("line", (line) => {
        lines.push(JSON.parse(line));
        if (lines.at(-1).ev === "listening") resolve(lines.at(-1));
      });
      ended.then(() => reject(new Error(`It ended: ${errors}`)));
    });
    return {
      origin,
      cwd,
      lines,
      child,
      ended,
      ms: performance.now() - startMs,
      request: (path, init = {}) => fetch(new URL(path, origin), { redirect: "manual", ...init }),
      close: () => (child.kill("SIGKILL"), ended),
    };
  }

  /** Serves with `use(host)`, and ends it. */
  async function serving(args, options, use) {
    const host = await start(args, options);
    try {
      return await use(host);
    } finally {
      await host.close();
    }
  }

  describe("is", () => {
    test("of 1 MB at most, needs no other one, and is not private", () => {
      const { length } = readFileSync(tarball);
      assert.ok(length <= 1_000_000, `${length} bytes`);
      const manifest = JSON.parse(readFileSync(join(packed, "package.json"), "utf8"));
      assert.deepEqual([manifest.name, manifest.version, manifest.license], [name, version, "MIT"]);
      for (const field of ["private", "dependencies", "scripts"]) assert.ok(!(field in manifest), field);
      assert.deepEqual(
        readdirSync(join(app, "node_modules")).filter((each) => !each.startsWith(".")),
        [name],
      );
      assert.match(readFileSync(join(packed, "LICENSE"), "utf8"), /^MIT License/);
      assert.match(readFileSync(join(packed, "NOTICES"), "utf8"), /Niels Lohmann/);
    });

    test("the Worker, the core, the component and their types, and nothing of the project's tests or sources", async () => {
      const { exports } = JSON.parse(readFileSync(join(packed, "package.json"), "utf8"));
      for (const target of Object.values(exports).flatMap((each) =>
        typeof each === "string" ? each : Object.values(each),
      ))
        assert.ok(existsSync(join(packed, target)), target);
      const files = readdirSync(packed, { recursive: true }).map((file) => file.replaceAll("\\", "/"));
      assert.deepEqual(
        files.filter((file) => /^(tests|scripts|build)\b|\.(cpp|h)$|(^|\/)\.dev\.vars$/.test(file)),
        [],
      );
      assert.deepEqual(readFileSync(join(packed, exports["./core.wasm"])), readFileSync(workerModule()));
      assert.deepEqual(readFileSync(join(packed, exports["./component.wasm"])), readFileSync(component()));
    });

    test("typed: programs that use it compile, and wrong ones do not", async (context) => {
      const compiler = join(project, "node_modules/.bin/tsc");
      if (!existsSync(compiler)) return context.skip("no package has brought TypeScript");
      const options = ["--noEmit", "--strict", "--module", "nodenext", "--target", "esnext", "--lib", "esnext,dom"];
      const errorsOf = async (text) => {
        writeFileSync(join(app, "uses.mts"), text);
        const compiled = promisify(execFile)(compiler, [...options, "uses.mts"], { cwd: app, env });
        const { stdout } = await compiled.catch((error) => error);
        const errors = stdout.split("\n").filter((line) => line.includes("error TS"));
        return errors.filter((line) => !line.includes("node:http")); // Whoever has types of Node has these.
      };
      const uses = `import worker, { Ledger, type Settings } from "${name}";
        import type { ServerSettings } from "${name}/node";
        const settings: Settings = { AUTHORIZED_API_KEY: "a", IMAGE_GEN_MODEL_2: "b", FLUX_GEN_API_KEY: "c" };
        const server: ServerSettings = { TRUST_PROXY: "1", PORT: "8787" };
        console.log(worker.fetch, Ledger, settings, server);`;
      assert.deepEqual(await errorsOf(uses), []);
      const [error, ...others] = await errorsOf(uses.replace("AUTHORIZED_API_KEY", "AUTHORISED_API_KEY"));
      assert.match(error, /^uses\.mts.*AUTHORISED_API_KEY/);
      assert.deepEqual(others, []);
    });
  });

  describe("serves", () => {
    test("the demo from npx, keeps nothing, and ends with SIGTERM", async (context) => {
      const cwd = emptyFolder();
      const startMs = performance.now();
      const child = spawn("npx", ["--offline", "--yes", `file:${tarball}`], {
        cwd,
        env: { ...env, PORT: "0" },
        stdio: ["ignore", "pipe", "inherit"],
        detached: true,
      });
      const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
      try {
        const { origin, demo } = JSON.parse((await lines.next()).value);
        const answer = await chat(
          { request: (path, init) => fetch(origin + path, init) },
          idea("a cat on a roof 16:9", { model: "demo" }),
          bearer("demo"),
        );
        assert.equal(answer.status, 200);
        const link = linkIn((await answer.json()).choices[0].message.content);
        assert.equal((await fetch(link)).headers.get("content-type"), "image/png");
        context.diagnostic(`a picture ${Math.round(performance.now() - startMs)} ms after npx`);
        assert.ok(demo);
      } finally {
        process.kill(-child.pid, "SIGTERM");
        await once(child, "close");
      }
      assert.deepEqual(readdirSync(cwd), []);
    });

    test("real backends with the settings of a file: pictures and ledger outlive the process", async () => {
      const cwd = emptyFolder();
      const client = JSON.stringify([{ name: "alice", key: "alice-key-of-16-bytes", per_day: 1 }]);
      writeFileSync(join(cwd, ".env"), inFile(settingsFor(upstream)) + `CLIENTS='${client}'\n`);
      const path = await serving([], { cwd }, async (host) => {
        assert.deepEqual(host.lines[0].file, ".env");
        const answer = await chat(host, idea("a cat"), bearer("alice-key-of-16-bytes"));
        assert.equal(answer.status, 200);
        return new URL(linkIn((await answer.json()).choices[0].message.content)).pathname;
      });
      assert.match(path, /^\/i\//);
      assert.ok(existsSync(join(cwd, "fluxgate-data/images", path.slice("/i/".length))));
      if (process.platform !== "win32") {
        for (const made of ["fluxgate-data", "fluxgate-data/images"])
          assert.equal(statSync(join(cwd, made)).mode & 0o777, 0o700, made);
      }
      await serving([], { cwd }, async (host) => {
        assert.deepEqual(Buffer.from(await (await host.request(path)).arrayBuffer()), samplePng);
        assert.equal((await chat(host, idea("a cat"), bearer("alice-key-of-16-bytes"))).status, 429);
      });
    });

    test("with the environment before the file, and .dev.vars before .env", async () => {
      const cwd = emptyFolder();
      writeFileSync(join(cwd, ".env"), inFile({ AUTHORIZED_API_KEY: "of-env", FLUXGATE_DEMO: "1" }));
      writeFileSync(join(cwd, ".dev.vars"), inFile({ AUTHORIZED_API_KEY: "of-dev-vars", FLUXGATE_DEMO: "1" }));
      const statuses = (host) =>
        Promise.all(
          ["of-env", "of-dev-vars", "of-environment"].map(
            async (key) => (await host.request("/v1/models", { headers: bearer(key) })).status,
          ),
        );
      assert.deepEqual(await serving([], { cwd }, statuses), [401, 200, 401]);
      assert.deepEqual(
        await serving([], { cwd, variables: { AUTHORIZED_API_KEY: "of-environment" } }, statuses),
        [401, 401, 200],
      );
      assert.deepEqual(await serving(["serve", "--settings", ".env"], { cwd }, statuses), [200, 401, 401]);
    });

    test("with a file that begins with a byte order mark", async () => {
      const cwd = emptyFolder();
      writeFileSync(
        join(cwd, ".env"),
        "\uFEFF" + inFile({ AUTHORIZED_API_KEY: "a-key-of-16-bytes", FLUXGATE_DEMO: "1" }),
      );
      await serving([], { cwd }, async (host) => {
        assert.equal((await host.request("/v1/models", { headers: bearer("a-key-of-16-bytes") })).status, 200);
      });
    });

    test("the demo where a file sets nothing up, and says so before", async () => {
      const cwd = emptyFolder();
      writeFileSync(join(cwd, ".env"), "AUTHORISED_API_KEY=a\n");
      await serving([], { cwd }, ({ lines }) => {
        assert.deepEqual(
          lines.map(({ ev }) => ev),
          ["odd", "listening"],
        );
        assert.match(lines[0].sentence, /^\.env sets nothing up/);
        assert.equal(lines[1].demo, true);
      });
    });

    test("where the settings say, in quotation marks or without", async () => {
      const cwd = emptyFolder();
      const variables = {
        ...settingsFor(upstream),
        ...{ HOST: '"127.0.0.1"', PORT: "'0'", DATA_DIR: '"data"', IMAGES_DIR: "off", LEDGER_FILE: '"mine.sqlite"' },
      };
      const { lines } = await serving([], { cwd, variables }, (host) => host);
      assert.deepEqual(lines[0].kept, { LEDGER: "mine.sqlite" });
      assert.ok(existsSync(join(cwd, "mine.sqlite")) && !existsSync(join(cwd, "data")));
      const bucket = { IMAGES_S3_URL: "https://s3.example/pictures", IMAGES_S3_KEY_ID: "a", IMAGES_S3_SECRET: "b" };
      const ofBucket = { ...settingsFor(upstream), ...bucket, LEDGER_FILE: "", DATA_DIR: "data" };
      const { lines: others } = await serving([], { cwd, variables: ofBucket }, (host) => host);
      assert.deepEqual(others[0].kept, { LEDGER: join("data", "ledger.sqlite") });
    });

    test("the demo, whatever keys of OpenAI a shell has for other programs", async () => {
      await serving([], { variables: { OPENAI_API_KEY: "sk-of-a-shell" } }, async (host) => {
        const answer = await chat(host, idea("a cat", { model: "demo" }), bearer("demo"));
        assert.equal(answer.status, 200);
        assert.equal(host.lines[0].demo, true);
        const config = () => host.lines.find(({ ev }) => ev === "config");
        while (config() === undefined) await delay(2);
        assert.ok(!config().odd?.some((sentence) => sentence.includes("OPENAI_API_BASE is not set.")));
      });
    });

    test("in a program of one's own, as docs/hosts.md shows it", async () => {
      const [, program] = /```js\n([^`]+)```/.exec(readFileSync(join(project, "docs/hosts.md"), "utf8"));
      const file = join(app, "program.mjs");
      const tell = 'server.on("listening", () => console.log(server.address().port));';
      writeFileSync(file, program.replace("server.listen(8787)", `${tell} server.listen(0, "127.0.0.1")`));
      const child = spawn(process.execPath, [file], { cwd: app, env, stdio: ["ignore", "pipe", "inherit"] });
      try {
        const [port] = await once(createInterface({ input: child.stdout }), "line");
        const host = { request: (path, init) => fetch(`http://127.0.0.1:${port}${path}`, init) };
        assert.equal((await chat(host, idea("a cat", { model: "demo" }), bearer("demo"))).status, 200);
      } finally {
        child.kill("SIGKILL");
        await once(child, "close");
      }
    });

    test("without SQLite, and says what that means", async () => {
      const variables = { ...settingsFor(upstream), NODE_OPTIONS: "--no-experimental-sqlite" };
      await serving([], { variables }, async (host) => {
        assert.match(host.lines.find(({ ev }) => ev === "odd").sentence, /A ledger needs Node 22\.13 .* in memory/);
        assert.equal((await chat(host, idea("a cat"))).status, 200);
        assert.ok(!existsSync(join(host.cwd, "fluxgate-data/ledger.sqlite")));
      });
    });

    test("in several processes, of which one that dies is replaced", async () => {
      const host = await start([], { variables: { ...settingsFor(upstream), PROCESSES: "2" } });
      const pids = () => host.lines.filter(({ ev }) => ev === "listening").map(({ pid }) => pid);
      while (pids().length < 2) await delay(5);
      process.kill(pids()[0], "SIGKILL");
      while (pids().length < 3) await delay(5);
      assert.ok(host.lines.some(({ ev, pid }) => ev === "process_ended" && pid === pids()[0]));
      assert.equal((await chat(host, idea("a cat"))).status, 200);
      host.child.kill("SIGTERM");
      assert.equal(await host.ended, 0);
      assert.equal(host.lines.filter(({ ev }) => ev === "ended").length, 2);
    });

    test("in several processes, of which each closes the connections beyond its limit", async () => {
      const variables = { ...settingsFor(upstream), PROCESSES: "2", MAX_CONNECTIONS: "1" };
      await serving([], { variables }, async ({ lines, origin }) => {
        while (lines.filter(({ ev }) => ev === "listening").length < 2) await delay(5);
        const { port } = new URL(origin);
        const sockets = Array.from({ length: 8 }, () => connect(port, "127.0.0.1").on("error", () => {}));
        const startMs = performance.now();
        const closed = () => sockets.filter(({ closed: isClosed }) => isClosed).length;
        for (const socket of sockets) socket.resume();
        while (closed() < 6) {
          assert.ok(performance.now() - startMs < 5000, `${closed()} are closed`);
          await delay(5);
        }
        await delay(100);
        assert.ok(closed() < 8, "each process has a place");
        for (const socket of sockets) socket.destroy();
      });
    });

    test("not in several processes that cannot start, and says why once", async () => {
      await serving([], {}, async (host) => {
        const { port } = new URL(host.origin);
        for (const [variables, message] of [
          [{ PORT: port }, /port \d+ is taken: name another one/],
          [{ PORT: "0", LEDGER_FILE: "." }, /LEDGER_FILE: \. cannot be used: /],
        ]) {
          const { code, stderr } = await run([], {
            variables: { ...settingsFor(upstream), PROCESSES: "2", ...variables },
          });
          assert.equal(code, 1);
          assert.match(stderr, message);
          assert.equal(stderr.trim().split("\n").length, 1, stderr);
        }
      });
    });

    for (const [what, args, variables, message] of [
      ["a port that is none", [], { PORT: "x" }, /PORT must be a whole number from 0 to 65535/],
      ["a switch that is none", [], { TRUST_PROXY: "perhaps" }, /TRUST_PROXY must be 1 or 0/],
      ["a file that is not there", ["serve", "--settings", "none.env"], {}, /there is no file none\.env/],
      [
        "a folder that is none",
        [],
        { AUTHORIZED_API_KEY: "a", IMAGES_DIR: "/dev/null/images" },
        /IMAGES_DIR: \/dev\/null\/images cannot be used: /,
      ],
      ["a ledger that is none", [], { AUTHORIZED_API_KEY: "a", LEDGER_FILE: "." }, /LEDGER_FILE: \. cannot be used: /],
      ["a word that is none", ["sevre"], {}, /there is no command sevre/],
      ["an option that is none", ["--prot", "1"], {}, /Unknown option '--prot'/],
    ]) {
      test(`not with ${what}, and says so in a line`, async () => {
        const { code, stdout, stderr } = await run(args, { variables: { PORT: "0", ...variables } });
        assert.deepEqual([code, stdout], [1, ""]);
        assert.match(stderr, message);
        assert.equal(stderr.trim().split("\n").length, 1, stderr);
      });
    }

    test("not at a port that is taken", async () => {
      await serving([], {}, async (host) => {
        const { code, stderr } = await run(["--port", new URL(host.origin).port]);
        assert.equal(code, 1);
        assert.match(stderr, /port \d+ is taken: name another one/);
      });
    });
  });

  describe("drains", () => {
    /** A host with a request under way, whose picture comes when release() is called. */
    async function underWay(variables = {}) {
      const { promise: released, resolve: release } = Promise.withResolvers();
      const { onImage } = upstream;
      upstream.onImage = async (call) => (await released, onImage(call));
      const host = await start([], { variables: { ...settingsFor(upstream), ...variables } });
      const answer = chat(host, idea("a cat"));
      answer.catch(() => {});
      while (upstream.callsTo("/generate").length === 0) await delay(2);
      return { host, answer, release };
    }
    const untilDraining = async ({ lines }) => {
      while (!lines.some(({ ev }) => ev === "draining")) await delay(2);
    };

    test("what is under way goes on, nobody else comes in, and every line is JSON", async () => {
      const { host, answer, release } = await underWay();
      await host.request("/health"); // A connection that rests.
      host.child.kill("SIGTERM");
      await untilDraining(host);
      const refusal = await new Promise((resolve) =>
        connect(new URL(host.origin).port, "127.0.0.1").on("error", resolve),
      );
      assert.equal(refusal.code, "ECONNREFUSED");
      release();
      const response = await answer;
      assert.equal(response.status, 200);
      assert.equal(response.headers.get("connection"), "close");
      assert.match(linkIn((await response.json()).choices[0].message.content), /\/i\//);
      assert.equal(await host.ended, 0);
      assert.deepEqual(
        host.lines.slice(-3).map(({ ev }) => ev),
        ["draining", "request", "ended"],
      );
      assert.equal(host.lines.at(-1).broken_off, 0);
    });

    test("also while it starts", { skip: process.platform === "win32" && "makes a pipe with a name" }, async () => {
      const cwd = emptyFolder();
      const pipe = join(cwd, "settings");
      await promisify(execFile)("mkfifo", [pipe]);
      const child = spawn(command, ["serve", "--settings", pipe], {
        cwd,
        env: { ...env, PORT: "0" },
        stdio: ["ignore", "pipe", "inherit"],
      });
      let text = "";
      child.stdout.on("data", (more) => (text += more));
      const ended = once(child, "close");
      const file = await open(pipe, "w"); // Is there when the server reads.
      child.kill("SIGTERM");
      await delay(50);
      await file.writeFile(inFile({ AUTHORIZED_API_KEY: "a-key-of-16-bytes", FLUXGATE_DEMO: "1" }));
      await file.close();
      assert.deepEqual(await ended, [0, null]);
      const lines = text.trim().split("\n");
      assert.equal(JSON.parse(lines.at(-1)).ev, "ended");
    });

    test("no longer than DRAIN_SECONDS", async () => {
      const { host, answer, release } = await underWay({ DRAIN_SECONDS: "1" });
      const startMs = performance.now();
      host.child.kill("SIGTERM");
      await assert.rejects(answer);
      assert.equal(await host.ended, 0);
      const ms = performance.now() - startMs;
      assert.ok(ms > 900 && ms < 5000, `${ms} ms`);
      assert.ok(host.lines.at(-1).broken_off > 0);
      release();
    });

    test("not at all at a second signal", async () => {
      const { host, answer, release } = await underWay();
      host.child.kill("SIGTERM");
      await delay(600); // A signal that comes at once again is the same one.
      host.child.kill("SIGINT");
      await assert.rejects(answer);
      assert.equal(await host.ended, 0);
      assert.equal(host.lines.at(-1).broken_off, "all");
      release();
    });
  });

  describe("checks", () => {
    const refuses = (status, message) => () => ({ status, body: { error: { message } } });

    test("settings that are right, and those that are wrong, in the environment or a file", async () => {
      upstream.onChat = refuses(400, "messages are missing");
      upstream.onImage = refuses(400, "prompt is missing");
      const right = await run(["check"], { variables: settingsFor(upstream) });
      assert.equal(right.code, 0, right.stdout + right.stderr);
      assert.match(right.stdout, /^Fluxgate \d+\.\d+\.\d+: all is well$/m);
      upstream.onImage = refuses(401, "Invalid token");
      const cwd = emptyFolder();
      writeFileSync(join(cwd, ".dev.vars"), inFile(settingsFor(upstream)));
      const wrong = await run(["check"], { cwd });
      assert.equal(wrong.code, 1, wrong.stdout + wrong.stderr);
      assert.match(wrong.stdout, /^ {2}IMAGE_GEN +key 1 +refused +401 .*Invalid token$/m);
      assert.ok(!wrong.stdout.includes('"ev"'), "no line of the log");
    });

    test("nothing where nothing is set, and says so", async () => {
      const { code, stderr } = await run(["check"]);
      assert.equal(code, 1);
      assert.match(stderr, /there is nothing to check/);
    });

    test("that it is served: health", async () => {
      await serving([], {}, async (host) => {
        const { port } = new URL(host.origin);
        assert.deepEqual(await run(["health", "--port", port]), { code: 0, stdout: '{"status":"ok"}\n', stderr: "" });
      });
      const { code } = await run(["health", "--port", String(await freePort())]);
      assert.equal(code, 1);
    });
  });

  test("teaches: --help tells of every command and setting of the server, --version its version", async () => {
    const { code, stdout } = await run(["--help"]);
    assert.equal(code, 0);
    for (const word of ["check", "init", "health", "AUTHORIZED_API_KEY", "--settings", "--port", "--images"])
      assert.ok(stdout.includes(word), word);
    const hosts = readFileSync(join(project, "docs/hosts.md"), "utf8");
    const names = [
      ...hosts
        .split("\n## Node\n")[1]
        .split("\n\n| What")[0]
        .matchAll(/^\| `(\w+)`/gm),
    ].map(([, each]) => each);
    assert.ok(names.length > 6);
    for (const each of names) assert.ok(stdout.includes(each), each);
    for (const args of [
      ["serve", "--help"],
      ["init", "-h"],
    ])
      assert.equal((await run(args)).stdout, stdout);
    assert.equal((await run(["--version"])).stdout, `${version}\n`);
  });

  describe("begins a project for Cloudflare", () => {
    const cloudflareEnv = { ...env, WRANGLER_SEND_METRICS: "false", CLOUDFLARE_CF_FETCH_ENABLED: "false", CI: "true" };

    /** A project as `init` and npm make it, but for wrangler, which is the project's own. */
    async function begin(...args) {
      const cwd = join(emptyFolder(), "my-gateway");
      const told = await run(["init", cwd, ...args]);
      assert.equal(told.code, 0, told.stderr);
      installInto(cwd);
      return { cwd, told: told.stdout };
    }

    function installInto(cwd) {
      mkdirSync(join(cwd, "node_modules"), { recursive: true });
      cpSync(packed, join(cwd, "node_modules", name), { recursive: true });
      symlinkSync(join(project, "node_modules/wrangler"), join(cwd, "node_modules/wrangler"));
    }

    async function dryRun(cwd) {
      const { stdout } = await promisify(execFile)(process.execPath, [wrangler, "deploy", "--dry-run"], {
        cwd,
        env: cloudflareEnv,
      });
      return stdout;
    }

    /** Serves it by `wrangler dev` with these arguments, and asks for a picture of the demo. Gives the content of the answer. */
    async function contentFromDev(cwd, args) {
      writeFileSync(join(cwd, ".dev.vars"), inFile({ AUTHORIZED_API_KEY: "a-key-of-16-bytes", FLUXGATE_DEMO: "1" }));
      const port = await freePort();
      const all = [wrangler, "dev", "--port", String(port), "--inspector-port", String(await freePort()), ...args];
      const child = spawn(process.execPath, all, {
        cwd,
        env: cloudflareEnv,
        stdio: ["ignore", "pipe", "pipe"],
        detached: true,
      });
      try {
        let text = "";
        await new Promise((resolve, reject) => {
          for (const stream of [child.stdout, child.stderr])
            stream.on("data", (more) => (text += more).includes("Ready on") && resolve());
          child.once("close", () => reject(new Error(text)));
        });
        const host = { request: (path, init) => fetch(`http://127.0.0.1:${port}${path}`, init) };
        const answer = await chat(host, idea("a cat", { model: "demo" }), bearer("a-key-of-16-bytes"));
        return (await answer.json()).choices[0].message.content;
      } finally {
        process.kill(-child.pid, "SIGTERM");
        await once(child, "close");
      }
    }

    test("which wrangler deploys, with a store, a ledger and models", async () => {
      const { cwd, told } = await begin("--yes");
      assert.match(told, /npx wrangler deploy\n/);
      assert.deepEqual(readdirSync(cwd).sort(), [
        ".dev.vars.example",
        ".gitignore",
        "README.md",
        "node_modules",
        "package.json",
        "worker.mjs",
        "wrangler.toml",
      ]);
      const { name: own, dependencies } = JSON.parse(readFileSync(join(cwd, "package.json"), "utf8"));
      assert.deepEqual([own, dependencies], ["my-gateway", { [name]: `^${version}` }]);
      assert.match(readFileSync(join(cwd, "wrangler.toml"), "utf8"), /^name = "my-gateway"$/m);
      const said = await dryRun(cwd);
      for (const each of [/env\.LEDGER \(Ledger\) +Durable Object/, /env\.IMAGES +KV Namespace/, /env\.AI +AI/])
        assert.match(said, each);
    });

    test("which wrangler serves here", async () => {
      const { cwd } = await begin("--ai", "no");
      assert.match(await contentFromDev(cwd, []), /^!\[Image\]\(http/);
      const { scripts } = JSON.parse(readFileSync(join(cwd, "package.json"), "utf8"));
      assert.equal(scripts.dev, "wrangler dev --local");
    });

    test("which wrangler serves here with Cloudflare's models and no account, by npm run dev", async () => {
      const { cwd } = await begin();
      assert.match(await contentFromDev(cwd, ["--local"]), /^!\[Image\]\(http/);
    });

    test("with another store, or none, and with no models", async () => {
      const r2 = await dryRun((await begin("--name", "pictures", "--images", "r2", "--ai", "no")).cwd);
      assert.match(r2, /env\.IMAGES \(fluxgate-images\) +R2 Bucket/);
      assert.doesNotMatch(r2, /KV Namespace|env\.AI/);
      assert.doesNotMatch(await dryRun((await begin("--images", "none")).cwd), /IMAGES/);
    });

    test("whose settings it checks there", async () => {
      upstream.onChat = () => ({ status: 400, body: {} });
      upstream.onImage = () => ({ status: 400, body: {} });
      const { cwd } = await begin("--ai", "no");
      const { IMAGE_GEN_MODEL, ...others } = settingsFor(upstream);
      writeFileSync(join(cwd, ".dev.vars"), inFile(others));
      writeFileSync(
        join(cwd, "wrangler.toml"),
        readFileSync(join(cwd, "wrangler.toml"), "utf8").replace(
          "# [vars]",
          `[vars]\nIMAGE_GEN_MODEL = "${IMAGE_GEN_MODEL}"`,
        ),
      );
      const { code, stdout, stderr } = await run(["check"], { cwd });
      assert.equal(code, 0, stdout + stderr);
      assert.match(stdout, /The settings are those of \.dev\.vars\./);
    });

    test("whose models of Cloudflare only Cloudflare can check", async () => {
      const { cwd } = await begin();
      writeFileSync(join(cwd, ".dev.vars"), inFile({ AUTHORIZED_API_KEY: "a-key-of-16-bytes" }));
      const { code, stdout } = await run(["check"], { cwd });
      assert.equal(code, 0, stdout);
      assert.match(stdout, /asked at Cloudflare alone/);
      assert.match(stdout, /^Fluxgate \d+\.\d+\.\d+: all is well$/m);
      assert.match(stdout, /^Client keys: 1$/m);
    });

    test("whose language model and client key it checks beside Cloudflare's models", async () => {
      const { cwd } = await begin();
      upstream.onChat = () => ({ status: 401, body: { error: { message: "Invalid token" } } });
      const { AUTHORIZED_API_KEY, OPENAI_API_BASE, OPENAI_API_KEY, OPENAI_MODEL } = settingsFor(upstream);
      writeFileSync(
        join(cwd, ".dev.vars"),
        inFile({ AUTHORIZED_API_KEY, OPENAI_API_BASE, OPENAI_API_KEY, OPENAI_MODEL }),
      );
      const refused = await run(["check"], { cwd });
      assert.equal(refused.code, 1, refused.stdout + refused.stderr);
      assert.match(refused.stdout, /asked at Cloudflare alone/);
      assert.match(refused.stdout, /^ {2}OPENAI +key 1 +refused +401 /m);
      rmSync(join(cwd, ".dev.vars"));
      const keyless = await run(["check"], { cwd, variables: { AUTHORIZED_API_KEY: "of-the-shell-alone" } });
      assert.equal(keyless.code, 1, keyless.stdout + keyless.stderr);
      assert.match(keyless.stdout, /AUTHORIZED_API_KEY is not set/);
      assert.match(keyless.stdout, /^Client keys: 0$/m);
    });

    test("but writes over nothing, and takes no odd answers", async () => {
      const cwd = emptyFolder();
      writeFileSync(join(cwd, "mine.txt"), "");
      for (const [args, message] of [
        [["init"], /is not empty: it has mine\.txt/],
        [["init", "mine.txt"], /mine\.txt is a file: name a folder/],
        [["init", join("mine.txt", "new"), "--yes"], /cannot be made/],
        [["init", "new", "newer"], /Unexpected argument 'newer'; --help tells/],
        [["init", "new", "--name", "My Gateway"], /My Gateway is no name for a Worker/],
        [["init", "new", "--images", "s3"], /--images must be one of kv, r2, none/],
        [["init", "new", "--ai", "maybe"], /--ai must be one of yes, no/],
      ]) {
        const { code, stderr } = await run(args, { cwd });
        assert.equal(code, 1);
        assert.match(stderr, message);
        assert.equal(stderr.trim().split("\n").length, 1, stderr);
      }
      assert.deepEqual(readdirSync(cwd), ["mine.txt"]);
    });

    test("which is the one that the button deploys", async () => {
      const cwd = join(emptyFolder(), "fluxgate");
      cpSync(join(project, "deploy/cloudflare"), cwd, { recursive: true });
      installInto(cwd);
      assert.match(await dryRun(cwd), /env\.IMAGES +KV Namespace/);
      const begun = join(emptyFolder(), "fluxgate");
      assert.equal((await run(["init", begun])).code, 0);
      for (const file of readdirSync(begun)) {
        const [ours, theirs] = [begun, join(project, "deploy/cloudflare")].map((each) =>
          readFileSync(join(each, file), "utf8"),
        );
        assert.equal(ours, theirs, file);
      }
    });
  });
});
