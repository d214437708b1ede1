import type { FetchTraffic } from "../backend/transport.js";
import type { BodySink, BodySource } from "../body/body.js";
import type { ByteStream } from "./byte-stream.js";

/** What the sender of a request body tells its exchange. */
export interface SenderOwner {
  readonly stream: ByteStream;
  /** The connection takes no more for now; then, that it does again. */
  stalled(isStalled: boolean): void;
  /** Everything was written. */
  sent(): void;
  /** The body broke off, or was not as long as it had said. */
  bodyBroken(error: unknown): void;
}

const lineEnd = Uint8Array.of(13, 10);

/**
 * Writes a request: the head, with it what of the body is there already, then the rest as it comes. A body whose length is known goes as it is, any
 * other in the chunked coding, one chunk for each piece (http1-and-transports 5.1).
 */
export class RequestBodySender implements BodySink {
  readonly #owner: SenderOwner;
  readonly #body: BodySource;
  readonly #chunked: boolean;
  readonly #traffic: FetchTraffic | undefined;
  #head: string;
  #bytes = 0;
  #drained: (() => void) | undefined;
  #over = false;

  constructor(owner: SenderOwner, head: string, body: BodySource, traffic?: FetchTraffic) {
    this.#traffic = traffic;
    this.#owner = owner;
    this.#head = head;
    this.#body = body;
    this.#chunked = body.length === undefined;
  }

  get over(): boolean {
    return this.#over;
  }

  start(): void {
    this.#body.pipe(this).then(
      () => this.#finish(),
      (error: unknown) => this.#broken(error),
    );
    // A piece that was there at once has taken the head with it.
    if (this.#head !== "" && !this.#over) this.#owner.stream.write(this.#takeHead());
  }

  write(chunk: Uint8Array): void | Promise<void> {
    if (this.#over) throw new Error("the request is over");
    if (chunk.length === 0) return;
    this.#bytes += chunk.length;
    if (this.#traffic) this.#traffic.sentBody += chunk.length;
    const { stream } = this.#owner;
    const goesOn = this.#chunked
      ? stream.write(`${this.#takeHead()}00${chunk.length.toString(16)}\r\n`, [chunk, lineEnd])
      : stream.write(this.#takeHead(), [chunk]);
    if (!goesOn) return this.#drain();
  }

  drained(): void {
    const go = this.#drained;
    if (!go) return;
    this.#drained = undefined;
    this.#owner.stalled(false);
    go();
  }

  /** The exchange is over before the body is: nobody reads the rest. */
  abandon(): void {
    if (this.#over) return;
    this.#over = true;
    this.#body.cancel();
    this.#drained?.();
  }

  #drain(): Promise<void> {
    this.#owner.stalled(true);
    return new Promise((resolve) => (this.#drained = resolve));
  }

  #takeHead(): string {
    const head = this.#head;
    this.#head = "";
    return head;
  }

  #finish(): void {
    if (this.#over) return;
    const { length } = this.#body;
    if (length !== undefined && length !== this.#bytes) {
      return this.#broken(new Error(`${this.#bytes} bytes of ${length}`));
    }
    this.#over = true;
    if (this.#chunked) this.#owner.stream.write(`${this.#takeHead()}0\r\n\r\n`);
    this.#owner.sent();
  }

  #broken(error: unknown): void {
    if (this.#over) return;
    this.#over = true;
    this.#owner.bodyBroken(error);
  }
}
