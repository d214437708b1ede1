import type { FileHandle } from "node:fs/promises";
import { FetchFailure } from "../../runtime/index.js";

/** Bytes that are read at a time. */
const pieceSize = 256 * 1024;

/** A part of an open file, in pieces that are read as they are asked for. The file is closed at the end, and when nobody wants the rest. */
export class FileBody implements AsyncIterableIterator<Uint8Array> {
  readonly #file: FileHandle;
  #at: number;
  readonly #end: number;

  /** From the byte `first` up to the byte before `end`. */
  constructor(file: FileHandle, first: number, end: number) {
    this.#file = file;
    this.#at = first;
    this.#end = end;
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    const wanted = Math.min(pieceSize, this.#end - this.#at);
    if (wanted === 0) return this.return();
    // Whoever takes a piece may keep it.
    const piece = Buffer.allocUnsafeSlow(wanted);
    const { bytesRead } = await this.#file.read(piece, 0, wanted, this.#at);
    if (bytesRead === 0) throw new FetchFailure("fs: the file has become shorter while it was read");
    this.#at += bytesRead;
    return { done: false, value: piece.subarray(0, bytesRead) };
  }

  async return(): Promise<IteratorReturnResult<undefined>> {
    await this.#file.close().catch(() => undefined);
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
