// The module without imports and the component, both of wasi-sdk.
import { join } from "node:path";
import { needed } from "../../scripts/needs.mjs";
import { root } from "../../scripts/project.mjs";

export const coreModule = () => needed("wasi", join(root, "dist/fluxgate.core.wasm"));
export const component = () => needed("wasi", join(root, "dist/fluxgate.component.wasm"));
