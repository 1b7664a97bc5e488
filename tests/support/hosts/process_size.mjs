// How large a process is, by /proc (proc(5)): Linux alone has it.
import { readFileSync, writeFileSync } from "node:fs";

/** Why a test of sizes cannot run here, or false. */
export const noSizes = process.platform !== "linux" && "reads /proc";

const field = (pid, name) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) * 1024;

/** Bytes of memory that are the process's own now. */
export const ownBytes = (pid) => field(pid, "RssAnon");

/** Bytes of addresses that it has reserved: an instance that is not let go keeps its 96 MiB of them. */
export const reservedBytes = (pid) => field(pid, "VmSize");

/** From now on: gives by how much the process has been larger than now at most, without the pages of its program file. */
export function measureGrowth(pid) {
  writeFileSync(`/proc/${pid}/clear_refs`, "5"); // VmHWM is the largest VmRSS since then.
  const firstBytes = ownBytes(pid);
  return () => field(pid, "VmHWM") - field(pid, "RssFile") - firstBytes;
}
