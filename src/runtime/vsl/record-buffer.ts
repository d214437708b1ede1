import type { LogSide, LogSink } from "../host.js";
import { RecordBatch, type TextBytes } from "./record-batch.js";
import { RecordEncoder } from "./record-encoder.js";
import { maskedByDefault, tagNumbers, type LogFormat } from "./tags.js";

/** Bytes that may wait to be written. */
const mostWaiting = 64 * 1024;
/** Words that one transaction may have waiting: a piece must be much smaller than an eighth of the ring. */
const mostPending = 4 * 1024;
/** Batches that are kept for transactions to come, and the words of the largest of them. */
const mostSpare = 256;
const largestSpare = 2 * mostPending;
/** `vsl_reclen`, unless it is said otherwise. */
const defaultLongest = 255;

export interface RecordBufferOptions {
  readonly format: LogFormat;
  /** Gives memory of so many bytes. */
  readonly allocate: (size: number) => TextBytes;
  /** Takes bytes for the ring; they are valid during the call only. */
  readonly write: (bytes: Uint8Array) => void;
  /** Has `flush` called after so many milliseconds. */
  readonly later: (flush: () => void, milliseconds: number) => void;
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number;
}

/** Milliseconds that what is complete may wait, and between two looks at what is not. */
const completeDelay = 2;
const pendingDelay = 50;

/**
 * Collects log records by transaction, as the words of the shared log, and hands them on: a transaction at once when it ends, what is not at its end
 * after a while, in pieces. Nothing is written on the way of a request but by whoever fills the buffer.
 */
export class RecordBuffer implements LogSink {
  /** `vsl_reclen`: longest text, the terminating NUL counted. */
  longest = defaultLongest;
  /** By Varnish's names. */
  readonly counters = { shm_records: 0, shm_writes: 0, shm_flushes: 0, shm_bytes: 0 };
  /** Milliseconds that the beginning of a transaction waits for the rest, so that readers see it in one piece (`debug=+syncvsl`: none). */
  patience = 200;
  /** Nobody reads: records are dropped. */
  silent = false;
  readonly #encoder: RecordEncoder;
  readonly #numbers: ReadonlyMap<string, number>;
  /** The tags that are written, and their numbers. */
  #written: ReadonlyMap<string, number>;
  readonly #options: RecordBufferOptions;
  readonly #pending = new Map<number, RecordBatch>();
  /** The one that the last record was of: the next is most often of the same. It is among those that are pending only once another has had its turn. */
  #latest: RecordBatch | undefined;
  readonly #spare: RecordBatch[] = [];
  /** For records of no transaction. */
  readonly #single: RecordBatch;
  /** What is to be written, in order. */
  readonly #complete = new Uint8Array(mostWaiting);
  #completeEnd = 0;
  #asked = false;
  readonly #flush = (): void => this.flush();
  #accounts = false;

  constructor(options: RecordBufferOptions) {
    this.#options = options;
    this.#encoder = new RecordEncoder(options.format);
    this.#single = new RecordBatch(options.allocate);
    this.#numbers = tagNumbers(options.format);
    this.#written = this.#without(new Set<string>(maskedByDefault));
  }

  /** `vsl_mask`: tags that are not written. */
  set masked(tags: ReadonlySet<string>) {
    this.#written = this.#without(tags);
    this.#accounts = this.#written.has("VfpAcct") || this.#written.has("VdpAcct");
  }

  get accounts(): boolean {
    return this.#accounts && !this.silent;
  }

  get expiry(): boolean {
    return this.#written.has("ExpKill");
  }

  /** The tags of this format but for some; those that another format has are 0. */
  #without(masked: ReadonlySet<string>): ReadonlyMap<string, number> {
    return new Map([...this.#numbers].filter(([tag, number]) => number !== 0 && !masked.has(tag)));
  }

  record(xid: number, tag: string, text: string, side: LogSide = "-"): void {
    if (this.silent) return;
    const number = this.#written.get(tag);
    if (number === undefined) return;
    this.counters.shm_records++;
    if (!this.#asked) this.#ask(completeDelay);
    if (xid === 0) return this.#addSingle(xid, number, text, side);
    const latest = this.#latest;
    const batch = latest?.xid === xid ? latest : this.#batch(xid, side, tag, text);
    // What a session has to say between its beginning and its end.
    if (!batch) return this.#addSingle(xid, number, text, side);
    this.#encoder.add(batch, number, text, this.longest);
    if (tag === "End" || batch.end >= mostPending) this.#end(batch);
  }

  /** Hands on what is complete or has waited long enough; with `all` the rest too. */
  flush(all = false): void {
    this.#asked = false;
    this.#park();
    const now = this.#options.now();
    for (const batch of this.#pending.values()) {
      batch.since ??= now;
      if (!all && !batch.isSession && batch.since > now - this.patience) continue;
      this.#end(batch);
    }
    this.#write();
    if (this.#pending.size > 0) this.#ask(pendingDelay);
  }

  #ask(milliseconds: number): void {
    this.#asked = true;
    this.#options.later(this.#flush, milliseconds);
  }

  #addSingle(xid: number, number: number, text: string, side: LogSide): void {
    const batch = this.#single;
    batch.begin(xid, side, this.#options.format);
    this.#encoder.add(batch, number, text, this.longest);
    this.#finish(batch);
  }

  /** The batch that a record is for; undefined: it stands alone, as none of its transaction is begun and none will follow soon. */
  #batch(xid: number, side: LogSide, tag: string, text: string): RecordBatch | undefined {
    this.#park();
    let batch = this.#pending.get(xid);
    if (!batch) {
      if (tag === "Link") return undefined;
      batch = this.#spare.pop() ?? new RecordBatch(this.#options.allocate);
      batch.begin(xid, side, this.#options.format);
      batch.isSession = tag === "SessClose" || (tag === "Begin" && text.startsWith("sess "));
      this.#encoder.open(batch);
    }
    return (this.#latest = batch);
  }

  /** Another transaction has its turn. */
  #park(): void {
    const latest = this.#latest;
    if (!latest) return;
    this.#pending.set(latest.xid, latest);
    this.#latest = undefined;
  }

  /** Has a transaction written as far as it is known; a record that comes later begins another piece of it. */
  #end(batch: RecordBatch): void {
    // Most have never been parked.
    this.#pending.delete(batch.xid);
    if (this.#latest === batch) this.#latest = undefined;
    this.#encoder.close(batch);
    this.#finish(batch);
    if (this.#spare.length < mostSpare && batch.words.length <= largestSpare) this.#spare.push(batch);
  }

  #finish({ bytes, end }: RecordBatch): void {
    const size = end * 4;
    if (this.#completeEnd + bytes.length > mostWaiting) this.#write();
    if (bytes.length > mostWaiting) return this.#hand(bytes.subarray(0, size));
    // All of its memory, as a view of what counts would be one more object; the next one overwrites the rest.
    this.#complete.set(bytes, this.#completeEnd);
    this.#completeEnd += size;
  }

  #write(): void {
    if (this.#completeEnd === 0) return;
    const bytes = this.#complete.subarray(0, this.#completeEnd);
    this.#completeEnd = 0;
    this.#hand(bytes);
  }

  #hand(bytes: Uint8Array): void {
    this.counters.shm_writes++;
    this.counters.shm_bytes += bytes.length;
    this.#options.write(bytes);
  }
}
