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
 * The ring of the shared log, as readers map it (reference: vsm-vsl-vsc, section 2). Everything goes through one writer, and each piece is seen
 * once its first word is there. That word is written as half of eight aligned bytes, beside its neighbour: the kernel copies these at once, and
 * fewer bytes perhaps one by one.
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
  /** The word before the position. */
  #before = 0;
  #part = 0xfffffff8;

  /** `space` bytes (`vsl_space`) at `path`; pages are there once they are used. */
  constructor(path: string, space: number, format: LogFormat) {
    this.#file = openSync(path, "wx", 0o640);
    this.#partSize = Math.floor((space - headSize) / partCount / 4) * 4;
    this.#offsets[0] = 0n;
    writeSync(this.#file, Buffer.alloc(1), 0, 1, space - 1);
    writeSync(this.#file, wordBytes(endMarker), 0, 4, headSize);
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

  /** Appends whole batches and records. What cannot be written is lost, and nothing else. */
  write(bytes: Uint8Array): void {
    const was = {
      position: this.#position,
      before: this.#before,
      part: this.#part,
      offsets: this.#offsets.slice(),
    };
    try {
      this.#append(bytes);
      this.failure = undefined;
    } catch (error) {
      this.failure = error;
      this.#position = was.position;
      this.#before = was.before;
      this.#part = was.part;
      this.#offsets.set(was.offsets);
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
    const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    writevSync(this.#file, [bytes.subarray(4), wordBytes(endMarker)], headSize + start + 4);
    this.#publish(start, words.getUint32(0, true), words.getUint32(4, true));
    this.#position = end;
    this.#before = words.getUint32(bytes.length - 4, true);
  }

  /** Readers learn that the writer is in a part before a byte of it changes. */
  #enterParts(start: number, end: number): void {
    const count = Math.floor(end / this.#partSize) - Math.floor(start / this.#partSize);
    if (count === 0) return;
    writeSync(this.#file, wordBytes(endMarker), 0, 4, headSize + end);
    for (let i = 0; i < count; i++) {
      this.#part = (this.#part + 1) >>> 0;
      this.#offsets[this.#part % partCount] = BigInt(end / 4);
    }
    this.#writeParts();
  }

  #wrap(): void {
    writeSync(this.#file, wordBytes(endMarker), 0, 4, headSize);
    this.#offsets[0] = 0n;
    if (this.#position !== 0) this.#publish(this.#position, wrapMarker, 0);
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
      this.#publish(this.#position, endMarker, 0);
      this.#writeParts();
    } catch {
      // The disk is full: what was there before stands.
    }
  }

  /** Writes a word that readers wait for, at a position in bytes; `next` is the word behind it. */
  #publish(position: number, word: number, next: number): void {
    const isEven = position % 8 === 0;
    const pair = Buffer.alloc(8);
    pair.writeUInt32LE(isEven ? word : this.#before, 0);
    pair.writeUInt32LE(isEven ? next : word, 4);
    writeSync(this.#file, pair, 0, 8, headSize + position - (isEven ? 0 : 4));
  }
}

function wordBytes(word: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(word);
  return bytes;
}
