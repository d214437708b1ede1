import { catalog, type DiagnosticCode } from "../diagnostics/catalog.js";
import { diagnostic, type Diagnostic } from "../diagnostics/diagnostic.js";
import type * as ast from "../parser/ast.js";
import { visit } from "../parser/visit.js";
import { lineStarts, position } from "../source/position.js";
import type { SourceFile, Span } from "../source/source-file.js";

/** A comment `# vclc-ignore CODE: reason`, and where it holds. */
interface Suppression {
  readonly code: DiagnosticCode;
  readonly comment: Span;
  readonly range: Span;
  used: boolean;
}

/** What is left of some diagnostics when comments are heeded, and warnings about comments that silence nothing. */
export function heedSuppressions(
  program: ast.Program,
  diagnostics: readonly Diagnostic[],
): readonly Diagnostic[] {
  const complaints: Diagnostic[] = [];
  const suppressions = sourceFiles(program).flatMap((file) => readSuppressions(file, program, complaints));
  const left = diagnostics.filter((one) => {
    if (one.severity === "error") return true;
    const matching = suppressions.filter(({ code, range }) => code === one.code && holds(range, one.span));
    for (const suppression of matching) suppression.used = true;
    return matching.length === 0;
  });
  for (const { code, comment, used } of suppressions) {
    if (!used) complaints.push(diagnostic("suppression-unused", comment, { code }));
  }
  return [...left, ...complaints];
}

function holds(range: Span, { file, start }: Span): boolean {
  return range.file === file && start >= range.start && start < range.end;
}

/** The main file and every file that was included. A file that was included twice counts as two. */
function sourceFiles(program: ast.Program): readonly SourceFile[] {
  const files = new Set<SourceFile>([program.span.file]);
  const add = ({ span }: ast.Node) => {
    for (let file: SourceFile | undefined = span.file; file; file = file.includedFrom?.file) files.add(file);
  };
  visit(program, {
    Identifier: add,
    VersionDeclaration: add,
    IfStatement: add,
    ReturnStatement: add,
  });
  return [...files];
}

/** Comments, and what must not be taken for one: strings. */
const pieces = /"""[^]*?"""|\{"[^]*?"\}|"[^"\n]*"|(?:#|\/\/)([^\n]*)|\/\*([^]*?)\*\//g;
const directive = /^[\s*]*vclc-ignore\b/;
const wellFormed = /^[\s*]*vclc-ignore\s+([a-z0-9-]+)\s*:\s*\S/;

function readSuppressions(
  file: SourceFile,
  program: ast.Program,
  complaints: Diagnostic[],
): readonly Suppression[] {
  if (!file.text.includes("vclc-ignore")) return [];
  const comments = [...file.text.matchAll(pieces)].flatMap((match) => {
    const text = match[1] ?? match[2];
    return text === undefined
      ? []
      : [{ text, span: { file, start: match.index, end: match.index + match[0].trimEnd().length } }];
  });
  const spans = comments.map(({ span }) => span);
  return comments.flatMap(({ text, span }) => {
    if (!directive.test(text)) return [];
    const code = wellFormed.exec(text)?.[1];
    const reason = code === undefined ? 'it is written "vclc-ignore CODE: reason"' : refusal(code);
    if (reason !== undefined) {
      complaints.push(diagnostic("suppression-malformed", span, { reason }));
      return [];
    }
    const range = rangeOf(span, spans, program);
    return [{ code: code as DiagnosticCode, comment: span, range, used: false }];
  });
}

function refusal(code: string): string | undefined {
  if (!Object.hasOwn(catalog, code)) return `no diagnostic has the code ${code}`;
  return catalog[code as DiagnosticCode].severity === "error" ? `${code} is an error` : undefined;
}

/** The line that a comment trails; else the next line with code or, when a block begins there, that. */
function rangeOf(comment: Span, comments: readonly Span[], program: ast.Program): Span {
  const { file } = comment;
  const line = lineAt(file, comment.start);
  if (file.text.slice(line.start, comment.start).trim() !== "") return line;
  const next = nextCode(file, comment.end, comments);
  const { start, end } = lineAt(file, next);
  let last = end;
  visit(program, {
    SubDeclaration: grow,
    BackendDeclaration: grow,
    ProbeDeclaration: grow,
    AclDeclaration: grow,
    IfStatement: grow,
    Block: grow,
  });
  return { file, start, end: last };

  function grow({ span }: ast.Node): boolean {
    if (span.file !== file) return true;
    if (span.start === next) last = Math.max(last, span.end);
    return span.start <= next && next < span.end;
  }
}

function nextCode(file: SourceFile, from: number, comments: readonly Span[]): number {
  let at = from;
  for (;;) {
    while (at < file.text.length && /\s/.test(file.text.charAt(at))) at += 1;
    const comment = comments.find(({ start }) => start === at);
    if (comment === undefined) return at;
    at = comment.end;
  }
}

function lineAt(file: SourceFile, offset: number): Span {
  const starts = lineStarts(file);
  const { line } = position(file, offset);
  return { file, start: starts[line - 1] ?? 0, end: starts[line] ?? file.text.length + 1 };
}
