// Generated from xkey.vcc by `npm run vmod:types`. Change the .vcc, not this file.
import type { HousekeepingTask, Priv, Task, VclEvent } from "../../runtime/index.js";

/** Purging by surrogate keys */
export interface XkeyVmod {
  /**
   * Takes out every object that carries one of the keys in its `xkey` response header; keys are separated by blanks or commas, also over
   * several such headers; quotes are part of a key. Answers how many objects that were; one that carries two of them, or one of them twice, counts twice. Objects that were stored before a VCL with this module was loaded are not known.
   */
  readonly purge: (task: Task, keys: string | undefined) => number;

  /** Like purge, but only ends the time for which objects are fresh; grace and keep go on. Each object counts once. */
  readonly softpurge: (task: Task, keys: string | undefined) => number;

  /** Told of the life of every VCL that imports this VMOD. */
  readonly event: (task: HousekeepingTask, priv: Priv, event: VclEvent) => void | Promise<void>;
}

type Implements<Interface, Implementation extends Interface> = Implementation;
/** The implementation; it does not compile while a signature differs from xkey.vcc. */
export type CheckedXkeyVmod = Implements<XkeyVmod, typeof import("./index.js")>;
