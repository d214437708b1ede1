import type { BodySink } from "./body.js";
import type { BodyLink } from "./filter-kind.js";
import { joinedAll } from "./gzip-format.js";

/** Small pieces are sent together, up to so many bytes. */
const together = 16 * 1024;
/** Bytes that are held while nobody takes them yet. */
const held = 256 * 1024;

/**
 * The end of a chain of delivery filters: what goes to the client, in pieces that are worth a chunk of their own. Before it is opened it holds what
 * comes, up to a limit: a body that is through by then goes out in one piece with its head.
 */
export class DeliveryTail implements BodyLink {
  private sink: BodySink | undefined;
  private pieces: Uint8Array[] = [];
  private size = 0;
  private closed = false;
  private opened: (() => void) | undefined;
  /** The client has not taken the last piece yet. */
  private taking: Promise<void> | undefined;

  /** Where the bytes go from now on. */
  open(sink: BodySink): void {
    this.sink = sink;
    this.opened?.();
  }

  /** The pieces that are held. */
  take(): readonly Uint8Array[] {
    const { pieces } = this;
    this.pieces = [];
    this.size = 0;
    return pieces;
  }

  /** The client has gone: the next piece ends the delivery. */
  close(): void {
    this.closed = true;
    this.opened?.();
  }

  write(chunk: Uint8Array): void | Promise<void> {
    if (this.closed) throw new Error("the client has gone");
    this.pieces.push(chunk);
    this.size += chunk.length;
    if (!this.sink) return this.size >= held ? this.untilOpen() : undefined;
    if (this.size >= together) return this.send();
  }

  /** Somebody waits, and the client may have what there is. */
  flush(): void | Promise<void> {
    if (!this.sink) return undefined;
    return this.size > 0 ? this.send() : this.sink.flush?.();
  }

  end(): void | Promise<void> {
    if (this.closed) throw new Error("the client has gone");
    if (this.sink) return this.send();
  }

  private async untilOpen(): Promise<void> {
    await new Promise<void>((resolve) => (this.opened = resolve));
    if (this.closed) throw new Error("the client has gone");
    await this.send();
  }

  /** One write at a time: a flush may come while another waits for the client. */
  private send(): void | Promise<void> {
    if (this.taking) return this.taking.then(() => this.send());
    if (this.size === 0) return;
    const bytes = this.pieces.length === 1 ? (this.pieces[0] as Uint8Array) : joinedAll(this.pieces);
    this.pieces = [];
    this.size = 0;
    const taken = this.sink?.write(bytes);
    if (!taken) return;
    this.taking = taken.finally(() => (this.taking = undefined));
    return this.taking;
  }
}
