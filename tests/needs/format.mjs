// The formatter of C++. The other one is a package of npm.
import { findClangFormat } from "../../scripts/format.mjs";
import { needed } from "../../scripts/needs.mjs";

export const clangFormat = () => needed("format", findClangFormat(), "clang-format");
