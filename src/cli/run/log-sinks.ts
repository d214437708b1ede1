import type { LogSide, LogSink } from "../../runtime/index.js";
import { recordLine } from "../../runtime/index.js";

/** One line for each record on stdout: transaction, tag, text. */
export const printRecords: LogSink = {
  record: (xid, tag, text, side) =>
    void process.stdout.write(`${recordLine(xid, tag, text, side)}\n`, "latin1"),
};

/** Records go to each of these. */
export function joinedSinks(sinks: readonly LogSink[]): LogSink | undefined {
  return sinks.length > 1 ? new JoinedSinks(sinks) : sinks[0];
}

class JoinedSinks implements LogSink {
  readonly #sinks: readonly LogSink[];

  constructor(sinks: readonly LogSink[]) {
    this.#sinks = sinks;
  }

  record(xid: number, tag: string, text: string, side?: LogSide, cause?: unknown): void {
    const sinks = this.#sinks;
    for (let i = 0; i < sinks.length; i++) (sinks[i] as LogSink).record(xid, tag, text, side, cause);
  }

  get silent(): boolean {
    const sinks = this.#sinks;
    for (let i = 0; i < sinks.length; i++) if ((sinks[i] as LogSink).silent !== true) return false;
    return true;
  }

  get accounts(): boolean {
    return this.#sinks.some((sink) => sink.accounts === true);
  }

  get expiry(): boolean {
    return this.#sinks.some((sink) => sink.expiry === true);
  }
}
