// Makes a module that asks for given effects, whatever it is told: for what the gateway itself does not ask of its host.
import binaryen from "binaryen";

const kindNumbers = {
  fetch: 1,
  read: 2,
  collect: 3,
  respond: 4,
  write: 5,
  pipe: 6,
  end: 7,
  cancel: 9,
  log: 10,
  done: 11,
  hold: 13,
};
const never = 2 ** 31 - 1;

/** The bytes of the module from this address on are its batches; in front of them is where the batch is told. */
const batchAt = 16;
const firstAt = 64;

/**
 * The bytes of a module for one session. batches: for `open` and for each reply a list of effects { id, kind, target, status, mode, maxBytes, timeMs,
 * head, body, inlineBytes, inserts, coding }, of which what is missing is 0 or empty; inserts: [place, body, coding]. An effect with `echoes` has the
 * data of the last reply as its body.
 */
export function scriptedModule(batches) {
  const parts = [];
  let end = firstAt;
  /** Puts bytes where numbers may stand, and gives their address. */
  const put = (bytes) => {
    const at = end;
    parts.push(bytes, Buffer.alloc(-bytes.length & 3));
    end += bytes.length + parts.at(-1).length;
    return at;
  };
  const numbers = (...values) => Buffer.from(new Uint32Array(values).buffer);
  const text = (value = "") => [put(Buffer.from(value, "latin1")), value.length];

  let echoAt = 0; // Where the body of the effect that echoes is told.
  const table = batches.map((effects) => {
    const records = effects.map((effect) => {
      const { id = 0, kind, target = 0, status = 0, mode = 0, maxBytes = 1000, timeMs = 1000 } = effect;
      const { inlineBytes = 0, inserts = [], coding = 0 } = effect;
      const pointers = [...text(effect.head), ...text(effect.body), 0, inlineBytes, put(numbers(...inserts.flat()))];
      return [id, kindNumbers[kind], target, status, mode, maxBytes, timeMs, ...pointers, inserts.length, coding];
    });
    const at = put(numbers(...records.flat()));
    effects.forEach((effect, index) => effect.echoes && (echoAt = at + 64 * index + 36));
    return [effects.length, at, never];
  });
  const tableAt = put(numbers(...table.flat()));
  const namesAt = put(Buffer.from("request:\nanswer: content-type\nwhole: content-type\n\0"));
  const data = Buffer.concat(parts).toString("hex").replaceAll(/../g, "\\$&");

  const step = `
    (memory.copy (i32.const ${batchAt}) (global.get $next) (i32.const 12))
    (global.set $next (i32.add (global.get $next) (i32.const 12)))`;
  const nothing = `(i32.store (i32.const ${batchAt}) (i32.const 0))`;
  const module = binaryen.parseText(`(module
    (memory (export "memory") 32)
    (data (i32.const ${firstAt}) "${data}")
    (global $next (mut i32) (i32.const ${tableAt}))
    (global $free (mut i32) (i32.const ${(end + 1024) & ~7}))
    (func (export "_initialize"))
    (func (export "fluxgate_abi_version") (result i32) (i32.const 4))
    (func (export "fluxgate_alloc") (param i32) (result i32)
      (global.get $free)
      (global.set $free (i32.add (global.get $free) (local.get 0))))
    (func (export "fluxgate_configure") (param i32 i32) (result i32) (i32.const ${namesAt}))
    (func (export "fluxgate_batch") (result i32) (i32.const ${batchAt}))
    (func (export "fluxgate_open") (param i32 i32 f64) (result i32) ${step} (i32.const 1))
    (func (export "fluxgate_reply") (param i32 i32 i32 i32 i32 f64)
      (i32.store (i32.const ${echoAt}) (local.get 3))
      (i32.store (i32.const ${echoAt + 4}) (local.get 4))
      ${step})
    (func (export "fluxgate_reply_whole") (param i32 i32 i32 i32 i32 i32 i32 f64)
      (i32.store (i32.const ${echoAt}) (local.get 5))
      (i32.store (i32.const ${echoAt + 4}) (local.get 6))
      ${step})
    (func (export "fluxgate_wake") (param i32 f64) ${nothing})
    (func (export "fluxgate_client_left") (param i32 f64) ${nothing})
    (func (export "fluxgate_close") (param i32)))`);
  module.setFeatures(binaryen.Features.All);
  const bytes = module.emitBinary();
  module.dispose();
  return bytes;
}
