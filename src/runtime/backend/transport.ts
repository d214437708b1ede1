/** Where a backend listens. `address` is numeric; `path` is a Unix-domain socket. */
export interface Endpoint {
  readonly name: string;
  readonly address?: string;
  readonly port?: number;
  readonly path?: string;
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
  /** Bytes to send first on a new connection. Connections are shared only among requests with the same. */
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
}
