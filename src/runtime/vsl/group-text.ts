import { unsafeTags, unsafeText } from "../log/record-line.js";
import type { LogRecord, LogTransaction, TransactionType } from "./log-transaction.js";

export interface GroupTextOptions {
  /** Whether a record is shown. */
  readonly shows: (record: LogRecord) => boolean;
  /** With the number of the transaction on each line (`-v`). */
  readonly verbose?: boolean;
  /** Only transactions of clients, or of backends; includes of ESI pages only if they are wanted, too. */
  readonly client?: boolean;
  readonly backend?: boolean;
  readonly includes?: boolean;
}

const titles: Readonly<Record<TransactionType, string>> = {
  unknown: "<< Unknown  >>",
  sess: "<< Session  >>",
  req: "<< Request  >>",
  bereq: "<< BeReq    >>",
  raw: "<< Record   >>",
};
const binaryTags = new Set(["H2RxHdr", "H2RxBody", "H2TxHdr", "H2TxBody"]);
const tagWidth = 14;
const xidWidth = 10;

/** A group as varnishlog prints it. Nothing where none of its transactions is to be shown. */
export function groupText(group: readonly LogTransaction[], options: GroupTextOptions): string {
  const shown = group.filter((transaction) => isShown(transaction, options));
  const text = shown.map((transaction) => transactionText(transaction, options)).join("");
  return shown.some(({ level }) => level > 0) ? `${text}\n` : text;
}

function isShown({ type, reason }: LogTransaction, { client, backend, includes }: GroupTextOptions): boolean {
  if (!client && !backend) return true;
  if (type === "req") return client === true && (reason !== "esi" || includes === true);
  if (type === "bereq") return backend === true;
  return type === "raw";
}

function transactionText({ xid, type, level, records }: LogTransaction, options: GroupTextOptions): string {
  const verbose = options.verbose === true || level === 0;
  const lead = (sign: string): string =>
    level === 0 ? "" : level > 3 ? `${sign}${level}${sign} ` : `${sign.repeat(level).padEnd(3)} `;
  const title = verbose
    ? `${" ".repeat(xidWidth + 1)}${titles[type]} ${" ".repeat(2)}${String(xid).padEnd(xidWidth)}`
    : `${titles[type]} ${String(xid).padEnd(xidWidth)}`;
  let text = level === 0 ? "" : `${lead("*")}${title}\n`;
  for (const record of records) {
    if (!isOfSide(record, options) || !options.shows(record)) continue;
    text += `${lead("-")}${recordText(record, verbose)}\n`;
  }
  return text;
}

function isOfSide({ side }: LogRecord, { client = false, backend = false }: GroupTextOptions): boolean {
  if (client === backend) return true;
  return side === (client ? "c" : "b");
}

function recordText({ xid, tag, text, side }: LogRecord, verbose: boolean): string {
  const name = tag.padEnd(tagWidth);
  const content = printed(tag, text);
  return verbose ? `${String(xid).padStart(xidWidth)} ${name} ${side} ${content}` : `${name} ${content}`;
}

function printed(tag: string, text: string): string {
  if (binaryTags.has(tag)) {
    return `[${text.replaceAll(/[^]/g, (char) => char.charCodeAt(0).toString(16).padStart(2, "0"))}]`;
  }
  return unsafeTags.has(tag) ? unsafeText(text) : text;
}
