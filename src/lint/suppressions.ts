import { nearest } from "../analyze/suggest.js";
import { catalog, diagnosticCodes, type DiagnosticCode } from "../diagnostics/catalog.js";
import { diagnostic, type Diagnostic } from "../diagnostics/diagnostic.js";
import { DiagnosticLimit } from "../diagnostics/limit.js";
import type * as ast from "../parser/ast.js";
import { visit } from "../parser/visit.js";
import { lineStarts, position } from "../source/position.js";
import type { SourceFile, Span } from "../source/source-file.js";
import { isConfigurable } from "./severities.js";
import { withoutLine } from "./support/fixes.js";

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
  const limit = new DiagnosticLimit();
  const complaints: Diagnostic[] = [];
  const complain = (problem: Diagnostic) => {
    const reported = limit.admit(problem);
    if (reported) complaints.push(reported);
  };
  const suppressions = sourceFiles(program).flatMap((file) => readSuppressions(file, program, complain));
  const byCode = new Map<DiagnosticCode, Suppression[]>();
  for (const suppression of suppressions) {
    const same = byCode.get(suppression.code);
    if (same) same.push(suppression);
    else byCode.set(suppression.code, [suppression]);
  }
  const left = diagnostics.filter((one) => {
    if (one.severity === "error") return true;
    const matching = (byCode.get(one.code) ?? []).filter(({ range }) => holds(range, one.span));
    for (const suppression of matching) suppression.used = true;
    return matching.length === 0;
  });
  for (const { code, comment, used } of suppressions) {
    // A policy may be checked for several targets, one after the other.
    if (!used && !code.startsWith("target-"))
      complain(diagnostic("suppression-unused", comment, { code }, { fix: withoutLine(comment) }));
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
/** With the code and, if there is one, the reason's first character. */
const wellFormed = /^[\s*]*vclc-ignore\s+([\w-]+)\s*(?::\s*(\S)?\s*|$)/;

function readSuppressions(
  file: SourceFile,
  program: ast.Program,
  complain: (problem: Diagnostic) => void,
): readonly Suppression[] {
  if (!file.text.includes("vclc-ignore")) return [];
  const comments: Span[] = [];
  const asked: { readonly code: DiagnosticCode; readonly comment: Span }[] = [];
  for (const match of file.text.matchAll(pieces)) {
    const text = match[1] ?? match[2];
    if (text === undefined) continue;
    const comment = { file, start: match.index, end: match.index + match[0].trimEnd().length };
    comments.push(comment);
    if (!directive.test(text)) continue;
    const [, code, why] = wellFormed.exec(text) ?? [];
    const reason = refusal(code, why);
    if (reason === undefined) asked.push({ code: code as DiagnosticCode, comment });
    else complain(diagnostic("suppression-malformed", comment, { reason }));
  }
  const next = nextCode(file, comments);
  const blocks = blockEnds(file, program);
  return asked.map(({ code, comment }) => {
    const range = rangeOf(comment, next.get(comment.start) ?? comment.end, blocks);
    return { code, comment, range, used: false };
  });
}

function refusal(code: string | undefined, why: string | undefined): string | undefined {
  if (code === undefined) return 'it is written "vclc-ignore CODE: reason"';
  if (!Object.hasOwn(catalog, code)) {
    const meant = code.toLowerCase().replaceAll("_", "-");
    const near = isConfigurable(meant) ? meant : nearest(meant, diagnosticCodes.filter(isConfigurable));
    return `no warning has the code ${code}${near === undefined ? "" : ` (did you mean ${near}?)`}`;
  }
  if (catalog[code as DiagnosticCode].severity === "error") return `${code} is an error`;
  return why === undefined ? `say why, as in "vclc-ignore ${code}: reason"` : undefined;
}

/** The line that a comment trails; else the next line with code or, when a block begins there, that. */
function rangeOf(comment: Span, next: number, blocks: ReadonlyMap<number, number>): Span {
  const { file } = comment;
  const line = lineAt(file, comment.start);
  if (file.text.slice(line.start, comment.start).trim() !== "") return line;
  const { start, end } = lineAt(file, next);
  return { file, start, end: Math.max(end, blocks.get(next) ?? 0) };
}

/** Where what may be silenced as a whole begins in a file, and where the longest of it ends. */
function blockEnds(file: SourceFile, program: ast.Program): ReadonlyMap<number, number> {
  const ends = new Map<number, number>();
  const note = ({ span }: ast.Node) => {
    if (span.file === file) ends.set(span.start, Math.max(span.end, ends.get(span.start) ?? 0));
  };
  visit(program, {
    SubDeclaration: note,
    BackendDeclaration: note,
    ProbeDeclaration: note,
    AclDeclaration: note,
    IfStatement: note,
    Block: note,
  });
  return ends;
}

/** For the start of each comment, where after it and the comments that follow it there is code again. */
function nextCode(file: SourceFile, comments: readonly Span[]): ReadonlyMap<number, number> {
  const next = new Map<number, number>();
  const space = /\s*/y;
  for (const { start, end } of comments.toReversed()) {
    space.lastIndex = end;
    space.test(file.text);
    next.set(start, next.get(space.lastIndex) ?? space.lastIndex);
  }
  return next;
}

function lineAt(file: SourceFile, offset: number): Span {
  const starts = lineStarts(file);
  const { line } = position(file, offset);
  return { file, start: starts[line - 1] ?? 0, end: starts[line] ?? file.text.length + 1 };
}
