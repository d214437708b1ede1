import type { RecordBatch } from "./record-batch.js";
import type { LogFormat } from "./tags.js";

/** Tag of the head that says how many bytes of records of one transaction follow. */
const batchTag = 255;
/** Texts up to this length are written character by character: longer ones are worth a call of the host. */
const short = 64;
const noByte = /[^\x00-\xff]/;

/**
 * Writes records as the shared log of Varnish has them, in words of 32 bits, into batches whose memory stays: nothing is kept of a record but its
 * bytes, so that its text can go at once.
 */
export class RecordEncoder {
  /** Words of the head of a record, and of a batch. */
  readonly headSize: number;
  readonly #version: number;

  constructor(format: LogFormat) {
    this.headSize = format + 1;
    this.#version = format === 1 ? 0 : 1 << 16;
  }

  /** Makes room for the head of a batch. */
  open(batch: RecordBatch): void {
    batch.end = this.headSize;
  }

  /** Adds a record: the number of its tag and its text, which is cut to `longest` bytes, the terminating NUL counted. */
  add(batch: RecordBatch, tag: number, text: string, longest: number): void {
    const { headSize } = this;
    const length = text.length < longest ? text.length : longest - 1;
    batch.reserve(headSize + (length >> 2) + 1);
    const { words, bytes, end } = batch;
    const at = end + headSize;
    const last = at + (length >> 2);
    // The NUL behind the text, and zeros up to the next word.
    words[last] = 0;
    if (length <= short) {
      if (!writeShort(text, length, bytes, at * 4)) return this.add(batch, tag, utf8(text), longest);
    } else {
      if (noByte.test(text)) return this.add(batch, tag, utf8(text), longest);
      bytes.write(text, at * 4, length, "latin1");
    }
    words[end] = (tag << 24) | this.#version | (length + 1);
    words[end + 1] = batch.low;
    if (headSize === 3) words[end + 2] = batch.high;
    batch.end = last + 1;
  }

  /** Writes the head of a batch that has all its records. */
  close({ words, end }: RecordBatch): void {
    words[0] = batchTag << 24;
    words[1] = (end - this.headSize) * 4;
    if (this.headSize === 3) words[2] = 0;
  }
}

/** False: one of the characters is no byte. */
function writeShort(text: string, length: number, bytes: Uint8Array, start: number): boolean {
  let all = 0;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    bytes[start + i] = code;
    all |= code;
  }
  return all < 256;
}

/** Characters as their bytes in UTF-8, one code unit each. */
function utf8(text: string): string {
  // Lone surrogates, which have no bytes, become question marks.
  const whole = text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "?");
  return encodeURIComponent(whole).replace(/%([0-9A-F]{2})/g, (_, hex: string) =>
    String.fromCharCode(parseInt(hex, 16)),
  );
}
