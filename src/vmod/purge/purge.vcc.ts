// Generated from purge.vcc by `npm run vmod:types`. Change the .vcc, not this file.
import type { ClientTask } from "../../runtime/index.js";

/** Purging */
export interface PurgeVmod {
  /** Takes every object with the request's hash out of the cache, all variants; answers how many. */
  readonly hard: (task: ClientTask) => number;

  /**
   * Shortens the times of every object with the request's hash: ttl is how long it is still fresh from now on, grace and keep count behind
   * that as ever. A time that is shorter already stays, and so do grace and keep when negative. With 0 for all three the objects are taken out, as
   * by hard. Answers how many objects there are.
   */
  readonly soft: (task: ClientTask, ttl: number, grace: number, keep: number) => number;
}

type Implements<Interface, Implementation extends Interface> = Implementation;
/** The implementation; it does not compile while a signature differs from purge.vcc. */
export type CheckedPurgeVmod = Implements<PurgeVmod, typeof import("./index.js")>;
