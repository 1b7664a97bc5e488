// Installs missing tools: packages of the system by apt-get, packages of npm by `npm ci`.
//
//   node scripts/setup.mjs                what `npm start` needs
//   node scripts/setup.mjs wasi browser   what these need: presets of build.mjs, browser, format
//   node scripts/setup.mjs --all          what anything needs
//
// Says nothing and takes a fraction of a second when nothing is missing.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";

import { withProgress } from "./progress.mjs";
import { findProgram, ifStarted, onWindows, Problem, root, run } from "./project.mjs";

/** The versions of clang that are good enough if installed; older ones know no coroutines. */
const clangVersions = Array.from({ length: 25 }, (_, i) => 40 - i);
/** The versions of clang to install, the best known first. */
const packagedClangVersions = [22, 21, 20, 19, 18, 17, 16];

/**
 * `found` looks on the machine, whoever put the tool there; `packages` are Debian's, `N` standing for a
 * version of clang; `name` is for the owners of other systems.
 */
const tools = {
  cmake: { name: "CMake 3.21", packages: ["cmake"], found: () => findProgram("cmake") },
  ninja: { name: "Ninja", packages: ["ninja-build"], found: () => findProgram("ninja") },
  json: {
    name: "nlohmann/json 3.10",
    packages: ["nlohmann-json3-dev"],
    found: () => isInstalled("include/nlohmann/json.hpp"),
  },
  emscripten: {
    name: "Emscripten 3.1.6 (emcc on PATH, or EMSDK set)",
    packages: ["emscripten"],
    found: () => findProgram("emcc") || process.env.EMSDK,
  },
  wasiSdk: {
    name: "wasi-sdk 20 (WASI_SDK_PATH set)",
    packages: [
      "clang-N",
      "lld-N",
      "wasi-libc",
      "libc++-N-dev-wasm32",
      "libc++abi-N-dev-wasm32",
      "libclang-rt-N-dev-wasm32",
    ],
    found: () => process.env.WASI_SDK_PATH || clangVersions.some(hasWasi),
  },
  clang: {
    name: "clang 16 with its sanitizers and libFuzzer",
    packages: ["clang-N", "libclang-rt-N-dev"],
    found: () => process.env.CXX || process.platform === "darwin" || clangVersions.some(hasAsan),
  },
  googleTest: {
    name: "GoogleTest",
    packages: ["libgtest-dev"],
    found: () => isInstalled("include/gtest/gtest.h"),
  },
  valgrind: {
    name: "Valgrind",
    packages: ["valgrind"],
    found: () => process.platform !== "linux" || findProgram("valgrind"),
  },
  browser: { name: "Chromium or Chrome", packages: ["chromium"], found: findBrowser },
  clangFormat: {
    name: "clang-format 14",
    packages: ["clang-format"],
    found: () => findProgram("clang-format-14") || findProgram("clang-format"),
  },
};

const { cmake, ninja, json, emscripten, wasiSdk, clang, googleTest, valgrind } = tools;

/** Tools by what they are for: the presets of build.mjs by their names, and more. */
const groups = {
  worker: [cmake, ninja, json, emscripten],
  wasi: [cmake, ninja, json, wasiSdk],
  native: [cmake, ninja, json, clang, googleTest],
  counts: [cmake, ninja, json, clang, valgrind],
  browser: [tools.browser],
  format: [tools.clangFormat],
};
export const groupNames = Object.keys(groups);

/** The path of the browser of this machine, or null. */
export function findBrowser() {
  const names = ["chromium", "chromium-browser", "google-chrome"];
  return names.map(findProgram).find(Boolean) ?? null;
}

function isInstalled(path) {
  const asked = (process.env.CMAKE_PREFIX_PATH ?? "").split(delimiter).filter(Boolean);
  const prefixes = [...asked, "/usr", "/usr/local", "/opt/homebrew"];
  return prefixes.some((prefix) => existsSync(join(prefix, path)));
}

function hasWasi(version) {
  const llvm = `/usr/lib/llvm-${version}`;
  const holds = (folder, file) =>
    ["wasm32-wasi", "wasm32-wasip1"].some((target) => existsSync(join(folder, target, file)));
  return (
    findProgram(`clang++-${version}`) &&
    existsSync(`${llvm}/bin/wasm-ld`) &&
    holds(`${llvm}/lib`, "libc++.a") &&
    holds(`${llvm}/lib`, "libc++abi.a") &&
    holds("/usr/include", "stdlib.h") &&
    runtimeLibraries(llvm).some((path) => /wasi.*\/libclang_rt\.builtins.*\.a$/.test(path))
  );
}

function hasAsan(version) {
  const libraries = runtimeLibraries(`/usr/lib/llvm-${version}`);
  return findProgram(`clang++-${version}`) && libraries.some((path) => /libclang_rt\.asan.*\.a$/.test(path));
}

/** The files in <llvm>/lib/clang/<version>/lib/<system>/. */
function runtimeLibraries(llvm) {
  const namesIn = (folder) => (existsSync(folder) ? readdirSync(folder) : []);
  return namesIn(`${llvm}/lib/clang`).flatMap((version) =>
    namesIn(`${llvm}/lib/clang/${version}/lib`).flatMap((system) =>
      namesIn(`${llvm}/lib/clang/${version}/lib/${system}`).map((name) => `${system}/${name}`),
    ),
  );
}

/** Makes sure of the tools of these groups, and of the packages of npm. */
export async function setUp(...names) {
  const unknown = names.find((name) => !groupNames.includes(name));
  if (unknown) throw new Problem(`no group "${unknown}" of tools; there are ${groupNames.join(", ")}.`);
  const wanted = new Set(names.flatMap((name) => groups[name]));
  const missing = [...wanted].filter((tool) => !tool.found());
  if (missing.length > 0) await installTools(missing);
  await setUpPackages();
}

/** Makes sure of the packages of npm that a folder of the project asks for. */
export async function setUpPackages(folder = ".") {
  if (!npmPackagesAreInstalled(folder)) await installNpmPackages(folder);
}

async function installTools(missing) {
  const names = missing.map((tool) => tool.name).join("; ");
  if (!findProgram("apt-get")) {
    throw new Problem(`please install these, or newer ones, and try again: ${names}.`);
  }

  const becomeRoot = process.getuid() === 0 ? [] : ["sudo"];
  if (becomeRoot.length > 0 && !(await maySudo())) {
    const packages = await packagesOf(missing);
    throw new Problem(`please run as root, then try again: ${installCommand(packages)}`);
  }
  const aptGet = (...args) => {
    const [program, ...rest] = [...becomeRoot, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"];
    return run(program, [...rest, "-o", "DPkg::Lock::Timeout=300", ...args], { quiet: true });
  };

  // A line that is rewritten would hide sudo's question for a password.
  const options = becomeRoot.length > 0 ? { rewrites: false } : {};
  const update = await withProgress("Looking for what is missing (apt-get)", () => aptGet("update", "-qq"), options);
  const packages = await packagesOf(missing);
  console.log(`Missing: ${packages.join(" ")}`);
  const install = await withProgress(
    "Installing it (apt-get; a minute or two)",
    // --no-remove: what stands in the way of these packages was put there by somebody for a reason.
    () => aptGet("install", "-qq", "-y", "--no-install-recommends", "--no-remove", ...packages),
    options,
  );
  if (install.code !== 0 || missing.some((tool) => !tool.found())) {
    const reason = /^E: (.*)$/m.exec(install.output + update.output)?.[1] ?? names;
    throw new Problem(`apt-get failed (${reason}). By hand: ${installCommand(packages)}`);
  }
}

function installCommand(packages) {
  return `apt-get update && apt-get install --no-install-recommends ${packages.join(" ")}`;
}

/** May we use sudo? With a terminal, sudo may ask for its password there. */
async function maySudo() {
  if (!findProgram("sudo")) return false;
  return process.stdin.isTTY || (await run("sudo", ["-n", "true"], { quiet: true })).code === 0;
}

/** The packages of these tools, for the first version of clang that apt-get has all of them for. */
async function packagesOf(missing) {
  const named = [...new Set(missing.flatMap((tool) => tool.packages))];
  const withClang = (version) => named.map((name) => name.replace("-N", `-${version}`));
  for (const version of packagedClangVersions) {
    const packages = withClang(version);
    const options = { quiet: true, env: { LC_ALL: "C" } };
    const { output } = await run("apt-cache", ["policy", ...packages], options);
    if ((output.match(/Candidate: [^(]/g) ?? []).length === packages.length) return packages;
  }
  return withClang(packagedClangVersions[0]);
}

function npmPackagesAreInstalled(folder) {
  const read = (path) => JSON.parse(readFileSync(join(root, folder, path), "utf8")).packages;
  try {
    const installed = read("node_modules/.package-lock.json");
    return Object.entries(read("package-lock.json")).every(
      ([path, { version, optional }]) => path === "" || optional || installed[path]?.version === version,
    );
  } catch {
    return false;
  }
}

async function installNpmPackages(folder) {
  // Under npm, node_modules/.bin comes first in PATH, and `npm ci` replaces the Node there.
  const folders = process.env.PATH.split(delimiter);
  const path = folders.filter((each) => !each.includes("node_modules"));
  const options = ["--include=dev", "--engine-strict=false", "--loglevel=error"];
  const { code, output } = await withProgress("Installing packages of npm (npm ci; half a minute)", () =>
    run("npm", ["ci", ...options, "--no-audit", "--no-fund"], {
      cwd: join(root, folder),
      quiet: true,
      env: { PATH: path.join(delimiter) },
      shell: onWindows,
    }),
  );
  if (code === 0) return;
  const reason = /^npm (?:error|ERR!) (?!code)(.+)$/m.exec(output)?.[1] ?? output.trim();
  throw new Problem(`npm ci failed: ${reason}`);
}

await ifStarted(import.meta.url, (args) => {
  if (args.includes("--all")) return setUp(...groupNames);
  return setUp(...(args.length > 0 ? args : ["worker"]));
});
