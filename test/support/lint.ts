import type { Diagnostic } from "../../src/diagnostics/diagnostic.js";
import { lint } from "../../src/lint/lint.js";
import type { Severities } from "../../src/lint/severities.js";
import { check, printDiagnostic } from "./analyze.js";

/** What the rules say of a program, which must compile; a version and a backend are added to it. */
export function linted(text: string, severities: Severities = {}): readonly Diagnostic[] {
  const { program, diagnostics } = check(`vcl 4.1;\nbackend default none;\n${text}`);
  if (program === undefined) throw new Error(diagnostics.map(printDiagnostic).join(""));
  return lint(program, diagnostics, severities);
}
