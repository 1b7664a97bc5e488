// The program whose instructions are counted, and what counts them.
import { join } from "node:path";
import { needed } from "../../scripts/needs.mjs";
import { findProgram, root } from "../../scripts/project.mjs";

export const countedProgram = () => needed("counts", join(root, "build/counts/count"));
export const valgrind = () => needed("counts", findProgram("valgrind"), "Valgrind");
