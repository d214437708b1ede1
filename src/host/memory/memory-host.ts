import {
  FetchFailure,
  type BackendRequest,
  type BackendResponse,
  type Endpoint,
  type ExchangeResult,
} from "../../runtime/backend/transport.js";
import type { Host, LogSink, TimerHandle } from "../../runtime/host.js";
import { VirtualClock } from "./clock.js";
import { answer, type Origin } from "./origins.js";

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

/**
 * A world without sockets, files or time of its own: origins are functions, the clock moves when told to, and the log is kept. Tests run on
 * it, and so can everybody's tests of their own policy.
 */
export class MemoryHost implements Host {
  readonly clock = new VirtualClock();
  readonly log: LogSink;
  readonly captured: CapturedLog;
  readonly hostname = "memory";
  /** Requests that origins got, oldest first. */
  readonly requests: BackendRequest[] = [];
  readonly files = new Map<string, string>();
  readonly environmentVariables = new Map<string, string>();
  /** Addresses by host name, for what is not numeric. */
  readonly names = new Map<string, readonly string[]>();
  private readonly origins = new Map<string, Origin>();
  private readonly watchers = new Map<string, Set<() => void>>();
  private seed = 1;

  constructor(log: LogSink = new CapturedLog()) {
    this.log = log;
    this.captured = log instanceof CapturedLog ? log : new CapturedLog();
  }

  /** Puts an origin behind an address, `127.0.0.1:80`, or behind a socket's path; `*` is behind every other. */
  origin(address: string, origin: Origin): void {
    this.origins.set(address, origin);
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

  async resolveName(name: string): Promise<readonly string[]> {
    const addresses = this.names.get(name);
    if (!addresses) throw new Error(`no address for ${name}`);
    return addresses;
  }

  async fetch(request: BackendRequest): Promise<BackendResponse> {
    this.requests.push(request);
    return answer(this.originOf(request.endpoint), request, this.clock);
  }

  /** Probes ask the origin behind the endpoint with a GET of the URL that the data's first line names. */
  async exchange(endpoint: Endpoint, data: string, timeout: number): Promise<ExchangeResult> {
    const [method = "GET", url = "/"] = data.split(" ");
    const times = { connectTimeout: timeout, firstByteTimeout: timeout, betweenBytesTimeout: timeout };
    const request = { endpoint, method, url, headers: [], body: undefined, ...times };
    const reached = endpoint.path === undefined ? "4" : "U";
    try {
      const { status, reason } = await answer(this.originOf(endpoint), request, this.clock);
      return { reached, sent: true, answer: `HTTP/1.1 ${status} ${reason}\r\n\r\n` };
    } catch (error) {
      const failure = error instanceof Error ? error.message : String(error);
      return { reached: undefined, sent: false, answer: "", failure };
    }
  }

  private originOf(endpoint: Endpoint): Origin {
    const address = endpoint.path ?? `${endpoint.address ?? ""}:${endpoint.port ?? 80}`;
    const origin = this.origins.get(address) ?? this.origins.get("*");
    if (!origin) throw new FetchFailure(`${address}: connection refused`);
    return origin;
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
