import type { BodySource } from "./body/body.js";
import type { FieldLines } from "./http/http-headers.js";
import type { ByteStream } from "./wire/byte-stream.js";
import type { CloseReason } from "./wire/close-reason.js";
import type { Session } from "./wire/session.js";

/** A request as it came off a connection, and the way to answer it. All texts are bytes, one per code unit. */
export interface Exchange {
  readonly method: string;
  readonly url: string;
  /** `HTTP/1.0`, `HTTP/1.1`, in the client's letters */
  readonly proto: string;
  readonly fields: FieldLines;
  /** The connection that it came on. */
  readonly session: Session;
  /** Undefined when the request has no body. Nothing more is read from the client before it is asked for. */
  readonly body: BodySource | undefined;
  /** Sends `100 Continue`. Absent where the client must not be told: HTTP/1.0, or the body has begun to come. */
  continue?(): void;
  /** True once the client has gone. */
  readonly gone: boolean;
  /**
   * Reads away what is left of the body. A promise where that has to be waited for: it resolves when the body is at its end or broken, which the
   * log is told and `session.closing` tells then.
   */
  drainBody(log: RecordLog): void | Promise<void>;
  /**
   * Sends the response. A body that breaks off cuts the connection. Resolves, where there is something to wait for, when everything is on its way
   * or the client has gone.
   */
  respond(head: ResponseHead, body: ResponseBody): void | Promise<void>;
  /** Hands over the connection and what was read behind the request (pipe): HTTP has no more to do with it. */
  takeOver(): TakenConnection;
  /** Ends the connection without an answer. */
  cutOff(reason: CloseReason): void;
  /** Bytes that went over the wire for it so far. */
  readonly traffic: ExchangeTraffic;
}

/** Bytes of a request as they came, and of the answer to it as they went. */
export interface ExchangeTraffic {
  head: number;
  body: number;
  sentHead: number;
  sentBody: number;
}

/** Where records of a transaction go. */
export interface RecordLog {
  log(tag: string, text: string): void;
}

/** A client's connection that HTTP has no more to do with. */
export interface TakenConnection {
  readonly stream: ByteStream;
  /** What was read behind the request. */
  readonly rest: Uint8Array;
  /** Its user has ended it, for this reason. */
  ended(reason: CloseReason): void;
}

export interface ResponseHead {
  /** HTTP/1.1 unless VCL 4.0 says otherwise. */
  readonly proto?: string;
  readonly status: number;
  readonly reason: string;
  /** `Name: value` each. */
  readonly lines: readonly string[];
  /** The body goes in chunks: its length is not known. */
  readonly chunked: boolean;
}

/** Bytes that are all there, or come one after the other. */
export type ResponseBody = undefined | readonly Uint8Array[] | BodySource;

export type { CloseReason };
