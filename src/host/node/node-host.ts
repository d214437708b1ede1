import { lookup } from "node:dns/promises";
import { access, readFile, realpath, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { resolve } from "node:path";
import type {
  ByteStream,
  ConnectPlace,
  ProgramCall,
  DnsQuery,
  DnsRecord,
  Host,
  Listener,
  ListenPlace,
  LogSink,
  OffLoopAnswer,
  OffLoopJob,
  TimerHandle,
  TlsSettings,
} from "../../runtime/index.js";
import { nodeCompression } from "./compression.js";
import { SocketConnector } from "./connect.js";
import { reasonOf } from "./system-error.js";
import { listen } from "./listen.js";
import { OffLoop } from "./off-loop.js";
import { runProgram } from "./run-program.js";
import { SystemLog } from "./system-log.js";
import { watchFile } from "./watch-file.js";

export interface NodeHostOptions {
  /** Where log records go; nowhere unless given. */
  readonly log?: LogSink;
}

/** Milliseconds that the two clocks may differ. */
const clockTolerance = 2;

/** The real world: clock, sockets, files, names. */
export class NodeHost implements Host {
  readonly hostname = hostname();
  readonly log: LogSink;
  readonly compression = nodeCompression;
  #offset = performance.timeOrigin;
  readonly #connector = new SocketConnector();
  readonly #offLoop = new OffLoop();
  readonly #systemLog = new SystemLog((why) => this.log.record(0, "Error", why));

  constructor(options: NodeHostOptions = {}) {
    this.log = options.log ?? { record: () => undefined, silent: true };
  }

  /** The system's clock has milliseconds; what lies between comes from the other clock, which is set by it whenever they differ. */
  now(): number {
    const wall = Date.now();
    const fine = this.#offset + performance.now();
    if (fine >= wall - clockTolerance && fine <= wall + clockTolerance) return fine / 1000;
    this.#offset = wall - performance.now();
    return wall / 1000;
  }

  monotonic(): number {
    return performance.now() / 1000;
  }

  listen(place: ListenPlace, accept: (stream: ByteStream) => void): Promise<Listener> {
    return listen(place, accept);
  }

  /** Timers keep no process alive: what must go on holds a socket. */
  setTimer(seconds: number, callback: () => void): TimerHandle {
    return setTimeout(callback, Math.min(seconds * 1000, 2 ** 31 - 1)).unref();
  }

  clearTimer(handle: TimerHandle): void {
    clearTimeout(handle as NodeJS.Timeout);
  }

  random(): number {
    return Math.random();
  }

  async resolveName(name: string): Promise<readonly string[]> {
    try {
      const found = await lookup(name, { all: true, verbatim: true });
      return found.map(({ address }) => address);
    } catch (error) {
      throw new Error(reasonOf(error));
    }
  }

  async queryDns(query: DnsQuery): Promise<readonly DnsRecord[]> {
    const { queryDns } = await import("./query-dns.js");
    return queryDns(query);
  }

  connect(place: ConnectPlace, seconds: number): Promise<ByteStream> {
    return this.#connector.connect(place, seconds);
  }

  connectTls(place: ConnectPlace, seconds: number, settings: TlsSettings): Promise<ByteStream> {
    return this.#connector.connect(place, seconds, settings);
  }

  async readFile(path: string): Promise<string> {
    return (await this.readBytes(path)).toString("latin1");
  }

  async readBytes(path: string): Promise<Buffer> {
    try {
      return await readFile(path);
    } catch (error) {
      throw new Error(reasonOf(error));
    }
  }

  async fileExists(path: string): Promise<boolean> {
    try {
      await access(path);
      return true;
    } catch {
      return false;
    }
  }

  async isSocket(path: string): Promise<boolean | undefined> {
    try {
      return (await stat(path)).isSocket();
    } catch {
      return undefined;
    }
  }

  absolutePath(path: string): string {
    return resolve(path);
  }

  async realPath(path: string): Promise<string | undefined> {
    try {
      return await realpath(path);
    } catch {
      return undefined;
    }
  }

  turn(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
  }

  offLoop(
    job: OffLoopJob,
    bytes: Uint8Array,
    variant = "",
    known: unknown = undefined,
  ): Promise<OffLoopAnswer> | undefined {
    return this.#offLoop.run({ job, bytes, variant, known });
  }

  watchFile(path: string, changed: () => void): () => void {
    return watchFile(path, changed);
  }

  runProgram(call: ProgramCall): Promise<string> {
    return runProgram(call);
  }

  syslog(priority: number, text: string): void {
    this.#systemLog.write(priority, text);
  }

  environment(name: string): string | undefined {
    return process.env[name];
  }

  /** Closes the connections that it has made, whatever they are doing. */
  async close(): Promise<void> {
    await this.#offLoop.stop();
    await this.#connector.close();
  }
}
