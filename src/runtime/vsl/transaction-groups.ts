import type { LogRecord, LogTransaction, TransactionType } from "./log-transaction.js";

/** What is reported together (vsl-query(7)). */
export type Grouping = "raw" | "vxid" | "request" | "session";

export interface GroupOptions {
  readonly grouping: Exclude<Grouping, "raw">;
  /** Takes each group that is complete. */
  readonly report: (group: readonly LogTransaction[]) => void;
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number;
  /** Milliseconds that a transaction is waited for, and how many are waited for at once: then they are reported as they are. */
  readonly patience?: number;
  readonly most?: number;
  /** Only transactions of clients, or of backends, where each is reported on its own. */
  readonly side?: "b" | "c";
  /** Includes of ESI pages are reported on their own, too. */
  readonly includes?: boolean;
}

interface Open {
  readonly xid: number;
  readonly since: number;
  readonly records: LogRecord[];
  readonly children: Open[];
  type: TransactionType;
  reason: string;
  parent: Open | undefined;
  hasBegun: boolean;
  hasEnded: boolean;
  /** It and all that it began. */
  isReady: boolean;
}

const types: readonly string[] = ["sess", "req", "bereq"] satisfies readonly TransactionType[];

/** What Begin and Link say: `type xid reason [level]`. */
function readLink(
  text: string,
): { type: TransactionType; xid: number; reason: string; level: number } | undefined {
  const [type = "", xid, reason, level = "0"] = text.split(" ");
  if (reason === undefined || !/^\d+$/.test(xid ?? "")) return undefined;
  const known = types.includes(type) ? (type as TransactionType) : "unknown";
  return { type: known, xid: Number(xid), reason, level: Number(level) };
}

/**
 * Puts records together by transaction, and transactions into groups: a client's request with what it fetched, or a whole session. What
 * does not end in time is reported as it is, with a record of VSL that says why, as libvarnishapi does.
 */
export class TransactionGroups {
  readonly #options: GroupOptions;
  readonly #open = new Map<number, Open>();
  /** Those of them that have no End yet, oldest first. */
  readonly #incomplete = new Set<Open>();
  readonly #patience: number;
  readonly #most: number;

  constructor(options: GroupOptions) {
    this.#options = options;
    this.#patience = options.patience ?? 120_000;
    this.#most = options.most ?? 1000;
  }

  /** Takes the next record of the log. */
  add(record: LogRecord): void {
    const { xid, tag } = record;
    if (xid === 0) return;
    let open = this.#open.get(xid);
    if (!open && tag === "Begin" && this.#isWanted(record)) open = this.#begin(xid);
    if (!open || open.hasEnded) return;
    open.records.push(record);
    if (tag === "Begin") this.#scanBegin(open, record.text);
    else if (tag === "Link") this.#scanLink(open, record.text);
    else if (tag === "End") this.#end(open);
  }

  /** Reports what has been waited for long enough. */
  expire(): void {
    const due = this.#options.now() - this.#patience;
    for (const open of this.#incomplete) {
      if (open.since > due) break;
      this.#force(open, "timeout");
    }
  }

  /** Reports everything, complete or not. */
  flush(): void {
    for (const open of this.#incomplete) this.#force(open, "flush");
  }

  /** What has begun and not ended, oldest first, as far as it has come. */
  *unfinished(): Generator<LogTransaction> {
    for (const { xid, type, reason, parent, records } of this.#incomplete) {
      yield { xid, parent: parent?.xid ?? 0, type, reason, level: 1, records };
    }
  }

  /** Forgets everything. */
  clear(): void {
    this.#open.clear();
    this.#incomplete.clear();
  }

  #isWanted({ text, side }: LogRecord): boolean {
    const { grouping, side: only, includes } = this.#options;
    if (grouping === "session") return true;
    const link = readLink(text);
    if (!link || link.type === "unknown") return false;
    if (grouping === "request") return link.type !== "sess";
    if (only !== undefined && side !== only) return false;
    return includes === true || (link.reason !== "esi" && link.level === 0);
  }

  #begin(xid: number): Open {
    const open: Open = {
      xid,
      since: this.#options.now(),
      records: [],
      children: [],
      type: "unknown",
      reason: "unknown",
      parent: undefined,
      hasBegun: false,
      hasEnded: false,
      isReady: false,
    };
    this.#open.set(xid, open);
    this.#incomplete.add(open);
    if (this.#open.size > this.#most) {
      const [oldest] = this.#incomplete;
      if (oldest && oldest !== open) this.#force(oldest, "store overflow");
    }
    return open;
  }

  #scanBegin(open: Open, text: string): void {
    const link = readLink(text);
    if (open.hasBegun) return this.#complain(open, "duplicate begin");
    open.hasBegun = true;
    if (!link) return this.#complain(open, `parse error (${text})`);
    if (open.type !== "unknown" && open.type !== link.type) this.#complain(open, `type mismatch (${text})`);
    open.type = link.type;
    open.reason = link.reason;
    const { grouping } = this.#options;
    if (link.xid === 0 || link.xid === open.xid || grouping === "vxid") return;
    if (grouping === "request" && link.type === "req" && link.reason === "rxreq") return;
    if (open.parent) {
      if (open.parent.xid !== link.xid) this.#complain(open, `link mismatch (${text})`);
      return;
    }
    const parent = this.#open.get(link.xid) ?? this.#begin(link.xid);
    if (parent.hasEnded) this.#complain(open, `link too late (${text})`);
    else adopt(parent, open);
  }

  #scanLink(open: Open, text: string): void {
    const link = readLink(text);
    if (!link) return this.#complain(open, `parse error (${text})`);
    const { grouping } = this.#options;
    if (grouping === "vxid" || (grouping === "request" && open.type === "sess")) return;
    if (link.xid === 0 || link.xid === open.xid) return this.#complain(open, `illegal link (${text})`);
    const child = this.#open.get(link.xid) ?? this.#begin(link.xid);
    if (child.parent === open) return;
    if (child.parent) return this.#complain(open, `duplicate link (${text})`);
    if (child.hasEnded) return this.#complain(open, `link too late (${text})`);
    child.type = link.type;
    child.reason = link.reason;
    adopt(open, child);
  }

  /** It has its End: the first of its group is reported once nothing of the group is open. */
  #end(ended: Open): void {
    ended.hasEnded = true;
    this.#incomplete.delete(ended);
    for (let open: Open = ended; ; open = open.parent) {
      if (!open.hasEnded || !open.children.every(({ isReady }) => isReady)) return;
      open.isReady = true;
      if (!open.parent) return this.#report(open);
    }
  }

  #report(first: Open): void {
    const group: LogTransaction[] = [];
    const queue: { open: Open; level: number; parent: number }[] = [{ open: first, level: 1, parent: 0 }];
    // By levels, as libvarnishapi: what one began stands before what that began in turn.
    for (const { open, level, parent } of queue) {
      const { xid, type, reason, records, children } = open;
      this.#open.delete(xid);
      group.push({ xid, parent, type, reason, level, records });
      for (const child of children) {
        // A restart is at the level of what it goes on from.
        queue.push({ open: child, level: child.reason === "restart" ? level : level + 1, parent: xid });
      }
    }
    const { grouping, report } = this.#options;
    if (grouping === "session" && first.type !== "sess") return;
    if (grouping === "request" && first.type !== "req") return;
    report(group);
  }

  #force(open: Open, reason: string): void {
    if (!open.hasBegun) open.records.unshift(synthetic(open, "Begin", `${open.type} 0 synth`));
    this.#complain(open, reason);
    open.records.push(synthetic(open, "End", "synth"));
    this.#end(open);
  }

  #complain(open: Open, text: string): void {
    open.records.push(synthetic(open, "VSL", text));
  }
}

function adopt(parent: Open, child: Open): void {
  child.parent = parent;
  parent.children.push(child);
}

/** A record that the reader adds. */
function synthetic({ xid, type }: Open, tag: string, text: string): LogRecord {
  return { xid, tag, text, side: type === "req" ? "c" : type === "bereq" ? "b" : "-" };
}
