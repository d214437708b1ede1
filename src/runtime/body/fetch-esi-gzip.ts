import { nowEncoded } from "../http/encoding-headers.js";
import { after, inTurn } from "./after.js";
import type { EsiEvent } from "./esi/esi-event.js";
import { EsiParser } from "./esi/esi-parser.js";
import { isPartial, logEsiProblem, partialProblem } from "./esi/esi-problem-log.js";
import type { EsiSegment } from "./esi/esi-program.js";
import { FilterFailure, type BodyLink, type FetchContext, type FilterKind } from "./filter-kind.js";
import { gzipHeader, gzipTrailer } from "./gzip-format.js";
import { GzipPacker } from "./gzip-packer.js";
import { GzipPositions } from "./gzip-positions.js";
import { gzipRecord } from "./gzip-record.js";

/** Small pieces that are packed before others get their turn: about a millisecond of work. */
const piecesAtOnce = 32;

/**
 * `esi_gzip`: reads plain text for ESI markup and packs it piece by piece, so that the pieces between the tags can later be put together with other
 * gzip data. What is stored is also one whole gzip member, markup included.
 */
export const esiGzipFetch: FilterKind<FetchContext> = {
  name: "esi_gzip",
  open(context, next) {
    if (isPartial(context)) throw new FilterFailure(partialProblem);
    nowEncoded(context.http, "gzip");
    context.facts.isGzip = true;
    context.facts.encodingChanged = true;
    context.count("n_gzip");
    return new EsiGzipFilter(context, next);
  },
};

class EsiGzipFilter implements BodyLink {
  private readonly context: FetchContext;
  private readonly next: BodyLink;
  private readonly parser: EsiParser;
  private readonly packer: GzipPacker;
  private readonly positions: GzipPositions | undefined;
  /** The first piece is the header that is stored: whoever delivers the pieces has one of his own. */
  private readonly segments: EsiSegment[] = [{ kind: "skip", length: gzipHeader().length }];
  private piece: { kind: "keep" | "drop"; crc: number; plainLength: number } = {
    kind: "keep",
    crc: 0,
    plainLength: 0,
  };
  /** Bytes of packed data before the piece. */
  private settled = gzipHeader().length;
  private bytesOut = 0;
  private pieces = 0;

  constructor(context: FetchContext, next: BodyLink) {
    this.context = context;
    this.next = next;
    this.parser = new EsiParser(context.url, context.esiFeatures);
    this.positions = context.logsPositions ? new GzipPositions() : undefined;
    this.packer = new GzipPacker(context.compression, context.gzip, { write: (packed) => this.put(packed) });
  }

  private put(packed: Uint8Array): void | Promise<void> {
    if (this.bytesOut > 0) return this.pass(packed);
    return after(this.pass(gzipHeader()), () => this.pass(packed));
  }

  private pass(bytes: Uint8Array): void | Promise<void> {
    this.bytesOut += bytes.length;
    this.positions?.write(bytes);
    return this.next.write(bytes);
  }

  write(chunk: Uint8Array): void | Promise<void> {
    return inTurn(this.parser.parse(chunk), (event) => this.take(event));
  }

  flush(): void | Promise<void> {
    return after(this.packer.flush(), () => this.next.flush?.());
  }

  private take(event: EsiEvent): void | Promise<void> {
    if (event.kind === "include") this.segments.push(event);
    else if (event.kind === "problem") logEsiProblem(this.context, event.problem, this.settled);
    else {
      const { kind, bytes } = event;
      const closed = kind === this.piece.kind ? undefined : this.closePiece();
      return after(closed, () => {
        this.piece.kind = kind;
        return this.add(bytes);
      });
    }
  }

  private add(text: Uint8Array): void | Promise<void> {
    if (text.length === 0) return;
    this.piece.crc = this.context.compression.crc32(text, this.piece.crc);
    this.piece.plainLength += text.length;
    return this.packer.write(text);
  }

  /** The piece ends on a byte boundary, and the next one does not refer back to it. */
  private closePiece(): void | Promise<void> {
    return after(this.packer.cut(), () => {
      const { kind, crc, plainLength } = this.piece;
      const length = this.settledNow() - this.settled;
      if (length > 0) {
        this.segments.push(
          kind === "drop" ? { kind: "skip", length } : { kind: "verbatim", length, crc, plainLength },
        );
      }
      this.settled += length;
      this.piece = { kind, crc: 0, plainLength: 0 };
      if (++this.pieces % piecesAtOnce === 0) return this.context.compression.pause();
    });
  }

  /** Bytes of packed data so far, the header counted even while it has not been written. */
  private settledNow(): number {
    return Math.max(this.bytesOut, gzipHeader().length);
  }

  end(): void | Promise<void> {
    const steps = [
      () => inTurn(this.parser.finish(), (event) => this.take(event)),
      () => this.closePiece(),
      () => this.packer.finish(),
      () => this.pass(gzipTrailer(this.packer.crc, this.packer.bytesIn)),
      () => this.conclude(),
      () => this.next.end(),
    ];
    return inTurn(steps, (step) => step());
  }

  private conclude(): void {
    const { facts } = this.context;
    if (this.parser.found) facts.esi = { isGzip: true, segments: this.segments };
    facts.plainLength = this.packer.bytesIn;
    facts.positions = this.positions?.found;
    const stream = { bytesIn: this.packer.bytesIn, bytesOut: this.bytesOut };
    this.context.log("Gzip", gzipRecord("G F E", stream, facts.positions));
  }
}
