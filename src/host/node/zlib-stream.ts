import type { Transform } from "node:stream";
import { DataFailure } from "../../runtime/body/compression.js";
import type { BodySink } from "../../runtime/body/body.js";

/** A stream of node:zlib. */
export interface ZlibEngine extends Transform {
  /** Bytes of input that it has worked on. */
  readonly bytesWritten: number;
  flush(callback?: () => void): void;
}

/**
 * Drives a zlib stream by promises: every step is over when all that came out of it has been taken. Works on the thread pool, and holds no more than a
 * few pieces while the sink is slow.
 */
export class ZlibStream {
  private readonly engine: ZlibEngine;
  private readonly sink: BodySink;
  private failure: Error | undefined;
  private wake: (() => void) | undefined;

  constructor(engine: ZlibEngine, sink: BodySink) {
    this.engine = engine;
    this.sink = sink;
    engine.on("readable", () => this.wake?.());
    engine.on("end", () => this.wake?.());
    engine.on("error", (error) => {
      this.failure ??= isDataError(error) ? new DataFailure(error.message) : error;
      this.wake?.();
    });
  }

  /** Works on a chunk. Resolves to the number of its bytes that the stream has not used, as its data had ended before. */
  async write(chunk: Uint8Array): Promise<number> {
    const before = this.engine.bytesWritten;
    await this.step((done) => this.engine.write(chunk, done));
    return chunk.length - (this.engine.bytesWritten - before);
  }

  /** Everything that can come out by now comes out. */
  flush(): Promise<void> {
    return this.step((done) => this.engine.flush(done));
  }

  /** No more comes in. */
  end(): Promise<void> {
    return this.step((done) => {
      this.engine.once("end", done);
      this.engine.end();
    });
  }

  private async step(begin: (done: () => void) => void): Promise<void> {
    let done = false;
    begin(() => {
      done = true;
      this.wake?.();
    });
    for (;;) {
      if (this.failure) throw this.failure;
      const piece = this.engine.read() as Uint8Array | null;
      if (piece) await this.sink.write(piece);
      else if (done) return;
      else await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }

  /** A step that runs rejects. */
  close(): void {
    this.failure ??= new Error("closed");
    this.engine.destroy();
    this.wake?.();
  }
}

function isDataError(error: NodeJS.ErrnoException): boolean {
  return error.code === "Z_DATA_ERROR" || error.code === "Z_NEED_DICT";
}
