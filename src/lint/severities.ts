import { catalog, type DiagnosticCode } from "../diagnostics/catalog.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";

export const levels = ["off", "warning", "error"] as const;
export type Level = (typeof levels)[number];

/** How severe warnings are, by code; what is not named stays a warning. */
export type Severities = { readonly [Code in DiagnosticCode]?: Level };

/** Whether the severity of a code can be chosen: errors are those of the language and stay what they are. */
export function isConfigurable(code: string): code is DiagnosticCode {
  return Object.hasOwn(catalog, code) && catalog[code as DiagnosticCode].severity === "warning";
}

/** Diagnostics as they were configured: some raised to errors, some dropped. */
export function applySeverities(
  diagnostics: readonly Diagnostic[],
  severities: Severities,
): readonly Diagnostic[] {
  return diagnostics.flatMap((one) => {
    const level = severities[one.code];
    if (level === undefined || !isConfigurable(one.code)) return [one];
    return level === "off" ? [] : [{ ...one, severity: level }];
  });
}
