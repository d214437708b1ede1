import type { BodySink, BodySource } from "../body/body.js";
import type { Host } from "../host.js";

/** Pieces in a second: what the client notices of the pauses between them. */
const piecesPerSecond = 20;

/** A body that goes on no faster than so many bytes in a second. */
export class PacedBody implements BodySource {
  readonly length: number | undefined;
  readonly #body: BodySource | readonly Uint8Array[];
  readonly #pace: number;
  readonly #host: Host;
  #cancelled = false;

  constructor(body: BodySource | readonly Uint8Array[], pace: number, host: Host) {
    this.#body = body;
    this.#pace = pace;
    this.#host = host;
    this.length = "pipe" in body ? body.length : body.reduce((sum, { length }) => sum + length, 0);
  }

  async pipe(sink: BodySink): Promise<void> {
    const paced: BodySink = {
      write: (chunk) => this.#write(chunk, sink),
      ...(sink.flush && { flush: () => sink.flush?.() }),
    };
    if ("pipe" in this.#body) return this.#body.pipe(paced);
    for (const chunk of this.#body) await paced.write(chunk);
  }

  cancel(): void {
    this.#cancelled = true;
    if ("pipe" in this.#body) this.#body.cancel();
  }

  async #write(chunk: Uint8Array, sink: BodySink): Promise<void> {
    const size = Math.max(1, Math.floor(this.#pace / piecesPerSecond));
    for (let at = 0; at < chunk.length && !this.#cancelled; at += size) {
      const piece = chunk.subarray(at, at + size);
      await sink.write(piece);
      await new Promise<void>((resolve) => this.#host.setTimer(piece.length / this.#pace, resolve));
    }
  }
}
