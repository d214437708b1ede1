import { spawnSync } from "node:child_process";
import { aim, row } from "./measure.js";

/** What 200 more loaded VCLs of 500 lines take, measured in a process of its own. */
export function benchMemory(): void {
  console.log("\nMemory of each loaded VCL of 500 lines beyond the first");
  const child = spawnSync(process.execPath, ["--expose-gc", "scripts/run.mjs", "bench/memory-of-loads.ts"], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (child.status !== 0) throw new Error("measuring memory failed");
  const { heap, heapUsed, resident } = JSON.parse(child.stdout) as Record<string, number>;
  row("heap, loaded", `${heap} KB`, aim(heap ?? NaN, 300, "KB"));
  row("heap, loaded and having answered requests", `${heapUsed} KB`, aim(heapUsed ?? NaN, 300, "KB"));
  row("resident set", `${resident} KB`);
}
