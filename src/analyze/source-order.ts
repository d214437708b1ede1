import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { SourceFile, Span } from "../source/source-file.js";

/** Diagnostics in the order of the source with its includes expanded in place; the built-in VCL comes last. */
export function inSourceOrder(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const keys = new Map<SourceFile, readonly number[]>();
  const keyed = diagnostics.map((diagnostic) => ({ diagnostic, key: keyOf(diagnostic.span, keys) }));
  return keyed.sort((one, other) => compare(one.key, other.key)).map(({ diagnostic }) => diagnostic);
}

/** The offsets of the `include`s that lead to a place, outermost first, and then its own. */
function keyOf(span: Span, keys: Map<SourceFile, readonly number[]>): readonly number[] {
  let prefix = keys.get(span.file);
  if (prefix === undefined) {
    const { includedFrom, kind } = span.file;
    prefix = includedFrom ? keyOf(includedFrom, keys) : kind === "builtin" ? [Infinity] : [];
    keys.set(span.file, prefix);
  }
  return [...prefix, span.start];
}

function compare(one: readonly number[], other: readonly number[]): number {
  for (const [index, value] of one.entries()) {
    const against = other[index];
    if (against === undefined) return 1;
    if (value !== against) return value < against ? -1 : 1;
  }
  return one.length - other.length;
}
