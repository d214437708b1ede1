import type { LogSide } from "../host.js";
import { tagNumbers, type LogFormat } from "./tags.js";

/** A record of a transaction that is not written yet. */
export interface PendingRecord {
  readonly tag: string;
  readonly text: string;
}

/** Tag of the head that says how many bytes of records of one transaction follow. */
const batchTag = 255;
const clientFlag = 1 << 30;
const backendFlag = 1 << 31;
const flags: Readonly<Record<LogSide, number>> = { c: clientFlag, b: backendFlag, "-": 0 };

/** Writes records as the shared log of Varnish has them, in words of 32 bits (little-endian). */
export class RecordEncoder {
  readonly #numbers: ReadonlyMap<string, number>;
  readonly #format: LogFormat;
  #bytes: Uint8Array;
  #view: DataView;
  #size = 0;

  constructor(format: LogFormat, capacity: number) {
    this.#format = format;
    this.#numbers = tagNumbers(format);
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** Bytes that were written since they were last taken. */
  get size(): number {
    return this.#size;
  }

  /** The number of a tag; undefined where this format has none of that name. */
  numberOf(tag: string): number | undefined {
    const number = this.#numbers.get(tag);
    return number === 0 ? undefined : number;
  }

  /** What was written. It is valid until something is written again. */
  take(): Uint8Array {
    const taken = this.#bytes.subarray(0, this.#size);
    this.#size = 0;
    return taken;
  }

  /** Records of one transaction. No text is longer than `longest`, the terminating NUL counted. */
  batch(xid: number, side: LogSide, records: readonly PendingRecord[], longest: number): void {
    const texts = records.map(({ text }) => fitting(text, longest));
    const head = this.#headWords * 4;
    let size = 0;
    for (const text of texts) size += head + padded(text.length + 1);
    this.#reserve(head + size);
    this.#head(batchTag, 0, size, 0);
    texts.forEach((text, at) => this.#record((records[at] as PendingRecord).tag, text, xid, side));
  }

  /** A record of no transaction. */
  single({ tag, text }: PendingRecord, longest: number): void {
    const fitted = fitting(text, longest);
    this.#reserve(this.#headWords * 4 + padded(fitted.length + 1));
    this.#record(tag, fitted, 0, "-");
  }

  get #headWords(): number {
    return this.#format + 1;
  }

  #record(tag: string, text: string, xid: number, side: LogSide): void {
    const length = text.length + 1;
    const version = this.#format === 1 ? 0 : 1;
    this.#head(this.#numbers.get(tag) ?? 0, (version << 16) | length, xid, flags[side]);
    const bytes = this.#bytes;
    let at = this.#size;
    for (let i = 0; i < text.length; i++) bytes[at++] = text.charCodeAt(i);
    const end = this.#size + padded(length);
    bytes.fill(0, at, end);
    this.#size = end;
  }

  /** The words before a text; in format 2 the number of the transaction has two. */
  #head(tag: number, low: number, number: number, flag: number): void {
    const view = this.#view;
    view.setUint32(this.#size, ((tag << 24) | low) >>> 0, true);
    if (this.#format === 1) {
      view.setUint32(this.#size + 4, (number | flag) >>> 0, true);
    } else {
      view.setUint32(this.#size + 4, number >>> 0, true);
      view.setUint32(this.#size + 8, (Math.floor(number / 2 ** 32) | flag) >>> 0, true);
    }
    this.#size += this.#headWords * 4;
  }

  #reserve(more: number): void {
    const needed = this.#size + more;
    if (needed <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    larger.set(this.#bytes.subarray(0, this.#size));
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}

function padded(length: number): number {
  return (length + 3) & ~3;
}

/** The text as bytes, cut off where it is too long. */
function fitting(text: string, longest: number): string {
  const bytes = /[^\x00-\xff]/.test(text) ? utf8(text) : text;
  return bytes.length < longest ? bytes : bytes.slice(0, longest - 1);
}

function utf8(text: string): string {
  // Lone surrogates, which have no bytes, become question marks.
  const whole = text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "?");
  return encodeURIComponent(whole).replace(/%([0-9A-F]{2})/g, (_, hex: string) =>
    String.fromCharCode(parseInt(hex, 16)),
  );
}
