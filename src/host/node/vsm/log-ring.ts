import { closeSync, openSync, writeSync, writevSync } from "node:fs";
import type { LogFormat } from "../../../runtime/vsl/tags.js";

/** Marker, size, counter of parts, table of parts. Bytes. */
const headSize = 88;
const partCount = 8;
const endMarker = 0xfe454545;
const wrapMarker = 0xfe575757;
/** Bytes that stay free behind what is written, for the end marker. */
const slack = 16;

/**
 * The ring of the shared log, as readers map it (reference: vsm-vsl-vsc, section 2). Everything goes through one writer; each write ends with
 * its own first eight bytes, so that readers never see a piece that is not there yet.
 */
export class LogRing {
  /** Times that the writer has come to the end of the ring. */
  cycles = 0;
  /** Why records are being lost, as long as they are. */
  failure: unknown;
  readonly #file: number;
  readonly #partSize: number;
  readonly #offsets = new BigInt64Array(partCount).fill(-1n);
  #position = 0;
  #part = 0xfffffff8;

  /** `space` bytes (`vsl_space`) at `path`; pages are there once they are used. */
  constructor(path: string, space: number, format: LogFormat) {
    this.#file = openSync(path, "wx", 0o640);
    // Of all parts together, in bytes; each has a whole number of eight bytes.
    this.#partSize = Math.floor((space - headSize) / partCount / 8) * 8;
    this.#offsets[0] = 0n;
    writeSync(this.#file, Buffer.alloc(1), 0, 1, space - 1);
    this.#mark(0, endMarker);
    const head = Buffer.alloc(16);
    head.writeBigUInt64LE(BigInt(this.#partSize / 4), 8);
    writeSync(this.#file, head, 8, 8, 8);
    this.#writeParts();
    head.write(`VSLHEAD${format}`, "latin1");
    writeSync(this.#file, head, 0, 8, 0);
  }

  /** Largest piece: readers that are slow must notice the writer before it is upon them. */
  get mostAtOnce(): number {
    return this.#partSize >> 1;
  }

  /** Appends whole batches, a multiple of eight bytes. What cannot be written is lost, and nothing else. */
  write(bytes: Uint8Array): void {
    const before = { position: this.#position, part: this.#part, offsets: this.#offsets.slice() };
    try {
      this.#append(bytes);
      this.failure = undefined;
    } catch (error) {
      this.failure = error;
      this.#position = before.position;
      this.#part = before.part;
      this.#offsets.set(before.offsets);
      this.#restore();
    }
  }

  close(): void {
    closeSync(this.#file);
  }

  #append(bytes: Uint8Array): void {
    if (this.#position + bytes.length + slack >= this.#partSize * partCount) this.#wrap();
    const start = this.#position;
    const end = start + bytes.length;
    this.#enterParts(start, end);
    writevSync(this.#file, [bytes.subarray(8), marker(endMarker)], headSize + start + 8);
    writeSync(this.#file, bytes, 0, 8, headSize + start);
    this.#position = end;
  }

  /** Readers learn that the writer is in a part before a byte of it changes. */
  #enterParts(start: number, end: number): void {
    const count = Math.floor(end / this.#partSize) - Math.floor(start / this.#partSize);
    if (count === 0) return;
    this.#mark(end, endMarker);
    for (let i = 0; i < count; i++) {
      this.#part = (this.#part + 1) >>> 0;
      this.#offsets[this.#part % partCount] = BigInt(end / 4);
    }
    this.#writeParts();
  }

  #wrap(): void {
    this.#mark(0, endMarker);
    this.#offsets[0] = 0n;
    if (this.#position !== 0) this.#mark(this.#position, wrapMarker);
    this.#position = 0;
    this.#part = (this.#part + partCount - (this.#part % partCount)) >>> 0;
    this.#writeParts();
    this.cycles++;
  }

  /** The table first, then the counter that leads readers to it. */
  #writeParts(): void {
    writeSync(this.#file, Buffer.from(this.#offsets.buffer), 0, partCount * 8, 24);
    const counter = Buffer.alloc(8);
    counter.writeUInt32LE(this.#part);
    writeSync(this.#file, counter, 0, 8, 16);
  }

  #restore(): void {
    try {
      this.#mark(this.#position, endMarker);
      this.#writeParts();
    } catch {
      // The disk is full: what was there before stands.
    }
  }

  #mark(position: number, word: number): void {
    writeSync(this.#file, marker(word), 0, 8, headSize + position);
  }
}

function marker(word: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(word);
  return bytes;
}
