import type { Host } from "../../runtime/index.js";
import { timestampText } from "../../runtime/log/timestamp.js";

/** Who writes records, and where to. */
export interface RecordSource {
  /** The object's name in VCL. */
  readonly name: string;
  readonly vclName: string;
  readonly host: Host;
  /** `.debug(true)` was called. */
  readonly isDebugging: boolean;
  log(tag: string, text: string): void;
}

/** The records about one name, as libvmod-dynamic writes them: outside of any transaction. */
export class Records {
  readonly #source: RecordSource;
  readonly #subject: string;
  readonly #stamped: string;

  /** `subject` is what is looked up, `HOST:PORT` or a service; `stamped` the same in Timestamps. */
  constructor(source: RecordSource, subject: string, stamped = subject) {
    this.#source = source;
    this.#subject = subject;
    this.#stamped = stamped;
  }

  note(tag: "Error" | "VCL_Log" | "Debug", what: string): void {
    const { name, vclName } = this.#source;
    this.#source.log(tag, `vmod-dynamic ${vclName} ${name} ${this.#subject} ${what}`);
  }

  debug(what: string): void {
    if (this.#source.isDebugging) this.note("Debug", what);
  }

  /** What a resolver says of its failure, line by line. */
  resolver(what: string): void {
    if (!this.#source.isDebugging) return;
    for (const line of what.split("\n")) this.#source.log("Debug", `vmod-dynamic resolver: ${line}`);
  }

  /** A Timestamp: when it is, and how long after the first and the one before; without those, after nothing. Answers with when it is. */
  stamp(event: "Lookup" | "Results" | "Update" | "Done", first?: number, previous = first): number {
    const { name, vclName, host } = this.#source;
    const now = host.now();
    const text = timestampText(event, now, first ?? now, previous ?? now);
    this.#source.log("Timestamp", `vmod-dynamic ${vclName}.${name}(${this.#stamped}) ${text}`);
    return now;
  }
}
