import type { LogSide } from "../host.js";

/** Bytes that a text can be written into, a character each: `text.slice(0, length)` from byte `at` on. In Node a Buffer is that. */
export interface TextBytes extends Uint8Array<ArrayBuffer> {
  write(text: string, at: number, length: number, encoding: "latin1"): number;
}

/** Words that a batch has room for at first: those of a request with few headers. */
const firstRoom = 256;
const clientFlag = 1 << 30;
const backendFlag = 1 << 31;
const flags: Readonly<Record<LogSide, number>> = { c: clientFlag, b: backendFlag, "-": 0 };

/**
 * Records that stand together, as the words of the shared log: those of one transaction, or one of none, whose `xid` is 0. It is used over and over:
 * memory that comes and goes with each transaction would keep the garbage collector busy.
 */
export class RecordBatch {
  xid = 0;
  /** What the heads of its records say beside tag and length: the number of the transaction with whose it is, in format 2 as two words. */
  low = 0;
  high = 0;
  /** Milliseconds at the first look at it since it was begun; undefined before. */
  since: number | undefined;
  /** Sessions are written as they go: they last. */
  isSession = false;
  /** The same memory, twice. */
  words: Int32Array;
  bytes: TextBytes;
  /** Words that are written. */
  end = 0;

  readonly #allocate: (size: number) => TextBytes;

  /** `allocate` gives memory of so many bytes. */
  constructor(allocate: (size: number) => TextBytes) {
    this.#allocate = allocate;
    this.bytes = allocate(firstRoom * 4);
    this.words = wordsOf(this.bytes);
  }

  /** Forgets what it had. */
  begin(xid: number, side: LogSide, format: 1 | 2): void {
    this.xid = xid;
    this.low = format === 1 ? xid | flags[side] : xid | 0;
    this.high = Math.floor(xid / 2 ** 32) | flags[side];
    this.since = undefined;
    this.isSession = false;
    this.end = 0;
  }

  /** Makes room for so many words more. */
  reserve(more: number): void {
    const needed = this.end + more;
    if (needed <= this.words.length) return;
    const bytes = this.#allocate(4 * Math.max(needed, 2 * this.words.length));
    bytes.set(this.bytes);
    this.bytes = bytes;
    this.words = wordsOf(bytes);
  }
}

function wordsOf({ buffer, byteOffset, length }: Uint8Array): Int32Array {
  return new Int32Array(buffer, byteOffset, length / 4);
}
