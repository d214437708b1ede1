import { nearest } from "../analyze/suggest.js";
import { diagnosticCodes, isDiagnosticCode } from "../diagnostics/catalog.js";
import { explainCode } from "../diagnostics/explanations/explain.js";
import { CliError } from "./cli-error.js";

/** The explanations of some codes, or the list of all. A word that is no code ends the command. */
export function explain(codes: readonly string[]): string {
  if (codes.length === 0) return diagnosticCodes.map((code) => `${code}\n`).join("");
  const explained = codes.map((word) => {
    if (isDiagnosticCode(word)) return explainCode(word);
    const alike = nearest(word, diagnosticCodes);
    const hint = alike === undefined ? "vclc explain lists them" : `did you mean ${alike}?`;
    throw new CliError(`no diagnostic has the code ${word} (${hint})`);
  });
  return explained.join("\n");
}
