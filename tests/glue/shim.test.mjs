// The shim beside its effects: instances that break, and what becomes of the requests on them.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import binaryen from "binaryen";
import { serve } from "../../js-glue/host.mjs";
import { Core, Unavailable, abiVersion } from "../../js-glue/memory.mjs";

/** A module with the right exports whose fluxgate_next and fluxgate_alloc do as told. */
function moduleThat({ next = "(i32.const 0)", alloc = "(i32.const 1024)", version = abiVersion }) {
  const text = `(module
    (memory (export "memory") 1)
    (func $deep (export "deep") (result i32) (call $deep))
    (func (export "fluxgate_abi_version") (result i32) (i32.const ${version}))
    (func (export "fluxgate_alloc") (param i32) (result i32) ${alloc})
    (func (export "fluxgate_configure") (param i32 i32) (result i32) (i32.const 1))
    (func (export "fluxgate_open") (param i32 i32 f64) (result i32) (i32.const 1))
    (func (export "fluxgate_next") (param i32) (result i32) ${next})
    (func (export "fluxgate_reply") (param i32 i32 i32 i32 i32 f64))
    (func (export "fluxgate_close") (param i32)))`;
  const parsed = binaryen.parseText(text);
  return new WebAssembly.Module(parsed.emitBinary());
}

const request = () => new Request("https://gateway.example/health");

describe("the shim", () => {
  for (const [what, next] of [
    ["an unreachable instruction", "(unreachable)"],
    ["an access out of bounds", "(i32.load (i32.const -4))"],
    ["a division by zero", "(i32.div_u (i32.const 1) (i32.const 0))"],
    ["a stack that overflows", "(call $deep)"],
  ]) {
    test(`${what} ends its request and marks the instance as lost`, async () => {
      const core = new Core(moduleThat({ next }), {});
      let kept;
      await assert.rejects(
        serve(core, request(), (promise) => (kept = promise)),
        (error) => !(error instanceof Unavailable),
      );
      await kept; // Nothing is left to wait for.
      assert.equal(core.lost, true);
    });
  }

  test("a request that meets a lost instance is told apart from the one that broke it", async () => {
    const core = new Core(moduleThat({ next: "(unreachable)" }), {});
    await assert.rejects(
      serve(core, request(), () => {}),
      { hasCalled: false },
    );
    await assert.rejects(
      serve(core, request(), () => {}),
      Unavailable,
    );
  });

  test("memory that is exhausted loses nobody else's request", async () => {
    const core = new Core(
      moduleThat({ alloc: "(select (i32.const 1024) (i32.const 0) (i32.lt_u (local.get 0) (i32.const 16)))" }),
      {},
    );
    await assert.rejects(
      serve(core, request(), () => {}),
      Unavailable,
    );
    assert.equal(core.lost, false);
    assert.equal(core.idle, true);
  });

  test("the bytes of an effect stay as they are, whatever the module does next", () => {
    const next = `
      (i32.store (i32.const 2084) (i32.const 4096)) ;; The record's body: where it is, and how long.
      (i32.store (i32.const 2088) (i32.const 4))
      (i32.store (i32.const 4096) (i32.add (i32.load (i32.const 4096)) (i32.const 1)))
      (drop (memory.grow (i32.const 1)))
      (i32.const 2048)`;
    const core = new Core(moduleThat({ next }), {});
    const first = core.next(1);
    const second = core.next(1);
    assert.deepEqual([...first.body], [1, 0, 0, 0]);
    assert.deepEqual([...second.body], [2, 0, 0, 0]);
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
    let isOver = false;
    const answer = serve(core, request(), (finished) => finished.then(() => (isOver = true)));
    context.mock.timers.tick(5000);
    core.lost = true;
    context.mock.timers.tick(1000);
    await assert.rejects(answer, Unavailable);
    assert.equal(isOver, true);
  });
});
