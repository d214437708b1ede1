import { after } from "./after.js";
import type { BodySink } from "./body.js";
import { DataFailure, type Compression, type Inflated, type Inflater } from "./compression.js";
import { gzipTrailerLength, headerLength, joined, readTrailer } from "./gzip-format.js";

/** Something stands behind the one member that gzip data may have. */
export class JunkFailure extends Error {
  override readonly name = "JunkFailure";
}

/** Longest header that is read: an extra field of any size, and names of a reasonable one. */
const longestHeader = 128 * 1024;

const nothing = new Uint8Array(0);

/**
 * Unpacks one gzip member as its bytes come, and checks it: header, CRC and length (RFC 1952). What is wrong rejects as DataFailure, anything
 * behind the member as JunkFailure.
 */
export class GzipReader {
  /** Bytes of packed data and of text so far. */
  bytesIn = 0;
  bytesOut = 0;
  /** Bytes of the gzip header, once it is all there. */
  headerBytes = 0;
  private readonly compression: Compression;
  private readonly inflater: Inflater;
  private state: "header" | "data" | "trailer" | "done" = "header";
  private kept: Uint8Array = nothing;
  private crc = 0;

  constructor(compression: Compression, sink: BodySink) {
    this.compression = compression;
    this.inflater = compression.inflater({
      write: (text) => {
        this.crc = compression.crc32(text, this.crc);
        this.bytesOut += text.length;
        return sink.write(text);
      },
    });
  }

  write(chunk: Uint8Array): void | Promise<void> {
    this.bytesIn += chunk.length;
    return this.take(chunk);
  }

  private take(chunk: Uint8Array): void | Promise<void> {
    if (chunk.length === 0) return;
    switch (this.state) {
      case "header":
        return this.takeHeader(chunk);
      case "data":
        return this.afterData(this.inflater.write(chunk));
      case "trailer":
        this.takeTrailer(chunk);
        return;
      case "done":
        throw new JunkFailure();
    }
  }

  private takeHeader(chunk: Uint8Array): void | Promise<void> {
    this.kept = joined(this.kept, chunk);
    const length = headerLength(this.kept, (bytes) => this.compression.crc32(bytes));
    if (length === undefined) {
      if (this.kept.length > longestHeader) throw new DataFailure("header too long");
      return;
    }
    const data = this.kept.subarray(length);
    this.kept = nothing;
    this.headerBytes = length;
    this.state = "data";
    return this.take(data);
  }

  /** `rest` is what stands behind the deflate data, where its end has been reached. */
  private afterData(inflated: Inflated): void | Promise<void> {
    return after(inflated, (rest) => {
      if (rest === undefined) return;
      this.state = "trailer";
      this.inflater.close();
      return this.take(rest);
    });
  }

  private takeTrailer(chunk: Uint8Array): void {
    const bytes = joined(this.kept, chunk);
    if (bytes.length < gzipTrailerLength) {
      this.kept = bytes;
      return;
    }
    const { crc, length } = readTrailer(bytes);
    if (crc !== this.crc) throw new DataFailure("incorrect data check");
    if (length !== this.bytesOut % 0x1_0000_0000) throw new DataFailure("incorrect length check");
    this.state = "done";
    if (bytes.length > gzipTrailerLength) throw new JunkFailure();
  }

  /** Unpacks what is held back for the sake of speed. */
  flush(): void | Promise<void> {
    if (this.state === "data") return this.afterData(this.inflater.flush());
  }

  /** No more comes. Whether the member is complete. */
  finish(): boolean | Promise<boolean> {
    const settled = this.state === "data" ? this.afterData(this.inflater.finish()) : undefined;
    return after(settled, () => this.state === "done");
  }

  close(): void {
    this.inflater.close();
  }
}
