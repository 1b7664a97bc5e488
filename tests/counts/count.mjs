// Counts the instructions that requests take, in the native core as the preset `counts` builds it. Unlike times they are the same in every
// run and on every machine, so a change that makes requests dearer is seen at once.
//
//   node tests/counts/count.mjs            prints them beside the figures of instructions.json
//   node tests/counts/count.mjs --update   makes them the figures
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "../../scripts/build.mjs";
import { ifStarted, Problem, root, run } from "../../scripts/project.mjs";
import { countedProgram, valgrind } from "../needs/counts.mjs";

const figuresFile = join(root, "tests/counts/instructions.json");

/**
 * glibc chooses its memcpy and the like by the processor's features; without these features all x86-64 processors get the same functions. The program
 * gets no other variable: the size of its environment would move the stack.
 */
const environment = { GLIBC_TUNABLES: "glibc.cpu.hwcaps=-AVX512F,-AVX512VL,-AVX2,-AVX,-ERMS,-FSRM,-RTM,-BMI2" };

/** Why nothing can be counted on this machine; null when it can. */
export const obstacle =
  process.platform === "linux" && process.arch === "x64"
    ? null
    : `the figures are for Linux on x86-64, and this is ${process.platform} on ${process.arch}`;

/** Reads { compiler, instructions }: the compiler of the core, and by a request's name its instructions. */
export function readFigures() {
  return JSON.parse(readFileSync(figuresFile, "utf8"));
}

/** Asks the program for its compiler and the names of its requests. */
export function describeProgram() {
  const { stdout } = spawnSync(countedProgram(), { encoding: "utf8" });
  const [compiler, ...names] = stdout.trim().split("\n");
  return { compiler, names };
}

/** Counts the instructions of one request after earlier requests have warmed everything up. */
export async function countInstructions(name) {
  const callgrind = [
    "--tool=callgrind",
    "--callgrind-out-file=/dev/null",
    "--toggle-collect=fluxgate_counted_requests",
  ];
  // `env -i` clears the environment, which run() only adds to.
  const variables = Object.entries({ PATH: process.env.PATH, ...environment }).map((entry) => entry.join("="));
  const { code, output } = await run("env", ["-i", ...variables, valgrind(), ...callgrind, countedProgram(), name], {
    quiet: true,
  });
  const collected = /Collected : (\d+)/.exec(output)?.[1];
  const requests = /^(\d+) requests$/m.exec(output)?.[1];
  if (code !== 0 || !collected || !requests) throw new Problem(`callgrind failed with ${name}: ${output}`);
  return Math.round(Number(collected) / Number(requests));
}

await ifStarted(import.meta.url, async (args) => {
  if (obstacle !== null) throw new Problem(obstacle);
  await build("counts");
  const { compiler, names } = describeProgram();
  const figures = readFigures();
  const instructions = {};
  for (const name of names) {
    instructions[name] = await countInstructions(name);
    const figure = figures.instructions[name];
    const change = figure === undefined ? "new" : `${((instructions[name] / figure - 1) * 100).toFixed(2)} %`;
    console.log(`${name.padEnd(16)}${String(instructions[name]).padStart(10)}  ${change}`);
  }
  if (args.includes("--update"))
    writeFileSync(figuresFile, `${JSON.stringify({ ...figures, compiler, instructions }, null, 2)}\n`);
});
