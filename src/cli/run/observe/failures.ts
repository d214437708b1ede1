import type { LogSide, LogSink } from "../../../runtime/index.js";
import { vclStack } from "./vcl-stack.js";

/** How grave a line on standard error is. */
export type Level = "error" | "warn" | "info";

const levels: readonly Level[] = ["error", "warn", "info"];

/** Whether a text is one of the levels. */
export function isLevel(text: string): text is Level {
  return (levels as readonly string[]).includes(text);
}

/** Lines of one kind in a second; what is more is counted. */
const mostPerSecond = 10;

export interface FailureOptions {
  /** The least grave level that is told. */
  readonly level: Level;
  readonly json: boolean;
  readonly write: (line: string) => void;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** What a line is about: a record, a transaction, and where VCL was. */
interface FailurePlace {
  readonly tag?: string;
  readonly xid?: number;
  readonly stack?: readonly string[];
}

/**
 * Tells of failures on standard error: what VCL, VMODs, fetches and files of endpoints had to complain of, and backends that become sick or healthy. It
 * wants no other record: nothing is made for it that nobody else asked for.
 */
export class FailureLog implements LogSink {
  readonly silent = true;
  readonly #options: FailureOptions;
  readonly #counts = new Map<string, { second: number; told: number; more: number }>();

  constructor(options: FailureOptions) {
    this.#options = options;
  }

  record(xid: number, tag: string, text: string, _side?: LogSide, cause?: unknown): void {
    const level = levelOf(xid, tag, text);
    if (level === undefined || levels.indexOf(level) > levels.indexOf(this.#options.level)) return;
    const more = this.#admit(tag);
    if (more === undefined) return;
    if (more > 0) this.tell(level, `${more} more records of ${tag} in the second before`);
    // To make a stack readable takes a millisecond: only those that are told are.
    const stack = cause === undefined ? [] : vclStack(cause);
    this.tell(level, text, { tag, ...(xid !== 0 && { xid }), stack });
  }

  /** Tells of something that is no record. */
  tell(level: Level, text: string, { tag, xid, stack = [] }: FailurePlace = {}): void {
    const { json, write, now } = this.#options;
    const time = new Date(now()).toISOString();
    if (json) {
      const frames = stack.length === 0 ? undefined : stack;
      return write(`${JSON.stringify({ time, level, tag, xid, text, stack: frames })}\n`);
    }
    const from = [...(tag === undefined ? [] : [tag]), ...(xid === undefined ? [] : [String(xid)])].join(" ");
    const frames = stack.map((frame) => `    at ${printable(frame)}\n`).join("");
    write(`${time} ${level.padEnd(5)} ${from === "" ? "" : `${from}: `}${printable(text)}\n${frames}`);
  }

  /** Undefined: there have been enough of them. Otherwise how many were left out before. */
  #admit(tag: string): number | undefined {
    const second = Math.floor(this.#options.now() / 1000);
    let count = this.#counts.get(tag);
    if (!count) this.#counts.set(tag, (count = { second, told: 0, more: 0 }));
    if (count.second === second) {
      if (count.told < mostPerSecond) {
        count.told++;
        return 0;
      }
      count.more++;
      return undefined;
    }
    const { more } = count;
    Object.assign(count, { second, told: 1, more: 0 });
    return more;
  }
}

function levelOf(xid: number, tag: string, text: string): Level | undefined {
  switch (tag) {
    case "VCL_Error":
      return "error";
    case "Error":
      // Of a transaction it is what a client or a backend has got wrong.
      return xid === 0 ? "error" : "warn";
    case "FetchError":
      return "warn";
    case "Notice":
      // Of a transaction it is about one request.
      return xid === 0 ? "info" : undefined;
    case "Backend_health":
      if (/ Went sick /.test(text)) return "warn";
      return / Went healthy /.test(text) ? "info" : undefined;
    default:
      return undefined;
  }
}

function printable(text: string): string {
  return text.replaceAll(/[\x00-\x08\x0a-\x1f\x7f-\x9f]/g, (char) =>
    char === "\n" ? "\\n" : `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}
