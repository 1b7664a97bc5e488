// Starts the module in the given file, for the first time in this process, and prints as JSON what the start took. The settings are JSON.
import { readFileSync } from "node:fs";
import { Core } from "../../js-glue/memory.mjs";
import { converse } from "../support/hosts/conversation.mjs";

const [file, settings] = process.argv.slice(2);
const bytes = readFileSync(file);

/** The time that WebAssembly.Instance took; Core makes the instances. */
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

// Makes a second instance, as a host does when one is lost: the functions are compiled by now.
const again = performance.now();
new Core(module, JSON.parse(settings));
const nextReadyMs = performance.now() - again;

console.log(
  JSON.stringify({
    compileMs: compiled - start,
    instantiateMs: firstInstantiateMs,
    nextReadyMs,
    readyMs: ready - compiled,
    answerMs: answered - ready,
    memoryBytes,
  }),
);
