import type { ByteStream, StreamError, StreamReceiver } from "./byte-stream.js";
import { ClientExchange, type ClientRequest, type ClientResponse } from "./client-exchange.js";
import type { BackendCloseReason } from "./close-reason.js";
import type { Deadlines } from "./deadlines.js";

/** Who is told of the end of an exchange: with a reason, the connection has been closed; without, nothing speaks against using it again. */
export type ExchangeEnded = (reason: BackendCloseReason | undefined) => void;

/**
 * The client's end of an HTTP/1 connection: one exchange after another. While there is none, whatever happens on it closes it
 * (http1-and-transports 5.5).
 */
export class ClientConnection implements StreamReceiver {
  readonly stream: ByteStream;
  readonly deadlines: Deadlines;
  /** Exchanges that it has carried, with the one that runs. */
  uses = 0;
  /** When it was opened, and since when nobody has used it; by the monotonic clock, in seconds. */
  readonly opened: number;
  idleSince: number;
  #prefix: string;
  #exchange: ClientExchange | undefined;
  #ended: ExchangeEnded | undefined;
  #lost: (() => void) | undefined;
  #open = true;
  /** The other side may still send. */
  #readable = true;

  /** `prefix` are bytes that go before the first request. */
  constructor(stream: ByteStream, deadlines: Deadlines, prefix = "") {
    this.stream = stream;
    this.deadlines = deadlines;
    this.opened = this.idleSince = deadlines.now();
    this.#prefix = prefix;
    stream.receiver = this;
  }

  get open(): boolean {
    return this.#open;
  }

  get reused(): boolean {
    return this.uses > 1;
  }

  /** Sends a request. Rejects with a FetchFailure where no answer comes; `ended` is called once, when the connection is free or closed. */
  send(request: ClientRequest, ended: ExchangeEnded): Promise<ClientResponse> {
    this.uses += 1;
    this.#lost = undefined;
    this.#ended = ended;
    return new Promise((resolve, reject) => {
      const exchange = new ClientExchange(this, request, resolve, reject);
      this.#exchange = exchange;
      exchange.start(this.takePrefix());
      if (!this.#open) exchange.closed(undefined);
    });
  }

  /** Ends the exchange that runs; nothing happens where none does. */
  abort(): void {
    this.#exchange?.abort();
  }

  /** The bytes that go before the first request, once. */
  takePrefix(): string {
    const prefix = this.#prefix;
    this.#prefix = "";
    return prefix;
  }

  /** Nobody uses it for now. `lost` is called when something closes it meanwhile. */
  rest(lost: () => void): void {
    this.idleSince = this.deadlines.now();
    this.#lost = lost;
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.stream.destroy();
    this.#lost?.();
  }

  data(chunk: Uint8Array): void {
    if (this.#exchange) this.#exchange.data(chunk);
    else this.close();
  }

  ended(): void {
    this.#readable = false;
    if (this.#exchange) this.#exchange.ended();
    else this.close();
  }

  drained(): void {
    this.#exchange?.drained();
  }

  closed(error: StreamError | undefined): void {
    this.#readable = false;
    if (this.#exchange) this.#exchange.closed(error);
    else this.close();
  }

  exchangeOver(reason: BackendCloseReason | undefined): void {
    const ended = this.#ended;
    this.#exchange = undefined;
    this.#ended = undefined;
    if (reason === undefined && this.#readable) this.stream.resume();
    else this.close();
    ended?.(reason);
  }
}
