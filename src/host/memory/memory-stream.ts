import { nobody, type ByteStream, type StreamEnd, type StreamError } from "../../runtime/wire/byte-stream.js";
import { latin1Bytes, latin1Text } from "../../runtime/values/blob.js";

/** Bytes that the other side may leave unread before writing has to pause. */
const enough = 64 * 1024;

let lastId = 0;

/**
 * One end of a connection in memory. What is written arrives at the other end in a microtask, in order, as long as that end takes it; then
 * writing pauses, as with a socket whose peer does not read.
 */
export class MemoryStream implements ByteStream {
  receiver = nobody;
  readonly id: number;
  readonly remote: StreamEnd;
  readonly local: StreamEnd;
  /** Bytes written, in all. */
  written = 0;
  private peer: MemoryStream = this;
  private queue: Uint8Array[] = [];
  private queued = 0;
  private paused = false;
  private backedUp = false;
  private sentEnd = false;
  private gotEnd = false;
  private isClosed = false;
  private scheduled = false;
  /** The error that comes after what is queued. */
  private breaking: StreamError | undefined;

  private constructor(local: StreamEnd, remote: StreamEnd) {
    this.id = ++lastId;
    this.local = local;
    this.remote = remote;
  }

  /** Both ends of a new connection; the first is at `a`. */
  static pair(a: StreamEnd, b: StreamEnd): [MemoryStream, MemoryStream] {
    const one = new MemoryStream(a, b);
    const two = new MemoryStream(b, a);
    one.peer = two;
    two.peer = one;
    return [one, two];
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    this.schedule();
  }

  write(text: string, chunks: readonly Uint8Array[] = []): boolean {
    if (this.sentEnd || this.isClosed) return true;
    if (this.peer.isClosed) {
      // Nobody is there to take it: a reset comes back, after what was sent before.
      this.breaking ??= { errno: 104, text: "Connection reset by peer" };
      this.schedule();
      return true;
    }
    if (text !== "") this.peer.take(latin1Bytes(text));
    for (const chunk of chunks) this.peer.take(chunk);
    this.written += text.length + chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    this.backedUp ||= this.unsent >= enough;
    return !this.backedUp;
  }

  get unsent(): number {
    return this.peer.queued;
  }

  end(): void {
    if (this.sentEnd || this.isClosed) return;
    this.sentEnd = true;
    this.peer.schedule();
    this.schedule();
  }

  destroy(error?: StreamError): void {
    if (this.isClosed) return;
    const unread = this.queued > 0 || !this.gotEnd;
    // As with sockets: an end that goes with something unread, or before the other has ended, is a reset where the other goes on writing.
    if (!this.sentEnd && unread && error) this.peer.fail(error);
    this.sentEnd = true;
    this.peer.schedule();
    this.fail(undefined);
  }

  /** Breaks the connection: both ends learn of it, the other one after what it was sent. */
  break(error: StreamError): void {
    this.sentEnd = true;
    this.peer.breaking = error;
    this.peer.schedule();
    this.fail(error);
  }

  text(chunk: Uint8Array, from: number, to: number): string {
    return latin1Text(chunk.subarray(from, to));
  }

  private take(chunk: Uint8Array): void {
    if (this.isClosed || chunk.length === 0) return;
    this.queue.push(chunk);
    this.queued += chunk.length;
    this.schedule();
  }

  private fail(error: StreamError | undefined): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.queue = [];
    this.queued = 0;
    void Promise.resolve().then(() => {
      const { receiver } = this;
      this.receiver = nobody;
      receiver.closed(error);
    });
  }

  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    void Promise.resolve().then(() => {
      this.scheduled = false;
      this.deliver();
    });
  }

  private deliver(): void {
    while (!this.paused && !this.isClosed && this.queue.length > 0) {
      const chunk = this.queue.shift() as Uint8Array;
      this.queued -= chunk.length;
      this.receiver.data(chunk);
    }
    if (this.queued === 0) this.peer.wasTaken();
    if (this.isClosed || this.queue.length > 0) return;
    if (this.breaking) return this.fail(this.breaking);
    if (this.peer.sentEnd && !this.gotEnd && !this.paused) {
      this.gotEnd = true;
      this.receiver.ended();
    }
    if (this.gotEnd && this.sentEnd) this.fail(undefined);
  }

  private wasTaken(): void {
    if (!this.backedUp) return;
    this.backedUp = false;
    if (!this.isClosed) this.receiver.drained();
  }
}
