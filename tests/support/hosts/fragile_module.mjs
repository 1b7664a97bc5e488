// Builds faults into the core's module, to test how hosts deal with faults that the module itself must not have.
import { readFileSync } from "node:fs";
import binaryen from "binaryen";
import { workerModule } from "../../needs/worker.mjs";

const { i32, f64, none } = binaryen;
const mebibyte = 1024 * 1024;
const kindAt = 4; // Of a record, and of a batch the place of its records. See src/abi/abi.md.

/** The status of an upstream's answer that causes each fault; nobody uses these statuses otherwise. A request with the method DELETE traps at its
 * start. */
export const faultAt = {
  unreachable: 290,
  outOfBounds: 291,
  stackOverflow: 292,
  outOfMemory: 293, // No block of 1 MiB is left; smaller ones may be.
  unknownEffect: 294, // The module goes on, but what it asks for next has a kind that no host knows.
  unreachableAtClose: 295, // The session comes to its end, which then traps.
  outOfAllMemory: 296, // No block is left for one more session, which is what the core wants next.
  unknownEffectUnreachableAtClose: 297,
};

/** The bytes of the module in this file with the faults. */
export function fragileModule(file = workerModule()) {
  const module = binaryen.readBinary(readFileSync(file));
  module.setFeatures(binaryen.Features.All);
  const get = (index) => module.local.get(index, i32);
  const number = (value) => module.i32.const(value);
  const global = (name) => module.global.get(name, i32);
  const set = (name, value) => module.global.set(name, number(value));
  const innerOf = (name) => binaryen.getExportInfo(module.getExport(name)).value;

  /** Puts `guard` in front of an export, and `after` behind one without a result. */
  const wrap = (name, parameters, result, guard, after) => {
    const passed = parameters.map((type, index) => module.local.get(index, type));
    const call = module.call(innerOf(name), passed, result);
    module.removeExport(name);
    module.addFunction(
      `fragile_${name}`,
      binaryen.createType(parameters),
      result,
      [],
      module.block(null, after === undefined ? [guard, call] : [guard, call, after], result),
    );
    module.addFunctionExport(`fragile_${name}`, name);
  };

  for (const name of ["next_is_unknown", "close_traps"]) module.addGlobal(name, i32, true, number(0));
  const allocate = (lengthBytes) => module.call(innerOf("fluxgate_alloc"), [number(lengthBytes)], i32);
  /** Opens sessions, of which each takes many small blocks, until the core finds none. The name of the block is the parameter 0. */
  const openSessions = () =>
    module.loop(
      "another",
      module.block(null, [
        module.local.set(0, allocate(16)),
        module.drop(module.call(innerOf("fluxgate_open"), [get(0), number(16), module.f64.const(0)], i32)),
        module.br("another"),
      ]),
    );
  const takeAll = (lengthBytes) => module.loop("more", module.br_if("more", allocate(lengthBytes)));
  module.addFunction(
    "recurse",
    i32,
    i32,
    [],
    module.i32.add(module.call("recurse", [module.i32.add(get(0), number(1))], i32), get(0)),
  );

  const actions = () => ({
    unreachable: module.unreachable(),
    outOfBounds: module.drop(module.i32.load(0, 4, number(-16))),
    stackOverflow: module.drop(module.call("recurse", [number(0)], i32)),
    outOfMemory: takeAll(mebibyte),
    unknownEffect: set("next_is_unknown", 1),
    unreachableAtClose: set("close_traps", 1),
    unknownEffectUnreachableAtClose: module.block(null, [set("next_is_unknown", 1), set("close_traps", 1)]),
    outOfAllMemory: module.block(null, [takeAll(mebibyte), takeAll(1024), openSessions()]),
  });
  const code = 2;
  const guards = () =>
    Object.entries(actions()).map(([name, action]) =>
      module.if(module.i32.eq(get(code), number(faultAt[name])), action),
    );
  // The first effect of the batch becomes one that nobody knows.
  const records = () => module.i32.load(kindAt, 4, module.call(innerOf("fluxgate_batch"), [], i32));
  const spoilBatch = () =>
    module.if(
      global("next_is_unknown"),
      module.block(null, [set("next_is_unknown", 0), module.i32.store(kindAt, 4, records(), number(99))]),
    );
  wrap("fluxgate_close", [i32], none, module.if(global("close_traps"), module.unreachable()));
  wrap("fluxgate_reply", [i32, i32, i32, i32, i32, f64], none, module.block(null, guards()), spoilBatch());
  const whole = [i32, i32, i32, i32, i32, i32, i32, f64];
  wrap("fluxgate_reply_whole", whole, none, module.block(null, guards()), spoilBatch());
  const firstLetter = module.i32.load8_u(16, 1, get(0)); // Behind the random bytes.
  wrap(
    "fluxgate_open",
    [i32, i32, f64],
    i32,
    module.if(module.i32.eq(firstLetter, number("D".charCodeAt(0))), module.unreachable()),
  );

  const bytes = module.emitBinary();
  module.dispose();
  return bytes;
}
