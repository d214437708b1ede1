import type { DiagnosticCode } from "../diagnostics/catalog.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { lineIndex } from "../source/position.js";
import type { SourceFile } from "../source/source-file.js";

/** What is wrong only in the place where it stands. */
const ofPlace: ReadonlySet<DiagnosticCode> = new Set<DiagnosticCode>([
  "not-available",
  "not-settable-here",
  "not-unsettable-here",
  "not-an-action-here",
  "read-only",
  "invalid-return",
]);

/**
 * Diagnostics in the order of the source with its includes expanded in place; the built-in VCL comes last. Of one line, what is wrong in
 * itself comes before what is wrong in this place.
 */
export function inSourceOrder(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const keys = new Map<SourceFile, readonly number[]>();
  const keyed = diagnostics.map((diagnostic) => ({ diagnostic, key: keyOf(diagnostic, keys) }));
  return keyed.sort((one, other) => compare(one.key, other.key)).map(({ diagnostic }) => diagnostic);
}

function keyOf({ span, code }: Diagnostic, keys: Map<SourceFile, readonly number[]>): readonly number[] {
  return [
    ...prefixOf(span.file, keys),
    lineIndex(span.file, span.start),
    ofPlace.has(code) ? 1 : 0,
    span.start,
  ];
}

/** The places of the `include`s that lead to a file, outermost first. */
function prefixOf(file: SourceFile, keys: Map<SourceFile, readonly number[]>): readonly number[] {
  let prefix = keys.get(file);
  if (prefix === undefined) {
    const { includedFrom, kind } = file;
    if (includedFrom) {
      const { file: outer, start } = includedFrom;
      prefix = [...prefixOf(outer, keys), lineIndex(outer, start), 0, start];
    } else prefix = kind === "builtin" ? [Infinity] : [];
    keys.set(file, prefix);
  }
  return prefix;
}

function compare(one: readonly number[], other: readonly number[]): number {
  for (const [index, value] of one.entries()) {
    const against = other[index];
    if (against === undefined) return 1;
    if (value !== against) return value < against ? -1 : 1;
  }
  return one.length - other.length;
}
