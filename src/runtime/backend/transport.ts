import type { BodySource } from "../body/body.js";
import type { FieldLines } from "../http/http-headers.js";
import type { ByteStream } from "../wire/byte-stream.js";

/** Where a backend listens. `address` is numeric; `path` is a Unix-domain socket. */
export interface Endpoint {
  readonly name: string;
  readonly address?: string;
  /** The address of the other family, for when the first one takes no connection. */
  readonly fallback?: string;
  readonly port?: number;
  readonly path?: string;
}

/** How the end of a body is told: by a length, in chunks, by the end of the connection; or there is none. */
export type BodyFraming = "none" | "chunked" | "length" | "eof";

/** Bytes that went over the wire for a fetch. */
export interface FetchTraffic {
  sentHead: number;
  sentBody: number;
  head: number;
  body: number;
}

/** Where the records of a transaction go. */
export interface TransactionLog {
  log(tag: string, text: string): void;
  timestamp(label: string): void;
}

/** A header field as it goes over the wire: bytes, one per code unit. */
export type RawHeader = readonly [name: string, value: string];

/** What a backend answers, whether it came over a connection or a VMOD made it up. */
export interface BackendResponse {
  readonly status: number;
  readonly reason: string;
  readonly proto: string;
  readonly headers: FieldLines | readonly RawHeader[];
  /** How the end of the body is told; `none` where there is no body. */
  readonly framing?: BodyFraming;
  /** Undefined when the response has no body. Reading it may fail with a FetchFailure. */
  readonly body: BodySource | AsyncIterable<Uint8Array> | undefined;
}

/** What a module puts between HTTP and the connection, TLS for one (S3-17…S3-21). */
export interface Transport {
  /** Stands for everything that makes one connection differ from another: part of the pool's and the backend's identity (S3-23). */
  readonly key: string;
  /**
   * Makes the stream that HTTP goes over of a connected one, within so many seconds (0: as long as it takes). The preamble has been written
   * (S3-28). Rejects with one line for the log; the connection is closed then.
   */
  open(stream: ByteStream, seconds: number): Promise<ByteStream>;
}

/** A connection to a backend without HTTP on it (pipe). */
export interface RawConnection {
  readonly stream: ByteStream;
  /** What a request says as Host where it says nothing. */
  readonly hostHeader: string;
  /** Closes it. The reason is the name that BackendClose shows. */
  release(reason: string): void;
}

/** One log record about a failure. */
export interface FailureRecord {
  readonly tag: string;
  readonly text: string;
}

export interface FailureOptions {
  /** FetchError, unless said otherwise. */
  readonly tag?: "FetchError" | "Error";
  /** What went before it. */
  readonly before?: readonly FailureRecord[];
  /** What vcl_backend_error begins with; 0 is 503 `Backend fetch failed`. */
  readonly status?: number;
  /** Nothing was sent: whoever has another backend may ask that. */
  readonly unsent?: boolean;
}

/** Why a fetch failed: the message is the last line about it, `records` are all of them in order. */
export class FetchFailure extends Error {
  override readonly name = "FetchFailure";
  readonly records: readonly FailureRecord[];
  readonly status: number;
  readonly unsent: boolean;

  constructor(
    text: string,
    { tag = "FetchError", before = [], status = 0, unsent = false }: FailureOptions = {},
  ) {
    super(text);
    this.unsent = unsent;
    this.records = [...before, { tag, text }];
    this.status = status;
  }
}

/** A failure that several FetchError records tell of. */
export function failureOf(
  texts: readonly string[],
  options: Pick<FailureOptions, "status"> = {},
): FetchFailure {
  const before = texts.slice(0, -1).map((text) => ({ tag: "FetchError", text }));
  return new FetchFailure(texts.at(-1) ?? "fetch failed", { ...options, before });
}
