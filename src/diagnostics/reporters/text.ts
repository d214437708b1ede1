import { varnishPosition } from "../../source/columns.js";
import { includeStack } from "../../source/position.js";
import type { Span } from "../../source/source-file.js";
import type { Diagnostic } from "../diagnostic.js";
import { codeFrame } from "./frame.js";
import { printable } from "./printable.js";

export interface TextOptions {
  /** Mark severity, code and carets with ANSI colours. */
  readonly color: boolean;
}

const colors = { error: 31, warning: 33, note: 36, hint: 32, bold: 1 } as const;
type Style = keyof typeof colors;

/**
 * Diagnostics for people: `file:line:column: error: message [code]`, a frame of the source, the include stack, second places and a hint.
 * Columns are those of the reference compiler: bytes from 1, a tab moving on to the next multiple of eight.
 */
export function reportText(diagnostics: readonly Diagnostic[], options: TextOptions): string {
  return diagnostics.map((diagnostic) => `${describe(diagnostic, options).join("\n")}\n`).join("\n");
}

function describe(diagnostic: Diagnostic, { color }: TextOptions): string[] {
  const paint = (style: Style, text: string) => (color ? `\x1b[${colors[style]}m${text}\x1b[0m` : text);
  const { severity, span, hint } = diagnostic;
  const [message = "", ...more] = printable(diagnostic.message).split("\n");
  const lines = [
    `${paint("bold", place(span))}: ${paint(severity, severity)}: ${message} ${paint("bold", `[${diagnostic.code}]`)}`,
    ...more.map((line) => `  ${line}`),
    ...codeFrame(span, 1, (carets) => paint(severity, carets)),
    ...includeStack(span.file).map((include) => `  included from ${place(include)}`),
  ];
  for (const related of diagnostic.related ?? []) {
    lines.push(`  ${paint("note", "note")}: ${printable(related.message)}: ${place(related.span)}`);
    lines.push(...codeFrame(related.span, 0, (carets) => paint("note", carets)));
  }
  if (hint !== undefined) lines.push(`  ${paint("hint", "hint")}: ${printable(hint)}`);
  return lines;
}

function place(span: Span): string {
  const { line, column } = varnishPosition(span.file, span.start);
  return `${printable(span.file.name)}:${line}:${column}`;
}

/** `2 errors, 1 warning` */
export function summary(diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === "error").length;
  const warnings = diagnostics.length - errors;
  const count = (number: number, word: string) =>
    number === 0 ? [] : [`${number} ${word}${number === 1 ? "" : "s"}`];
  return [...count(errors, "error"), ...count(warnings, "warning")].join(", ") || "no errors";
}
