// Random operations on global directors, VCLs and labels under traffic, beside a model: `--minutes 1 --seed N --directors 1000 --vcls 50`.
import { parseArgs } from "node:util";
import v8 from "node:v8";
import { runInNewContext } from "node:vm";
import { stress } from "../test/support/stress/stress.js";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "1" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    directors: { type: "string", default: "1000" },
    vcls: { type: "string", default: "50" },
    clients: { type: "string", default: "20" },
  },
});

v8.setFlagsFromString("--expose-gc");
// What is compiled once and kept must not count as a leak.
v8.setFlagsFromString("--no-compilation-cache");
const collect = runInNewContext("gc") as () => void;

/** Timers and sockets that keep the process going. */
const resources = (): number => process.getActiveResourcesInfo().length;
const heap = (): string => {
  collect();
  return `${(process.memoryUsage().heapUsed / 1e6).toFixed(1)} MB`;
};

console.log(`seed ${values.seed}`);
const before = { resources: resources(), heap: heap() };
const { steps, operations, answered, wrong } = await stress({
  seed: Number(values.seed),
  seconds: Number(values.minutes) * 60,
  directors: Number(values.directors),
  vcls: Number(values.vcls),
  clients: Number(values.clients),
});
console.log(`${steps} operations`);
for (const [name, { done, refused }] of operations) console.log(`  ${name}: ${done}, refused ${refused}`);
for (const [status, count] of [...answered].sort()) console.log(`requests answered ${status}: ${count}`);
await new Promise((resolve) => setTimeout(resolve, 1000));
const after = { resources: resources(), heap: heap() };
console.log(
  `heap ${before.heap}, then ${after.heap}; timers and sockets ${before.resources}, then ${after.resources}`,
);
if (after.resources > before.resources) wrong.push("timers or sockets are left");
for (const line of wrong) console.log(`WRONG ${line}`);
process.exit(wrong.length === 0 ? 0 : 1);
