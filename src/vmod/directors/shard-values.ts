import { VclFailure } from "../../runtime/values/failure.js";
import type { BackendTask, Blob, ClientTask, Task } from "../../runtime/index.js";
import { hash32 } from "./hash32.js";

export type ShardBy = "HASH" | "URL" | "KEY" | "BLOB";
export type ShardHealthy = "CHOSEN" | "IGNORE" | "ALL";

/** What VCL code wrote. An absent member was not given. */
export interface ShardArguments {
  readonly by?: ShardBy | undefined;
  readonly key?: number | undefined;
  readonly key_blob?: Blob | undefined;
  readonly alt?: number | undefined;
  readonly warmup?: number | undefined;
  readonly rampup?: boolean | undefined;
  readonly healthy?: ShardHealthy | undefined;
}

/** Checked parameters of one level; what is absent comes from the next level. A key goes with its `by`. */
export interface ShardValues {
  readonly by?: ShardBy;
  readonly key?: number;
  readonly alt?: number;
  readonly warmup?: number;
  readonly rampup?: boolean;
  readonly healthy?: ShardHealthy;
}

export interface ResolvedShardValues {
  readonly by: ShardBy;
  readonly key: number | undefined;
  readonly alt: number;
  /** -1 is the director's own. */
  readonly warmup: number;
  readonly rampup: boolean;
  readonly healthy: ShardHealthy;
}

const builtinValues = {
  by: "HASH",
  key: undefined,
  alt: 0,
  warmup: -1,
  rampup: true,
  healthy: "CHOSEN",
} as const;

/** The first level that has a value gives it. */
export function resolveValues(levels: readonly (ShardValues | undefined)[]): ResolvedShardValues {
  const first = <Name extends keyof ShardValues>(name: Name): ShardValues[Name] | undefined =>
    levels.find((level) => level?.[name] !== undefined)?.[name];
  const keyed = levels.find((level) => level?.by !== undefined);
  return {
    by: keyed?.by ?? builtinValues.by,
    key: keyed?.key,
    alt: first("alt") ?? builtinValues.alt,
    warmup: first("warmup") ?? builtinValues.warmup,
    rampup: first("rampup") ?? builtinValues.rampup,
    healthy: first("healthy") ?? builtinValues.healthy,
  };
}

/** How messages about a shard director, or about parameters of one, begin. */
export const shardText = (name: string): string => `vmod_directors: shard ${name}:`;

/** Checks arguments; `where` begins the messages. Fails the VCL on those that mean nothing together. */
export function checkArguments(task: Task, where: string, args: ShardArguments): ShardValues {
  const { by, alt, warmup, rampup, healthy } = args;
  const fail = (what: string): never => {
    throw new VclFailure(`${where} ${what}`);
  };
  if (alt !== undefined && alt < 0) fail(`invalid alt argument ${alt}`);
  if (warmup !== undefined && warmup !== -1 && !(warmup >= 0 && warmup <= 1))
    fail(`invalid warmup argument ${warmup}`);
  const key = checkKey(task, where, args, fail);
  return {
    ...(by !== undefined && { by }),
    ...(key !== undefined && { key }),
    ...(alt !== undefined && { alt }),
    ...(warmup !== undefined && { warmup }),
    ...(rampup !== undefined && { rampup }),
    ...(healthy !== undefined && { healthy }),
  };
}

function checkKey(
  task: Task,
  where: string,
  args: ShardArguments,
  fail: (what: string) => never,
): number | undefined {
  const by = args.by ?? "HASH";
  const { key } = args;
  if (by === "KEY") {
    if (key === undefined) return fail("missing key argument with by=KEY");
    return key >= 0 && key < 2 ** 32 ? key : fail(`invalid key argument ${key} with by=KEY`);
  }
  if (by === "BLOB") {
    if (!("key_blob" in args)) return fail("missing key_blob argument with by=BLOB");
    return blobKey(task, where, args.key_blob);
  }
  const isKeyed = key !== undefined || "key_blob" in args;
  return isKeyed ? fail(`key and key_blob arguments are invalid with by=${by}`) : undefined;
}

/** The first four bytes, big-endian; a shorter blob fills the low bytes. */
function blobKey(task: Task, where: string, blob: Blob | undefined): number {
  if (!blob || blob.bytes.length === 0) {
    task.log("Error", `${where} by=BLOB but no or empty key_blob - using key 0`);
    return 0;
  }
  return blob.bytes.subarray(0, 4).reduce((number, byte) => number * 256 + byte, 0);
}

/** The key that the parameters stand for in this task. */
export function keyOf(task: Task, { by, key }: ResolvedShardValues): number {
  if (by === "KEY" || by === "BLOB") return key ?? 0;
  if (task.kind === "housekeeping") throw new VclFailure(`shard: by=${by} needs a request`);
  const transaction = task as ClientTask | BackendTask;
  const isClient = transaction.kind === "client" && task.method !== "vcl_pipe";
  if (by === "HASH" && !isClient) {
    const digest = transaction.bereq.hash?.bytes;
    if (digest) return digest.subarray(0, 4).reduce((number, byte) => number * 256 + byte, 0);
  }
  return hash32(transaction.kind === "client" ? transaction.req.url : transaction.bereq.url);
}
