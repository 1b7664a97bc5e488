// Runs the tests of the module on the builds of all toolchains.
import { readFileSync } from "node:fs";
import { describe } from "node:test";
import { Core } from "../../../js-glue/memory.mjs";
import { coreModule } from "../../needs/wasi.mjs";
import { workerModule } from "../../needs/worker.mjs";

const load = (file) => new WebAssembly.Module(readFileSync(file));
// Loaded here: node --test passes over what a suite throws outside of its tests.
const modules = { worker: load(workerModule()), wasi: load(coreModule()) };

/** Runs the suite once for each build. `makeCore(environment)` gives a fresh instance. */
export function describeBuilds(title, suite) {
  for (const [name, module] of Object.entries(modules)) {
    describe(`${title} (${name} build)`, () => suite((environment) => new Core(module, environment), module));
  }
}
