// Where things lie in the package, and what it is called. The project has the same folders.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));

const own = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** What `npx` takes. The project has another name than its package. */
export const name = own.package?.name ?? own.name;
export const { version } = own;

/** The core: that of the Worker has no imports, so that every host can run it. */
export const moduleFile = join(root, "dist/fluxgate.worker.wasm");

/** The Worker's project that `init` writes. */
export const templateFolder = join(root, "deploy/cloudflare");

/** npm leaves files of this name out of packages; there it is called otherwise. */
export const ignoreFile = [".gitignore", "gitignore"].map((each) => join(templateFolder, each)).find(existsSync);
