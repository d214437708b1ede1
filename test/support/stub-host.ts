import { ConnectFailure, type Host, type StreamError } from "vclc/runtime";
import { nodeCompression } from "../../src/host/node/compression.js";
import { MemoryStream } from "../../src/host/memory/index.js";

/** A host of a test: names, files and time are what the test says; records are kept. */
export interface StubHost extends Host {
  time: number;
  readonly records: string[];
  readonly names: Map<string, readonly string[]>;
  readonly files: Map<string, string>;
  /** Why connections are refused; undefined: they are not. */
  refused: StreamError | undefined;
  /** What was sent to origins, head by head. */
  readonly sent: string[];
  /** Answers a request, or a poll: a good answer and the end of the connection, unless a test says otherwise. */
  answer: (head: string, stream: MemoryStream) => void | Promise<void>;
  /** Moves the clock on and runs the timers that are due, in order. */
  advance(seconds: number): Promise<void>;
  /** Writes a file and tells who watches it. */
  write(path: string, text: string): void;
  /** Timers that are set. */
  readonly timers: number;
  /** Files that are watched. */
  readonly watched: readonly string[];
}

export function stubHost(): StubHost {
  let timers: { at: number; callback: () => void }[] = [];
  const watchers: { path: string; changed: () => void }[] = [];
  const host: StubHost = {
    time: 1000,
    records: [],
    names: new Map(),
    files: new Map(),
    refused: undefined,
    sent: [],
    answer(_, stream) {
      stream.write("HTTP/1.1 200 OK\r\n\r\n");
      stream.end();
    },
    hostname: "test",
    compression: nodeCompression,
    log: { record: (xid, tag, text) => void host.records.push(`${xid} ${tag} ${text}`) },
    now: () => host.time,
    random: () => 0,
    setTimer(seconds, callback) {
      const timer = { at: host.time + seconds, callback };
      timers.push(timer);
      return timer;
    },
    clearTimer(handle) {
      timers = timers.filter((timer) => timer !== handle);
    },
    resolveName(name) {
      const addresses = host.names.get(name);
      return addresses ? Promise.resolve(addresses) : Promise.reject(new Error("unknown node or service"));
    },
    monotonic: () => host.time,
    connect() {
      const { refused } = host;
      if (refused) return Promise.reject(new ConnectFailure(refused));
      const [near, far] = MemoryStream.pair(
        { address: "127.0.0.1", port: 40_000 },
        { address: "127.0.0.1", port: 80 },
      );
      let head = "";
      far.receiver = {
        data(chunk) {
          head += far.text(chunk, 0, chunk.length);
          if (!head.endsWith("\r\n\r\n")) return;
          host.sent.push(head);
          void host.answer(head, far);
          head = "";
        },
        ended: () => far.end(),
        drained: () => undefined,
        closed: () => undefined,
      };
      return Promise.resolve(near);
    },
    listen: () => Promise.reject(new Error("nobody listens here")),
    readFile(path) {
      const text = host.files.get(path);
      return text === undefined
        ? Promise.reject(new Error("no such file or directory"))
        : Promise.resolve(text);
    },
    fileExists: (path) => Promise.resolve(host.files.has(path)),
    watchFile(path, changed) {
      const watcher = { path, changed };
      watchers.push(watcher);
      return () => void watchers.splice(watchers.indexOf(watcher), 1);
    },
    environment: () => undefined,
    async advance(seconds) {
      const end = host.time + seconds;
      for (;;) {
        await settle();
        const due = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
        if (!due) break;
        timers = timers.filter((timer) => timer !== due);
        host.time = Math.max(host.time, due.at);
        due.callback();
      }
      host.time = end;
    },
    write(path, text) {
      host.files.set(path, text);
      for (const watcher of watchers) if (watcher.path === path) watcher.changed();
    },
    get timers() {
      return timers.length;
    },
    get watched() {
      return watchers.map(({ path }) => path);
    },
  };
  return host;
}

/** Lets everything run that waits for nothing. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}
