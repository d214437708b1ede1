import type { EsiEvent } from "./esi/esi-event.js";
import { EsiParser } from "./esi/esi-parser.js";
import { isPartial, logEsiProblem, partialProblem } from "./esi/esi-problem-log.js";
import type { EsiSegment } from "./esi/esi-program.js";
import { FilterFailure, type BodyLink, type FetchContext, type FilterKind } from "./filter-kind.js";

/** `esi`: reads the body for ESI markup; its bytes are stored as they are. */
export const esiFetch: FilterKind<FetchContext> = {
  name: "esi",
  open(context, next) {
    if (isPartial(context)) throw new FilterFailure(partialProblem);
    return new EsiFilter(context, next);
  },
};

class EsiFilter implements BodyLink {
  private readonly context: FetchContext;
  private readonly next: BodyLink;
  private readonly parser: EsiParser;
  private readonly segments: EsiSegment[] = [];
  private piece: { kind: "keep" | "drop"; length: number } = { kind: "drop", length: 0 };
  /** Bytes of the body before the piece. */
  private settled = 0;

  constructor(context: FetchContext, next: BodyLink) {
    this.context = context;
    this.next = next;
    this.parser = new EsiParser(context.url, context.esiFeatures);
  }

  write(chunk: Uint8Array): void | Promise<void> {
    this.take(this.parser.parse(chunk));
    return this.next.write(chunk);
  }

  flush(): void | Promise<void> {
    return this.next.flush?.();
  }

  end(): void | Promise<void> {
    this.take(this.parser.finish());
    this.closePiece();
    if (this.parser.found) this.context.facts.esi = { isGzip: false, segments: this.segments };
    return this.next.end();
  }

  private take(events: readonly EsiEvent[]): void {
    for (const event of events) {
      if (event.kind === "include") this.segments.push(event);
      else if (event.kind === "problem") logEsiProblem(this.context, event.problem, this.settled);
      else {
        if (event.kind !== this.piece.kind) this.closePiece();
        this.piece.kind = event.kind;
        this.piece.length += event.bytes.length;
      }
    }
  }

  private closePiece(): void {
    const { kind, length } = this.piece;
    if (length > 0) this.segments.push({ kind: kind === "keep" ? "verbatim" : "skip", length });
    this.settled += length;
    this.piece.length = 0;
  }
}
