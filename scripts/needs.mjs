// What tests need besides the packages of npm: what presets of build.mjs make, and tools of setup.mjs.
//
// A module tests/needs/<name>.mjs gives what the preset or the group of tools of that name has brought, and nobody else
// knows where it lies. Who imports it, directly or through others, needs it: there is no list to keep.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { presetNames } from "./build.mjs";
import { filesBelow, Problem, root } from "./project.mjs";

const folder = "tests/needs";

/** Where the tests of large clients lie, with packages of their own: `npm run test:clients` installs these and runs the tests. */
export const clientsFolder = "tests/clients";

/**
 * The test files, or those whose path holds one of the words; a word that no path holds is a Problem. With `ofClients` those of large clients, else
 * all others.
 */
export function testFiles(words, { ofClients = false } = {}) {
  const isWanted = (path) => path.startsWith(`${clientsFolder}/`) === ofClients;
  const all = filesBelow("tests", [".test.mjs"]).filter(isWanted);
  const strange = words.find((word) => !all.some((path) => path.includes(word)));
  if (strange !== undefined) throw new Problem(`no test file has "${strange}" in its path; nothing was built or run.`);
  return words.length === 0 ? all : all.filter((path) => words.some((word) => path.includes(word)));
}

/** Everything that a test may need. */
export function allNeeds() {
  return filesBelow(folder, [".mjs"]).map(nameOf);
}

/** What these files need, by its names, sorted. */
export function needsOf(files) {
  return modulesOf(files)
    .filter((path) => dirname(path) === folder)
    .map(nameOf)
    .sort();
}

const nameOf = (path) => path.slice(folder.length + 1, -".mjs".length);

/** These modules, and those that they import or start, and so on. */
function modulesOf(files) {
  const found = new Set(files);
  // A set goes on with what is added meanwhile.
  for (const path of found) {
    for (const other of modulesNamedIn(path)) found.add(other);
  }
  return [...found];
}

/**
 * The modules of the project that a string of this one names, as it imports them or as it starts them in the
 * project's folder. Tests are none of them: nobody imports a test.
 */
function modulesNamedIn(path) {
  const strings = readFileSync(join(root, path), "utf8").matchAll(/"([^"\s]+\.m?js)"/g);
  const paths = Array.from(strings, ([, named]) => [join(dirname(path), named), join(named)]).flat();
  const isOurs = (each) => !each.startsWith("..") && !each.startsWith("node_modules") && !each.endsWith(".test.mjs");
  return paths.filter((each) => isOurs(each) && existsSync(join(root, each)));
}

/**
 * For tests/needs/<name>.mjs: the path of something that `npm test` would have brought; a Problem that says what to
 * do if it is not there, or is there by chance because `npm test` did not see that it is needed.
 */
export function needed(name, path, what = relative(root, path)) {
  if (path === null || !existsSync(path)) {
    const script = presetNames.includes(name) ? "build" : "setup";
    throw new Problem(`${what} is missing: run \`node scripts/${script}.mjs ${name}\`.`);
  }
  const seen = process.env.FLUXGATE_TEST_NEEDS?.split(",");
  if (seen !== undefined && !seen.includes(name)) {
    throw new Problem(
      `${what} may be an old one: \`npm test\` did not see that a test needs it. Import ${folder}/${name}.mjs by that name.`,
    );
  }
  return path;
}
