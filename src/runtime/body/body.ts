/** Takes the bytes of a body, in order. What it throws, or rejects with, ends the body. */
export interface BodySink {
  /** The chunk is the sink's to keep. A promise, where there is one, resolves when more may be written: that is the back-pressure. */
  write(chunk: Uint8Array): void | Promise<void>;
  /** No more bytes come before a pause: what is held back and can be sent goes on now. */
  flush?(): void | Promise<void>;
}

/** A body that is read once, from its beginning. */
export interface BodySource {
  /** Bytes in all; undefined where that is not known before the end. */
  readonly length: number | undefined;
  /** All of it, where it is there already and need not be waited for. */
  readonly whole?: readonly Uint8Array[] | undefined;
  /** Writes everything into the sink: resolves at the good end, rejects where the body breaks off or the sink refuses. */
  pipe(sink: BodySink): Promise<void>;
  /** Nobody wants the body, or the rest of it. A `pipe` that runs rejects. */
  cancel(): void;
}

/** A link of a chain of filters: what it makes of the bytes it writes into the sink that it was opened with. */
export interface BodyFilter extends BodySink {
  /** The good end of the body: everything that is held back goes on. It must not be called after a failure. */
  end(): void | Promise<void>;
  /** The body breaks off or is given up, at any time: frees what the filter holds. It must not throw. */
  abandon?(): void;
}
