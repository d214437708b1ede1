import type { DiagnosticExtra, Fix } from "../../diagnostics/diagnostic.js";
import type * as ast from "../../parser/ast.js";
import { lineStarts, lineIndex } from "../../source/position.js";
import type { Span } from "../../source/source-file.js";

/** Takes away a statement or declaration with its semicolon; not where a comment within it or behind it may say why it is there. */
export function removal({ span }: ast.Node): { readonly fix?: Fix } {
  const { text } = span.file;
  const semicolon = /^[\s]*;/.exec(text.slice(span.end, span.end + 100));
  const end = span.end + (semicolon?.[0].length ?? 0);
  const lineEnd = text.indexOf("\n", end);
  const shown = text.slice(span.start, lineEnd < 0 ? text.length : lineEnd);
  return /#|\/\/|\/\*/.test(shown) ? {} : { fix: withoutLine({ ...span, end }) };
}

/** Takes away what is in a span, with its lines where nothing else is on them. */
export function withoutLine({ file, start, end }: Span): Fix {
  const starts = lineStarts(file);
  const lineStart = starts[lineIndex(file, start)] ?? 0;
  const next = starts[lineIndex(file, end) + 1] ?? file.text.length;
  const alone = file.text.slice(lineStart, start).trim() === "" && file.text.slice(end, next).trim() === "";
  const before = /[ \t]*$/.exec(file.text.slice(lineStart, start))?.[0].length ?? 0;
  const span = alone ? { file, start: lineStart, end: next } : { file, start: start - before, end };
  return { span, text: "", safe: true };
}

/** Another text in place of a literal: what was meant, as far as one can tell. */
export function writing(literal: ast.Expression, text: string): DiagnosticExtra {
  const hint = `write "${text}"`;
  if (literal.kind !== "StringLiteral" || literal.form !== "short") return { hint };
  return { hint, fix: { span: literal.span, text: `"${text}"` } };
}
