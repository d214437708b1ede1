import { setTimeout as pause } from "node:timers/promises";
import type { LogRecord } from "../../../runtime/vsl/log-transaction.js";
import { RingReader } from "./ring-reader.js";
import { readSegments, type SegmentList } from "./segment-list.js";

/** What happens to who follows a log; `idle` is said when all that there is has been read. */
export type LogEvent =
  | { readonly kind: "records"; readonly records: readonly LogRecord[] }
  | { readonly kind: "idle" | "overrun" | "abandoned" | "reacquired" };

export interface FollowOptions {
  readonly folder: string;
  /** Begin with what there is, and end with it; else wait for what comes. */
  readonly history: boolean;
  /** Seconds that the log is waited for at the beginning. */
  readonly patience: number;
}

/** Milliseconds between two looks at the log when nothing came, at whether it is the same still, and for one where there is none. */
const idleInterval = 20;
const checkInterval = 500;
const attachInterval = 250;

interface Attached {
  readonly reader: RingReader;
  /** The process and the file that it writes. */
  readonly what: string;
}

/** Follows the log of a `-n` directory over restarts of who writes it. Throws an Error of one line where there is none. */
export async function* followLog({ folder, history, patience }: FollowOptions): AsyncGenerator<LogEvent> {
  const first = await attach(folder, history, patience);
  if (!first) throw new Error(whyNot(folder));
  let attached: Attached = first;
  try {
    for (let checked = performance.now(); ;) {
      const read = attached.reader.read();
      if (read === "overrun") {
        yield { kind: "overrun" };
        attached.reader.toEnd();
        continue;
      }
      if (read.records.length > 0) yield { kind: "records", records: read.records };
      if (!read.isMore) {
        if (history) return;
        yield { kind: "idle" };
        await pause(idleInterval);
      }
      if (performance.now() - checked < checkInterval) continue;
      checked = performance.now();
      if (logOf(folder)?.what === attached.what) continue;
      yield { kind: "abandoned" };
      attached.reader.close();
      attached = (await attach(folder, "anew", Infinity)) ?? attached;
      yield { kind: "reacquired" };
    }
  } finally {
    attached.reader.close();
  }
}

/** To a log that is written; one whose process is gone is there for who wants its history. What comes anew is read from its beginning. */
async function attach(
  folder: string,
  history: boolean | "anew",
  patience: number,
): Promise<Attached | undefined> {
  for (let left = patience; ; left -= attachInterval / 1000) {
    const log = logOf(folder);
    const reader =
      log && (log.isAlive || history === true) ? open(log, history ? "start" : "end") : undefined;
    if (log && reader) return { reader, what: log.what };
    if (left <= 0) return undefined;
    await pause(attachInterval);
  }
}

/** Undefined where it went between the two looks. */
function open({ path }: FoundLog, from: "start" | "end"): RingReader | undefined {
  try {
    return new RingReader(path, from);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function whyNot(folder: string): string {
  const log = logOf(folder);
  if (!log) return "there is no log: nothing that writes one runs there";
  return "who wrote the log is gone; -d shows what it left";
}

interface FoundLog {
  readonly path: string;
  readonly isAlive: boolean;
  /** The process and the file that it writes, and whether it does. */
  readonly what: string;
}

function logOf(folder: string): FoundLog | undefined {
  const list = readSegments(folder, "_.vsm_child");
  const segment = list?.segments.find(({ category }) => category === "Log");
  if (!list || !segment) return undefined;
  const alive = isAlive(list);
  return {
    path: list.pathOf(segment),
    isAlive: alive,
    what: `${list.incarnation} ${segment.file} ${alive}`,
  };
}

function isAlive({ pid }: SegmentList): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // What belongs to somebody else cannot be asked, and is there.
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}
