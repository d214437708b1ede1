import type { Compression } from "./body/compression.js";
import type { DnsQuery, DnsRecord } from "./dns.js";
import type { ByteStream, StreamError } from "./wire/byte-stream.js";

/** A running timer, to be handed back to `clearTimer`. */
export type TimerHandle = unknown;

/** What shipped VMODs find out of the text of a file, which takes long where the file does. */
export type OffLoopJob = "routes" | "services" | "topology";

/** What such a job comes to, and the bytes that it was done with. */
export interface OffLoopAnswer {
  readonly answer: unknown;
  readonly bytes: Uint8Array;
}

/**
 * Everything that the runtime asks of the world outside. The Node implementation uses sockets, files and the real clock; the
 * memory implementation a virtual clock and in-memory origins.
 */
export interface Host {
  /** Wall-clock time in seconds since the epoch, with fractions. */
  now(): number;
  /** Seconds of a clock that only goes forward. */
  monotonic(): number;
  setTimer(seconds: number, callback: () => void): TimerHandle;
  clearTimer(handle: TimerHandle): void;
  /** A random number, 0 ≤ x < 1. */
  random(): number;
  /** Numeric addresses of a host name, IPv4 and IPv6, in the resolver's order. Rejects with a one-line reason. */
  resolveName(name: string): Promise<readonly string[]>;
  /** Asks the DNS itself, where that can be. Rejects with a one-line reason. */
  queryDns?(query: DnsQuery): Promise<readonly DnsRecord[]>;
  /** Opens a connection within that many seconds (0: as long as it takes). Rejects with a ConnectFailure. */
  connect(place: ConnectPlace, seconds: number): Promise<ByteStream>;
  /** The same with TLS on it, for what VMODs ask themselves: backends have it from their transport. Absent where there is none. */
  connectTls?(place: ConnectPlace, seconds: number, settings: TlsSettings): Promise<ByteStream>;
  /** Takes connections at an address or a path. Rejects with one line that says why it cannot. */
  listen(place: ListenPlace, accept: (stream: ByteStream) => void): Promise<Listener>;
  /** Content of a file as latin1 text. Rejects with a one-line reason. */
  readFile(path: string): Promise<string>;
  /** The same as bytes, in memory that nobody else has: nothing of it is done where requests are served. Absent where files are texts anyway. */
  readBytes?(path: string): Promise<Uint8Array>;
  /** Whether a file or directory exists; symbolic links are followed. */
  fileExists(path: string): Promise<boolean>;
  /** The path from the root, without `.` and `..`; symbolic links stay. Absent where paths are only names. */
  absolutePath?(path: string): string;
  /** The same with symbolic links followed; undefined where there is nothing. Absent where there are no links. */
  realPath?(path: string): Promise<string | undefined>;
  /** Whether what is at a path is a socket; undefined when nothing is there, or nobody may look. */
  isSocket?(path: string): Promise<boolean | undefined>;
  /** Hands a line to the system's log (syslog priority: facility plus level), where there is one. */
  syslog?(priority: number, text: string): void;
  /** Calls back after every change of a file, until the returned function is called. */
  watchFile(path: string, changed: () => void): () => void;
  /** Resolves once everything else has had its turn: long work makes way for requests. Absent where nobody waits. */
  turn?(): Promise<void>;
  /**
   * Does a job of a shipped VMOD's on a thread of its own; the answer is plain data, and of what is thrown the message comes back. The text's bytes are handed
   * over and come back with the answer. Undefined: there is no such thread, and whoever asks does it where it is. `known` is what an answer before makes shorter: plain data too.
   */
  offLoop?(
    job: OffLoopJob,
    bytes: Uint8Array,
    variant?: string,
    known?: unknown,
  ): Promise<OffLoopAnswer> | undefined;
  /** Runs a program to its end, and answers with what it printed. Rejects with one line. Absent where there are no programs. */
  runProgram?(call: ProgramCall): Promise<string>;
  environment(name: string): string | undefined;
  /** Nobody out there is asked anything (`vclc warm`, `vclc test`): sources of services that would be count as good, without endpoints. */
  readonly isCheck?: boolean;
  /** Server host name, for `server.hostname`. */
  readonly hostname: string;
  readonly log: LogSink;
  /** What packs and unpacks bodies. */
  readonly compression: Compression;
}

/** A program with its arguments. `environment` comes on top of what there is; it has so many seconds. */
export interface ProgramCall {
  readonly command: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly seconds: number;
}

/** A record of a client's transaction (`c`), a backend's (`b`), or of none. */
export type LogSide = "c" | "b" | "-";

/** Takes log records; a record is one tag and one line of text, as in Varnish's shared log (VSL). */
export interface LogSink {
  /**
   * `xid` is the transaction, 0 for records outside of any; `side` whose it is, nobody's unless it says so. `cause` is what was thrown, where
   * the record is about that.
   */
  record(xid: number, tag: string, text: string, side?: LogSide, cause?: unknown): void;
  /** True when records go nowhere: texts that are costly to make are then not made. */
  readonly silent?: boolean;
  /** True when it is written what went through filters (VfpAcct, VdpAcct), which has to be counted. */
  readonly accounts?: boolean;
  /** True when it is written what expiry does (ExpKill). */
  readonly expiry?: boolean;
}

/** Where a connection goes: a numeric address and a port, or the path of a Unix socket (`@NAME`: an abstract one). */
export type ConnectPlace = { readonly address: string; readonly port: number } | { readonly path: string };

/** How the other side of a connection is known, and what it knows us by. Texts are in PEM form. */
export interface TlsSettings {
  /** What its certificate must be for: a name or an address. */
  readonly serverName: string;
  /** Whether its certificate is looked at. */
  readonly verify: boolean;
  /** Who is trusted: what the host trusts unless given. */
  readonly ca?: string;
  readonly certificate?: string;
  readonly key?: string;
}

/** Where connections are taken. No address is every address; port 0 picks a free one. */
export type ListenPlace =
  | { readonly address?: string; readonly port: number }
  | { readonly path: string; readonly mode?: number; readonly user?: string; readonly group?: string };

/** A place where connections are taken. */
export interface Listener {
  /** The address that it got; for a Unix socket its path. */
  readonly address: string;
  readonly port: number;
  /** Takes no more connections. Those that there are go on. */
  close(): Promise<void>;
}

/** Why no connection was made. */
export class ConnectFailure extends Error {
  override readonly name = "ConnectFailure";
  readonly error: StreamError;

  constructor(error: StreamError) {
    super(`${error.errno} (${error.text})`);
    this.error = error;
  }
}
