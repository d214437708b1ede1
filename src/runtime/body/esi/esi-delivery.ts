import type { BodyLink } from "../filter-kind.js";
import type { GzipMember } from "../gzip-member.js";
import type { EsiProgram, IncludeSegment } from "./esi-program.js";

/** Where the body of an include goes: the parent's output behind its ESI filter. */
export interface EsiParent {
  readonly sink: BodyLink;
  /** The parent's output is gzip: what is put in has to be part of this member. */
  readonly member: GzipMember | undefined;
}

/** How an include ended: `bad` where its status is neither 200 nor 204, its body broke off, or includes are nested too deep. */
export type IncludeOutcome = "good" | "bad";

/** What the delivery filter `esi` asks of the request that it works for. */
export interface EsiDelivery {
  readonly program: EsiProgram;
  /** Set where this response is itself part of a gzip response: its pieces become part of that member, without a header of their own. */
  readonly member: GzipMember | undefined;
  /** The feature esi_include_onerror: a bad include without `onerror="continue"` ends the response. */
  readonly abortsOnError: boolean;
  /**
   * Delivers an include into the parent; before it waits for anything, it flushes the parent's output. With a `turn` it does not: nothing is written
   * before that resolves. Throws, or rejects, only where that output fails.
   */
  include(
    include: IncludeSegment,
    parent: EsiParent,
    turn?: Promise<void>,
  ): IncludeOutcome | Promise<IncludeOutcome>;
  /** The parameter esi_parallel: how many includes are asked for at once. Below 2: each when it is its turn, as in Varnish. */
  readonly ahead: number;
}

/** Whether an include with that status counts as good; thousands that VCL may have added do not matter. */
export function isGoodInclude(status: number): boolean {
  const code = status % 1000;
  return code === 200 || code === 204;
}
