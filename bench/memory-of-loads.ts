// Run by memory.ts with --expose-gc: prints what each of many loaded VCLs takes, in KB, as JSON.
import { setImmediate as turn } from "node:timers/promises";
import { setEngineFlags } from "../src/host/node/engine-flags.js";
import { generateVcl } from "./generate-vcl.js";
import { compileAndLink, memoryInstance, request } from "./in-memory.js";

setEngineFlags(); // as vclc run does
const loads = 200;
const text = generateVcl(500);
const instance = memoryInstance();

/** No two policies are the same text. */
async function load(number: number): Promise<void> {
  const name = `v${number}`;
  const own = text.replaceAll("policy_", `policy_${number}_`).replaceAll("customer", `customer${number}`);
  await instance.load(name, compileAndLink(name, own));
}

async function measured(): Promise<NodeJS.MemoryUsage> {
  for (let round = 0; round < 5; round++) {
    await turn();
    globalThis.gc?.();
  }
  return process.memoryUsage();
}

/** Kilobytes for each load. */
function each(before: number, after: number): number {
  return Math.round((after - before) / loads / 1024);
}

// The first ones warm the compiler up, which is not theirs to pay.
const warmUp = 20;
for (let number = 0; number < warmUp; number++) await load(number);
const before = await measured();
for (let number = warmUp; number < warmUp + loads; number++) await load(number);
const after = await measured();
for (let number = warmUp; number < warmUp + loads; number++) {
  await instance.use(`v${number}`);
  for (let count = 0; count < 3; count++) await instance.handle(request(() => undefined));
}
const used = await measured();
console.log(
  JSON.stringify({
    heap: each(before.heapUsed, after.heapUsed),
    heapUsed: each(before.heapUsed, used.heapUsed),
    resident: each(before.rss, after.rss),
  }),
);
await instance.shutdown();
