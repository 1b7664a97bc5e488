// Reads the size of a process from /proc (proc(5)), which only Linux has.
import { readFileSync, writeFileSync } from "node:fs";

/** Why a test of sizes cannot run here, or false. */
export const noSizes = process.platform !== "linux" && "reads /proc";

const field = (pid, name) =>
  Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) * 1024;

/** The bytes of memory that the process alone uses now. */
export const ownBytes = (pid) => field(pid, "RssAnon");

/** The bytes of addresses that the process has reserved. Each instance keeps its 96 MiB of them until it is collected. */
export const reservedBytes = (pid) => field(pid, "VmSize");

/** Starts measuring. The function that it gives tells by how much the process has grown at most since, without the pages of its program file. */
export function measureGrowth(pid) {
  writeFileSync(`/proc/${pid}/clear_refs`, "5"); // VmHWM is the largest VmRSS since then.
  const firstBytes = ownBytes(pid);
  return () => field(pid, "VmHWM") - field(pid, "RssFile") - firstBytes;
}
