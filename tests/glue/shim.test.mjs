// The shim beside its effects: instances that break, and what becomes of the requests on them.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import binaryen from "binaryen";
import { serve } from "../../js-glue/host.mjs";
import { Core, Unavailable, abiVersion } from "../../js-glue/memory.mjs";

/**
 * A module with the right exports whose fluxgate_open, fluxgate_wake and fluxgate_alloc do as told. Its batch stands at 1024: no effects, and a wish to
 * be woken never.
 */
function moduleThat({ open = "(nop)", wake = "(nop)", alloc = "(i32.const 4096)", version = abiVersion }) {
  const text = `(module
    (memory (export "memory") 1)
    (data (i32.const 1032) "\\ff\\ff\\ff\\7f")
    (data (i32.const 2048) "request: authorization\\nanswer: etag\\nwhole: content-type\\n\\00")
    (func $deep (export "deep") (result i32) (call $deep))
    (func (export "fluxgate_abi_version") (result i32) (i32.const ${version}))
    (func (export "fluxgate_alloc") (param i32) (result i32) ${alloc})
    (func (export "fluxgate_free") (param i32))
    (func (export "fluxgate_configure") (param i32 i32) (result i32) (i32.const 2048))
    (func (export "fluxgate_batch") (result i32) (i32.const 1024))
    (func (export "fluxgate_open") (param i32 i32 f64) (result i32) ${open} (i32.const 1))
    (func (export "fluxgate_wake") (param i32 f64) ${wake})
    (func (export "fluxgate_client_left") (param i32 f64))
    (func (export "fluxgate_reply") (param i32 i32 i32 i32 i32 f64))
    (func (export "fluxgate_reply_whole") (param i32 i32 i32 i32 i32 i32 i32 f64))
    (func (export "fluxgate_close") (param i32)))`;
  const parsed = binaryen.parseText(text);
  return new WebAssembly.Module(parsed.emitBinary());
}

const request = () => new Request("https://gateway.example/health");

describe("the shim", () => {
  for (const [what, trap] of [
    ["an unreachable instruction", "(unreachable)"],
    ["an access out of bounds", "(drop (i32.load (i32.const -4)))"],
    ["a division by zero", "(drop (i32.div_u (i32.const 1) (i32.const 0)))"],
    ["a stack that overflows", "(drop (call $deep))"],
  ]) {
    test(`${what} ends its request and marks the instance as lost`, () => {
      const core = new Core(moduleThat({ open: trap }), {});
      const isTrap = (error) => !(error instanceof Unavailable) && error.hasCalled === false;
      assert.throws(() => serve(core, request(), () => {}), isTrap);
      assert.equal(core.lost, true);
    });

    test(`${what}, while a request waits, ends it`, async (context) => {
      context.mock.timers.enable({ apis: ["setTimeout", "Date"] });
      const core = new Core(moduleThat({ wake: trap }), {});
      const answer = serve(core, request(), () => {});
      context.mock.timers.tick(1000);
      await assert.rejects(answer, (error) => !(error instanceof Unavailable) && error.hasCalled === false);
      assert.equal(core.lost, true);
    });
  }

  test("a request that meets a lost instance is told apart from the one that broke it", () => {
    const core = new Core(moduleThat({ open: "(unreachable)" }), {});
    assert.throws(() => serve(core, request(), () => {}), WebAssembly.RuntimeError);
    assert.throws(() => serve(core, request(), () => {}), Unavailable);
  });

  test("memory that is exhausted loses nobody else's request", () => {
    const core = new Core(
      moduleThat({ alloc: "(select (i32.const 4096) (i32.const 0) (i32.lt_u (local.get 0) (i32.const 16)))" }),
      {},
    );
    assert.throws(() => serve(core, request(), () => {}), Unavailable);
    assert.equal(core.lost, false);
    assert.equal(core.idle, true);
  });

  test("an effect is read where it stands, and what is copied of it stays", () => {
    const open = `
      (i32.store (i32.const 1024) (i32.const 1)) ;; One record, at 3072: its body is at 4000, four bytes.
      (i32.store (i32.const 1028) (i32.const 3072))
      (i32.store (i32.const 3108) (i32.const 4000))
      (i32.store (i32.const 3112) (i32.const 4))
      (i32.store (i32.const 4000) (i32.add (i32.load (i32.const 4000)) (i32.const 1)))
      (drop (memory.grow (i32.const 1)))`;
    const core = new Core(moduleThat({ open }), {});
    core.open("", 0);
    const first = core.effect(0).body;
    core.open("", 0);
    assert.deepEqual([...first], [1, 0, 0, 0]);
    assert.deepEqual([...core.effect(0).body], [2, 0, 0, 0]);
    assert.deepEqual(
      [core.requestHeaders, core.answerHeaders, core.wholeHeaders],
      [["authorization"], ["etag"], ["content-type"]],
    );
  });

  test("a module that speaks another version is refused", () => {
    assert.throws(() => new Core(moduleThat({ version: 77 }), {}), /ABI 77/);
  });

  test("a waiting session keeps the instance from being idle until it is over", (context) => {
    context.mock.timers.enable({ apis: ["setTimeout", "Date"] });
    const core = new Core(moduleThat({}), {});
    assert.equal(core.idle, true);
    serve(core, request(), () => {});
    assert.equal(core.idle, false);
    core.close(1);
    assert.equal(core.idle, true);
  });

  test("who waits on an instance that another request breaks is told within a second", async (context) => {
    context.mock.timers.enable({ apis: ["setTimeout", "Date"] });
    const core = new Core(moduleThat({}), {});
    const answer = serve(core, request(), () => {});
    context.mock.timers.tick(5000);
    core.lost = true;
    context.mock.timers.tick(1000);
    await assert.rejects(answer, Unavailable);
  });

  test("the platform is asked to keep alive what outlives its client, by the very call that tells of it", (context) => {
    context.mock.timers.enable({ apis: ["setTimeout", "Date"] });
    const leaving = new AbortController();
    const core = new Core(moduleThat({}), {});
    const kept = [];
    const { signal } = leaving;
    serve(core, { method: "GET", url: "https://gateway.example/", headers: new Headers(), signal }, (promise) =>
      kept.push(promise),
    );
    assert.equal(kept.length, 0, "a request whose client stays needs none");
    leaving.abort();
    assert.equal(kept.length, 1);
  });
});
