import type { LogSide, LogSink } from "../host.js";
import { RecordEncoder, type RecordBatch } from "./record-encoder.js";
import { maskedByDefault, tagNumbers, type LogFormat } from "./tags.js";

/** Bytes that may wait to be written. */
const mostWaiting = 64 * 1024;
/** Bytes of text that one transaction may have waiting: a piece must be much smaller than an eighth of the ring. */
const mostPending = 16 * 1024;
/** `vsl_reclen`, unless it is said otherwise. */
const defaultLongest = 255;

export interface RecordBufferOptions {
  readonly format: LogFormat;
  /** Makes bytes of a text whose characters are one byte each; they are valid until the next call. */
  readonly latin1: (text: string) => Uint8Array;
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

interface PendingTransaction extends RecordBatch {
  /** When its first record came that is not written. */
  readonly since: number;
  /** Sessions are written as they go: they last. */
  readonly isSession: boolean;
  readonly tags: number[];
  readonly texts: string[];
  /** Bytes of its texts. */
  size: number;
}

/**
 * Collects log records by transaction and hands them on as the bytes of the shared log: a transaction at once when it ends, what is not at its
 * end after a while, in pieces. Nothing is written on the way of a request but by whoever fills the buffer.
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
  readonly #pending = new Map<number, PendingTransaction>();
  /** The one that the last record was of: the next is most often of the same. */
  #latest: PendingTransaction | undefined;
  /** What is to be written, in order, and the bytes of its texts. */
  #complete: RecordBatch[] = [];
  #completeSize = 0;
  #asked = false;

  constructor(options: RecordBufferOptions) {
    this.#options = options;
    this.#encoder = new RecordEncoder(options.format, options.latin1);
    this.#numbers = tagNumbers(options.format);
    this.#written = this.#without(new Set<string>(maskedByDefault));
  }

  /** `vsl_mask`: tags that are not written. */
  set masked(tags: ReadonlySet<string>) {
    this.#written = this.#without(tags);
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
    if (xid === 0) {
      this.#finish({ xid, side, tags: [number], texts: [text] }, text.length);
      return;
    }
    const latest = this.#latest;
    const transaction = latest?.xid === xid ? latest : this.#transaction(xid, side, tag, text);
    transaction.tags.push(number);
    transaction.texts.push(text);
    transaction.size += Math.min(text.length, this.longest);
    if (tag === "End" || transaction.size >= mostPending) this.#end(transaction);
  }

  /** Hands on what is complete or has waited long enough; with `all` the rest too. */
  flush(all = false): void {
    this.#asked = false;
    const due = this.#options.now() - this.patience;
    for (const transaction of this.#pending.values()) {
      if (!all && !transaction.isSession && transaction.since > due) continue;
      this.#end(transaction);
    }
    this.#write();
    if (this.#pending.size > 0) this.#ask(pendingDelay);
  }

  #ask(milliseconds: number): void {
    this.#asked = true;
    this.#options.later(() => this.flush(), milliseconds);
  }

  #transaction(xid: number, side: LogSide, tag: string, text: string): PendingTransaction {
    let transaction = this.#pending.get(xid);
    if (!transaction) {
      const isSession =
        tag === "Link" || tag === "SessClose" || (tag === "Begin" && text.startsWith("sess "));
      transaction = { xid, side, since: this.#options.now(), isSession, tags: [], texts: [], size: 0 };
      this.#pending.set(xid, transaction);
    }
    return (this.#latest = transaction);
  }

  /** Has a transaction written as far as it is known; a record that comes later begins another piece of it. */
  #end(transaction: PendingTransaction): void {
    this.#pending.delete(transaction.xid);
    if (this.#latest === transaction) this.#latest = undefined;
    this.#finish(transaction, transaction.size);
  }

  #finish(batch: RecordBatch, size: number): void {
    this.#complete.push(batch);
    this.#completeSize += size;
    if (this.#completeSize > mostWaiting) this.#write();
  }

  #write(): void {
    if (this.#complete.length === 0) return;
    const bytes = this.#encoder.encode(this.#complete, this.longest);
    this.#complete = [];
    this.#completeSize = 0;
    this.counters.shm_writes++;
    this.counters.shm_bytes += bytes.length;
    this.#options.write(bytes);
  }
}
