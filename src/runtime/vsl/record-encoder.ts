import type { LogSide } from "../host.js";
import type { LogFormat } from "./tags.js";

/** Records that stand together: those of one transaction, or one of none, whose `xid` is 0. */
export interface RecordBatch {
  readonly xid: number;
  readonly side: LogSide;
  /** Of each record the number of its tag, and its text. */
  readonly tags: readonly number[];
  readonly texts: readonly string[];
}

/** Tag of the head that says how many bytes of records of one transaction follow. */
const batchTag = 255;
const clientFlag = 1 << 30;
const backendFlag = 1 << 31;
const flags: Readonly<Record<LogSide, number>> = { c: clientFlag, b: backendFlag, "-": 0 };
/** The NUL behind a text and zeros up to the next word, by the length of the text modulo 4. */
const paddings = ["\0\0\0\0", "\0\0\0", "\0\0", "\0"];
const noByte = /[^\x00-\xff]/;

/**
 * Writes records as the shared log of Varnish has them, in words of 32 bits (little-endian). Texts are put together as one text with room for
 * the heads, which becomes bytes in one go: to write many short texts one by one would take most of the time of a log.
 */
export class RecordEncoder {
  readonly #format: LogFormat;
  readonly #latin1: (text: string) => Uint8Array;
  readonly #headBytes: number;
  readonly #room: string;
  /** Padding and room for the next head. */
  readonly #between: readonly string[];

  /** `latin1` makes bytes of a text whose characters are one byte each. */
  constructor(format: LogFormat, latin1: (text: string) => Uint8Array) {
    this.#format = format;
    this.#latin1 = latin1;
    this.#headBytes = (format + 1) * 4;
    this.#room = "\0".repeat(this.#headBytes);
    this.#between = paddings.map((padding) => padding + this.#room);
  }

  /** The bytes of records. No text is longer than `longest`, the terminating NUL counted. */
  encode(batches: readonly RecordBatch[], longest: number): Uint8Array {
    const text = this.#textOf(batches, longest);
    if (noByte.test(text)) return this.encode(batches.map(asBytes), longest);
    const bytes = this.#latin1(text).subarray(0, text.length - this.#headBytes);
    this.#setHeads(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), batches, longest);
    return bytes;
  }

  #textOf(batches: readonly RecordBatch[], longest: number): string {
    const between = this.#between;
    let all = this.#room;
    for (const { xid, texts } of batches) {
      if (xid !== 0) all += this.#room;
      for (const text of texts) {
        const fitted = text.length < longest ? text : text.slice(0, longest - 1);
        all += fitted + (between[fitted.length & 3] as string);
      }
    }
    return all;
  }

  #setHeads(view: DataView, batches: readonly RecordBatch[], longest: number): void {
    const version = this.#format === 1 ? 0 : 1;
    let at = 0;
    for (const { xid, side, tags, texts } of batches) {
      const head = at;
      if (xid !== 0) at += this.#headBytes;
      for (let i = 0; i < texts.length; i++) {
        const length = Math.min((texts[i] as string).length, longest - 1) + 1;
        this.#head(view, at, tags[i] as number, (version << 16) | length, xid, flags[side]);
        at += this.#headBytes + ((length + 3) & ~3);
      }
      if (xid !== 0) this.#head(view, head, batchTag, 0, at - head - this.#headBytes, 0);
    }
  }

  /** The words before a text; in format 2 the number of the transaction has two. */
  #head(view: DataView, at: number, tag: number, low: number, number: number, flag: number): void {
    view.setUint32(at, ((tag << 24) | low) >>> 0, true);
    if (this.#format === 1) {
      view.setUint32(at + 4, (number | flag) >>> 0, true);
    } else {
      view.setUint32(at + 4, number >>> 0, true);
      view.setUint32(at + 8, (Math.floor(number / 2 ** 32) | flag) >>> 0, true);
    }
  }
}

function asBytes(batch: RecordBatch): RecordBatch {
  return { ...batch, texts: batch.texts.map((text) => (noByte.test(text) ? utf8(text) : text)) };
}

/** Characters as their bytes in UTF-8, one code unit each. */
function utf8(text: string): string {
  // Lone surrogates, which have no bytes, become question marks.
  const whole = text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "?");
  return encodeURIComponent(whole).replace(/%([0-9A-F]{2})/g, (_, hex: string) =>
    String.fromCharCode(parseInt(hex, 16)),
  );
}
