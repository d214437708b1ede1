import { closeSync, openSync, readSync } from "node:fs";
import type { LogRecord } from "../../../runtime/vsl/log-transaction.js";
import type { LogFormat } from "../../../runtime/vsl/tags.js";
import { RecordDecoder } from "./record-decoder.js";

const headSize = 88;
const partCount = 8;
const endMarker = 0xfe454545;
const wrapMarker = 0xfe575757;
/** Parts that the writer may be ahead; one more, and what is read may be overwritten meanwhile. */
const mostAhead = 5;
/** How far back a reader begins that wants what there is. */
const back = 5;
/** Bytes that are read at once; no record is as long. */
const chunkSize = 1024 * 1024;

/** What came since the last time, or that the writer was too fast: what is in between is lost. */
export type RingRead = { readonly records: readonly LogRecord[]; readonly isMore: boolean } | "overrun";

/** Reads the ring of a shared log while it is written (reference: vsm-vsl-vsc, section 2). */
export class RingReader {
  readonly #file: number;
  readonly #decoder: RecordDecoder;
  /** Words of a part. */
  readonly #partSize: number;
  readonly #chunk = Buffer.allocUnsafe(chunkSize);
  /** In words. */
  #at = 0;
  /** The writer's counter of parts at that place. */
  #part = 0;

  /** Begins with what there is, or at the end. Throws an Error of one line where the file is no log. */
  constructor(path: string, from: "start" | "end") {
    this.#file = openSync(path, "r");
    const head = this.#bytes(0, headSize);
    const [, format] = /^VSLHEAD([12])$/.exec(head.toString("latin1", 0, 8)) ?? [];
    if (format === undefined) throw new Error("it has no log that this program can read");
    this.#decoder = new RecordDecoder(Number(format) as LogFormat);
    this.#partSize = Number(head.readBigUInt64LE(8));
    if (from === "start") this.#goBack();
    else this.toEnd();
  }

  read(): RingRead {
    if (this.#isOverrun()) return "overrun";
    const size = Math.min(chunkSize, (this.#partSize * partCount - this.#at) * 4);
    const bytes = this.#bytes(headSize + this.#at * 4, size);
    // The writer counts before it writes: what was read is whole if it is not near even now.
    if (this.#isOverrun()) return "overrun";
    return this.#decode(bytes);
  }

  /** Passes over all that there is. */
  toEnd(): void {
    for (let read: RingRead = "overrun"; read === "overrun";) {
      const head = this.#bytes(0, headSize);
      this.#part = head.readUInt32LE(16);
      this.#at = Number(head.readBigInt64LE(24 + (this.#part % partCount) * 8));
      do read = this.read();
      while (read !== "overrun" && read.isMore);
    }
  }

  close(): void {
    closeSync(this.#file);
  }

  #decode(bytes: Buffer): RingRead {
    const records: LogRecord[] = [];
    for (let at = 0; at + 4 <= bytes.length;) {
      const word = bytes.readUInt32LE(at);
      if (word === endMarker || word === 0) return { records, isMore: false };
      if (word === wrapMarker) {
        this.#at = 0;
        this.#part = (this.#part + ((partCount - (this.#part % partCount)) % partCount)) >>> 0;
        return { records, isMore: true };
      }
      const end = this.#decoder.end(bytes, at);
      if (end === undefined) break;
      const record = this.#decoder.record(bytes, at);
      if (record) records.push(record);
      this.#step((end - at) / 4);
      at = end;
    }
    return { records, isMore: true };
  }

  #step(words: number): void {
    this.#at += words;
    while (Math.floor(this.#at / this.#partSize) > this.#part % partCount)
      this.#part = (this.#part + 1) >>> 0;
  }

  #goBack(): void {
    const head = this.#bytes(0, headSize);
    const offsetOf = (part: number): number => Number(head.readBigInt64LE(24 + (part % partCount) * 8));
    let part = (head.readUInt32LE(16) - back) >>> 0;
    while (offsetOf(part) < 0) part = (part + 1) >>> 0;
    this.#part = part;
    this.#at = offsetOf(part);
  }

  #isOverrun(): boolean {
    return (this.#bytes(16, 4).readUInt32LE(0) - this.#part) >>> 0 > mostAhead;
  }

  #bytes(position: number, size: number): Buffer {
    const into = size <= headSize ? Buffer.alloc(size) : this.#chunk;
    const read = readSync(this.#file, into, 0, size, position);
    return into.subarray(0, read);
  }
}
