// Asks the operating system for the CPU time of a process.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

const ticksPerSecond =
  process.platform === "linux" ? Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" })) : NaN;

/** CPU time of all threads of a process so far, user and system, in ms; it moves in steps of 10 (proc(5), stat). */
export function cpuMs(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" "); // Behind the name, which may hold anything; the first one is the state.
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / ticksPerSecond;
}
