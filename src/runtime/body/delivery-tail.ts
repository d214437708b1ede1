import type { BodySink } from "./body.js";
import type { BodyLink } from "./filter-kind.js";
import { joinedAll } from "./gzip-format.js";

/** Small pieces are sent together, up to so many bytes. */
const together = 16 * 1024;

/** The end of a chain of delivery filters: what goes to the client, in pieces that are worth a chunk of their own. */
export class DeliveryTail implements BodyLink {
  private sink: BodySink | undefined;
  private pieces: Uint8Array[] = [];
  private size = 0;
  private closed = false;

  /** Where the bytes go; before the first one comes. */
  open(sink: BodySink): void {
    this.sink = sink;
  }

  /** The client has gone: the next piece ends the delivery. */
  close(): void {
    this.closed = true;
  }

  write(chunk: Uint8Array): void | Promise<void> {
    if (this.closed || !this.sink) throw new Error("the client has gone");
    if (this.size === 0 && chunk.length >= together) return this.sink.write(chunk);
    this.pieces.push(chunk);
    this.size += chunk.length;
    if (this.size >= together) return this.send();
  }

  flush(): void | Promise<void> {
    return this.size > 0 ? this.send() : this.sink?.flush?.();
  }

  end(): void | Promise<void> {
    if (this.closed) throw new Error("the client has gone");
    if (this.size > 0) return this.send();
  }

  private send(): void | Promise<void> {
    const bytes = this.pieces.length === 1 ? (this.pieces[0] as Uint8Array) : joinedAll(this.pieces);
    this.pieces = [];
    this.size = 0;
    return this.sink?.write(bytes);
  }
}
