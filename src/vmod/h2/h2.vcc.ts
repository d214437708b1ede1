// Generated from h2.vcc by `npm run vmod:types`. Change the .vcc, not this file.
import type { ClientTask } from "../../runtime/index.js";

export interface RapidResetArgs {
  readonly threshold?: number | undefined;
}

export interface RapidResetLimitArgs {
  readonly number?: number | undefined;
}

export interface RapidResetPeriodArgs {
  readonly duration?: number | undefined;
}

/** HTTP/2 sessions */
export interface H2Vmod {
  /** Whether the request came in over HTTP/2. */
  readonly is: (task: ClientTask) => boolean;

  /**
   * How soon after its start a reset of a stream counts as rapid: answers with the time in force before the call, -1 when the session is not
   * HTTP/2, and changes it where one is given. Every change fills the budget again.
   */
  readonly rapid_reset: (task: ClientTask, args: RapidResetArgs) => number;

  /** How many rapid resets a period allows; like rapid_reset. */
  readonly rapid_reset_limit: (task: ClientTask, args: RapidResetLimitArgs) => number;

  /** The period that the limit counts for; like rapid_reset. */
  readonly rapid_reset_period: (task: ClientTask, args: RapidResetPeriodArgs) => number;

  /** How many more rapid resets the session will stand. */
  readonly rapid_reset_budget: (task: ClientTask) => number;
}

type Implements<Interface, Implementation extends Interface> = Implementation;
/** The implementation; it does not compile while a signature differs from h2.vcc. */
export type CheckedH2Vmod = Implements<H2Vmod, typeof import("./index.js")>;
