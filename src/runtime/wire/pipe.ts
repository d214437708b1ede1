import type { ByteStream, StreamError, StreamReceiver } from "./byte-stream.js";
import type { CloseReason } from "./close-reason.js";
import { deadline, type Deadlines } from "./deadlines.js";

/** What went through a pipe, and how it ended. */
export interface PipeResult {
  readonly reason: CloseReason;
  /** Bytes from the client to the origin. */
  readonly fromClient: number;
  readonly fromOrigin: number;
}

/** How long a pipe may be idle, and how long it may last; seconds, 0 is for ever. */
export interface PipeTimes {
  readonly idle: number;
  readonly total: number;
}

/** One direction of a pipe: what comes from one side goes to the other, as fast as that takes it. */
class Direction implements StreamReceiver {
  bytes = 0;
  over = false;
  readonly from: ByteStream;
  readonly to: ByteStream;
  readonly #pipe: Pipe;
  /** The other direction; it writes into `from`. */
  other: Direction | undefined;

  constructor(pipe: Pipe, from: ByteStream, to: ByteStream) {
    this.#pipe = pipe;
    this.from = from;
    this.to = to;
  }

  data(chunk: Uint8Array): void {
    this.bytes += chunk.length;
    this.#pipe.moved();
    if (!this.to.write("", [chunk])) this.from.pause();
  }

  drained(): void {
    this.#pipe.moved();
    this.other?.from.resume();
  }

  ended(): void {
    if (this.over) return;
    this.over = true;
    this.to.end();
    this.#pipe.directionOver();
  }

  closed(_error: StreamError | undefined): void {
    this.ended();
    this.#pipe.closed();
  }
}

/**
 * Joins two connections: bytes go both ways untouched, a half close is passed on, and it ends when both directions have, or after a time-out
 * (http1-and-transports 7).
 */
export class Pipe {
  readonly #deadlines: Deadlines;
  readonly #idle: number;
  readonly #end: number;
  readonly #deadline = deadline(() => this.#finish("RX_TIMEOUT"));
  readonly #toOrigin: Direction;
  readonly #toClient: Direction;
  #resolve: (result: PipeResult) => void = () => undefined;
  #finished = false;

  constructor(client: ByteStream, origin: ByteStream, times: PipeTimes, deadlines: Deadlines) {
    this.#deadlines = deadlines;
    this.#idle = times.idle || Infinity;
    this.#end = times.total === 0 ? Infinity : deadlines.now() + times.total;
    this.#toOrigin = new Direction(this, client, origin);
    this.#toClient = new Direction(this, origin, client);
    this.#toOrigin.other = this.#toClient;
    this.#toClient.other = this.#toOrigin;
  }

  /** Begins; `rest` is what the client has sent behind its request. Never rejects. */
  run(rest: Uint8Array): Promise<PipeResult> {
    return new Promise((resolve) => {
      this.#resolve = resolve;
      this.moved();
      this.#toOrigin.from.receiver = this.#toOrigin;
      this.#toClient.from.receiver = this.#toClient;
      if (rest.length > 0) this.#toOrigin.data(rest);
      this.#toOrigin.from.resume();
      this.#toClient.from.resume();
    });
  }

  /** Bytes have moved: the pipe is not idle. */
  moved(): void {
    this.#deadlines.set(this.#deadline, Math.min(this.#deadlines.now() + this.#idle, this.#end));
  }

  directionOver(): void {
    if (this.#toOrigin.over && this.#toClient.over) this.#finish("TX_PIPE");
  }

  /** One of the connections has gone: what the other still sends has nowhere to go. */
  closed(): void {
    this.#finish("TX_PIPE");
  }

  #finish(reason: CloseReason): void {
    if (this.#finished) return;
    this.#finished = true;
    this.#deadlines.drop(this.#deadline);
    for (const { from } of [this.#toOrigin, this.#toClient]) {
      if (reason === "TX_PIPE") from.end();
      else from.destroy();
    }
    this.#resolve({ reason, fromClient: this.#toOrigin.bytes, fromOrigin: this.#toClient.bytes });
  }
}
