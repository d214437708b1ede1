import { Duplex } from "node:stream";
import type { ByteStream, StreamError } from "../../runtime/index.js";

type Done = (error?: Error | null) => void;

/** A stream that broke, with what the system said of it. */
export class CarrierFailure extends Error {
  override readonly name = "CarrierFailure";
  readonly error: StreamError;

  constructor(error: StreamError) {
    super(error.text);
    this.error = error;
  }
}

/** A stream of bytes as Node's TLS wants what it goes over, whatever is behind it: a socket, memory, another transport. */
export class Carrier extends Duplex {
  /** Called when the other side sends no more. True: TLS is not told, somebody looks into it first. */
  held: () => boolean = () => false;
  readonly #stream: ByteStream;
  #waiting: Done | undefined;

  /** `begun` is what has been read of the stream already. */
  constructor(stream: ByteStream, begun?: Uint8Array) {
    super({ allowHalfOpen: true });
    this.#stream = stream;
    stream.receiver = {
      data: (chunk) => {
        if (!this.push(chunk)) stream.pause();
      },
      ended: () => {
        if (!this.held()) this.push(null);
      },
      drained: () => this.#drained(),
      closed: (error) => this.destroy(error && new CarrierFailure(error)),
    };
    if (begun && begun.length > 0) this.push(begun);
  }

  override _read(): void {
    this.#stream.resume();
  }

  override _write(chunk: Uint8Array, _encoding: string, done: Done): void {
    this.#written(this.#stream.write("", [chunk]), done);
  }

  override _writev(items: readonly { readonly chunk: Uint8Array }[], done: Done): void {
    const chunks = items.map(({ chunk }) => chunk);
    this.#written(this.#stream.write("", chunks), done);
  }

  override _final(done: Done): void {
    this.#stream.end();
    done();
  }

  override _destroy(error: Error | null, done: Done): void {
    this.#stream.destroy();
    this.#drained();
    done(error);
  }

  #written(goesOn: boolean, done: Done): void {
    if (goesOn) done();
    else this.#waiting = done;
  }

  #drained(): void {
    const done = this.#waiting;
    this.#waiting = undefined;
    done?.();
  }
}
