import type { BodySink, BodySource } from "../body/body.js";
import type { ExchangeTraffic, RecordLog } from "../exchange.js";
import { FetchFailure, failureOf } from "../backend/transport.js";
import type { BodyDecoder } from "./body-decoder.js";
import type { StreamError } from "./byte-stream.js";
import type { ServerConnection } from "./server-connection.js";

const nowhere: BodySink = { write: () => undefined };

function reportTo(log: RecordLog, failure: unknown): void {
  if (!(failure instanceof FetchFailure)) return;
  for (const { tag, text } of failure.records) log.log(tag, text);
}

/** The body of a request on its connection: read when it is asked for, as fast as it is taken. */
export class IncomingBody implements BodySource {
  readonly length: number | undefined;
  readonly #connection: ServerConnection;
  readonly #decoder: BodyDecoder;
  readonly #traffic: ExchangeTraffic;
  #sink: BodySink | undefined;
  #resolve: () => void = () => undefined;
  #reject: (why: Error) => void = () => undefined;
  /** Whether the sink has asked to wait. */
  #waiting = false;
  #failure: FetchFailure | undefined;
  /** No more comes; the text says what the system said, "" that it said nothing. */
  #ended: string | undefined;

  constructor(connection: ServerConnection, decoder: BodyDecoder, traffic: ExchangeTraffic) {
    this.#traffic = traffic;
    this.#connection = connection;
    this.#decoder = decoder;
    this.length = decoder.length;
  }

  /** Whether there is nothing left of it to be read: it is at its end, or broken. */
  get over(): boolean {
    return this.#decoder.done || this.#failure !== undefined;
  }

  pipe(sink: BodySink): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      this.#sink = sink;
      this.#pump();
      if (!this.over && !this.#waiting) this.#read();
    });
  }

  cancel(): void {
    if (this.over) return;
    // What is left is read away before the answer goes out.
    this.#sink = undefined;
    this.#reject(new FetchFailure("cancelled"));
  }

  /** Reads it away; what is wrong with it goes into the log. */
  drain(log: RecordLog): void | Promise<void> {
    this.#reject = (failure) => reportTo(log, failure);
    this.#resolve = () => undefined;
    this.#sink = nowhere;
    this.#waiting = false;
    this.#pump();
    if (this.over) return undefined;
    return this.pipe(nowhere).catch((failure: unknown) => reportTo(log, failure));
  }

  /** Bytes have come. False: they are not asked for now. */
  moreInput(): boolean {
    if (!this.#sink || this.over) return false;
    this.#pump();
    if (this.over || this.#waiting) return this.over ? this.#connection.input.length === 0 : false;
    this.#read();
    return true;
  }

  inputEnded(error: StreamError | undefined): void {
    this.#ended = error?.text ?? "";
    if (this.#sink && !this.#waiting) this.#pump();
  }

  expired(): void {
    this.#ended = "Resource temporarily unavailable";
    this.#pump();
  }

  #read(): void {
    this.#connection.expect(this.#connection.session.timeout("timeout_idle"));
    this.#connection.read();
  }

  #pump(): void {
    const decoder = this.#decoder;
    while (!this.#waiting && this.#sink && !this.#failure) {
      const piece = decoder.next(this.#connection.input);
      if (piece) this.#hand(piece, this.#sink);
      else if (decoder.done) return this.#finish();
      else if (decoder.failure !== undefined) return this.#fail([decoder.failure]);
      else if (this.#ended === undefined) return;
      else {
        const why = decoder.cut(true) ?? "eof socket fail";
        return this.#fail(this.#ended === "" ? [why] : [this.#ended, why]);
      }
    }
  }

  #hand(piece: Uint8Array, sink: BodySink): void {
    this.#traffic.body += piece.length;
    let wait: void | Promise<void>;
    try {
      wait = sink.write(piece);
    } catch (error) {
      this.#sink = undefined;
      this.#reject(error as Error);
      return;
    }
    if (!wait) return;
    this.#waiting = true;
    this.#connection.expectNothing();
    void wait.then(
      () => {
        this.#waiting = false;
        if (this.#sink !== sink) return;
        this.#pump();
        if (!this.over && !this.#waiting) this.#read();
      },
      (error: Error) => {
        this.#waiting = false;
        this.#sink = undefined;
        this.#reject(error);
      },
    );
  }

  #finish(): void {
    this.#sink = undefined;
    this.#connection.expectNothing();
    this.#resolve();
  }

  #fail(records: readonly string[]): void {
    this.#connection.expectNothing();
    this.#connection.session.closing = "RX_BODY";
    this.#sink = undefined;
    this.#failure = failureOf(records);
    this.#reject(this.#failure);
  }
}
