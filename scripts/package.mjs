// Makes the package: dist/NAME-VERSION.tgz, which needs no compiler. `docs/releasing.md` says what to do with it.
//
//   npm run package
//
// The project's own package.json is private; the package has one of its own, written here.
import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

import { templateFiles } from "../js-glue/node/init.mjs";
import { build } from "./build.mjs";
import { filesBelow, ifStarted, onWindows, Problem, root, run } from "./project.mjs";
import { settingsTypes } from "./settings_types.mjs";

/** A package that is larger has something in it that does not belong there. */
const mostBytes = 1_000_000;

const project = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
export const { name, repository } = project.package;
export const { version } = project;
export const fileName = `${name}-${version}.tgz`;

/**
 * What is in it. The Worker's module has no imports: it is the core for every host that keeps src/abi/abi.md, so that there is no second one. The
 * component is for hosts of WASI.
 */
const modules = ["dist/fluxgate.worker.wasm", "dist/fluxgate.component.wasm"];
const texts = [
  "README.md",
  "README.zh-CN.md",
  "CHANGELOG.md",
  "LICENSE",
  "NOTICES",
  "src/abi/abi.md",
  ...templateFiles.map((file) => `deploy/cloudflare/${file}`),
];
const folders = { "js-glue": [".mjs"], docs: [".md"] };

await ifStarted(import.meta.url, async () => {
  for (const preset of ["worker", "wasi"]) await build(preset);
  for (const old of filesBelow("dist", [".tgz"])) rmSync(join(root, old)); // The Dockerfile takes whichever is there.
  const file = await makePackage(join(root, "build/package"), join(root, "dist"));
  console.log(`Made ${relative(root, file)}, ${statSync(file).size.toLocaleString("en-US")} bytes.`);
});

/** Packs what is built, from a folder that is written anew, into another. Gives the path of the file. */
export async function makePackage(folder, into) {
  rmSync(folder, { recursive: true, force: true });
  const files = Object.entries(folders).flatMap(([below, endings]) => filesBelow(below, endings));
  for (const path of [...modules, ...texts, ...files]) copy(path, folder);
  renameSync(join(folder, "deploy/cloudflare/.gitignore"), join(folder, "deploy/cloudflare/gitignore"));
  mkdirSync(join(folder, "types"));
  for (const [file, text] of Object.entries(types())) writeFileSync(join(folder, "types", file), text);
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(manifest(), null, 2)}\n`);
  const args = ["pack", "--silent", "--pack-destination", into];
  const { code, output } = await run("npm", args, { cwd: folder, quiet: true, shell: onWindows });
  if (code !== 0) throw new Problem(`npm pack has failed: ${output}`);
  const { size } = statSync(join(into, fileName));
  if (size > mostBytes) throw new Problem(`the package has ${size} bytes, of ${mostBytes} at most.`);
  return join(into, fileName);
}

function copy(path, folder) {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  cpSync(join(root, path), join(folder, path));
}

function manifest() {
  return {
    name,
    version,
    description: project.description,
    keywords: ["openai", "image-generation", "gateway", "cloudflare-workers", "webassembly"],
    license: project.license,
    repository: { type: "git", url: `git+${repository}.git` },
    type: "module",
    engines: { node: ">=20.18" },
    bin: { [name]: "js-glue/node/cli.mjs" },
    exports: {
      ".": { types: "./types/worker.d.ts", default: "./js-glue/worker.mjs" },
      "./node": { types: "./types/node.d.ts", default: "./js-glue/node/server.mjs" },
      "./core.wasm": "./dist/fluxgate.worker.wasm",
      "./component.wasm": "./dist/fluxgate.component.wasm",
      "./package.json": "./package.json",
    },
  };
}

/** The declarations, by the names of their files. */
function types() {
  const read = (path) => readFileSync(join(root, path), "utf8");
  return {
    "settings.d.ts": settingsTypes(read("docs/settings.md"), read("docs/hosts.md")),
    "worker.d.ts": `import type { Settings } from "./settings.js";
export type { Settings };

/** The Worker for Cloudflare. */
declare const worker: {
  fetch(request: Request, env: Settings, context: { waitUntil(promise: Promise<unknown>): void }): Response | Promise<Response>;
};
export default worker;

/** The class of the Durable Object that is bound as LEDGER. */
export declare class Ledger {
  constructor(state: object);
  fetch(request: Request): Promise<Response>;
  alarm(): Promise<void>;
}
`,
    "node.d.ts": `import type { Server } from "node:http";
import type { ServerSettings, Settings } from "./settings.js";
export type { ServerSettings, Settings };

export interface GatewayServer {
  /** It is not listening yet. */
  server: Server;
  /** Takes no new connections, waits for what is under way, at most so long, and breaks off the rest. Gives how much that was. */
  drain(boundMs: number): Promise<number>;
}

/** module: that of "${name}/core.wasm", compiled. services: by name, what performs the calls of binding:// URLs, as abi.md has them. */
export declare function createGatewayServer(options: {
  module: WebAssembly.Module;
  settings: Settings;
  services?: Map<string, (call: object) => Promise<Response>>;
  trustsProxy?: boolean;
  limits?: { [name: string]: number };
}): GatewayServer;
`,
  };
}
