// The module as each toolchain built it: every test of the module runs on all of them.
import { readFileSync } from "node:fs";
import { describe } from "node:test";
import { Core } from "../../../js-glue/memory.mjs";

const files = {
  worker: new URL("../../../dist/fluxgate.worker.wasm", import.meta.url),
  wasi: new URL("../../../dist/fluxgate.core.wasm", import.meta.url),
};

/** Runs the suite once for each build. `makeCore(environment)` gives a fresh instance. */
export function describeBuilds(title, suite) {
  for (const [name, file] of Object.entries(files)) {
    const module = new WebAssembly.Module(readFileSync(file));
    describe(`${title} (${name} build)`, () => suite((environment) => new Core(module, environment), module));
  }
}
