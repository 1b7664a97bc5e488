// Starts the package's Node server, js-glue/node/, in a process and a folder of its own.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { coreModule } from "../../needs/wasi.mjs";

export const commandFile = fileURLToPath(new URL("../../../js-glue/node/cli.mjs", import.meta.url));

/** Ends the process when ours ends, in whatever way. */
const endsWithUs = "data:text/javascript,process.stdin.on('close',()=>process.exit()).resume()";

/** Without a store and a ledger, as other hosts are without them. */
const bare = { IMAGES_DIR: "off", LEDGER_FILE: "off" };

/**
 * Starts the server with these variables and no others. module: another file than the module in dist/. command: another file than the project's. Gives
 * { origin, pid, folder, request(path, init), logs, end(signal), close() }; `logs` is a growing list of lines, and end() resolves to the exit code.
 */
export async function startNodeHost(variables, { module = coreModule(), command = commandFile } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "fluxgate-host-"));
  const args = ["--import", endsWithUs, command, "serve", ...(module === null ? [] : ["--module", module])];
  const child = spawn(process.execPath, args, {
    cwd: folder,
    env: { ...bare, ...variables, PORT: "0" },
    stdio: ["pipe", "pipe", "pipe"],
  });
  const logs = [];
  const lines = createInterface({ input: child.stdout });
  const closed = once(child, "close").then(([code]) => (rmSync(folder, { recursive: true }), code));
  const errors = [];
  createInterface({ input: child.stderr }).on("line", (line) => errors.push(line));
  const origin = await new Promise((resolve, reject) => {
    lines.on("line", (line) => {
      const said = JSON.parse(line);
      if (said.ev === "listening") resolve(said.origin);
      else logs.push(line);
    });
    child.once("close", () => reject(new Error(`The server ended: ${errors.join("\n")}`)));
  });
  createInterface({ input: child.stderr }).on("line", (line) => logs.push(line));
  const end = (signal) => {
    child.kill(signal);
    return closed;
  };
  return {
    origin,
    pid: child.pid,
    folder,
    logs,
    request: (path, init = {}) => fetch(new URL(path, origin), { redirect: "manual", ...init }),
    end,
    close: () => end("SIGKILL"),
  };
}
