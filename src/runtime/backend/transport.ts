/** Where a backend listens. `address` is numeric; `path` is a Unix-domain socket. */
export interface Endpoint {
  readonly name: string;
  readonly address?: string;
  /** The address of the other family, for when the first one takes no connection. */
  readonly fallback?: string;
  readonly port?: number;
  readonly path?: string;
}

/** What came of writing to an endpoint and reading until it closed. */
export interface ExchangeResult {
  /** What the connection was made over: IPv4, IPv6 or a Unix socket. Undefined: there was none. */
  readonly reached: "4" | "6" | "U" | undefined;
  /** Whether everything was written. */
  readonly sent: boolean;
  /** What was read, as latin1 text. */
  readonly answer: string;
  /** What went wrong, in the words of Varnish's Backend_health records. */
  readonly failure?: string;
}

/** A header field as it goes over the wire: bytes, one per code unit. */
export type RawHeader = readonly [name: string, value: string];

export interface BackendRequest {
  readonly endpoint: Endpoint;
  readonly method: string;
  readonly url: string;
  readonly headers: readonly RawHeader[];
  readonly body: AsyncIterable<Uint8Array> | Uint8Array | undefined;
  /** Seconds; 0 or undefined is none. */
  readonly connectTimeout: number;
  readonly firstByteTimeout: number;
  readonly betweenBytesTimeout: number;
  /**
   * Whose idle connections it may take, and leave its own to: those of one shared backend, by its full form. Without it, those of requests to the
   * same endpoint with the same preamble.
   */
  readonly pool?: string;
  /** Bytes to send first on a new connection. */
  readonly preamble?: string;
  /** The preamble speaks of this request alone: its connection is used for nothing else. */
  readonly ownConnection?: boolean;
  /** Aborts the fetch, at any stage. */
  readonly signal?: AbortSignal;
}

export interface BackendResponse {
  readonly status: number;
  readonly reason: string;
  readonly proto: string;
  readonly headers: readonly RawHeader[];
  /** Undefined when the response has no body. Reading it may fail with a FetchFailure. */
  readonly body: AsyncIterable<Uint8Array> | undefined;
}

/** Why a fetch failed, as a line for the FetchError log record. */
export class FetchFailure extends Error {
  override readonly name = "FetchFailure";
  /** Every line, in order; the message is the last of them. */
  readonly records: readonly string[];

  constructor(message: string, records: readonly string[] = [message]) {
    super(message);
    this.records = records;
  }
}
