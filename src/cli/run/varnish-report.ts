import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import { varnishPosition } from "../../source/columns.js";
import { lineText } from "../../source/position.js";
import type { Span } from "../../source/source-file.js";
import { varnishWords } from "./varnish-words.js";

const tabWidth = 8;
/** Columns of a line that are shown at most. */
const widest = 400;

/**
 * Diagnostics in the layout of Varnish's compiler, as whoever drives varnishd reads them out of its answers: what is wrong, the place, the line
 * with marks under it; then the code, which `vclc explain` knows, and a hint.
 */
export function varnishReport(diagnostics: readonly Diagnostic[]): string {
  if (diagnostics.length === 0) return "";
  return `Message from VCC-compiler:\n${diagnostics.map(described).join("")}`;
}

function described(diagnostic: Diagnostic): string {
  const { span, code, severity, hint, related = [] } = diagnostic;
  const places = related.map((other) => {
    const what = code === "recursion" ? `...called from "${subAround(other.span)}"` : `${other.message}:`;
    return `\n${what}\n${framed(other.span)}`;
  });
  const warning = severity === "warning" ? "(That was just a warning)\n" : "";
  const more = hint === undefined ? "" : ` ${hint}`;
  return `${varnishWords(diagnostic)}\n${framed(span)}${places.join("")}${warning}[${code}]${more}\n`;
}

/** Place, line and marks; an empty line ends it. */
function framed({ file, start, end }: Span): string {
  const { line, column } = varnishPosition(file, start);
  const name = file.kind === "inline" && !file.name.startsWith("<") ? "<vcl.inline>" : file.name;
  const text = expanded(lineText(file, line, 0, widest));
  const last = varnishPosition(file, Math.max(start, end - 1));
  const until = last.line === line ? last.column : text.length;
  const marks = Array.from(text, (_, at) => (at + 1 >= column && at + 1 <= until ? "#" : "-")).join("");
  return `('${name}' Line ${line} Pos ${column})\n${text}\n${marks}\n\n`;
}

function expanded(bytes: string): string {
  let shown = "";
  for (const byte of bytes) shown += byte === "\t" ? " ".repeat(tabWidth - (shown.length % tabWidth)) : byte;
  return shown;
}

/** The sub whose body a place is in. */
function subAround({ file, start }: Span): string {
  const heads = [...file.text.slice(0, start).matchAll(/\bsub\s+([A-Za-z][\w-]*)/g)];
  return heads.at(-1)?.[1] ?? "";
}
