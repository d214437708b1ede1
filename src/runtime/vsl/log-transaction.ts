import type { LogSide } from "../host.js";

/** A record as it was read from a log. Its text is bytes, one per code unit. */
export interface LogRecord {
  readonly xid: number;
  readonly tag: string;
  readonly text: string;
  readonly side: LogSide;
}

/** What a transaction is: a session, a client's request, a request to a backend; `raw` is a record on its own. */
export type TransactionType = "sess" | "req" | "bereq" | "raw" | "unknown";

/** A transaction in the group that is reported with it. */
export interface LogTransaction {
  readonly xid: number;
  /** That of the one that began it, in its group; 0 for the first. */
  readonly parent: number;
  readonly type: TransactionType;
  /** Why it began: `rxreq`, `fetch`, `restart`, `esi` … */
  readonly reason: string;
  /** 1 for the first of a group, one more for what it began; 0 for records on their own. */
  readonly level: number;
  readonly records: readonly LogRecord[];
}
