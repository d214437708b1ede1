import { readFileSync } from "node:fs";

/** Ticks of the clock in which Linux counts the time of processes, a second. */
const ticks = 100;

/** When a process began, in seconds since the epoch; undefined where there is none, or nobody can tell. */
export function processStart(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The name of the program stands in parentheses, and may have anything in it.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (fields[0] === "Z") return undefined;
    const uptime = Number(readFileSync("/proc/uptime", "latin1").split(" ")[0]);
    return Date.now() / 1000 - uptime + Number(fields[19]) / ticks;
  } catch {
    return undefined;
  }
}
