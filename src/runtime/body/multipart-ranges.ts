import { contentRange, type ByteRange } from "../http/range.js";
import { inTurn } from "./after.js";
import { FilterFailure, type BodyLink, type DeliveryContext } from "./filter-kind.js";

/** Bytes of ASCII text. */
function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** Characters of a boundary after its fixed beginning: enough that no body holds it by chance. */
const boundaryDigits = 24;

function makeBoundary(random: () => number): string {
  let boundary = "";
  for (let i = 0; i < boundaryDigits; i++) boundary += Math.floor(random() * 36).toString(36);
  return `range-${boundary}`;
}

/** A stretch of the body, and the text in front of it. */
interface Part extends ByteRange {
  readonly head: Uint8Array;
}

/** Several ranges of a body in one response: multipart/byteranges (RFC 9110 section 14.6). Not known to Varnish. */
export class MultipartRanges implements BodyLink {
  private readonly parts: readonly Part[];
  private readonly close: Uint8Array;
  private readonly next: BodyLink;
  private position = 0;
  private current = 0;

  private constructor(parts: readonly Part[], close: Uint8Array, next: BodyLink) {
    this.parts = parts;
    this.close = close;
    this.next = next;
  }

  /** The ranges are in order and do not touch; the length of the body is known. */
  static open(context: DeliveryContext, ranges: readonly ByteRange[], next: BodyLink): MultipartRanges {
    const { http, length } = context;
    const boundary = makeBoundary(() => context.random());
    const type = http.get("content-type");
    const typeLine = type === undefined ? "" : `Content-Type: ${type}\r\n`;
    const parts = ranges.map((range) => ({
      ...range,
      head: ascii(`\r\n--${boundary}\r\n${typeLine}Content-Range: ${contentRange(range, length)}\r\n\r\n`),
    }));
    const close = ascii(`\r\n--${boundary}--\r\n`);
    http.set("Content-Type", `multipart/byteranges; boundary=${boundary}`);
    context.status = 206;
    context.length = parts.reduce(
      (sum, { head, first, last }) => sum + head.length + last - first + 1,
      close.length,
    );
    return new MultipartRanges(parts, close, next);
  }

  get satisfied(): boolean {
    return this.current === this.parts.length;
  }

  write(chunk: Uint8Array): void | Promise<void> {
    const begin = this.position;
    const end = begin + chunk.length;
    this.position = end;
    const pieces: Uint8Array[] = [];
    for (; this.current < this.parts.length; this.current++) {
      const { first, last, head } = this.parts[this.current] as Part;
      if (first >= end) break;
      if (first >= begin) pieces.push(head);
      pieces.push(chunk.subarray(Math.max(first, begin) - begin, Math.min(last + 1, end) - begin));
      if (last >= end) break;
    }
    return inTurn(pieces, (piece) => this.next.write(piece));
  }

  flush(): void | Promise<void> {
    return this.next.flush?.();
  }

  end(): void | Promise<void> {
    if (!this.satisfied) throw new FilterFailure("the body ended inside a range", "RANGE_SHORT");
    return inTurn([() => this.next.write(this.close), () => this.next.end()], (step) => step());
  }
}
