import { LogFailure } from "./recording.js";

/** A transaction as varnishlog writes it, whatever it was grouped by. */
export interface LoggedTransaction {
  readonly kind: string;
  readonly vxid: number;
  /** Where it begins. */
  readonly line: number;
  readonly records: readonly LoggedRecord[];
}

export interface LoggedRecord {
  readonly tag: string;
  readonly text: string;
}

/** The kind of what stands before the first transaction: the rest of one whose beginning is missing. */
export const headless = "";

/** `*   << Request  >> 5`, `**  << BeReq    >> 6`, `*4* << …` */
const head = /^(?:\*+|\*\d+\*)\s+<<\s*(\w+)\s*>>\s+(\d+)\s*$/;
/** `-   ReqURL         /`, `--4- …` */
const record = /^(?:-+|-\d+-)\s+(\w+)(?:\s(.*))?$/;
/** `-g raw`: number, tag, side. */
const raw = /^\s*\d+\s+\w+\s+[bcS-]\s/;

/** Reads varnishlog's text, transaction by transaction. Throws a LogFailure for a line that is none of it. */
export async function* readTransactions(lines: AsyncIterable<string>): AsyncIterable<LoggedTransaction> {
  let open: { kind: string; vxid: number; line: number; records: LoggedRecord[] } | undefined;
  let line = 0;
  for await (const text of lines) {
    line++;
    const [, kind, vxid] = head.exec(text) ?? [];
    if (kind !== undefined) {
      if (open) yield open;
      open = { kind, vxid: Number(vxid), line, records: [] };
      continue;
    }
    const [, tag, content = ""] = record.exec(text) ?? [];
    if (tag === undefined) {
      if (text.trim() !== "") throw new LogFailure(line, whyNot(text, line));
      continue;
    }
    open ??= { kind: headless, vxid: 0, line, records: [] };
    open.records.push({ tag, text: content.trimStart() });
  }
  if (open) yield open;
}

function whyNot(text: string, line: number): string {
  if (raw.test(text)) return "records one by one (-g raw): write the log with varnishlog -g request";
  const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  const what = line === 1 ? "no log of varnishlog -g request" : "neither a transaction nor a record";
  return `${what}: ${JSON.stringify(shown)}`;
}
