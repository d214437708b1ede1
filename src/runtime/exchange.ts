import type { RawHeader } from "./backend/transport.js";

/** A request as the host took it off a connection, and the way to answer it. All texts are bytes, one per code unit. */
export interface Exchange {
  readonly method: string;
  readonly url: string;
  /** `HTTP/1.0`, `HTTP/1.1` or `HTTP/2.0` */
  readonly proto: string;
  readonly headers: readonly RawHeader[];
  readonly client: { readonly address: string; readonly port: number };
  readonly local: {
    readonly address: string;
    readonly port: number;
    readonly endpoint: string;
    readonly socket: string;
  };
  /** Undefined when the request has no body. Reading pulls: nothing is read from the client before it is asked for. */
  readonly body: AsyncIterable<Uint8Array> | undefined;
  /** Sends `100 Continue`, where the client waits for it. */
  continue?(): void;
  /** True once the client has gone. */
  readonly gone: boolean;
  /**
   * Sends the response. A complete body is an array of chunks and is sent at once; an unfinished one is pulled, as fast as the client takes
   * it. An iteration that throws cuts the connection. Resolves when everything is sent or the client has gone.
   */
  respond(head: ResponseHead, body: ResponseBody): void | Promise<void>;
}

export interface ResponseHead {
  readonly status: number;
  readonly reason: string;
  readonly headers: readonly RawHeader[];
  /** Close the connection after this response. */
  readonly close: boolean;
}

export type ResponseBody = undefined | readonly Uint8Array[] | AsyncIterable<Uint8Array>;
