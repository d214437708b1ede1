import type { BodySink, BodySource } from "./body.js";

/** A body that is all there. */
export class WholeBody implements BodySource {
  readonly length: number;
  readonly whole: readonly Uint8Array[];
  private readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.length = bytes.length;
    this.whole = [bytes];
  }

  async pipe(sink: BodySink): Promise<void> {
    if (this.length > 0) await sink.write(this.bytes);
  }

  cancel(): void {
    // There is nothing to give back.
  }
}
