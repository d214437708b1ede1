import type { Director, HousekeepingTask } from "../../runtime/index.js";

/** The directors VMOD; directors.vcc says what each object does. */
export { Fallback } from "./fallback.js";
export { Hash } from "./hash.js";
export { Random } from "./random.js";
export { RoundRobin } from "./round-robin.js";
export { Shard } from "./shard.js";
export { ShardParam } from "./shard-param.js";

export function lookup(task: HousekeepingTask, name: string | undefined): Director | undefined {
  return name === undefined ? undefined : task.director(name);
}
