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
  const { i32, f64 } = binaryen;
  /** Replaces an export; `body` gets a call of it with the same parameters. */
  const wrap = (name, parameters, locals, body) => {
    const inner = binaryen.getExportInfo(module.getExport(name)).value;
    module.removeExport(name);
    const call = module.call(
      inner,
      parameters.map((type, index) => module.local.get(index, type)),
      i32,
    );
    module.addFunction(
      `wrapped_${name}`,
      binaryen.createType(parameters),
      i32,
      locals,
      module.block(null, body(call), i32),
    );
    module.addFunctionExport(`wrapped_${name}`, name);
  };
  const firstLetter = module.i32.load8_u(16, 1, module.local.get(0, i32)); // Behind the random bytes.
  const isDelete = module.i32.eq(firstLetter, module.i32.const("D".charCodeAt(0)));
  wrap("fluxgate_open", [i32, i32, f64], [], (call) => [module.if(isDelete, module.unreachable()), call]);

  const record = () => module.local.get(1, i32);
  const isKind = (kind) => module.i32.eq(module.i32.load(4, 4, record()), module.i32.const(kind));
  const set = (offset, value) => module.i32.store(offset, 4, record(), module.i32.const(value));
  const readsBody = [2, 3, 6].map(isKind).reduce((one, other) => module.i32.or(one, other));
  const hurry = module.block(null, [
    module.if(readsBody, set(24, impatience.timeMs)),
    module.if(isKind(2), set(20, impatience.readBytes)),
  ]);
  wrap("fluxgate_next", [i32], [i32], (call) => [module.local.set(1, call), module.if(record(), hurry), record()]);
  const bytes = module.emitBinary();
  module.dispose();
  return bytes;
}
