import { crc32Combine } from "./crc32-combine.js";
import { gzipHeader, gzipTrailer, joined } from "./gzip-format.js";

/** An empty stored block that ends the deflate data. */
const lastBlock = Uint8Array.of(1, 0, 0, 0xff, 0xff);
/** XFL of what ESI puts together. */
const extra = 2;

/** One gzip member that is put together from pieces of packed data, each of which ends on a byte boundary and refers to nothing before it. */
export class GzipMember {
  private crc = 0;
  private length = 0;

  /** What the member begins with. */
  readonly header = gzipHeader(extra);

  /** A piece has been written: CRC-32 and length of its text. */
  add(crc: number, length: number): void {
    this.crc = crc32Combine(this.crc, crc, length);
    this.length += length;
  }

  /** What the member ends with. */
  get trailer(): Uint8Array {
    return joined(lastBlock, gzipTrailer(this.crc, this.length));
  }
}
