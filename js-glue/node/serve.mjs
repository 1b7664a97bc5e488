// `serve`: the Node server as a process, or several. It writes lines of JSON, and on a terminal some words more.
import cluster from "node:cluster";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { moduleFile } from "./package.mjs";
import { Problem } from "./problem.mjs";
import { createGatewayServer } from "./server.mjs";
import { openServices, placesIn } from "./services.mjs";
import { areAny, demoAlone, readServerSettings, readSettings, withDemo } from "./settings.mjs";

/** Lines of this process's own. */
const log = (ev, fields) => console.log(JSON.stringify({ ev, ...fields }));

/** A process that has ended by itself is replaced after so long. */
const restartMs = 1000;

/** options: { settings (a file), demo, host, port, module (a file) }, of the command line. Returns when the process is to end, with its code. */
export async function serve(options) {
  logAsJson();
  const signalled = untilSignal(); // From here on: a signal during the start ends it in order, too.
  const { settings: read, file } = readSettings(process.env, { file: options.settings });
  const isDemo = !areAny(read);
  const chosen = isDemo ? demoAlone(read) : options.demo ? withDemo(read) : read;
  const settings = { ...chosen, ...named({ HOST: options.host, PORT: options.port }) };
  const server = readServerSettings(settings);
  if (isDemo && file !== undefined && cluster.isPrimary) {
    const sentence = `${file} sets nothing up, so that the demo is served: it names neither a client's key nor a backend.`;
    log("odd", { sentence });
  }
  if (server.processCount > 1 && cluster.isPrimary) return lead(server.processCount, signalled);
  const places = isDemo ? {} : placesIn(settings); // The demo keeps nothing.
  const { services, odd } = await openServices(places);
  const kept = Object.fromEntries([...services.keys()].map((name) => [name, places[name]]));
  for (const sentence of odd) log("odd", { sentence });
  const module = await WebAssembly.compile(readFileSync(options.module ?? moduleFile));
  const gateway = createGatewayServer({ module, settings, services, ...server });
  const origin = await listen(gateway.server, server);
  gateway.server.on("error", (error) => log("warning", { name: "server", message: error.message }));
  log("listening", { origin, pid: process.pid, demo: isDemo, file, kept });
  if (process.stderr.isTTY && (cluster.isPrimary || cluster.worker.id === 1))
    console.error(isDemo ? demoHelp(origin) : help(origin, file));
  return drained(gateway, server.drainMs, signalled);
}

const named = (settings) => Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));

async function listen(server, { host, port }) {
  server.listen(port, host);
  try {
    await once(server, "listening");
  } catch (error) {
    if (error.code === "EADDRINUSE") throw new Problem(`port ${port} is taken: name another one with --port or PORT.`);
    throw new Problem(`${host}:${port} cannot be listened on: ${error.message}.`);
  }
  const { address, family, port: bound } = server.address();
  return `http://${family === "IPv6" ? `[${address}]` : address}:${bound}`;
}

/** Waits for a signal, and then for what is under way. A second signal ends the process at once. */
async function drained(gateway, drainMs, signalled) {
  const signal = await signalled;
  const draining = gateway.drain(drainMs);
  log("draining", { signal, most_ms: drainMs });
  const left = await Promise.race([draining, untilNextSignal().then(() => "all")]);
  log("ended", { broken_off: left });
  return 0;
}

/** A signal that comes again within this time is the same one: of a terminal's, npm and the terminal itself send one each. */
const sameSignalMs = 500;

/** Resolves to the next signal to end. A process of several hears of a terminal's signal from the one that leads. */
function untilSignal() {
  return new Promise((resolve) => {
    const names = ["SIGTERM", "SIGINT", "SIGHUP"];
    const listen = cluster.isPrimary ? resolve : (name) => name === "SIGTERM" && resolve(name);
    for (const name of names) process.on(name, () => listen(name));
  });
}

/** Resolves to one that comes after the present one. */
const untilNextSignal = () => delay(sameSignalMs, undefined, { ref: false }).then(untilSignal);

/**
 * Several processes serve at the same port; this one starts them, replaces those that end by themselves, and hands signals on. Returns when all have
 * ended, with 1 if one of them could not start.
 */
async function lead(processCount, signalled) {
  let isEnding = false;
  const haveListened = new Set(); // Ids.
  cluster.on("listening", ({ id }) => haveListened.add(id));
  const failed = new Promise((resolve) => {
    cluster.on("exit", ({ id, process: { pid } }, code, signal) => {
      if (isEnding) return;
      log("process_ended", { pid, code, signal });
      if (code > 0 && !haveListened.has(id)) return resolve();
      setTimeout(() => isEnding || cluster.fork(), restartMs);
    });
  });
  cluster.fork(); // One alone at first: what keeps all of them from starting is told once.
  cluster.once("listening", () => {
    for (let started = 1; started < processCount && !isEnding; started += 1) cluster.fork();
  });
  const code = await Promise.race([signalled.then(() => 0), failed.then(() => 1)]);
  isEnding = true;
  const workers = Object.values(cluster.workers);
  const allEnded = Promise.all(workers.map((worker) => once(worker, "exit")));
  const end = (signal) => workers.forEach(({ process: child }) => child.kill(signal));
  end("SIGTERM");
  const isEarly = await Promise.race([allEnded.then(() => true), untilNextSignal().then(() => false)]);
  if (!isEarly) end("SIGKILL");
  await allEnded;
  return code;
}

/** What Node has to say are lines of JSON, too. That SQLite is new is a warning by which nobody can act. */
function logAsJson() {
  process.removeAllListeners("warning");
  process.on("warning", ({ name, message }) => name === "ExperimentalWarning" || log("warning", { name, message }));
  const tell = (ev, error) => console.error(JSON.stringify({ ev, error: String(error), stack: error?.stack }));
  // Nobody waits for what was rejected, so that the others can go on.
  process.on("unhandledRejection", (error) => tell("rt_unhandled", error));
  process.on("uncaughtException", (error) => (tell("rt_crashed", error), process.exit(1)));
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {}); // Whoever read the log has gone.
}

function help(origin, file) {
  return `Served at ${origin} with the settings of ${file === undefined ? "the environment" : `the environment and ${file}`}. Programs take ${origin}/v1 for a base URL.`;
}

function demoHelp(origin) {
  const body = JSON.stringify({ model: "demo", messages: [{ role: "user", content: "a cat on a roof 16:9" }] });
  return `
The model "demo" is served at ${origin} (no key of any provider, no network): open it in a browser, where the key is "demo", or ask it for a picture:

curl ${origin}/v1/chat/completions -H "Authorization: Bearer demo" -H "Content-Type: application/json" -d '${body}'

For pictures from a real backend write a file .env and start again:

  AUTHORIZED_API_KEY=    the key that your clients will send
  IMAGE_GEN_API_TYPE=    the backend, for example openai
  IMAGE_GEN_API_KEY=     its key
  IMAGE_GEN_MODEL=       its model
`;
}
