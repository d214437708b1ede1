import {
  ConnectFailure,
  type ConnectPlace,
  type Host,
  type Listener,
  type ListenPlace,
  type LogSink,
  type TimerHandle,
} from "../../runtime/host.js";
import type { ByteStream, StreamEnd, StreamError } from "../../runtime/wire/byte-stream.js";
import { nodeCompression } from "../node/compression.js";
import { VirtualClock } from "./clock.js";
import { MemoryStream } from "./memory-stream.js";
import { OriginConnection } from "./origin-connection.js";
import type { Origin, OriginRequest } from "./origins.js";

/** A log record. */
export interface LogRecord {
  readonly xid: number;
  readonly tag: string;
  readonly text: string;
}

/** Keeps every record. */
export class CapturedLog implements LogSink {
  readonly records: LogRecord[] = [];

  record(xid: number, tag: string, text: string): void {
    this.records.push({ xid, tag, text });
  }

  /** Texts of the records with that tag, in order. */
  texts(tag: string): readonly string[] {
    return this.records.filter((record) => record.tag === tag).map((record) => record.text);
  }
}

/** What is behind an address. */
type Behind =
  | { readonly origin: Origin }
  | { readonly accept: (stream: MemoryStream) => void }
  | { readonly error: StreamError | undefined };

const refused: StreamError = { errno: 111, text: "Connection refused" };
/** How Varnish writes the ends of a Unix socket. */
const nowhere: StreamEnd = { address: "0.0.0.0", port: 0 };

/**
 * A world without sockets, files or time of its own: origins are functions, the clock moves when told to, and the log is kept. Tests run on
 * it, and so can everybody's tests of their own policy.
 */
export class MemoryHost implements Host {
  readonly clock = new VirtualClock();
  readonly log: LogSink;
  readonly captured: CapturedLog;
  readonly hostname = "memory";
  readonly compression = nodeCompression;
  /** Requests that origins got, oldest first. */
  readonly requests: OriginRequest[] = [];
  readonly files = new Map<string, string>();
  readonly environmentVariables = new Map<string, string>();
  /** Addresses by host name, for what is not numeric. */
  readonly names = new Map<string, readonly string[]>();
  /** Connections that were made, by now closed or not. */
  connections = 0;
  private readonly origins = new Map<string, Behind>();
  private readonly watchers = new Map<string, Set<() => void>>();
  private seed = 1;

  constructor(log: LogSink = new CapturedLog()) {
    this.log = log;
    this.captured = log instanceof CapturedLog ? log : new CapturedLog();
  }

  /** Puts an origin behind an address, `127.0.0.1:80`, or behind a socket's path; `*` is behind every other. */
  origin(address: string, origin: Origin): void {
    this.origins.set(address, { origin });
  }

  /** Puts somebody behind an address who deals in bytes: called with the far end of every connection. */
  rawOrigin(address: string, accept: (stream: MemoryStream) => void): void {
    this.origins.set(address, { accept });
  }

  /** Nobody takes connections at an address: each fails with this error, or, without one, is never answered. */
  refuse(address: string, error?: StreamError): void {
    this.origins.set(address, { error });
  }

  now(): number {
    return this.clock.now;
  }

  monotonic(): number {
    return this.clock.now;
  }

  setTimer(seconds: number, callback: () => void): TimerHandle {
    return this.clock.set(seconds, callback);
  }

  clearTimer(handle: TimerHandle): void {
    this.clock.clear(handle);
  }

  /** The same sequence in every run (mulberry32). */
  random(): number {
    this.seed = (this.seed + 0x6d2b79f5) | 0;
    let t = Math.imul(this.seed ^ (this.seed >>> 15), 1 | this.seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  /** Takes connections at an address, or a path, that is nobody's yet. */
  async listen(place: ListenPlace, accept: (stream: ByteStream) => void): Promise<Listener> {
    const { address, port } =
      "path" in place
        ? { address: place.path, port: 0 }
        : { address: place.address ?? "127.0.0.1", port: place.port };
    const key = "path" in place ? address : `${address}:${port}`;
    if (this.origins.has(key)) throw new Error(`cannot listen on ${key}: the address is in use`);
    this.origins.set(key, { accept });
    return { address, port, close: () => Promise.resolve(void this.origins.delete(key)) };
  }

  async resolveName(name: string): Promise<readonly string[]> {
    const addresses = this.names.get(name);
    if (!addresses) throw new Error(`no address for ${name}`);
    return addresses;
  }

  async connect(place: ConnectPlace, seconds: number): Promise<ByteStream> {
    const address = "path" in place ? place.path : `${place.address}:${place.port}`;
    const behind = this.origins.get(address) ?? this.origins.get("*") ?? { error: refused };
    if ("error" in behind) throw new ConnectFailure(behind.error ?? (await this.never(seconds)));
    this.connections += 1;
    const near: StreamEnd =
      "path" in place ? nowhere : { address: "127.0.0.1", port: 40_000 + this.connections };
    const far: StreamEnd = "path" in place ? nowhere : place;
    const [stream, peer] = MemoryStream.pair(near, far);
    if ("accept" in behind) behind.accept(peer);
    else {
      const origin: Origin = (request) => this.originOf(address, behind.origin)(request);
      const { clock } = this;
      new OriginConnection(peer, { clock, place, origin, note: (request) => this.requests.push(request) });
    }
    return stream;
  }

  /** A connection may outlive the origin that it was made to: the one that is there now answers. */
  private originOf(address: string, before: Origin): Origin {
    const behind = this.origins.get(address) ?? this.origins.get("*");
    return behind && "origin" in behind ? behind.origin : before;
  }

  /** Time passes without an answer. */
  private never(seconds: number): Promise<StreamError> {
    return new Promise((resolve) => {
      if (seconds > 0) this.clock.set(seconds, () => resolve({ errno: 110, text: "Connection timed out" }));
    });
  }

  async readFile(path: string): Promise<string> {
    const content = this.files.get(path);
    if (content === undefined) throw new Error(`${path}: no such file`);
    return content;
  }

  async fileExists(path: string): Promise<boolean> {
    return this.files.has(path);
  }

  /** Changes a file and tells those who watch it. */
  writeFile(path: string, content: string): void {
    this.files.set(path, content);
    for (const changed of this.watchers.get(path) ?? []) changed();
  }

  watchFile(path: string, changed: () => void): () => void {
    const watchers = this.watchers.get(path) ?? new Set();
    this.watchers.set(path, watchers.add(changed));
    return () => watchers.delete(changed);
  }

  environment(name: string): string | undefined {
    return this.environmentVariables.get(name);
  }
}
