import type { BackendRequest, BackendResponse, Endpoint, ExchangeResult } from "./backend/transport.js";

/** A running timer, to be handed back to `clearTimer`. */
export type TimerHandle = unknown;

/**
 * Everything that the runtime asks of the world outside. The Node implementation uses sockets, files and the real clock; the
 * memory implementation a virtual clock and in-memory origins.
 */
export interface Host {
  /** Wall-clock time in seconds since the epoch, with fractions. */
  now(): number;
  setTimer(seconds: number, callback: () => void): TimerHandle;
  clearTimer(handle: TimerHandle): void;
  /** A random number, 0 ≤ x < 1. */
  random(): number;
  /** Numeric addresses of a host name, IPv4 and IPv6, in the resolver's order. Rejects with a one-line reason. */
  resolveName(name: string): Promise<readonly string[]>;
  /** Sends one request over a pooled connection. Rejects with a FetchFailure. */
  fetch(request: BackendRequest): Promise<BackendResponse>;
  /** No request comes any more with this `pool`: its idle connections close, busy ones after their request. */
  closePool?(pool: string): void;
  /**
   * Opens a byte stream for a health probe, writes, and reads until it closes. Never rejects. Unless it is expected that the other side closes,
   * an answer that is there when the time (in seconds) is over is good (`.expect_close`).
   */
  exchange(endpoint: Endpoint, data: string, timeout: number, expectClose?: boolean): Promise<ExchangeResult>;
  /** Content of a file as latin1 text. Rejects with a one-line reason. */
  readFile(path: string): Promise<string>;
  /** Whether a file or directory exists; symbolic links are followed. */
  fileExists(path: string): Promise<boolean>;
  /** Whether what is at a path is a socket; undefined when nothing is there, or nobody may look. */
  isSocket?(path: string): Promise<boolean | undefined>;
  /** Hands a line to the system's log (syslog priority: facility plus level), where there is one. */
  syslog?(priority: number, text: string): void;
  /** Calls back after every change of a file, until the returned function is called. */
  watchFile(path: string, changed: () => void): () => void;
  environment(name: string): string | undefined;
  /** Server host name, for `server.hostname`. */
  readonly hostname: string;
  readonly log: LogSink;
}

/** Takes log records; a record is one tag and one line of text, as in Varnish's shared log (VSL). */
export interface LogSink {
  /** `xid` is the transaction, 0 for records outside of any. */
  record(xid: number, tag: string, text: string): void;
  /** True when records go nowhere: texts that are costly to make are then not made. */
  readonly silent?: boolean;
}
