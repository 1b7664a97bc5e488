// Starts the fuzz targets, which the native preset builds from tests/fuzz/<target>_fuzz.cpp.
//
//   node tests/fuzz/run.mjs                  every target in turn, a minute each
//   node tests/fuzz/run.mjs url 600          one target, for ten minutes
//   node tests/fuzz/run.mjs url FILE ...     one target with these inputs, once each
//   node tests/fuzz/run.mjs --merge [url]    the corpora in tests/fuzz/corpus/, made anew: of them, of the seeds, and of what was found
//
// The runs write into build/fuzz/: inputs that reach something new into found/<target>/, inputs that break a promise into broken/. The known inputs
// are unpacked beside them, one a file: the seeds in seeds/<target>/, the corpus in corpus/<target>/, where a file's name is its line.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "../../scripts/build.mjs";
import { ifStarted, Problem, root, run } from "../../scripts/project.mjs";
import { fuzzProgram } from "../needs/native.mjs";
import { readCorpus, writeCorpus } from "./corpus.mjs";
import { seedsOf } from "./seeds.mjs";

/** Longest input: no part of a message needs nearly so many bytes to be hostile. */
const maxInputBytes = 4096;
/** Most inputs of a corpus: enough to reach what the seeds reach, few enough to be read by a person. */
const maxCorpusInputs = 100;

const folder = join(root, "tests/fuzz");
const work = join(root, "build/fuzz");

export const targets = readdirSync(folder)
  .filter((name) => name.endsWith("_fuzz.cpp"))
  .map((name) => name.slice(0, -"_fuzz.cpp".length))
  .sort();

const filesIn = (path) =>
  existsSync(path)
    ? readdirSync(path)
        .sort()
        .map((name) => join(path, name))
    : [];

/** Writes a target's inputs of one kind into a folder, emptied before, and gives its path. The files are named 1, 2, ... */
function unpack(kind, target, inputs) {
  const path = join(work, kind, target);
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path, { recursive: true });
  inputs.forEach((bytes, index) => writeFileSync(join(path, String(index + 1).padStart(4, "0")), bytes));
  return path;
}

/** Unpacks the inputs that a target is known to handle, and gives their folders: the corpus and the seeds. */
const unpackKnown = (target) => [
  unpack("corpus", target, readCorpus(target)),
  unpack("seeds", target, seedsOf(target, maxInputBytes)),
];

/** The files of the inputs that a target is known to handle. */
export const inputsOf = (target) => unpackKnown(target).flatMap(filesIn);

/** The options of every run. An input may take 10 s and 2 GiB; one that needs more shows a bug. */
function options(target) {
  const dictionary = join(folder, "dictionaries", `${target}.dict`);
  const broken = join(work, "broken");
  mkdirSync(broken, { recursive: true });
  const limits = [`-max_len=${maxInputBytes}`, "-timeout=10", "-rss_limit_mb=2048"];
  return [
    ...limits,
    `-artifact_prefix=${broken}/${target}-`,
    ...(existsSync(dictionary) ? [`-dict=${dictionary}`] : []),
  ];
}

/** The sanitizer holds back freed memory for a while, 256 MiB unless a smaller limit is set. */
const environment = { ASAN_OPTIONS: "quarantine_size_mb=32:detect_leaks=1", UBSAN_OPTIONS: "print_stacktrace=1" };

/** Gives each input to a target once. Returns { code, output }. */
export function replay(target, files, quiet = true) {
  return run(fuzzProgram(target), [...options(target), ...files], { quiet, env: environment });
}

/** Looks for new inputs for so many seconds, beginning with the known inputs and those in the folder `found`, and writes them there. Returns { code,
 * output }. seed: 0 for a random one. */
export function fuzz(target, seconds, found, { seed = 0, quiet = true } = {}) {
  mkdirSync(found, { recursive: true });
  const search = [`-seed=${seed}`, `-max_total_time=${seconds}`, "-print_final_stats=1", found, ...unpackKnown(target)];
  return run(fuzzProgram(target), [...options(target), ...search], { quiet, env: environment });
}

/** Makes a corpus of the fewest inputs that reach what all of them reach. */
async function merge(target) {
  const chosen = mkdtempSync(join(tmpdir(), "fluxgate-corpus-"));
  try {
    const sources = [...unpackKnown(target), join(work, "found", target)].filter(existsSync);
    const merging = [...options(target), "-set_cover_merge=1", "-use_counters=0", chosen, ...sources];
    const { code, output } = await run(fuzzProgram(target), merging, { quiet: true, env: environment });
    if (code !== 0) throw new Problem(`${target}: ${output.slice(-2000)}`);
    // The merge writes first the inputs that reach most.
    const timeOf = (path) => statSync(path, { bigint: true }).mtimeNs;
    const files = filesIn(chosen).sort((a, b) => (timeOf(a) < timeOf(b) ? -1 : 1));
    const inputs = files.slice(0, maxCorpusInputs).map((path) => readFileSync(path));
    writeCorpus(target, inputs);
    console.log(`${target}: ${inputs.length} of ${files.length} inputs`);
  } finally {
    rmSync(chosen, { recursive: true });
  }
}

await ifStarted(import.meta.url, async (args) => {
  const merges = args[0] === "--merge";
  const [target, ...rest] = merges ? args.slice(1) : args;
  if (target !== undefined && !targets.includes(target))
    throw new Problem(`no target "${target}"; there are ${targets.join(", ")}.`);
  await build("native");
  const files = rest.filter(existsSync);
  if (files.length > 0) return (await replay(target, files, false)).code ?? 1;
  for (const each of target === undefined ? targets : [target]) {
    if (merges) {
      await merge(each);
      continue;
    }
    console.log(`${each}:`);
    const { code } = await fuzz(each, Number(rest[0] ?? 60), join(work, "found", each), { quiet: false });
    if (code !== 0) return code ?? 1;
  }
});
