import { after } from "./after.js";
import type { BodySink } from "./body.js";
import type { Compression } from "./compression.js";
import { joinedAll } from "./gzip-format.js";

/** How gzip packs: the parameters of its name. */
export interface GzipOptions {
  /** 0 (stored) … 9 (smallest). */
  readonly level: number;
  /** 1 … 9. */
  readonly memLevel: number;
  /** Bytes of packed data that are made at a time. */
  readonly buffer: number;
}

/** How much text fills the buffer, as text packs. By default most responses are one piece, which packs better and faster than two. */
const textPerBuffer = 4;
/** How far back deflate data may refer. */
const windowLength = 32 * 1024;

/**
 * Packs text as raw deflate data, in pieces, each of which ends on a byte boundary. A piece gets the text before it as its dictionary, so that
 * little is lost, and no state is kept at the host.
 */
export class GzipPacker {
  /** Bytes of text taken, and of packed data written. */
  bytesIn = 0;
  bytesOut = 0;
  /** CRC-32 of all text. */
  crc = 0;
  private readonly compression: Compression;
  private readonly options: GzipOptions;
  private readonly sink: BodySink;
  private gathered: Uint8Array[] = [];
  private waiting = 0;
  private dictionary: Uint8Array | undefined;

  constructor(compression: Compression, options: GzipOptions, sink: BodySink) {
    this.compression = compression;
    this.options = options;
    this.sink = sink;
  }

  /** Takes text. */
  write(text: Uint8Array): void | Promise<void> {
    this.bytesIn += text.length;
    this.crc = this.compression.crc32(text, this.crc);
    return this.gather(text);
  }

  private gather(text: Uint8Array): void | Promise<void> {
    const room = this.options.buffer * textPerBuffer - this.waiting;
    if (text.length < room) {
      this.gathered.push(text);
      this.waiting += text.length;
      return;
    }
    this.gathered.push(text.subarray(0, room));
    const packed = this.pack(false);
    const rest = text.subarray(room);
    return packed ? packed.then(() => this.gather(rest)) : this.gather(rest);
  }

  /** Packs what has been gathered, so that what is written ends on a byte boundary. */
  flush(): void | Promise<void> {
    if (this.waiting > 0) return this.pack(false);
  }

  /** As `flush`; what follows does not refer back to what was before. */
  cut(): void | Promise<void> {
    return after(this.flush(), () => {
      this.dictionary = undefined;
    });
  }

  /** Packs the rest; the deflate data ends. */
  finish(): void | Promise<void> {
    return this.pack(true);
  }

  private pack(last: boolean): void | Promise<void> {
    const text = joinedAll(this.gathered);
    const { dictionary } = this;
    this.gathered = [];
    this.waiting = 0;
    this.dictionary = last ? undefined : this.nextDictionary(text);
    const { level, memLevel } = this.options;
    return after(this.compression.deflate(text, { level, memLevel, dictionary, last }), (packed) => {
      this.bytesOut += packed.length;
      return this.sink.write(packed);
    });
  }

  private nextDictionary(text: Uint8Array): Uint8Array {
    if (text.length >= windowLength) return text.subarray(text.length - windowLength);
    const all = joinedAll(this.dictionary ? [this.dictionary, text] : [text]);
    return all.subarray(Math.max(0, all.length - windowLength));
  }
}
