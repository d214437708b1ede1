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
  /** Has `flush` called soon. */
  readonly soon: (flush: () => void) => void;
}

interface PendingTransaction {
  readonly side: LogSide;
  records: PendingRecord[];
  size: number;
}

/**
 * Collects log records by transaction and hands them on as the bytes of the shared log: a transaction at once when it ends, what is not at its
 * end in pieces. Nothing is written on the way of a request but by whoever fills the buffer.
 */
export class RecordBuffer implements LogSink {
  /** `vsl_reclen`: longest text, the terminating NUL counted. */
  longest = defaultLongest;
  /** `vsl_mask`: tags that are not written. */
  masked: ReadonlySet<string> = new Set<string>(maskedByDefault);
  /** By Varnish's names. */
  readonly counters = { shm_records: 0, shm_writes: 0, shm_flushes: 0, shm_bytes: 0 };
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
    if (!this.#asked) {
      this.#asked = true;
      this.#options.soon(() => this.flush());
    }
    if (xid === 0) this.#encoder.single({ tag, text }, this.longest);
    else this.#add(xid, side, { tag, text });
    if (this.#encoder.size > mostWaiting) this.#write();
  }

  /** Hands everything on, the beginnings of transactions that go on too. */
  flush(): void {
    this.#asked = false;
    for (const [xid, transaction] of this.#pending) this.#encode(xid, transaction);
    this.#pending.clear();
    this.#write();
  }

  #add(xid: number, side: LogSide, record: PendingRecord): void {
    let transaction = this.#pending.get(xid);
    if (!transaction) this.#pending.set(xid, (transaction = { side, records: [], size: 0 }));
    transaction.records.push(record);
    transaction.size += Math.min(record.text.length, this.longest);
    if (record.tag !== "End" && transaction.size < mostPending) return;
    this.#pending.delete(xid);
    this.#encode(xid, transaction);
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
