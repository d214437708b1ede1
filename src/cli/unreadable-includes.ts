import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { printable } from "../diagnostics/reporters/printable.js";
import { varnishPosition } from "../source/columns.js";

/**
 * An include that cannot be read is trouble with files, not with the VCL: as for a main file, a command says so in one line and ends with
 * exit code 2. Takes these out of a file's diagnostics.
 */
export function unreadableIncludes(diagnostics: readonly Diagnostic[]): {
  readonly lines: readonly string[];
  readonly others: readonly Diagnostic[];
} {
  const lines = diagnostics.filter(isUnreadableInclude).map(({ span, message }) => {
    const { line, column } = varnishPosition(span.file, span.start);
    return printable(`${span.file.name}:${line}:${column}: ${message}`);
  });
  return { lines, others: diagnostics.filter((diagnostic) => !isUnreadableInclude(diagnostic)) };
}

function isUnreadableInclude({ code }: Diagnostic): boolean {
  return code === "include-unreadable";
}
