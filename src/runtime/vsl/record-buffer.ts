import type { LogSide, LogSink } from "../host.js";
import { RecordEncoder, type PendingRecord } from "./record-encoder.js";
import { maskedByDefault, type LogFormat } from "./tags.js";

/** Bytes that may wait to be written. */
const mostWaiting = 64 * 1024;
/** Bytes of text that one transaction may have waiting: a piece must be much smaller than an eighth of the ring. */
const mostPending = 16 * 1024;
/** `vsl_reclen`, unless it is said otherwise. */
const defaultLongest = 255;

export interface RecordBufferOptions {
  readonly format: LogFormat;
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

interface PendingTransaction {
  /** When its first record came that is not written. */
  readonly since: number;
  /** Sessions are written as they go: they last. */
  readonly isSession: boolean;
  readonly side: LogSide;
  records: PendingRecord[];
  size: number;
}

/**
 * Collects log records by transaction and hands them on as the bytes of the shared log: a transaction at once when it ends, what is not at its
 * end after a while, in pieces. Nothing is written on the way of a request but by whoever fills the buffer.
 */
export class RecordBuffer implements LogSink {
  /** `vsl_reclen`: longest text, the terminating NUL counted. */
  longest = defaultLongest;
  /** `vsl_mask`: tags that are not written. */
  masked: ReadonlySet<string> = new Set<string>(maskedByDefault);
  /** By Varnish's names. */
  readonly counters = { shm_records: 0, shm_writes: 0, shm_flushes: 0, shm_bytes: 0 };
  /** Milliseconds that the beginning of a transaction waits for the rest, so that readers see it in one piece (`debug=+syncvsl`: none). */
  patience = 200;
  /** Nobody reads: records are dropped. */
  silent = false;
  readonly #encoder: RecordEncoder;
  readonly #options: RecordBufferOptions;
  readonly #pending = new Map<number, PendingTransaction>();
  #asked = false;

  constructor(options: RecordBufferOptions) {
    this.#options = options;
    this.#encoder = new RecordEncoder(options.format, 2 * mostWaiting);
  }

  record(xid: number, tag: string, text: string, side: LogSide = "-"): void {
    if (this.silent || this.masked.has(tag) || this.#encoder.numberOf(tag) === undefined) return;
    this.counters.shm_records++;
    this.#ask(completeDelay);
    if (xid === 0) this.#encoder.single({ tag, text }, this.longest);
    else this.#add(xid, side, { tag, text });
    if (this.#encoder.size > mostWaiting) this.#write();
  }

  /** Hands on what is complete or has waited long enough; with `all` the rest too. */
  flush(all = false): void {
    this.#asked = false;
    const due = this.#options.now() - this.patience;
    for (const [xid, transaction] of this.#pending) {
      if (!all && !transaction.isSession && transaction.since > due) continue;
      this.#pending.delete(xid);
      this.#encode(xid, transaction);
    }
    this.#write();
    if (this.#pending.size > 0) this.#ask(pendingDelay);
  }

  #ask(milliseconds: number): void {
    if (this.#asked) return;
    this.#asked = true;
    this.#options.later(() => this.flush(), milliseconds);
  }

  #add(xid: number, side: LogSide, record: PendingRecord): void {
    let transaction = this.#pending.get(xid);
    if (!transaction) this.#pending.set(xid, (transaction = this.#begin(side, record)));
    transaction.records.push(record);
    transaction.size += Math.min(record.text.length, this.longest);
    if (record.tag !== "End" && transaction.size < mostPending) return;
    this.#pending.delete(xid);
    this.#encode(xid, transaction);
  }

  #begin(side: LogSide, { tag, text }: PendingRecord): PendingTransaction {
    const isSession = tag === "Link" || tag === "SessClose" || (tag === "Begin" && text.startsWith("sess "));
    return { side, since: this.#options.now(), isSession, records: [], size: 0 };
  }

  #encode(xid: number, { side, records }: PendingTransaction): void {
    this.#encoder.batch(xid, side, records, this.longest);
  }

  #write(): void {
    if (this.#encoder.size === 0) return;
    const bytes = this.#encoder.take();
    this.counters.shm_writes++;
    this.counters.shm_bytes += bytes.length;
    this.#options.write(bytes);
  }
}
