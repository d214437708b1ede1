import type { Compression } from "../compression.js";
import type { BlockPositions } from "../deflate-scanner.js";
import type { BodyLink } from "../filter-kind.js";
import type { GzipMember } from "../gzip-member.js";
import type { EsiParent } from "./esi-delivery.js";
import { MemberIntoMember } from "./member-into-member.js";
import { TextIntoMember } from "./text-into-member.js";

/** What is known of an include's body when its delivery begins. */
export interface IncludeBody {
  /** The stored body is gzip, and where its blocks are, if somebody has found out. */
  readonly isGzip: boolean;
  readonly positions: BlockPositions | undefined;
  /** The object has an ESI program. */
  readonly hasEsi: boolean;
  /** The delivery filters of the include. */
  readonly filters: readonly string[];
}

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
 * Chooses how an include is put in: as it comes into plain text; into a gzip member packed data as it is, pieces of an ESI object one by one, and everything
 * else as stored blocks. `found` is told the positions of blocks that had to be looked for, to be kept with the object.
 */
export function includeOutput(
  parent: EsiParent,
  body: IncludeBody,
  compression: Compression,
  found: (positions: BlockPositions) => void,
): IncludeOutput {
  const { sink, member } = parent;
  const asItIs = { tail: new Straight(sink), leavesOutBroken: false };
  if (!member) return { ...asItIs, member: undefined };
  const runsEsi = body.hasEsi && body.filters.includes("esi");
  const staysGzip = body.isGzip && body.filters.every((name) => name === "esi");
  if (!staysGzip) {
    return { tail: new TextIntoMember(sink, member, compression), member: undefined, leavesOutBroken: false };
  }
  if (runsEsi) return { ...asItIs, member };
  const tail = new MemberIntoMember(sink, member, compression, body.positions, found);
  return { tail, member: undefined, leavesOutBroken: true };
}

/** Passes on; the parent goes on after the end. */
class Straight implements BodyLink {
  private readonly sink: BodyLink;

  constructor(sink: BodyLink) {
    this.sink = sink;
  }
  get satisfied(): boolean {
    return this.sink.satisfied === true;
  }
  write(chunk: Uint8Array): void | Promise<void> {
    return this.sink.write(chunk);
  }
  flush(): void | Promise<void> {
    return this.sink.flush?.();
  }
  end(): void | Promise<void> {
    return this.sink.flush?.();
  }
}
