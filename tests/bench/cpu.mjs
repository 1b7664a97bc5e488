// Asks the operating system for the CPU time of a process.
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";

const ticksPerSecond =
  process.platform === "linux" ? Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" })) : NaN;

/** CPU time of all threads of a process so far, user and system, in ms; it moves in steps of 10 (proc(5), stat). */
export function cpuMs(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" "); // Behind the name, which may hold anything; the first one is the state.
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / ticksPerSecond;
}

/** The same of the threads that live, in steps of a nanosecond (Linux, scheduler's statistics): for a single request. */
export function exactCpuMs(pid) {
  const threads = readdirSync(`/proc/${pid}/task`);
  const nanoseconds = (thread) => Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ")[0]);
  return threads.reduce((sum, thread) => sum + nanoseconds(thread), 0) / 1e6;
}
