import type { Server } from "node:http";
import type { Socket } from "node:net";
import { Duplex } from "node:stream";

/** The method that Node's parser is shown in place of one that it does not know; any that may have a body would do. */
const standIn = "POST";

/** What Node reports of a request that it cannot parse. */
export interface ParseError extends Error {
  readonly code?: string;
  /** The bytes that were being parsed. */
  readonly rawPacket?: Buffer;
  readonly bytesParsed?: number;
}

/** Real methods of requests that were let in under another one, by their connections. */
const realMethods = new WeakMap<Duplex, string>();

/** The method that a connection's request really has, where it is one that Node does not know. */
export function realMethod(connection: Duplex): string | undefined {
  return realMethods.get(connection);
}

/**
 * Lets a request in whose method Node's parser does not know, such as BAN, which policies like to use: methods are for VCL to judge.
 * The connection is handed to the server anew, with the method exchanged; it is closed after this request. False when the
 * request is wrong in other ways too.
 */
export function letIn(server: Server, socket: Socket, error: ParseError): boolean {
  const { code, rawPacket, bytesParsed = 0 } = error;
  if (code !== "HPE_INVALID_METHOD" || !rawPacket || realMethods.has(socket)) return false;
  // An answer that is still being written on this connection (pipelining) would be overtaken.
  if ((socket as { _httpMessage?: unknown })._httpMessage) return false;
  const text = rawPacket.toString("latin1");
  const request = text.slice(text.lastIndexOf("\n", bytesParsed - 1) + 1);
  const method = /^([!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}) /.exec(request)?.[1];
  if (method === undefined) return false;
  // The old parser's listeners go; adding a data listener takes the socket back from it.
  for (const event of ["data", "end", "close", "drain", "timeout", "error"]) socket.removeAllListeners(event);
  const connection = new Connection(socket, Buffer.from(standIn + request.slice(method.length), "latin1"));
  realMethods.set(connection, method);
  server.emit("connection", connection);
  return true;
}

/** A socket of which some bytes were read already. */
class Connection extends Duplex {
  readonly remoteAddress: string | undefined;
  readonly remotePort: number | undefined;
  readonly localAddress: string | undefined;
  readonly localPort: number | undefined;
  readonly #socket: Socket;

  constructor(socket: Socket, head: Buffer) {
    super();
    this.#socket = socket;
    this.remoteAddress = socket.remoteAddress;
    this.remotePort = socket.remotePort;
    this.localAddress = socket.localAddress;
    this.localPort = socket.localPort;
    this.push(head);
    socket.on("data", (chunk: Buffer) => {
      if (!this.push(chunk)) socket.pause();
    });
    socket.on("end", () => this.push(null));
    socket.on("error", (error) => this.destroy(error));
    socket.on("close", () => this.destroy());
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Buffer, encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#socket.write(chunk, encoding, done);
  }

  override _final(done: () => void): void {
    this.#socket.end(done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#socket.destroySoon();
    done(error);
  }
}
