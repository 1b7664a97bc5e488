// Starts the module whose file is given, in this process for the first time, and prints as JSON what that took. The settings are JSON.
import { readFileSync } from "node:fs";
import { Core } from "../../js-glue/memory.mjs";
import { converse } from "../support/hosts/conversation.mjs";

const [file, settings] = process.argv.slice(2);
const bytes = readFileSync(file);

/** Instances are made inside Core: the time of that, too. */
let instantiateMs = 0;
const { Instance } = WebAssembly;
WebAssembly.Instance = class extends Instance {
  constructor(...args) {
    const start = performance.now();
    super(...args);
    instantiateMs = performance.now() - start;
  }
};

const start = performance.now();
const module = new WebAssembly.Module(bytes);
const compiled = performance.now();
const core = new Core(module, JSON.parse(settings));
const ready = performance.now();
const firstInstantiateMs = instantiateMs;
const memoryBytes = core.memoryBytes;
const { status } = converse(core, { url: "http://gateway.example/health" });
const answered = performance.now();
if (status !== 200) throw new Error(`/health answered ${status}`);

// As one is made in the place of another that is lost: its functions are compiled by now.
const again = performance.now();
new Core(module, JSON.parse(settings));
const nextReadyMs = performance.now() - again;

console.log(JSON.stringify({ compileMs: compiled - start, instantiateMs: firstInstantiateMs, nextReadyMs, readyMs: ready - compiled, answerMs: answered - ready, memoryBytes }));
