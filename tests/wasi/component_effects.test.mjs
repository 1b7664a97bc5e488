// Effects that the gateway itself seldom asks for, in the component with the probe (tests/probe) on a strict host: tiny pieces, hesitation, slow and
// leaving peers, and no handle left. tests/support/cases/run_effects.mjs has the bytes on real sockets.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { probeComponent } from "../needs/wasi.mjs";
import { onHostsOf } from "../support/hosts/strict_component.mjs";
import { coreModuleIn } from "../support/hosts/strict_wasi_host.mjs";

const module = coreModuleIn(readFileSync(probeComponent()));
const upstream = "http://upstream.test:8080";

const text = Array.from({ length: 400 }, (_, i) => `line ${i}\r\n-`).join("");
const base64 = (bytes) => Buffer.from(bytes).toString("base64");

/** What the probe's request for `path` brings: what the host has seen, and `told`. world: { PATH: answer }; other paths are answered by "ok". */
function serve(host, path, { settings = {}, world = {}, options, ...request } = {}) {
  const query = new URLSearchParams({ upstream, ...settings });
  const answerTo = ({ url }) => world[new URL(url).pathname] ?? { body: "ok" };
  const seen = host.serve({ method: "POST", path: `${path}?${query}`, headers: {}, ...request }, answerTo, options);
  const isJson = seen.headers["content-type"] === "application/json";
  return { ...seen, told: JSON.parse(isJson ? seen.text : seen.headers["x-probe"]) };
}

const bodyOf = (seen, path) => seen.calls.find(({ url }) => new URL(url).pathname === path)?.body;
const onHosts = (name, run) => onHostsOf(module, name, run);

describe("the probe's component on a strict host", () => {
  const file = `${text}\r\n--BOUNDAR\r\n--BOUND`;
  const head = `--BOUNDARY\r\nfilename="a"\r\n\r\n`;
  const form = `${head}${file}\r\n--BOUNDARY\r\nx: y\r\n\r\n2\r\n--BOUNDARY--`;

  test(
    "a form's file is held and sent, at whatever pace the upstream takes it",
    onHosts("form", (startHost) => {
      for (const uploads of [{}, { bytesPerMs: 3, bufferBytes: 100 }]) {
        const seen = serve(startHost({}), "/form", {
          settings: { boundary: "BOUNDARY" },
          chunks: [form.slice(0, 700), { ms: 4000, bytes: form.slice(700) }],
          options: { uploads },
        });
        assert.deepEqual([seen.told.length, seen.told.whole, seen.told.statuses], [file.length, true, [200, 200]]);
        assert.equal(bodyOf(seen, "/plain"), `front|${file}|back`);
        assert.equal(bodyOf(seen, "/base64"), JSON.stringify({ a: base64(file), b: base64(file) }));
      }
    }),
  );

  test(
    "a form that breaks off is held no more",
    onHosts("broken form", (startHost) => {
      const request = { settings: { boundary: "BOUNDARY" }, body: form.slice(0, 300), cut: true };
      const seen = serve(startHost({}), "/form", request);
      assert.equal(seen.told.error, "client_closed");
      assert.equal(seen.calls.length, 0);
    }),
  );

  test(
    "a held body is passed on after the core is done, to a slow client too",
    onHosts("hold", (startHost) => {
      const seen = serve(startHost({}), "/hold-body", {
        world: { "/body": { chunks: [text.slice(0, 100), { ms: 10, bytes: text.slice(100) }] } },
        options: { client: { bytesPerMs: 2, bufferBytes: 100 } },
      });
      assert.deepEqual(seen.told.statuses, [200]);
      assert.equal(seen.ending, "whole");
      assert.equal(seen.text, `${text}more`);
      assert.equal(bodyOf(seen, "/again"), `own:${text}more`);
    }),
  );

  test(
    "a body is sent as base64, and the time that a client takes is no silence of it",
    onHosts("base64", (startHost) => {
      const seen = serve(startHost({}), "/pipe-base64", {
        settings: { idle: 500 },
        world: { "/body": { chunks: Array.from(text.match(/.{1,50}/gs), (bytes) => ({ ms: 400, bytes })) } },
        options: { client: { bytesPerMs: 0.1, bufferBytes: 40 } },
      });
      assert.equal(seen.ending, "whole");
      assert.equal(seen.text, `data:${base64(text)};end`);
    }),
  );

  test(
    "the rest of a body is sent as it comes, while the answer comes",
    onHosts("rest", (startHost) => {
      const body = { chunks: [text.slice(0, 1000), { ms: 100, bytes: text.slice(1000) }] };
      for (const rest of [{}, { early: true, chunks: [{ ms: 200, bytes: "early" }] }]) {
        const seen = serve(startHost({}), "/insert-rest", {
          settings: { read: 10 },
          world: { "/body": body, "/rest": rest },
          options: { uploads: { bytesPerMs: 100, bufferBytes: 500 } },
        });
        assert.deepEqual(seen.told, { status: 200, answer: rest.early ? "early" : "" });
        assert.equal(bodyOf(seen, "/rest"), `own:${text}`);
      }
    }),
  );

  for (const [name, body, settings, error] of [
    ["breaks off", { body: text, cut: true }, {}, "upstream_unreachable"],
    ["is too large", { body: text }, { max: 1000 }, "upstream_too_large"],
    ["is silent", { chunks: [text, { ms: Infinity }] }, { idle: 1000 }, "upstream_timeout"],
    ["is shorter than was declared", { body: text }, { declare: text.length + 5 }, "upstream_unreachable"],
    ["is longer than was declared", { body: text }, { declare: text.length + 3 }, "upstream_unreachable"],
  ]) {
    test(
      `a body within a call that ${name} breaks the call`,
      onHosts(name, (startHost) => {
        const seen = serve(startHost({}), "/insert-rest", { settings, world: { "/body": body } });
        assert.equal(seen.told.error, error);
        assert.equal(seen.calls[1].uploadEnding, "broken");
      }),
    );
  }

  test(
    "time is told when it was asked for, to the millisecond",
    onHosts("time", (startHost) => {
      const { told } = serve(startHost({}), "/timers");
      assert.deepEqual(told, { slept: 50, early: false, late: true, all: 250 });
      const late = serve(startHost({}), "/late", { world: { "/never": "silent" } });
      assert.equal(late.told.error, "upstream_timeout");
      assert.deepEqual([late.ms, late.calls[0].isCancelled], [100, true]);
    }),
  );

  test(
    "a client that leaves is told of once, and effects go on",
    onHosts("leave", (startHost) => {
      const seen = serve(startHost({}), "/leave", { options: { client: { leavesAtMs: 1010 } } });
      assert.equal(seen.ending, "broken");
      assert.equal(seen.calls.length, 1);
      assert.equal(seen.ms, 1020);
    }),
  );

  test(
    "bodies that are held leave no memory behind",
    onHosts("memory", (startHost) => {
      const host = startHost({});
      const once = () => serve(host, "/hold-rest", { body: "x".repeat(3_000) });
      for (let i = 0; i < 5; i += 1) once();
      const before = host.memoryBytes;
      for (let i = 0; i < 300; i += 1) once();
      assert.equal(host.memoryBytes, before);
    }),
  );
});
