import type { BodySink, BodySource } from "../body/body.js";

/** A body that was cut off: the fetch failed while somebody was reading. */
export class BodyFailure extends Error {
  override readonly name = "BodyFailure";
}

/** A body that came in pieces is kept as one up to so many bytes: that costs one copy, and each delivery is one piece to write. */
const joinedUpTo = 256 * 1024;

/**
 * The body of an object, filled by a fetch and read by any number of deliveries at the same time. Normally everything is kept. In
 * transit, which is for objects that nobody else will get, chunks are dropped once read and the fetch waits while too much is
 * unread: that is the back-pressure from the client to the backend.
 */
export class ObjectBody {
  /** Bytes so far. */
  length = 0;
  state: "open" | "complete" | "failed" = "open";
  private chunks: Uint8Array[] = [];
  /** How many chunks were dropped from the front. */
  private dropped = 0;
  private unread = 0;
  /** Bytes that may be unread in transit; undefined: keep everything. */
  private transitLimit: number | undefined;
  /** Most objects have none most of the time, and there are many objects. */
  private readers: Set<{ position: number }> | undefined;
  /** Requests that deliver it or are about to. */
  private users = 0;
  private changed: Promise<void> | undefined;
  private notify: (() => void) | undefined;

  /** All chunks of a complete body that was kept; undefined when it has to be read as it comes. */
  get whole(): readonly Uint8Array[] | undefined {
    return this.state === "complete" && this.dropped === 0 ? this.chunks : undefined;
  }

  /** Whether nobody will read any more of a body in transit: fetching it is of no use. */
  get unwanted(): boolean {
    return this.users === 0 && this.transitLimit !== undefined;
  }

  /** Whether requests deliver it or are about to. */
  get inUse(): boolean {
    return this.users > 0;
  }

  get inTransit(): boolean {
    return this.transitLimit !== undefined;
  }

  /** From here on keeps only what is unread, about `limit` bytes at most. */
  startTransit(limit: number): void {
    this.transitLimit = limit;
    this.unread = this.chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    this.drop();
  }

  /** A request is going to deliver it. */
  claim(): void {
    this.users++;
  }

  /** That request has finished with it. */
  release(): void {
    this.users--;
    this.drop();
    if (this.users === 0) this.compact();
    this.signal();
  }

  /** Adds bytes; the promise, if there is one, resolves when more may be added. */
  append(chunk: Uint8Array): void | Promise<void> {
    if (chunk.length === 0) return;
    this.chunks.push(chunk);
    this.length += chunk.length;
    this.unread += chunk.length;
    this.signal();
    if (this.transitLimit !== undefined && this.unread > this.transitLimit) return this.drained();
  }

  private drained(): Promise<void> {
    return this.unreadUpTo(this.transitLimit ?? Infinity);
  }

  /** Resolves when nothing of a body in transit is unread. */
  emptied(): Promise<void> {
    return this.unreadUpTo(0);
  }

  private async unreadUpTo(limit: number): Promise<void> {
    while (this.unread > limit && !this.unwanted) await this.change();
  }

  end(): void {
    this.state = "complete";
    this.compact();
    this.signal();
  }

  /** Once nobody reads it, a body is kept as one piece. A chunk that is part of what came off a connection would keep all of that: it is copied out. */
  private compact(): void {
    if (this.state !== "complete" || this.inTransit || this.dropped > 0 || this.readers) return;
    if (this.chunks.length > 1) {
      if (this.length <= joinedUpTo) this.chunks = [joined(this.chunks, this.length)];
    } else if ((this.chunks[0]?.buffer.byteLength ?? 0) > this.length) {
      this.chunks = [new Uint8Array(this.chunks[0] as Uint8Array)];
    }
  }

  fail(): void {
    this.state = "failed";
    this.signal();
  }

  /** Begins anew: nobody has seen anything of it. */
  reset(): void {
    this.chunks = [];
    this.length = this.unread = 0;
  }

  /** Forgets the bytes of a body that nobody will ask for again. */
  clear(): void {
    if (this.state === "open") return;
    this.dropped += this.chunks.length;
    this.chunks = [];
    this.unread = 0;
  }

  /** Bytes that are kept. */
  get kept(): number {
    return this.dropped === 0 ? this.length : this.unread;
  }

  /** Takes the whole body over from another object (a 304 that kept it). */
  copyFrom(other: ObjectBody): void {
    this.chunks = other.chunks;
    this.length = other.length;
    this.end();
  }

  /** Resolves when the body is complete or has failed. */
  async settled(): Promise<void> {
    while (this.state === "open") await this.change();
  }

  /** The bytes from the beginning, as they come. A BodyFailure where the fetch breaks off. */
  reader(): BodySource {
    const reader = { position: 0 };
    let given = false;
    return {
      length: this.state === "complete" ? this.length : undefined,
      whole: this.whole,
      pipe: (sink) => this.pipe(sink, reader, () => given),
      cancel: () => {
        given = true;
        this.signal();
      },
    };
  }

  private async pipe(sink: BodySink, reader: { position: number }, given: () => boolean): Promise<void> {
    (this.readers ??= new Set()).add(reader);
    try {
      if (this.dropped > 0) throw new BodyFailure("the body was for somebody else");
      while (!given()) {
        const chunk = this.chunks[reader.position - this.dropped];
        if (chunk) {
          reader.position++;
          this.drop();
          const wait = sink.write(chunk);
          if (wait) await wait;
        } else if (this.state === "open") {
          const { length } = this;
          const flushed = sink.flush?.();
          if (flushed) await flushed;
          // More may have come meanwhile, or the end.
          if (length === this.length && this.isOpen) await this.change();
        } else {
          if (this.state === "failed") throw new BodyFailure("the fetch failed before the end of the body");
          return;
        }
      }
    } finally {
      this.readers?.delete(reader);
      if (this.readers?.size === 0) this.readers = undefined;
      this.drop();
      this.signal();
    }
  }

  /** In transit, forgets what every reader has taken; a request that has still to begin needs all of it. */
  private drop(): void {
    if (this.transitLimit === undefined || !this.readers || this.readers.size < this.users) return;
    let behind = Infinity;
    for (const { position } of this.readers) behind = Math.min(behind, position);
    if (behind === this.dropped) return;
    for (const chunk of this.chunks.splice(0, behind - this.dropped)) this.unread -= chunk.length;
    this.dropped = behind;
    this.signal();
  }

  private get isOpen(): boolean {
    return this.state === "open";
  }

  private change(): Promise<void> {
    this.changed ??= new Promise((resolve) => {
      this.notify = resolve;
    });
    return this.changed;
  }

  private signal(): void {
    const notify = this.notify;
    this.changed = undefined;
    this.notify = undefined;
    notify?.();
  }
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.length;
  }
  return whole;
}
