// Serves a transpiled component by jco's own shim, in one process, until its stdin is closed. `jco serve` does so in a child that outlives it.
//
//   node component_host.mjs <folder> <variables, JSON>
//
// Prints { port }, and after each request { memoryBytes }, each as a line of JSON.
import { readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { HTTPServer } from "@bytecodealliance/preview2-shim/http";
import { WASIShim } from "@bytecodealliance/preview2-shim/instantiation";

// Another thread watches stdin, because this one is blocked while a request waits.
new Worker(
  "new (require('node:net').Socket)({ fd: 0 }).on('close', () => process.kill(process.pid, 'SIGKILL')).resume()",
  { eval: true },
);

const [folder, variables] = process.argv.slice(2);
const { instantiate } = await import(pathToFileURL(join(folder, "component.js")));

let memory;
const instantiateCore = (module, imports) => {
  const instance = new WebAssembly.Instance(module, imports);
  memory ??= instance.exports.memory;
  return instance;
};
const { incomingHandler } = instantiate(
  (name) => new WebAssembly.Module(readFileSync(join(folder, name))),
  new WASIShim({ sandbox: { env: JSON.parse(variables), args: [] } }).getImportObject(),
  instantiateCore,
);

const say = (message) => writeSync(1, `${JSON.stringify(message)}\n`);
const server = new HTTPServer({
  handle(request, responseOut) {
    incomingHandler.handle(request, responseOut);
    say({ memoryBytes: memory.buffer.byteLength });
  },
});
server.listen(0, "127.0.0.1");
say({ port: server.address().port });
