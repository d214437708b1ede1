import type { RecordBatch } from "./record-batch.js";
import type { LogFormat } from "./tags.js";
import { TextWords } from "./text-words.js";

/** Tag of the head that says how many bytes of records of one transaction follow. */
const batchTag = 255;

/**
 * Writes records as the shared log of Varnish has them, in words of 32 bits, into batches whose memory stays: nothing is kept of a record but its
 * bytes, so that its text can go at once.
 */
export class RecordEncoder {
  /** Words of the head of a record, and of a batch. */
  readonly headSize: number;
  readonly #version: number;
  readonly #texts = new TextWords();

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
    const length = text.length < longest ? text.length : longest - 1;
    const { headSize } = this;
    batch.reserve(headSize + (length >> 2) + 1);
    const { words, end } = batch;
    words[end] = (tag << 24) | this.#version | (length + 1);
    words[end + 1] = batch.low;
    if (headSize === 3) words[end + 2] = batch.high;
    const at = end + headSize;
    if (this.#texts.write(text, length, words, batch.bytes, at)) batch.end = at + (length >> 2) + 1;
    else this.add(batch, tag, utf8(text), longest);
  }

  /** Writes the head of a batch that has all its records. */
  close({ words, end }: RecordBatch): void {
    words[0] = batchTag << 24;
    words[1] = (end - this.headSize) * 4;
    if (this.headSize === 3) words[2] = 0;
  }
}

/** Characters as their bytes in UTF-8, one code unit each. */
function utf8(text: string): string {
  // Lone surrogates, which have no bytes, become question marks.
  const whole = text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "?");
  return encodeURIComponent(whole).replace(/%([0-9A-F]{2})/g, (_, hex: string) =>
    String.fromCharCode(parseInt(hex, 16)),
  );
}
