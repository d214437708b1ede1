import { followLog } from "../../host/node/vsm/follow-log.js";
import { readLogFile } from "../../host/node/vsm/log-file.js";
import { groupText } from "../../runtime/vsl/group-text.js";
import type { LogRecord, LogTransaction } from "../../runtime/vsl/log-transaction.js";
import { TransactionGroups } from "../../runtime/vsl/transaction-groups.js";
import { CliError } from "../cli-error.js";
import { readLogFlags, type LogFlags, type LogRequest } from "./log-request.js";

/** What is told on standard error, in varnishlog's words. */
const notices = {
  overrun: "Log overrun",
  abandoned: "Log abandoned (vsl)",
  reacquired: "Log reacquired",
} as const;

/** `vclc log`: prints what is asked for of a log, until it ends or somebody ends it. */
export async function printLog(flags: LogFlags): Promise<void> {
  const request = readLogFlags(flags);
  const printer = new LogPrinter(request, (text) => void process.stdout.write(text, "latin1"));
  process.on("SIGUSR1", () => printer.flush());
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(0));
  try {
    if (request.file === undefined) await printLive(request, printer);
    else printFile(request.file, printer);
  } catch (error) {
    throw error instanceof CliError ? error : new CliError(reasonOf(request, error));
  }
}

export async function printLive({ folder, history, wait }: LogRequest, printer: LogPrinter): Promise<void> {
  for await (const event of followLog({ folder, history, patience: wait })) {
    if (event.kind === "records") printer.take(event.records);
    else if (event.kind === "idle") printer.rest();
    else {
      printer.flush();
      process.stderr.write(`${notices[event.kind]}\n`);
    }
    if (printer.isDone) return;
  }
  printer.flush();
}

function printFile(path: string, printer: LogPrinter): void {
  for (const records of readLogFile(path)) {
    printer.take(records);
    if (printer.isDone) return;
  }
  printer.flush();
}

function reasonOf({ file, folder }: LogRequest, error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return file === undefined ? `-n ${folder}: ${message}` : `-r ${file}: ${message}`;
}

/** Puts records into groups, and prints those that are asked for: bytes, one per code unit. */
export class LogPrinter {
  readonly #request: LogRequest;
  readonly #out: (text: string) => void;
  readonly #groups: TransactionGroups | undefined;
  #left: number;
  #text = "";

  constructor(request: LogRequest, out: (text: string) => void) {
    this.#request = request;
    this.#out = out;
    this.#left = request.count;
    const { grouping, client, backend, includes, patience, most } = request;
    if (grouping === "raw") return;
    this.#groups = new TransactionGroups({
      grouping,
      report: (group) => this.#print(group),
      now: () => performance.now(),
      patience: patience * 1000,
      most,
      ...(client !== backend && { side: client ? "c" : "b" }),
      // Where no side is asked for, everything is.
      includes: includes || (!client && !backend),
    });
  }

  get isDone(): boolean {
    return this.#left <= 0;
  }

  take(records: readonly LogRecord[]): void {
    for (const record of records) {
      if (this.#groups) this.#groups.add(record);
      else this.#print([alone(record)]);
    }
    this.#write();
  }

  /** Nothing came for a while. */
  rest(): void {
    this.#groups?.expire();
    this.#write();
  }

  flush(): void {
    this.#groups?.flush();
    this.#write();
  }

  #print(group: readonly LogTransaction[]): void {
    const { query, json, selection, client, backend, includes, verbose } = this.#request;
    if (this.isDone || (query && !query(group))) return;
    this.#left--;
    const { shows } = selection;
    this.#text += json
      ? jsonText(group, shows)
      : groupText(group, { shows, client, backend, includes, verbose });
  }

  #write(): void {
    if (this.#text !== "") this.#out(this.#text);
    this.#text = "";
  }
}

/** A record that no group is asked for. */
function alone(record: LogRecord): LogTransaction {
  return { xid: record.xid, parent: 0, type: "raw", reason: "unknown", level: 0, records: [record] };
}

/** A group as one line of JSON: its transactions, and of each its records as pairs of tag and text. */
function jsonText(group: readonly LogTransaction[], shows: (record: LogRecord) => boolean): string {
  const transactions = group.map(({ records, ...facts }) => ({
    ...facts,
    records: records.filter(shows).map(({ tag, text }) => [tag, text]),
  }));
  // Texts are bytes: what is no ASCII is escaped, so that the line is JSON in any encoding.
  const escape = (char: string): string => `\\u00${char.charCodeAt(0).toString(16)}`;
  return `${JSON.stringify(transactions).replaceAll(/[\x7f-\xff]/g, escape)}\n`;
}
