import type { TLSSocket } from "node:tls";
import type { ByteStream, StreamEnd, StreamError, StreamReceiver } from "../../runtime/index.js";
import { streamErrorOf } from "./failure-text.js";

/** Bytes that may wait to be encrypted and sent before writing has to pause. */
const enough = 256 * 1024;
/** Bytes that TLS puts into one record: up to that much goes into one write. */
const record = 16 * 1024;

const nobody: StreamReceiver = {
  data: () => undefined,
  ended: () => undefined,
  drained: () => undefined,
  closed: () => undefined,
};

/** What HTTP reads and writes, of a TLS connection. Its ends are those of the stream that carries it. */
export class TlsStream implements ByteStream {
  readonly remote: StreamEnd;
  readonly local: StreamEnd;
  readonly id: number;
  receiver = nobody;
  protected readonly socket: TLSSocket;
  #error: StreamError | undefined;

  constructor(carried: ByteStream, socket: TLSSocket) {
    this.remote = carried.remote;
    this.local = carried.local;
    this.id = carried.id;
    this.socket = socket;
    socket.on("data", (chunk: Uint8Array) => this.receiver.data(chunk));
    socket.on("end", () => this.receiver.ended());
    socket.on("drain", () => this.receiver.drained());
    socket.on("error", (error) => (this.#error ??= streamErrorOf(error)));
    socket.on("close", () => {
      const { receiver } = this;
      this.receiver = nobody;
      receiver.closed(this.#error);
    });
  }

  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }

  write(text: string, chunks: readonly Uint8Array[] = []): boolean {
    const { socket } = this;
    if (!socket.writable) return true;
    const length = chunks.reduce((sum, chunk) => sum + chunk.length, text.length);
    if (chunks.length === 0) socket.write(text, "latin1");
    else if (length <= record) socket.write(Buffer.concat([Buffer.from(text, "latin1"), ...chunks], length));
    else {
      socket.cork();
      if (text !== "") socket.write(Buffer.from(text, "latin1"));
      for (const chunk of chunks) socket.write(chunk);
      socket.uncork();
    }
    return socket.writableLength < enough;
  }

  get unsent(): number {
    return this.socket.writableLength;
  }

  end(): void {
    this.socket.end();
  }

  destroy(): void {
    this.socket.destroy();
  }

  text(chunk: Uint8Array, from: number, to: number): string {
    return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString("latin1", from, to);
  }

  /** It ends because of an error that TLS itself knows nothing of. */
  protected breakOff(error: StreamError): void {
    this.#error ??= error;
    this.socket.destroy();
  }
}
