// Generated from xkey.vcc by `npm run vmod:types`. Change the .vcc, not this file.
import type { HousekeepingTask, Priv, Task, VclEvent } from "../../runtime/index.js";

/** Purging by surrogate keys */
export interface XkeyVmod {
  /**
   * Takes out every object that carries one of the keys in its `xkey` response header; keys are separated by blanks or commas. Answers how many
   * objects that were. Only the interface is here: VCL that uses this module compiles and can be checked, but does not run unless `--vmod-path` names an implementation.
   */
  readonly purge: (task: Task, keys: string | undefined) => number;

  /** Like purge, but only ends the time for which objects are fresh; grace and keep go on. */
  readonly softpurge: (task: Task, keys: string | undefined) => number;

  /** Told of the life of every VCL that imports this VMOD. */
  readonly event: (task: HousekeepingTask, priv: Priv, event: VclEvent) => void | Promise<void>;
}

export declare const purge: XkeyVmod["purge"];
export declare const softpurge: XkeyVmod["softpurge"];
export declare const event: XkeyVmod["event"];
