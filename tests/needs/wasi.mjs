// The module without imports and the component, both of wasi-sdk, and the same two with tests/probe in the gateway's place.
import { join } from "node:path";
import { needed } from "../../scripts/needs.mjs";
import { root } from "../../scripts/project.mjs";

export const coreModule = () => needed("wasi", join(root, "dist/fluxgate.core.wasm"));
export const component = () => needed("wasi", join(root, "dist/fluxgate.component.wasm"));

export const probeModule = () => needed("wasi", join(root, "build/wasi/probe.core.wasm"));
export const probeComponent = () => needed("wasi", join(root, "build/wasi/probe.component.wasm"));
