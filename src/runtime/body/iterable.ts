import type { BodySink, BodySource } from "./body.js";

/** A body that somebody gives as an async iterable: it is pulled as fast as the sink takes it. */
export class IterableSource implements BodySource {
  readonly length: number | undefined;
  readonly #iterator: AsyncIterator<Uint8Array>;
  #reject: (error: Error) => void = () => undefined;
  #over = false;

  constructor(iterable: AsyncIterable<Uint8Array>, length?: number) {
    this.length = length;
    this.#iterator = iterable[Symbol.asyncIterator]();
  }

  pipe(sink: BodySink): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#reject = reject;
      if (this.#over) return this.#reject(new Error("body not wanted"));
      this.#pull(sink).then(resolve, (error: unknown) => {
        this.#giveBack();
        reject(error instanceof Error ? error : new Error(String(error)));
      });
    });
  }

  cancel(): void {
    this.#reject(new Error("body not wanted"));
    this.#giveBack();
  }

  async #pull(sink: BodySink): Promise<void> {
    for (;;) {
      const next = await this.#iterator.next();
      if (next.done) this.#over = true;
      if (next.done || this.#over) return;
      await sink.write(next.value);
    }
  }

  /** The iterator may clean up; how that ends is of no interest any more. */
  #giveBack(): void {
    if (this.#over) return;
    this.#over = true;
    void Promise.resolve(this.#iterator.return?.()).catch(() => undefined);
  }
}

/** A body as a source, however it was given. */
export function sourceOf(body: BodySource | AsyncIterable<Uint8Array>): BodySource {
  return "pipe" in body ? body : new IterableSource(body);
}
