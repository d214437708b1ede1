/** Bytes taken in ahead of the reader before the connection is paused. */
const highWater = 128 * 1024;

/** A response body on its way from a connection to whoever pulls it. The connection is paused while the reader is behind. */
export class PulledBody implements AsyncIterableIterator<Uint8Array> {
  readonly #chunks: Uint8Array[] = [];
  readonly #resume: () => void;
  readonly #cancel: () => void;
  #waiting:
    { resolve: (result: IteratorResult<Uint8Array>) => void; reject: (error: Error) => void } | undefined;
  #size = 0;
  #paused = false;
  #ended = false;
  #failure: Error | undefined;

  /** `resume` lets a paused connection go on; `cancel` is told when the reader wants no more of an unfinished body. */
  constructor(resume: () => void, cancel: () => void) {
    this.#resume = resume;
    this.#cancel = cancel;
  }

  /** Takes a chunk; false asks the connection to pause. */
  push(chunk: Uint8Array): boolean {
    if (this.#waiting) {
      this.#waiting.resolve({ done: false, value: chunk });
      this.#waiting = undefined;
      return true;
    }
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    this.#paused = this.#size >= highWater;
    return !this.#paused;
  }

  end(): void {
    this.#ended = true;
    this.#waiting?.resolve({ done: true, value: undefined });
    this.#waiting = undefined;
  }

  fail(error: Error): void {
    if (this.#ended) return;
    this.#failure ??= error;
    this.#waiting?.reject(error);
    this.#waiting = undefined;
  }

  next(): Promise<IteratorResult<Uint8Array>> {
    const chunk = this.#chunks.shift();
    if (chunk) {
      this.#size -= chunk.length;
      if (this.#paused && this.#size < highWater / 2) {
        this.#paused = false;
        this.#resume();
      }
      return Promise.resolve({ done: false, value: chunk });
    }
    if (this.#failure) return Promise.reject(this.#failure);
    if (this.#ended) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve, reject) => (this.#waiting = { resolve, reject }));
  }

  return(): Promise<IteratorResult<Uint8Array>> {
    this.#chunks.length = 0;
    if (!this.#ended && !this.#failure) this.#cancel();
    this.end();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
