// Where things lie in the package, and what it is called. The project has the same folders.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));

/** name: what `npx` takes. version: of the gateway. */
export const { name, version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** The core: that of the Worker has no imports, so that every host can run it. */
export const moduleFile = join(root, "dist/fluxgate.worker.wasm");

/** The Worker's project that `init` writes. */
export const templateFolder = join(root, "deploy/cloudflare");

/** npm leaves files of this name out of packages; there it is called otherwise. */
export const ignoreFile = [".gitignore", "gitignore"].map((each) => join(templateFolder, each)).find(existsSync);
