/**
 * The version of this interface. It is experimental: what HTTP/2 or QUIC will ask of a transport is not known yet (S3-30), and a provider
 * says which version it was written for by the number that it checks this one against.
 */
export const byteStreamVersion = 1;

/** Who is at one end of a stream. Addresses are numeric; a Unix socket has 0.0.0.0 and port 0, as Varnish writes it. */
export interface StreamEnd {
  readonly address: string;
  readonly port: number;
}

/** Why no more bytes come. `errno` and `text` are the system's, such as 104 and `Connection reset by peer`. */
export interface StreamError {
  readonly errno: number;
  readonly text: string;
}

/** Takes what happens on a stream. Nothing is called after `closed`. */
export interface StreamReceiver {
  /** Bytes have come; the chunk is the receiver's to keep. */
  data(chunk: Uint8Array): void;
  /** The other side sends no more (half close). What is written still reaches it, as far as it knows. */
  ended(): void;
  /** Everything that was written has gone out, after a `write` that said false. */
  drained(): void;
  /** The stream has ended in both directions; with an error where it broke. */
  closed(error: StreamError | undefined): void;
}

/** The receiver of a stream before it has one, and once nothing on it is of interest any more. */
export const nobody: StreamReceiver = {
  data: () => undefined,
  ended: () => undefined,
  drained: () => undefined,
  closed: () => undefined,
};

/**
 * Bytes that travel in both directions: the only thing that HTTP knows of a connection. Sockets, TLS, PROXY and memory each provide one with
 * private state of their own (S3-17…S3-21); whatever they do, reading pushes, writing gathers, and the results of both are these.
 */
export interface ByteStream {
  readonly remote: StreamEnd;
  readonly local: StreamEnd;
  /** For log records: the file descriptor where there is one, any small number otherwise. */
  readonly id: number;
  /** Who takes what happens from now on. It may change between two messages. */
  receiver: StreamReceiver;
  /** Stops `data`, as soon as the provider can: a chunk that has been read already may still come. */
  pause(): void;
  resume(): void;
  /**
   * Writes a text (bytes, one per code unit) and then the chunks, in one piece where the provider can (S3-18). False: more is queued than is
   * good, wait for `drained`. Writing after an end or an error does nothing.
   */
  write(text: string, chunks?: readonly Uint8Array[]): boolean;
  /** Bytes written that have not left yet. */
  readonly unsent: number;
  /** Sends no more: a half close, after what was written. */
  end(): void;
  /** Closes both directions now; what has not left yet is lost. `closed` follows, later. */
  destroy(): void;
  /** The bytes of a part of a chunk as text, one per code unit. */
  text(chunk: Uint8Array, from: number, to: number): string;
  /** The file descriptor goes on: a stream of the host that other streams may be made over (TLS, sendfile). Absent where there is none. */
  readonly handle?: unknown;
}

/** The errno EPIPE: the other side had ended the connection before it was written to. */
export const brokenPipe = 32;
