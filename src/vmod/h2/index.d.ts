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

export declare const is: H2Vmod["is"];
export declare const rapid_reset: H2Vmod["rapid_reset"];
export declare const rapid_reset_limit: H2Vmod["rapid_reset_limit"];
export declare const rapid_reset_period: H2Vmod["rapid_reset_period"];
export declare const rapid_reset_budget: H2Vmod["rapid_reset_budget"];
