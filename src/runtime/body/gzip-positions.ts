import { DataFailure } from "./compression.js";
import { DeflateScanner, type BlockPositions } from "./deflate-scanner.js";
import { headerLength, joined } from "./gzip-format.js";

/** Finds the blocks of a gzip member as its bytes pass. What is not gzip has no positions; others say what is wrong with it. */
export class GzipPositions {
  private header: Uint8Array = new Uint8Array(0);
  private scanner: DeflateScanner | undefined;
  private hopeless = false;

  get found(): BlockPositions | undefined {
    return this.scanner?.positions;
  }

  write(chunk: Uint8Array): void {
    if (this.hopeless) return;
    try {
      this.take(chunk);
    } catch (problem) {
      if (!(problem instanceof DataFailure)) throw problem;
      this.hopeless = true;
    }
  }

  private take(chunk: Uint8Array): void {
    if (this.scanner) {
      this.scanner.write(chunk);
      return;
    }
    this.header = joined(this.header, chunk);
    const length = headerLength(this.header);
    if (length === undefined) return;
    this.scanner = new DeflateScanner(length);
    this.scanner.write(this.header.subarray(length));
    this.header = new Uint8Array(0);
  }
}
