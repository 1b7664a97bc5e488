// Starts examples/node-server in a process of its own.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import binaryen from "binaryen";
import { coreModule } from "../../needs/wasi.mjs";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** Ends the process when ours ends, in whatever way. */
const endsWithUs = "data:text/javascript,process.stdin.on('close',()=>process.exit()).resume()";

/**
 * Starts the server with these variables and no others. `module`: another file than the module in dist/. Gives { origin, pid, request(path, init),
 * logs, close() }; `logs` is a growing list of lines.
 */
export async function startNodeServer(variables, { module = coreModule() } = {}) {
  const child = spawn(process.execPath, ["--import", endsWithUs, "examples/node-server/server.mjs", module], {
    cwd: root,
    env: { ...variables, PORT: "0" },
    stdio: ["pipe", "pipe", "pipe"],
  });
  const logs = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => logs.push(line));
  }
  const closed = once(child, "close");
  const port = await new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).once("line", (line) => resolve(JSON.parse(line).port));
    child.once("close", () => reject(new Error(`The server ended: ${logs.join("\n")}`)));
  });
  const origin = `http://127.0.0.1:${port}`;
  return {
    origin,
    pid: child.pid,
    logs,
    request: (path, init = {}) => fetch(new URL(path, origin), { redirect: "manual", ...init }),
    close: async () => {
      child.kill("SIGKILL");
      await closed;
    },
  };
}

/** The limits of the fragile module: how long a body may be silent, and how much one read takes. */
export const impatience = { timeMs: 300, readBytes: 7 };

/** The module with a trap for the method DELETE, and with limits of bodies that a test can wait for. */
export function fragileModule() {
  const module = binaryen.readBinary(readFileSync(coreModule()));
  module.setFeatures(binaryen.Features.All);
  const { i32, f64, none } = binaryen;
  const innerOf = (name) => binaryen.getExportInfo(module.getExport(name)).value;
  const number = (value) => module.i32.const(value);
  const local = (index) => module.local.get(index, i32);
  const add = (index, value) => module.local.set(index, module.i32.add(local(index), number(value)));

  // hurry(): for each record of the batch, as src/abi/abi.md has them, local 0 counts what is left and local 1 points at the next.
  const batch = module.call(innerOf("fluxgate_batch"), [], i32);
  const isKind = (kind) => module.i32.eq(module.i32.load(4, 4, local(1)), number(kind));
  const set = (offset, value) => module.i32.store(offset, 4, local(1), number(value));
  const readsBody = [2, 3, 6].map(isKind).reduce((one, other) => module.i32.or(one, other));
  const each = module.block(null, [
    module.if(readsBody, set(24, impatience.timeMs)),
    module.if(isKind(2), set(20, impatience.readBytes)),
    add(0, -1),
    add(1, 64),
    module.br("next"),
  ]);
  const hurry = module.block(null, [
    module.local.set(1, batch),
    module.local.set(0, module.i32.load(0, 4, local(1))),
    module.local.set(1, module.i32.load(4, 4, local(1))),
    module.loop("next", module.if(local(0), each)),
  ]);
  module.addFunction("hurry", none, none, [i32, i32], hurry);

  /** Puts hurry() behind an export, and `guard` in front of it. */
  const wrap = (name, parameters, result, guard = module.nop()) => {
    const given = parameters.map((type, index) => module.local.get(index, type));
    const call = module.call(innerOf(name), given, result);
    const kept = result === none ? call : module.local.set(parameters.length, call);
    const gives = result === none ? module.nop() : module.local.get(parameters.length, result);
    const body = module.block(null, [guard, kept, module.call("hurry", [], none), gives], result);
    module.removeExport(name);
    const locals = result === none ? [] : [result];
    module.addFunction(`wrapped_${name}`, binaryen.createType(parameters), result, locals, body);
    module.addFunctionExport(`wrapped_${name}`, name);
  };
  const firstLetter = module.i32.load8_u(16, 1, local(0)); // Behind the random bytes.
  const isDelete = module.i32.eq(firstLetter, number("D".charCodeAt(0)));
  wrap("fluxgate_open", [i32, i32, f64], i32, module.if(isDelete, module.unreachable()));
  wrap("fluxgate_reply", [i32, i32, i32, i32, i32, f64], none);
  wrap("fluxgate_reply_whole", [i32, i32, i32, i32, i32, i32, i32, f64], none);
  wrap("fluxgate_wake", [i32, f64], none);
  wrap("fluxgate_client_left", [i32, f64], none);
  const bytes = module.emitBinary();
  module.dispose();
  return bytes;
}
