// `npm run bench`: what compiling and answering cost, each beside a reference measured in the same run.
import { execFileSync } from "node:child_process";
import { cpus } from "node:os";
import { benchBodies } from "./bodies.js";
import { benchCompile } from "./compile.js";
import { benchHit } from "./hit.js";
import { benchLog } from "./log.js";
import { benchLoad } from "./load.js";
import { benchMemory } from "./memory.js";
import { makeScratch } from "./measure.js";
import { benchPolicy } from "./policy.js";
import { benchProbes } from "./probes.js";
import { benchProxy } from "./proxy.js";
import { benchRoutes } from "./routes.js";
import { benchStart } from "./start.js";
import { benchUse } from "./use.js";
import { benchWire } from "./wire.js";

execFileSync(process.execPath, ["scripts/build.mjs", "--no-types"], { stdio: "inherit" });
console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? "unknown processor"}`);
const scratch = makeScratch();
try {
  await benchCompile(scratch); // first: it measures what a process compiles first
  benchStart(scratch);
  await benchLoad(scratch);
  benchMemory();
  await benchHit();
  await benchUse(scratch);
  await benchProbes();
  await benchProxy(scratch);
  await benchWire(scratch);
  await benchLog(scratch);
  await benchBodies(scratch);
  await benchPolicy();
  await benchRoutes();
} finally {
  scratch.remove();
}
