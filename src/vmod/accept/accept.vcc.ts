// Generated from accept.vcc by `npm run vmod:types`. Change the .vcc, not this file.
import type { HousekeepingTask, Task } from "../../runtime/index.js";

/** A rule that answers with this string when nothing fits. */
export interface Rule {
  /** Adds a choice. Case does not matter; an empty one, or one that is there already, changes nothing. */
  readonly add: (task: Task, string: string | undefined) => void;

  /** Removes a choice. */
  readonly remove: (task: Task, string: string | undefined) => void;

  /**
   * The choice with the highest weight in a header, the first one of equals, spelled as it was added. The weight is a `q` that comes first among the
   * parameters, else 1; nothing with a weight of 0 is chosen. The fallback when nothing fits, when the header is unset, and when it does not parse.
   */
  readonly filter: (task: Task, string: string | undefined) => string | undefined;

  /** Runs when the VCL is discarded; served: whether it has been warm, and so may have answered requests. */
  readonly fini?: (served: boolean) => void;
}

export interface RuleClass {
  /** `new vclName = …` in vcl_init. */
  readonly create: (task: HousekeepingTask, vclName: string, string: string | undefined) => Rule;
}

/** Accept headers */
export interface AcceptVmod {
  readonly Rule: RuleClass;
}

type Implements<Interface, Implementation extends Interface> = Implementation;
/** The implementation; it does not compile while a signature differs from accept.vcc. */
export type CheckedAcceptVmod = Implements<AcceptVmod, typeof import("./index.js")>;
