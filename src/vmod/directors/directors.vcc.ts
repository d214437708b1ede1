// Generated from directors.vcc by `npm run vmod:types`. Change the .vcc, not this file.
import type { Blob, Director, HousekeepingTask, Task } from "../../runtime/index.js";

/** Takes its members in turn. */
export interface RoundRobin {
  /** Adds a member at the end. */
  readonly add_backend: (task: Task, arg1: Director | undefined) => void;

  /** Removes the first member that is this backend. */
  readonly remove_backend: (task: Task, arg1: Director | undefined) => void;

  /** The director itself: the choice is made when a backend is needed. */
  readonly backend: (task: Task) => Director | undefined;

  /** Runs when the VCL is discarded; served: whether it has been warm, and so may have answered requests. */
  readonly fini?: (served: boolean) => void;
}

export interface RoundRobinClass {
  /** `new vclName = …` in vcl_init. */
  readonly create: (task: HousekeepingTask, vclName: string) => RoundRobin;
}

/** Takes the first healthy member, in order of their adding. A sticky director stays with its choice until that becomes sick. */
export interface Fallback {
  /** Adds a member at the end. */
  readonly add_backend: (task: Task, arg1: Director | undefined) => void;

  /** Removes the first member that is this backend. */
  readonly remove_backend: (task: Task, arg1: Director | undefined) => void;

  /** The director itself: the choice is made when a backend is needed. */
  readonly backend: (task: Task) => Director | undefined;

  /** Runs when the VCL is discarded; served: whether it has been warm, and so may have answered requests. */
  readonly fini?: (served: boolean) => void;
}

export interface FallbackClass {
  /** `new vclName = …` in vcl_init. */
  readonly create: (task: HousekeepingTask, vclName: string, sticky: boolean) => Fallback;
}

/** Takes members at random, by weight. */
export interface Random {
  /** Adds a member with its weight. */
  readonly add_backend: (task: Task, arg1: Director | undefined, arg2: number) => void;

  /** Removes the first member that is this backend. */
  readonly remove_backend: (task: Task, arg1: Director | undefined) => void;

  /** The director itself: the choice is made when a backend is needed. */
  readonly backend: (task: Task) => Director | undefined;

  /** Runs when the VCL is discarded; served: whether it has been warm, and so may have answered requests. */
  readonly fini?: (served: boolean) => void;
}

export interface RandomClass {
  /** `new vclName = …` in vcl_init. */
  readonly create: (task: HousekeepingTask, vclName: string) => Random;
}

/** Takes the member that a text stands for. When the health of a member changes, texts move between the others too; see shard. */
export interface Hash {
  /** Adds a member with its weight. */
  readonly add_backend: (task: Task, arg1: Director | undefined, weight: number) => void;

  /** Removes the first member that is this backend. */
  readonly remove_backend: (task: Task, arg1: Director | undefined) => void;

  /** The member for that text. */
  readonly backend: (task: Task, arg1: string | undefined) => Director | undefined;

  /** Runs when the VCL is discarded; served: whether it has been warm, and so may have answered requests. */
  readonly fini?: (served: boolean) => void;
}

export interface HashClass {
  /** `new vclName = …` in vcl_init. */
  readonly create: (task: HousekeepingTask, vclName: string) => Hash;
}

export interface ShardAddBackendArgs {
  readonly backend: Director | undefined;
  readonly ident?: string | undefined;
  readonly rampup?: number | undefined;
  readonly weight?: number | undefined;
}

export interface ShardRemoveBackendArgs {
  readonly backend?: Director | undefined;
  readonly ident?: string | undefined;
}

export interface ShardBackendArgs {
  readonly by?: "HASH" | "URL" | "KEY" | "BLOB" | undefined;
  readonly key?: number | undefined;
  readonly key_blob?: Blob | undefined;
  readonly alt?: number | undefined;
  readonly warmup?: number | undefined;
  readonly rampup?: boolean | undefined;
  readonly healthy?: "CHOSEN" | "IGNORE" | "ALL" | undefined;
  readonly param?: Blob | undefined;
  readonly resolve?: "NOW" | "LAZY" | undefined;
}

/**
 * Consistent hashing: every member has many points on a ring of numbers, a key belongs to the next point. When a member comes or goes, only its
 * own keys move.
 */
export interface Shard {
  /** How often the alternative of a healthy member gets its requests, so that it is warm when needed: 0 to below 1. */
  readonly set_warmup: (task: Task, probability: number) => void;

  /** For how long a member that became healthy shares its requests with its alternative. */
  readonly set_rampup: (task: Task, duration: number) => void;

  /** Takes its parameters from a shard_param from now on (`.associate(p.use())`); without an argument, from none. */
  readonly associate: (task: Task, param: Blob | undefined) => void;

  /**
   * Adds a member with the next reconfigure. ident stands for the name in the ring; rampup overrules the director's; weight multiplies the
   * replicas.
   */
  readonly add_backend: (task: Task, args: ShardAddBackendArgs) => boolean;

  /** Removes the members that are this backend, or the one with this ident, with the next reconfigure. */
  readonly remove_backend: (task: Task, args: ShardRemoveBackendArgs) => boolean;

  /** Removes all members with the next reconfigure. */
  readonly clear: (task: Task) => boolean;

  /** Makes the changes and builds the ring anew, with so many points for each member. Happens by itself at the end of a task. */
  readonly reconfigure: (task: Task, replicas: number) => boolean;

  /** The key of a text: the last 32 bits of its SHA-256. */
  readonly key: (task: Task, arg1: string | undefined) => number;

  /**
   * The member for a key: the cache key (HASH, the default), the URL, a number or the first bytes of a blob. What is not given comes from the
   * associated shard_param, else from the director: alt=0, warmup=-1 (the director's), rampup=true, healthy=CHOSEN. alt asks for the n-th next one, as for a retry. With
   * resolve=LAZY the director itself, to choose when a backend is needed.
   */
  readonly backend: (task: Task, args: ShardBackendArgs) => Director | undefined;

  /** Switches Debug records on: 1 look-ups, 2 the ring, 4 ramp-up and warm-up. */
  readonly debug: (task: Task, arg1: number) => void;

  /** Runs when the VCL is discarded; served: whether it has been warm, and so may have answered requests. */
  readonly fini?: (served: boolean) => void;
}

export interface ShardClass {
  /** `new vclName = …` in vcl_init. */
  readonly create: (task: HousekeepingTask, vclName: string) => Shard;
}

export interface ShardParamSetArgs {
  readonly by?: "HASH" | "URL" | "KEY" | "BLOB" | undefined;
  readonly key?: number | undefined;
  readonly key_blob?: Blob | undefined;
  readonly alt?: number | undefined;
  readonly warmup?: number | undefined;
  readonly rampup?: boolean | undefined;
  readonly healthy?: "CHOSEN" | "IGNORE" | "ALL" | undefined;
}

/** A set of parameters for shard directors. What is set in vcl_init holds for the VCL, elsewhere for the task. */
export interface ShardParam {
  /** Forgets what was set. */
  readonly clear: (task: Task) => void;

  /** Replaces what was set before. */
  readonly set: (task: Task, args: ShardParamSetArgs) => void;

  readonly get_by: (task: Task) => string | undefined;

  readonly get_key: (task: Task) => number;

  readonly get_alt: (task: Task) => number;

  readonly get_warmup: (task: Task) => number;

  readonly get_rampup: (task: Task) => boolean;

  readonly get_healthy: (task: Task) => string | undefined;

  /** A handle on this set, for the parameters named param. */
  readonly use: (task: Task) => Blob | undefined;

  /** Runs when the VCL is discarded; served: whether it has been warm, and so may have answered requests. */
  readonly fini?: (served: boolean) => void;
}

export interface ShardParamClass {
  /** `new vclName = …` in vcl_init. */
  readonly create: (task: HousekeepingTask, vclName: string) => ShardParam;
}

/** Directors: round_robin, fallback, random, hash, shard */
export interface DirectorsVmod {
  /** The backend or director of this VCL with that name; none when there is none. */
  readonly lookup: (task: HousekeepingTask, arg1: string | undefined) => Director | undefined;

  readonly RoundRobin: RoundRobinClass;

  readonly Fallback: FallbackClass;

  readonly Random: RandomClass;

  readonly Hash: HashClass;

  readonly Shard: ShardClass;

  readonly ShardParam: ShardParamClass;
}

type Implements<Interface, Implementation extends Interface> = Implementation;
/** The implementation; it does not compile while a signature differs from directors.vcc. */
export type CheckedDirectorsVmod = Implements<DirectorsVmod, typeof import("./index.js")>;
