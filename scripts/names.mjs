// The package's name and the repository's address: where they stand, and others in their place. `docs/releasing.md` says when.
//
//   node scripts/names.mjs
//   node scripts/names.mjs --package NAME --repository https://github.com/ME/MINE
//
// package.json, under `package`, has the present ones.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { filesBelow, ifStarted, Problem, root } from "./project.mjs";

/** Every file that is for people who have only the package or the repository. */
const files = () => [
  "package.json",
  "README.md",
  "README.zh-CN.md",
  ...filesBelow("docs", [".md"]),
  ...filesBelow("deploy", [""]),
];

/** A package with a scope has another name than its command, which stands in the same places: it cannot be named here. */
const forms = {
  package: /^[a-z0-9][a-z0-9-._]{0,213}$/,
  repository: /^https:\/\/[\w.-]+\/[\w./-]+[\w-]$/,
};

const read = (path) => readFileSync(join(root, path), "utf8");

/** The present ones: { package, repository }. */
export function presentNames() {
  const { name, repository } = JSON.parse(read("package.json")).package;
  return { package: name, repository };
}

/** Where they stand: [{ path, texts }], with how often each does. */
export function placesOf(names) {
  const countIn = (text, name) => text.split(name).length - 1;
  return files()
    .map((path) => ({ path, counts: Object.values(names).map((name) => countIn(read(path), name)) }))
    .filter(({ counts }) => counts.some((count) => count > 0));
}

/** Why a package or repository (`kind`) cannot have this name, or null. A name that stands in a text already could not be told from the new one later. */
export function obstacleTo(kind, name) {
  if (!forms[kind].test(name)) return `${name} cannot be one.`;
  const [place] = placesOf({ [kind]: name });
  return place === undefined ? null : `${name} stands in ${place.path} already, where it may mean something else.`;
}

/** A text with these names in the place of those. */
export function renamed(text, from, to) {
  return Object.entries(from).reduce((all, [kind, name]) => all.replaceAll(name, to[kind] ?? name), text);
}

await ifStarted(import.meta.url, (args) => {
  const { values: wanted } = parseArgs({
    args,
    options: { package: { type: "string" }, repository: { type: "string" } },
  });
  for (const [kind, name] of Object.entries(wanted)) {
    const obstacle = obstacleTo(kind, name);
    if (obstacle !== null) throw new Problem(`--${kind}: ${obstacle}`);
  }
  const present = presentNames();
  for (const { path, counts } of placesOf(present)) {
    console.log(`${path}: ${counts.join(" and ")}`);
    if (Object.keys(wanted).length > 0) writeFileSync(join(root, path), renamed(read(path), present, wanted));
  }
});
