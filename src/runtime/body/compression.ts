import type { BodyFilter, BodySink } from "./body.js";

/** How a piece of text is packed. */
export interface DeflateOptions {
  /** 0 (stored) … 9 (smallest), the parameter gzip_level. */
  readonly level: number;
  /** 1 … 9, the parameter gzip_memlevel. */
  readonly memLevel: number;
  /** Text right before this piece, which it may refer back to: at most the last 32 kB are of use. */
  readonly dictionary?: Uint8Array | undefined;
  /** The deflate data ends with this piece; otherwise the piece ends on a byte boundary (sync flush) and others may follow. */
  readonly last: boolean;
}

/** Encodings that gzip bodies can be recoded into for clients who prefer them. */
export type RecodedEncoding = "br" | "zstd";

/**
 * What the runtime asks of a host about packed data: raw deflate (RFC 1951) only. Headers, trailers and checks of gzip are the runtime's. Work
 * that would keep the event loop from its other work for long is done elsewhere, and a promise tells its end.
 */
export interface Compression {
  /** CRC-32 of gzip over bytes, going on from the CRC of those before. */
  crc32(bytes: Uint8Array, before?: number): number;
  /** Packs a piece. Nothing is kept between pieces: one that goes on gets the text before it as dictionary. */
  deflate(bytes: Uint8Array, options: DeflateOptions): Uint8Array | Promise<Uint8Array>;
  /** Unpacks raw deflate data into a sink, in pieces of bounded size. */
  inflater(sink: BodySink): Inflater;
  /** What {@link encoder} can do. */
  readonly encodings: readonly RecodedEncoding[];
  /** A filter that recodes what is written into it; undefined where the host does not have that encoding. */
  encoder(encoding: RecodedEncoding, next: BodyFilter): BodyFilter | undefined;
  /** Lets others have the event loop; resolves when it is one's turn again. */
  pause(): Promise<void>;
}

/**
 * Unpacks one stretch of raw deflate data. Each call answers with the bytes behind its end, an empty array when there are none, or undefined
 * while the end has not been seen. Rejects (or throws) with a {@link DataFailure} where the data is bad, with the sink's own error where that refuses.
 */
export interface Inflater {
  /** May hold data back, to work on more at once. */
  write(chunk: Uint8Array): Inflated;
  /** Unpacks what is held back: no more comes for a while. */
  flush(): Inflated;
  /** Unpacks what is held back: no more comes at all. */
  finish(): Inflated;
  /** Frees what the host holds, at any time. */
  close(): void;
}

export type Inflated = Uint8Array | undefined | Promise<Uint8Array | undefined>;

/** Packed data is not what it should be; the message is zlib's. */
export class DataFailure extends Error {
  override readonly name = "DataFailure";
}
