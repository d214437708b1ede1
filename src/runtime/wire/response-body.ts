import { failureOf, FetchFailure, type BodyFraming } from "../backend/transport.js";
import type { BodySink, BodySource } from "../body/body.js";
import type { BodyDecoder } from "./body-decoder.js";
import type { ByteStream, StreamError } from "./byte-stream.js";
import { deadline, type Deadlines } from "./deadlines.js";
import type { Input } from "./input.js";
import type { BackendCloseReason } from "./close-reason.js";

/** What a response's body needs of the exchange that it belongs to. */
export interface BodyOwner {
  readonly stream: ByteStream;
  readonly input: Input;
  readonly deadlines: Deadlines;
  /** Seconds that the other side may be silent; 0: as long as it likes. */
  readonly betweenBytes: number;
  /** Nothing of the body is left on the connection; with a reason it has to be closed. */
  bodyOver(reason: BackendCloseReason | undefined): void;
}

/** What a time-out within a body is called: the text of the system's EAGAIN. */
const noMore = "Resource temporarily unavailable";

/**
 * The body of a response, as it comes off the connection. While its sink asks for a pause, or before there is one, no more is read than has come
 * already. It ends well only where its framing says so: a reset or a close before that is a failure.
 */
export class ResponseBody implements BodySource {
  readonly length: number | undefined;
  readonly framing: BodyFraming;
  /** Bytes that were handed on. */
  bytes = 0;
  readonly #owner: BodyOwner;
  readonly #decoder: BodyDecoder;
  readonly #silence = deadline(() => this.#fail([noMore, this.#decoder.cut(true)]));
  #sink: BodySink | undefined;
  #resolve: () => void = () => undefined;
  #reject: (failure: Error) => void = () => undefined;
  #waiting = false;
  #paused = false;
  #over = false;
  #failure: Error | undefined;
  /** No more bytes come after those that are there. */
  #ended: { readonly error: StreamError | undefined } | undefined;

  constructor(owner: BodyOwner, decoder: BodyDecoder) {
    this.#owner = owner;
    this.#decoder = decoder;
    this.length = decoder.length;
    this.framing = decoder.framing;
  }

  pipe(sink: BodySink): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#failure) return reject(this.#failure);
      if (this.#over) return reject(new FetchFailure("body not wanted"));
      this.#sink = sink;
      this.#resolve = resolve;
      this.#reject = reject;
      this.#pump();
    });
  }

  cancel(): void {
    if (this.#over) return;
    if (this.#sink) return this.#fail(["body not wanted"]);
    // What has come already is read to its end: then the connection can still be used.
    const { input } = this.#owner;
    while (this.#decoder.next(input));
    this.#end(this.#decoder.done ? undefined : "RESP_CLOSE");
  }

  /** Bytes have come. */
  data(chunk: Uint8Array): void {
    this.#owner.input.append(chunk);
    if (this.#sink && !this.#waiting) this.#pump();
    else this.#pause();
  }

  /** No more bytes come. */
  ended(error: StreamError | undefined): void {
    if (this.#ended || this.#over) return;
    this.#ended = { error };
    if (this.#sink && !this.#waiting) this.#pump();
  }

  /** The exchange is given up for a reason of its own. */
  giveUp(failure: Error): void {
    if (this.#over) return;
    this.#over = true;
    this.#failure = failure;
    this.#owner.deadlines.drop(this.#silence);
    this.#reject(failure);
  }

  #pump(): void {
    const { input, deadlines, betweenBytes } = this.#owner;
    const decoder = this.#decoder;
    for (;;) {
      const piece = decoder.next(input);
      if (!piece) break;
      if (this.#write(piece) || this.#over) return;
    }
    if (decoder.failure !== undefined) return this.#fail([decoder.failure]);
    if (decoder.done) return this.#end(undefined);
    if (this.#ended) return this.#cut(this.#ended.error);
    if (this.#paused) {
      this.#paused = false;
      this.#owner.stream.resume();
    }
    if (betweenBytes > 0) deadlines.in(this.#silence, betweenBytes);
  }

  /** Hands a piece on; true: the sink has to be waited for, or is of no use any more. */
  #write(piece: Uint8Array): boolean {
    this.bytes += piece.length;
    let full: void | Promise<void>;
    try {
      full = (this.#sink as BodySink).write(piece);
    } catch (error) {
      this.#refused(error);
      return true;
    }
    if (!full) return false;
    this.#waiting = true;
    // It is the sink that is waited for now.
    this.#silence.at = Infinity;
    full.then(
      () => {
        this.#waiting = false;
        if (!this.#over) this.#pump();
      },
      (error: unknown) => this.#refused(error),
    );
    return true;
  }

  #pause(): void {
    if (this.#paused) return;
    this.#paused = true;
    this.#owner.stream.pause();
  }

  #cut(error: StreamError | undefined): void {
    const text = this.#decoder.cut(error !== undefined);
    if (text === undefined) this.#end("RESP_CLOSE");
    else this.#fail(error ? [error.text, text] : [text]);
  }

  /** The good end, or the end of a body that nobody wants. */
  #end(reason: BackendCloseReason | undefined): void {
    if (this.#over) return;
    this.#over = true;
    this.#owner.deadlines.drop(this.#silence);
    this.#owner.bodyOver(reason);
    this.#resolve();
  }

  #fail(texts: readonly (string | undefined)[]): void {
    this.#refused(failureOf(texts.filter((text) => text !== undefined)));
  }

  #refused(error: unknown): void {
    if (this.#over) return;
    this.giveUp(error instanceof Error ? error : new FetchFailure(String(error)));
    this.#owner.bodyOver("RX_BODY");
  }
}
