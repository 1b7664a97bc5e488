// The Worker's module.
import { join } from "node:path";
import { needed } from "../../scripts/needs.mjs";
import { root } from "../../scripts/project.mjs";

/** Its path in the project, by which the shim imports it. */
export const workerModulePath = "dist/fluxgate.worker.wasm";

export const workerModule = () => needed("worker", join(root, workerModulePath));
