import type { LogSink } from "../../../runtime/index.js";

/** A transaction that has ended, with those of its records that somebody wants. */
export interface EndedTransaction {
  readonly xid: number;
  /** Tag and text of each, one after the other: one list costs less than one for each record. */
  readonly records: readonly string[];
}

interface OpenTransaction extends EndedTransaction {
  readonly records: string[];
}

/** Puts records together by transaction, and hands each on when it ends: only what is in flight is kept. */
export class Transactions implements LogSink {
  readonly #open = new Map<number, OpenTransaction>();
  readonly #wanted: ReadonlySet<string>;
  readonly #ended: (transaction: EndedTransaction) => void;
  /** Records of one transaction mostly come in a row. */
  #last: OpenTransaction | undefined;

  /** `wanted` are the tags of the records that are kept; Begin always is. */
  constructor(wanted: ReadonlySet<string>, ended: (transaction: EndedTransaction) => void) {
    this.#wanted = wanted;
    this.#ended = ended;
  }

  record(xid: number, tag: string, text: string): void {
    if (tag === "Begin") this.#begin(xid, text);
    else if (tag === "End") this.#end(xid);
    else if (this.#wanted.has(tag)) {
      const open = this.#last?.xid === xid ? this.#last : (this.#last = this.#open.get(xid));
      open?.records.push(tag, text);
    }
  }

  #begin(xid: number, text: string): void {
    // Sessions have no request of their own.
    if (text.startsWith("sess ")) return;
    this.#open.set(xid, (this.#last = { xid, records: ["Begin", text] }));
  }

  #end(xid: number): void {
    const open = this.#open.get(xid);
    if (!open) return;
    this.#open.delete(xid);
    this.#last = undefined;
    this.#ended(open);
  }
}
