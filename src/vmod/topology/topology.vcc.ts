// Generated from topology.vcc by `npm run vmod:types`. Change the .vcc, not this file.
import type { HousekeepingTask, Task } from "../../runtime/index.js";

export interface WatcherArgs {
  readonly path: string | undefined;
  readonly node?: string | undefined;
}

export interface Watcher {
  /** The name of this node. */
  readonly node: (task: Task) => string | undefined;

  /** What was wrong with the file when it was last read; unset when nothing was. */
  readonly last_error: (task: Task) => string | undefined;

  /** Runs when the VCL is discarded; served: whether it has been warm, and so may have answered requests. */
  readonly fini?: (served: boolean) => void;
}

export interface WatcherClass {
  /** `new vclName = …` in vcl_init. */
  readonly create: (task: HousekeepingTask, vclName: string, args: WatcherArgs) => Watcher | Promise<Watcher>;
}

/** Edge, shield, origin: whom to ask, from a file */
export interface TopologyVmod {
  readonly Watcher: WatcherClass;
}

type Implements<Interface, Implementation extends Interface> = Implementation;
/** The implementation; it does not compile while a signature differs from topology.vcc. */
export type CheckedTopologyVmod = Implements<TopologyVmod, typeof import("./index.js")>;
