// Formats the C++ by .clang-format, and JavaScript, HTML and CSS by prettier, whose settings are in package.json; with
// --check it only says which files are not formatted.
import { join } from "node:path";

import { filesBelow, findProgram, ifStarted, pinnedNode, root, run } from "./project.mjs";
import { setUp } from "./setup.mjs";

/** Versions of clang-format differ in what they make of the same file. This one, Debian 12's, decides. */
const clangFormatVersion = 14;

/** The path of that clang-format, else of any, else null. */
export function findClangFormat() {
  return findProgram(`clang-format-${clangFormatVersion}`) ?? findProgram("clang-format");
}

/** Why this machine cannot tell how the C++ has to look, or null. */
export async function cppObstacle() {
  const { output } = await run(findClangFormat(), ["--version"], { quiet: true });
  if (output.includes(` version ${clangFormatVersion}.`)) return null;
  return `clang-format ${clangFormatVersion} decides how it looks, and this is ${output.trim()}`;
}

/** Formats the C++, or checks whether it is formatted: { code, output } as run() gives them. */
export function formatCpp({ check, quiet = false }) {
  const mode = check ? ["--dry-run", "--Werror"] : ["-i"];
  const sources = ["src", "tests", "scripts"].flatMap((folder) => filesBelow(folder, [".h", ".cpp"]));
  return run(findClangFormat(), [...mode, ...sources], { quiet });
}

/** The same for JavaScript, HTML and CSS. What is left out stands in .prettierignore. */
export function formatScripts({ check, quiet = false }) {
  const prettier = join(root, "node_modules/prettier/bin/prettier.cjs");
  const folders = ["src", "js-glue", "scripts", "tests", "examples", "deploy"];
  return run(pinnedNode(), [prettier, check ? "--check" : "--write", "--log-level=warn", ...folders], { quiet });
}

await ifStarted(import.meta.url, async (args) => {
  await setUp("format");
  const options = { check: args.includes("--check") };
  const obstacle = await cppObstacle();
  if (obstacle !== null) console.log(`The C++ is passed over: ${obstacle}.`);
  const cpp = obstacle === null ? await formatCpp(options) : { code: 0 };
  const scripts = await formatScripts(options);
  return cpp.code === 0 ? scripts.code : cpp.code;
});
