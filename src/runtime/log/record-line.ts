import type { LogSide } from "../host.js";

/** Longest text of a record in bytes (`vsl_reclen`, less the terminating NUL); what is longer is cut off. */
const longestText = 254;
/** Widths of the columns, as in the raw output of varnishlog. */
const xidWidth = 10;
const tagWidth = 14;

/**
 * A log record as one line, as `varnishlog -g raw` prints it. Control characters are escaped: the text comes from clients and origins, and must
 * neither begin a line of its own nor speak to a terminal.
 */
export function recordLine(xid: number, tag: string, text: string, side: LogSide = "-"): string {
  const shown = text.slice(0, longestText);
  const content = unsafeTags.has(tag) ? unsafeText(shown) : escapeControl(shown);
  return `${String(xid).padStart(xidWidth)} ${tag.padEnd(tagWidth)} ${side} ${content}`;
}

/** Tags whose texts may be any bytes. */
export const unsafeTags: ReadonlySet<string> = new Set(["Debug", "HttpGarbage", "Hash"]);

/** A text of theirs as varnishlog shows it: in quotes, hexadecimal what cannot be printed, with the NUL at its end. */
export function unsafeText(text: string): string {
  return `"${text.replaceAll(/[^ -~]/g, (char) => `%${char.charCodeAt(0).toString(16).padStart(2, "0")}`)}%00"`;
}

function escapeControl(text: string): string {
  return text.replace(/[\x00-\x08\x0a-\x1f\x7f-\x9f]/g, (char) => {
    if (char === "\n") return "\\n";
    if (char === "\r") return "\\r";
    return `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`;
  });
}
