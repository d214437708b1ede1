import type { Instance } from "../src/runtime/instance.js";
import { cachedHits, compileAndLink, memoryInstance } from "./in-memory.js";
import { aim, row } from "./measure.js";
import { hitPolicy } from "./proxy.js";

const rounds = 100_000;

/** A cached hit without sockets: request in, policy of some twenty statements, response out; alone and behind a switch of the VCL. */
export async function benchHit(): Promise<void> {
  console.log("\nA cached hit in memory, policy of 20 statements");
  const instances = {
    alone: await instanceWith(hitPolicy()),
    dispatch: await instanceWith(behind("dispatch")),
    vcl: await instanceWith(behind("vcl")),
  };
  const times: Record<string, number> = {};
  const hits = new Map<string, () => number>();
  for (const [name, instance] of Object.entries(instances))
    hits.set(name, await cachedHits(instance, rounds));
  for (let run = 0; run < 8; run++) {
    for (const [name, hit] of hits) times[name] = Math.min(times[name] ?? Infinity, hit());
  }
  const { alone = NaN, dispatch = NaN, vcl = NaN } = times;
  row("in-memory hit", `${alone.toFixed(0)} ns`, aim(alone, 5000, "ns"));
  row(
    "more with return (dispatch(label))",
    `${(dispatch - alone).toFixed(0)} ns`,
    aim(dispatch - alone, 1000, "ns"),
  );
  row("more with return (vcl(label))", `${(vcl - alone).toFixed(0)} ns`);
  for (const instance of Object.values(instances)) await instance.shutdown();
}

/** A main VCL that hands every request to the policy; dispatch keeps the backend hint, so that it needs a backend that answers. */
function behind(action: "dispatch" | "vcl"): string {
  return `vcl 4.1; backend default { .host = "127.0.0.1"; } sub vcl_recv { return (${action}(policy)); }`;
}

async function instanceWith(main: string): Promise<Instance> {
  const instance = memoryInstance();
  await instance.load("hit", compileAndLink("hit", hitPolicy()));
  await instance.label("policy", "hit");
  await instance.load("main", compileAndLink("main", main));
  await instance.use("main");
  return instance;
}
