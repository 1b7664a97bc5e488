// The Worker in workerd itself, without wrangler's proxy in front: that one does not pass on that a client has gone.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { workerModule, workerModulePath } from "../../needs/worker.mjs";

const project = fileURLToPath(new URL("../../..", import.meta.url));
const workerd = join(project, "node_modules/workerd/bin/workerd");

/** A value of wrangler.toml that is a string or a list of strings. Wrangler's own reader takes seconds to load, in each file of tests. */
function wranglerSetting(root, name) {
  const [, value] = new RegExp(`^${name} = (.*)$`, "m").exec(readFileSync(join(root, "wrangler.toml"), "utf8"));
  return JSON.parse(value);
}

/** The modules of the Worker in that checkout by their path in it; the first one is its entry. */
function workerModules(root) {
  const files = readdirSync(join(root, "js-glue"), { recursive: true });
  const glue = files.filter((name) => name.endsWith(".mjs") && name !== "worker.mjs");
  return Object.fromEntries([
    ...["worker.mjs", ...glue].map((name) => [`js-glue/${name}`, "esModule"]),
    [workerModulePath, "wasm"],
  ]);
}

/** Starts it with these variables. Gives { origin, pid, request(path, init), logs, close() }; startWorkerds says what they are. */
export async function startWorkerd(variables, options) {
  const [worker] = await startWorkerds([variables], options);
  return worker;
}

/**
 * Starts one workerd with a Worker, at a port of its own, for each of these sets of variables. Gives their hosts in that order, each as
 * { origin, pid, request(path, init), logs, close() }; `logs` grows, a line each. Process and logs are those of all, and close() ends all.
 * entry: a module, by its path in the project, that stands in front of the others. modules: a whole Worker instead of the project's.
 * files: other files for some of the modules, by path or as bytes. root: another checkout that everything is taken from. quiet: what the Worker logs is dropped.
 * v8Flags: of the engine. shared: services that all of them are bound to, by the names of the bindings, each a Worker of these modules: as a Durable
 * Object where `object` names its class, else as a KV namespace; their hosts come behind the others.
 */
export async function startWorkerds(
  all,
  { root = project, entry, modules = workerModules(root), files = {}, quiet = false, v8Flags = [], shared = {} } = {},
) {
  if (root === project) workerModule();
  const compatibilityDate = wranglerSetting(root, "compatibility_date");
  const compatibilityFlags = wranglerSetting(root, "compatibility_flags");
  const text = JSON.stringify; // Cap'n Proto's strings are JSON's for what stands in here.
  const entries = Object.entries(entry === undefined ? modules : { [entry]: "esModule", ...modules });
  const embed = (name) => {
    const file = files[name] ?? name;
    if (typeof file === "string") return `embed ${text(`/${file}`)}`;
    writeFileSync(join(folder, basename(name)), file);
    return `embed ${text(basename(name))}`;
  };
  const list = (items) => `[${items.join(", ")}]`;
  const folder = mkdtempSync(join(tmpdir(), "fluxgate-workerd-"));
  const service = (i) => `(name = "worker${i}", worker = .worker${i})`;
  const socket = (i) => `(name = "http${i}", address = "127.0.0.1:0", http = (), service = "worker${i}")`;
  const codeOf = (entries) => list(entries.map(([name, kind]) => `(name = ${text(name)}, ${kind} = ${embed(name)})`));
  const worker = (code, bindings, i, rest = "") => `const worker${i} :Workerd.Worker = (
  modules = ${code},
  bindings = ${list(bindings)},
  compatibilityDate = ${text(compatibilityDate)},
  compatibilityFlags = ${list(compatibilityFlags.map(text))},
${rest});
`;
  const sharing = Object.entries(shared).map(([name, service], i) => ({ name, ...service, at: all.length + i }));
  const bindingsToShared = sharing.map(({ name, object, at }) => {
    const designator = `(className = ${text(object)}, serviceName = "worker${at}")`;
    const kind = object === undefined ? `kvNamespace = "worker${at}"` : `durableObjectNamespace = ${designator}`;
    return `(name = ${text(name)}, ${kind})`;
  });
  const objectsOf = (
    object,
  ) => `  durableObjectNamespaces = [(className = ${text(object)}, uniqueKey = ${text(object)}, enableSql = true)],
  durableObjectStorage = (localDisk = "disk"),
`;
  const code = codeOf(entries);
  const textsOf = (variables) =>
    Object.entries(variables).map(([name, value]) => `(name = ${text(name)}, text = ${text(value)})`);
  const workers = [
    ...all.map((variables, i) => worker(code, [...textsOf(variables), ...bindingsToShared], i)),
    ...sharing.map(({ modules, object, at }) =>
      worker(codeOf(Object.entries(modules)), [], at, object === undefined ? "" : objectsOf(object)),
    ),
  ];
  const indices = [...workers.keys()];
  const disk = `(name = "disk", disk = (path = ${text(folder)}, writable = true))`; // In memory a Durable Object has no SQLite.
  const internet = '(name = "internet", network = (allow = ["public", "private"]))';
  writeFileSync(
    join(folder, "config.capnp"),
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = ${list([...indices.map(service), internet, ...(sharing.length > 0 ? [disk] : [])])},
  sockets = ${list(indices.map(socket))},
  v8Flags = ${list(v8Flags.map(text))},
);
${workers.join("")}`,
  );
  // Every path of the configuration is looked up in the project.
  const child = spawn(workerd, ["serve", join(folder, "config.capnp"), `--import-path=${root}`, "--control-fd=3"], {
    cwd: root,
    stdio: ["ignore", quiet ? "ignore" : "pipe", "pipe", "pipe"],
  });
  const logs = [];
  for (const stream of [child.stdout, child.stderr].filter(Boolean)) {
    createInterface({ input: stream }).on("line", (line) => logs.push(line));
  }
  const ports = new Map();
  await new Promise((resolve, reject) => {
    createInterface({ input: child.stdio[3] }).on("line", (line) => {
      const { event, socket, port } = JSON.parse(line);
      if (event === "listen") ports.set(socket, port);
      if (ports.size === workers.length) resolve();
    });
    child.once("close", () => reject(new Error(`workerd ended: ${logs.join("\n")}`)));
  });
  let closing;
  const close = () => {
    closing ??= (async () => {
      child.kill("SIGKILL");
      await once(child, "close");
      rmSync(folder, { recursive: true });
    })();
    return closing;
  };
  return indices.map((i) => {
    const origin = `http://127.0.0.1:${ports.get(`http${i}`)}`;
    return {
      origin,
      pid: child.pid,
      logs,
      request: (path, init = {}) => fetch(new URL(path, origin), { redirect: "manual", ...init }),
      close,
    };
  });
}
