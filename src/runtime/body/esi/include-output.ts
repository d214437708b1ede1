import type { Compression } from "../compression.js";
import type { BlockPositions } from "../deflate-scanner.js";
import type { BodyLink, StoredBodyFacts } from "../filter-kind.js";
import type { GzipMember } from "../gzip-member.js";
import { PassingLink } from "../passing-link.js";
import type { EsiParent } from "./esi-delivery.js";
import { MemberIntoMember } from "./member-into-member.js";
import { TextIntoMember } from "./text-into-member.js";

/** How the body of an include gets into its parent. */
export interface IncludeOutput {
  /** The end of the include's chain of filters. */
  readonly tail: BodyLink;
  /** For the context of the include's own ESI filter. */
  readonly member: GzipMember | undefined;
  /** Nothing of a body that breaks off gets into the parent, and the include counts as good all the same. */
  readonly leavesOutBroken: boolean;
}

/**
 * Chooses how an include, whose body goes through these delivery filters, is put in: as it comes into plain text; into a gzip member packed data as it
 * is, pieces of an ESI object one by one, and everything else as stored blocks. Positions of blocks that had to be looked for are noted in the facts.
 */
export function includeOutput(
  { sink, member }: EsiParent,
  facts: StoredBodyFacts,
  filters: readonly string[],
  compression: Compression,
): IncludeOutput {
  if (!member) return { tail: new Straight(sink), member: undefined, leavesOutBroken: false };
  // Whatever else a VMOD's filter does: what is delivered is gzip until something unpacks it.
  const staysGzip = facts.isGzip && !filters.includes("gunzip");
  if (!staysGzip) {
    return { tail: new TextIntoMember(sink, member, compression), member: undefined, leavesOutBroken: false };
  }
  const runsEsi = facts.esi !== undefined && filters.includes("esi");
  if (runsEsi) return { tail: new Straight(sink), member, leavesOutBroken: false };
  const found = (positions: BlockPositions): void => void (facts.positions = positions);
  const tail = new MemberIntoMember(sink, member, compression, facts.positions, found);
  return { tail, member: undefined, leavesOutBroken: true };
}

/** Passes on; the parent goes on after the end. */
class Straight extends PassingLink {
  override end(): void | Promise<void> {
    return this.next.flush?.();
  }
}
