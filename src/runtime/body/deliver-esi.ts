import { weakenEtag } from "../http/encoding-headers.js";
import { after, inTurn } from "./after.js";
import { EsiAhead } from "./esi/esi-ahead.js";
import type { EsiDelivery, EsiParent, IncludeOutcome } from "./esi/esi-delivery.js";
import type { EsiSegment, IncludeSegment, VerbatimSegment } from "./esi/esi-program.js";
import { FilterFailure, type BodyLink, type DeliveryContext, type FilterKind } from "./filter-kind.js";
import { GzipMember } from "./gzip-member.js";

/** `esi`: delivers the pieces of the body between the ESI tags, and the includes. Steps aside where the object has no ESI program. */
export const esiDelivery: FilterKind<DeliveryContext> = {
  name: "esi",
  open(context, next) {
    const { esi } = context;
    if (!esi) return "not needed";
    weakenEtag(context.http);
    context.length = undefined;
    return new EsiFilter(esi, next);
  },
};

class EsiFilter implements BodyLink {
  private readonly esi: EsiDelivery;
  private readonly next: BodyLink;
  private readonly parent: EsiParent;
  private readonly segments: readonly EsiSegment[];
  private index = 0;
  /** Bytes of the segment at `index` that have passed. */
  private passed = 0;
  private begun = false;
  private readonly early: EsiAhead | undefined;
  /** An include without `onerror="continue"` has been seen: from there on bad ones end the response (as in Varnish, all of them). */
  private aborts = false;

  constructor(esi: EsiDelivery, next: BodyLink) {
    this.esi = esi;
    this.next = next;
    this.segments = esi.program.segments;
    this.parent = { sink: next, member: esi.member ?? (esi.program.isGzip ? new GzipMember() : undefined) };
    if (esi.ahead > 1) this.early = new EsiAhead(esi, this.parent, this.segments);
  }

  get satisfied(): boolean {
    return this.next.satisfied === true;
  }

  /** Whether the output is a gzip member of its own. */
  private get ownMember(): GzipMember | undefined {
    return this.esi.member ? undefined : this.parent.member;
  }

  write(chunk: Uint8Array): void | Promise<void> {
    return after(this.begin(), () => this.walk(chunk));
  }

  private begin(): void | Promise<void> {
    if (this.begun) return;
    this.begun = true;
    if (this.ownMember) return this.next.write(this.ownMember.header);
  }

  /** Passes what a chunk holds of the segments, and the includes that come up on the way. What is behind the last segment is of no use. */
  private walk(chunk: Uint8Array): void | Promise<void> {
    let rest = chunk;
    for (let segment = this.segments[this.index]; segment; segment = this.segments[this.index]) {
      if (segment.kind === "include") {
        const including = this.include(segment, this.index++);
        if (including) return including.then(() => this.walk(rest));
        continue;
      }
      if (rest.length === 0) return;
      const piece = rest.subarray(0, segment.length - this.passed);
      rest = rest.subarray(piece.length);
      this.advance(segment.length, piece.length);
      if (segment.kind === "skip") continue;
      if (this.passed === 0) this.account(segment);
      const waiting = this.next.write(piece);
      if (waiting) return waiting.then(() => this.walk(rest));
    }
  }

  private advance(length: number, by: number): void {
    this.passed += by;
    if (this.passed < length) return;
    this.passed = 0;
    this.index++;
  }

  /** A whole piece of gzip data goes out. */
  private account({ crc = 0, plainLength = 0 }: VerbatimSegment): void {
    this.parent.member?.add(crc, plainLength);
  }

  /** One that nobody will see is not fetched. */
  private include(include: IncludeSegment, place: number): void | Promise<void> {
    if (this.satisfied) return;
    if (!include.continues) this.aborts = true;
    const outcome = this.early ? this.early.deliver(place) : this.esi.include(include, this.parent);
    if (typeof outcome === "string") return this.check(include, outcome);
    return outcome.then((settled) => this.check(include, settled));
  }

  private check({ url }: IncludeSegment, outcome: IncludeOutcome): void {
    if (outcome === "bad" && this.esi.abortsOnError && this.aborts) {
      throw new FilterFailure(`ESI include ${url} failed`);
    }
  }

  flush(): void | Promise<void> {
    return this.next.flush?.();
  }

  abandon(): void {
    this.early?.end();
  }

  end(): void | Promise<void> {
    const steps = [
      () => this.begin(),
      () => this.walk(new Uint8Array(0)),
      () => this.early?.end(),
      () => (this.ownMember ? this.next.write(this.ownMember.trailer) : undefined),
      () => this.next.end(),
    ];
    return inTurn(steps, (step) => step());
  }
}
