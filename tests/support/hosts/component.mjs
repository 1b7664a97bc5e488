// Serves the component with jco, in a process of its own.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { transpile } from "@bytecodealliance/jco";
import { component as builtComponent } from "../../needs/wasi.mjs";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const host = fileURLToPath(new URL("component_host.mjs", import.meta.url));

/**
 * Starts the process with these variables and no others. `component`: another file than the component in dist/. Gives { origin, pid, request(path,
 * init), logs, memoryBytes(), close() }; `logs` is a growing list of the lines that the guest writes to its stderr; memoryBytes() is the guest's
 * memory after its last request.
 *
 * jco answers one request after the other, on one instance; a trap ends the process.
 */
export async function startComponent(variables, { component = builtComponent() } = {}) {
  const child = spawn(process.execPath, [host, await transpiled(component), JSON.stringify(variables)], {
    env: {},
    stdio: ["pipe", "pipe", "pipe"],
  });
  const logs = [];
  createInterface({ input: child.stderr }).on("line", (line) => logs.push(line));
  const closed = once(child, "close");
  let memoryBytes;
  const port = await new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      const said = JSON.parse(line);
      if (said.port !== undefined) resolve(said.port);
      else memoryBytes = said.memoryBytes;
    });
    closed.then(() => reject(new Error(`The host of the component ended: ${logs.join("\n")}`)));
  });
  const origin = `http://127.0.0.1:${port}`;
  return {
    origin,
    pid: child.pid,
    logs,
    memoryBytes: () => memoryBytes,
    request: (path, init = {}) => fetch(new URL(path, origin), { redirect: "manual", ...init }),
    close: async () => {
      child.kill("SIGKILL");
      await closed;
    },
  };
}

/** The folder with the component as jco's JavaScript and core modules; the first caller makes it. */
async function transpiled(file) {
  const component = readFileSync(file);
  const { version } = JSON.parse(readFileSync(join(root, "node_modules/@bytecodealliance/jco/package.json"), "utf8"));
  const folder = join(
    root,
    "build/component",
    createHash("sha256").update(version).update(component).digest("hex").slice(0, 16),
  );
  if (existsSync(folder)) return folder;
  mkdirSync(dirname(folder), { recursive: true });
  const made = mkdtempSync(`${folder}-`);
  const { files } = await transpile(component, {
    name: "component",
    instantiation: "sync",
    emitTypescriptDeclarations: false,
  });
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(made, name), bytes);
  try {
    renameSync(made, folder);
  } catch (error) {
    if (!["EEXIST", "ENOTEMPTY"].includes(error.code)) throw error;
    rmSync(made, { recursive: true }); // Another test was faster.
  }
  return folder;
}
