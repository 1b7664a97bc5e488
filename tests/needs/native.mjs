// The programs under sanitizers: the unit tests in C++ and the fuzz targets.
import { join } from "node:path";
import { needed } from "../../scripts/needs.mjs";
import { root } from "../../scripts/project.mjs";

export const testProgram = (name) => needed("native", join(root, "build/native/tests", name));
export const fuzzProgram = (target) => needed("native", join(root, "build/native/fuzz", target));
