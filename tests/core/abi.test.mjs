// The module's border: what src/abi/abi.md promises to a host.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { codes, codings, kinds, modes } from "../../js-glue/memory.mjs";
import { batchOf } from "../support/hosts/conversation.mjs";
import { describeBuilds } from "../support/hosts/builds.mjs";

const page = readFileSync(new URL("../../src/abi/abi.md", import.meta.url), "utf8");
const effects = readFileSync(new URL("../../src/effect/effect.h", import.meta.url), "utf8");

/** [number, name] of the table rows under a heading of abi.md. */
function numbered(heading) {
  const section = page.split(`\n## ${heading}\n`)[1].split("\n## ")[0];
  return [...section.matchAll(/^\| (\d+) \| (\w+) \|/gm)].map(([, number, name]) => [Number(number), name]);
}

/** [number, name] of an enumeration in effect.h. */
function enumerators(name) {
  const body = effects.split(`enum class ${name}`)[1].split("};")[0];
  return [...body.matchAll(/^ *(\w+) = (\d+),/gm)].map(([, enumerator, number]) => [Number(number), enumerator]);
}

const snakeCase = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const numbersOf = (object) => Object.entries(object).map(([name, number]) => [number, snakeCase(name)]);

describe("one list of numbers", () => {
  test("effect kinds: abi.md, effect.h and the shim agree", () => {
    const shim = kinds.map((name, number) => [number, name]).filter(([, name]) => name !== null);
    assert.equal(shim.length, 11);
    assert.deepEqual(numbered("Effect kinds"), shim);
    assert.deepEqual(enumerators("EffectKind"), shim);
  });

  test("reply codes: abi.md, effect.h and the shim agree", () => {
    assert.deepEqual(numbered("Reply codes"), numbersOf(codes));
    const { length } = numbersOf(codes); // Behind them stands what no host sends.
    assert.deepEqual(enumerators("ReplyCode").slice(0, length), numbersOf(codes));
  });

  test("body modes: effect.h and the shim agree", () => {
    assert.deepEqual(enumerators("BodyMode"), numbersOf(modes));
  });

  test("codings: effect.h and the shim agree", () => {
    assert.deepEqual(enumerators("Coding"), numbersOf(codings));
  });
});

describeBuilds("the module", (makeCore, module) => {
  /** The bare exports of an instance that nobody has configured. */
  function instantiate() {
    const imports = {};
    for (const { module: space, name } of WebAssembly.Module.imports(module)) (imports[space] ??= {})[name] = () => 0;
    const { exports } = new WebAssembly.Instance(module, imports);
    exports._initialize?.();
    return exports;
  }

  function give(exports, text) {
    const bytes = new TextEncoder().encode(text);
    const pointer = exports.fluxgate_alloc(bytes.length);
    new Uint8Array(exports.memory.buffer).set(bytes, pointer);
    return [pointer, bytes.length];
  }

  function batch(exports) {
    const [count, records, wakeMs] = new Uint32Array(exports.memory.buffer, exports.fluxgate_batch(), 3);
    return { count, records: new Uint32Array(exports.memory.buffer, records, count * 16), wakeMs };
  }

  const request = `${"r".repeat(16)}GET https://gateway.example/health\n`;

  test("exports what the page lists, and 20 things at most", () => {
    const names = WebAssembly.Module.exports(module).map(({ name }) => name);
    const promised = [...page.matchAll(/^\| `(fluxgate_\w+)\(/gm)].map(([, name]) => name);
    assert.equal(promised.length, 11);
    assert.deepEqual(names.filter((name) => name.startsWith("fluxgate_")).sort(), promised.sort());
    assert.ok(names.includes("memory"));
    assert.ok(names.length <= 20, names.join(" "));
  });

  test("starts with 2 MiB of memory or less", () => {
    assert.ok(instantiate().memory.buffer.byteLength <= 2 * 1024 * 1024);
  });

  test("configures once", () => {
    const exports = instantiate();
    assert.equal(exports.fluxgate_open(...give(exports, request), 0), 0, "no session before the configuration");
    assert.notEqual(exports.fluxgate_configure(...give(exports, "A=b\0")), 0);
    assert.equal(exports.fluxgate_configure(...give(exports, "A=c\0")), 0);
    assert.notEqual(exports.fluxgate_open(...give(exports, request), 0), 0);
  });

  test("takes an empty environment", () => {
    const exports = instantiate();
    assert.notEqual(exports.fluxgate_configure(0, 0), 0);
    assert.notEqual(exports.fluxgate_open(...give(exports, request), 0), 0);
    assert.ok(batch(exports).count > 0);
  });

  test("says which headers it reads", () => {
    const core = makeCore({});
    for (const name of ["authorization", "content-length", "range", "x-openwebui-task"])
      assert.ok(core.requestHeaders.includes(name), name);
    for (const name of ["content-type", "content-length", "location", "retry-after", "etag"])
      assert.ok(core.answerHeaders.includes(name), name);
    assert.ok(core.wholeHeaders.includes("content-type"));
    for (const name of [...core.requestHeaders, ...core.answerHeaders, ...core.wholeHeaders])
      assert.match(name, /^[a-z-]+$/);
  });

  test("survives handles and effects that do not exist", () => {
    const exports = instantiate();
    exports.fluxgate_configure(0, 0);
    const empty = () => {
      const { count, wakeMs } = batch(exports);
      assert.deepEqual([count, wakeMs], [0, 2 ** 31 - 1]);
    };
    const callAll = (session) => {
      exports.fluxgate_reply(session, 2, 0, ...give(exports, "x"), 0);
      empty();
      exports.fluxgate_reply_whole(session, 2, 200, ...give(exports, "x: y\n"), ...give(exports, "{}"), 0);
      empty();
      exports.fluxgate_wake(session, 0);
      empty();
      exports.fluxgate_client_left(session, 0);
      empty();
      exports.fluxgate_close(session);
      empty();
    };
    callAll(77);
    exports.fluxgate_free(0);
    const session = exports.fluxgate_open(...give(exports, request), 0);
    exports.fluxgate_reply(session, 999, 0, 0, 0, NaN);
    exports.fluxgate_reply(session, 0, 0, 0, 0, NaN);
    exports.fluxgate_close(session);
    callAll(session);
  });

  test("a batch is gone at the next call of any session", () => {
    const exports = instantiate();
    exports.fluxgate_configure(0, 0);
    exports.fluxgate_open(...give(exports, request), 0);
    assert.ok(batch(exports).count > 0);
    exports.fluxgate_free(exports.fluxgate_alloc(16));
    assert.equal(batch(exports).count, 0);
  });

  test("refuses a request block that is too short, and answers any head", () => {
    const core = instantiate();
    core.fluxgate_configure(0, 0);
    assert.equal(core.fluxgate_open(...give(core, "short"), 0), 0);
    for (const head of [
      "",
      "\n",
      " ",
      "GET",
      "GET \n",
      "GET  https://x/ \n\n\n:",
      "get https://x/health\nhost",
      "\u0000\u0000\n",
      "x".repeat(70_000),
      "GET https://x?\n",
      "GET :///\n",
    ]) {
      for (const now of [0, -1, NaN, Infinity, 1e300]) {
        const session = core.fluxgate_open(...give(core, `${"r".repeat(16)}${head}`), now);
        const { records } = batch(core);
        const respond = [...records.keys()].find((at) => at % 16 === 1 && kinds[records[at]] === "respond");
        const status = records[respond + 2];
        assert.ok(
          status === 200 || status === 404 || status === 405,
          `${status} to ${JSON.stringify(head).slice(0, 40)}`,
        );
        core.fluxgate_close(session);
      }
    }
  });

  for (const code of [7, 8, 199, 600, 0xffffffff]) {
    test(`${code}, which is no reply code, counts as failed`, () => {
      const core = makeCore({
        AUTHORIZED_API_KEY: "k",
        IMAGE_GEN_API_BASE: "https://images.example/generate",
        IMAGE_GEN_API_KEY: "k",
        IMAGE_GEN_MODEL: "flux",
        IMAGE_PROXY_SECRET: "a-secret-of-the-tests-of-32-bytes-or-more",
        "binding://LEDGER": "1",
      });
      const body = JSON.stringify({ model: "flux", prompt: "a cat" });
      const [url, key] = ["https://gateway.example/v1/images/generations", "authorization: Bearer k"];
      const session = core.open(`POST ${url}\n${key}\n`, 1e12);
      const asked = [];
      let [status, told] = [0, ""];
      for (let now = 1e12; status === 0; now += 1000) {
        const batch = batchOf(core);
        const isAsked = (each) => each.kind === "fetch";
        asked.push(...batch.filter(isAsked));
        const respond = batch.find(({ kind }) => kind === "respond");
        status = respond?.status ?? 0;
        told = new TextDecoder().decode(respond?.body);
        const waiting = batch.filter(({ id, kind }) => id !== 0 && kind !== "respond");
        for (const each of waiting)
          core.reply(
            session,
            each.id,
            isAsked(each) ? code : codes.ok,
            isAsked(each) ? undefined : Buffer.from(body),
            now,
          );
        if (waiting.length === 0) core.wake(session, now);
      }
      assert.equal(status, 502, told);
      assert.ok(asked.length >= 2, "the ledger and the backend were asked");
      core.close(session);
    });
  }

  test("10,000 requests leave the memory as it was", () => {
    const core = makeCore({ AUTHORIZED_API_KEY: "k", FLUXGATE_DEMO: "1" });
    const serve = (path) => {
      const session = core.open(`GET https://gateway.example${path}\nauthorization: Bearer k\n`, 1e12);
      while (core.effectCount > 0) {
        const waiting = batchOf(core).filter(({ id }) => id !== 0);
        if (waiting.length === 0) break;
        for (const { id } of waiting) core.reply(session, id, codes.ok, undefined, 1e12);
      }
      core.close(session);
    };
    const paths = ["/health", "/v1/models", "/nope", "/", "/image-proxy?url=x"];
    for (let i = 0; i < 1000; i += 1) serve(paths[i % paths.length]);
    const before = core.memoryBytes;
    for (let i = 0; i < 10_000; i += 1) serve(paths[i % paths.length]);
    assert.equal(core.memoryBytes, before);
  });
});
