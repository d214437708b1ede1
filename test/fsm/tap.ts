import { settled } from "../../src/host/memory/index.js";

/** A body that sends a chunk each time it is told to. */
export class Tap {
  sent = 0;
  ended = false;
  private waiting: (() => void)[] = [];
  private allowed = 0;
  private done = false;

  async pour(chunks = 1): Promise<void> {
    this.allowed += chunks;
    this.wake();
    await settled();
  }

  async close(): Promise<void> {
    this.done = true;
    this.wake();
    await settled();
  }

  private wake(): void {
    for (const resume of this.waiting.splice(0)) resume();
  }

  async *body(size = 1): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        if (this.sent < this.allowed) {
          this.sent++;
          yield new Uint8Array(size).fill(0x61);
        } else if (this.done) return;
        else await new Promise<void>((resolve) => this.waiting.push(resolve));
      }
    } finally {
      this.ended = true;
    }
  }
}
