// Makes a component of a core module that imports WASI 0.2 itself, so no adapter is needed.
//
//   node scripts/componentize.mjs <core.wasm> <out.component.wasm>
//
// The world is src/wasi/world.wit; the interfaces that it names are the official text, as jco ships it.
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { ifStarted, Problem, root } from "./project.mjs";

/** The release of WASI whose text jco has. */
const officialVersion = "0.2.12";
const officialFolder = join(root, "node_modules/@bytecodealliance/jco/lib/wit/builtin", officialVersion);

/** Gives one source in WIT: src/wasi/world.wit and the official text of each package that it names. */
export function witOf(world) {
  const named = [...world.matchAll(/ (wasi:[\w-]+)\/[\w-]+@([\d.]+);/g)];
  const packages = new Map(named.map(([, name, version]) => [name, version]));
  return [world, ...Array.from(packages, ([name, version]) => officialPackage(name, version))].join("\n");
}

/**
 * Gives the interfaces of a package such as `wasi:io`, as a nested package of this version. Its worlds are left out, for they name further packages.
 * `field-name`, another name for `field-key`, is left out too: it is not in 0.2.0, so hosts of 0.2.0 need not know it.
 */
function officialPackage(name, version) {
  const file = join(officialFolder, name.replace(":", "-"), "package.wit");
  const [head, ...lines] = readFileSync(file, "utf8").split("\n");
  if (head !== `package ${name}@${officialVersion};`) throw new Problem(`${file} is not ${name}.`);
  const interfaces = lines.join("\n").replace(/^(@unstable\(.*\)\n)?world [^{]+\{\n.*?^\}\n/gms, "");
  const text = interfaces
    .replaceAll(`@${officialVersion}`, `@${version}`)
    .replace("  type field-name = field-key;\n", "")
    .replace(/\bfield-name\b(?!:)/g, "field-key");
  return `package ${name}@${version} {\n${text}}\n`;
}

export async function componentize(core) {
  const { componentEmbed, componentNew } = await import("@bytecodealliance/jco");
  const world = readFileSync(join(root, "src/wasi/world.wit"), "utf8");
  const embedded = await componentEmbed({
    binary: core,
    witSource: witOf(world),
    world: "gateway",
  });
  return componentNew(embedded, []);
}

await ifStarted(import.meta.url, async ([core, out]) => {
  if (out === undefined) throw new Problem("usage: componentize.mjs <core.wasm> <component.wasm>");
  const component = await componentize(readFileSync(core));
  // Renamed when complete: a reader sees the old file or the new one.
  writeFileSync(`${out}.new`, component);
  renameSync(`${out}.new`, out);
});
