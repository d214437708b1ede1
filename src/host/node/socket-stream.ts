import type { Socket } from "node:net";
import { nobody, type ByteStream, type StreamEnd, type StreamError } from "../../runtime/wire/byte-stream.js";
import { streamError } from "./system-error.js";
import { flushThisTurn, type PendingWriter } from "./write-turn.js";

/** Bytes that may wait in the socket before writing has to pause. */
const enough = 256 * 1024;
/** Up to this many bytes text and chunks go out as one text: one system call without a list of buffers. */
const smallWrite = 16 * 1024;

/** Where chunks are put together, one write after the other. */
const gathering = Buffer.allocUnsafeSlow(smallWrite);

let lastId = 0;

/** A TCP, Unix or TLS socket of Node's as a stream of bytes. */
export class SocketStream implements ByteStream, PendingWriter {
  readonly remote: StreamEnd;
  readonly local: StreamEnd;
  readonly id: number;
  receiver = nobody;
  readonly handle: Socket;
  /** Text that goes out at the end of this turn of the loop. */
  #pending = "";
  #error: StreamError | undefined;

  constructor(socket: Socket) {
    this.handle = socket;
    this.id = lastId = (lastId % 65_535) + 1;
    this.remote = { address: numeric(socket.remoteAddress), port: socket.remotePort ?? 0 };
    this.local = { address: numeric(socket.localAddress), port: socket.localPort ?? 0 };
    socket.on("data", (chunk: Uint8Array) => this.receiver.data(chunk));
    socket.on("end", () => this.receiver.ended());
    socket.on("drain", () => this.receiver.drained());
    socket.on("error", (error) => (this.#error = streamError(error)));
    socket.on("close", () => {
      const { receiver } = this;
      this.receiver = nobody;
      receiver.closed(this.#error);
    });
  }

  pause(): void {
    this.handle.pause();
  }

  resume(): void {
    this.handle.resume();
  }

  write(text: string, chunks?: readonly Uint8Array[]): boolean {
    const { handle } = this;
    if (!handle.writable) return true;
    if (!chunks || chunks.length === 0) this.#writeSoon(text);
    else if (sizeOf(chunks) <= smallWrite) this.#writeSoon(text + this.#joined(chunks));
    else {
      handle.cork();
      this.flush();
      if (text !== "") handle.write(Buffer.from(text, "latin1"));
      for (const chunk of chunks) handle.write(chunk);
      handle.uncork();
    }
    return this.unsent < enough;
  }

  /** Few bytes as text. */
  #joined(chunks: readonly Uint8Array[]): string {
    let end = 0;
    for (let i = 0; i < chunks.length; i++) {
      const chunk = chunks[i] as Uint8Array;
      gathering.set(chunk, end);
      end += chunk.length;
    }
    return gathering.toString("latin1", 0, end);
  }

  #writeSoon(text: string): void {
    const waits = this.#pending !== "";
    this.#pending += text;
    if (this.#pending.length > smallWrite) this.flush();
    else if (!waits) flushThisTurn(this);
  }

  flush(): void {
    if (this.#pending === "") return;
    const text = this.#pending;
    this.#pending = "";
    if (this.handle.writable) this.handle.write(text, "latin1");
  }

  get unsent(): number {
    return this.handle.writableLength + this.#pending.length;
  }

  end(): void {
    this.flush();
    this.handle.end();
  }

  destroy(): void {
    this.flush();
    this.handle.destroy();
  }

  text(chunk: Uint8Array, from: number, to: number): string {
    const buffer = Buffer.isBuffer(chunk)
      ? chunk
      : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    return buffer.toString("latin1", from, to);
  }
}

function sizeOf(chunks: readonly Uint8Array[]): number {
  let size = 0;
  for (let i = 0; i < chunks.length; i++) size += (chunks[i] as Uint8Array).length;
  return size;
}

/** An address as Varnish writes it: IPv4 that came in over an IPv6 socket is IPv4, and a Unix socket has zeros. */
function numeric(address = "0.0.0.0"): string {
  return address.startsWith("::ffff:") ? address.slice("::ffff:".length) : address;
}
