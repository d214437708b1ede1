import type { LogSink } from "../../runtime/index.js";
import { recordLine } from "../../runtime/index.js";

/** One line for each record on stdout: transaction, tag, text. */
export const printRecords: LogSink = {
  record: (xid, tag, text, side) =>
    void process.stdout.write(`${recordLine(xid, tag, text, side)}\n`, "latin1"),
};

/** Records go to each of these. */
export function joinedSinks(sinks: readonly LogSink[]): LogSink | undefined {
  const [first, ...others] = sinks;
  if (!first || others.length === 0) return first;
  return {
    record: (xid, tag, text, side, cause) => {
      for (const sink of sinks) sink.record(xid, tag, text, side, cause);
    },
    // Asked many times for each request.
    get silent() {
      for (const sink of sinks) if (sink.silent !== true) return false;
      return true;
    },
  };
}
