import type { Span } from "../source/source-file.js";
import { catalog, type DiagnosticCode, type DiagnosticParameters } from "./catalog.js";

export type Severity = "error" | "warning";

/** A second place that explains a diagnostic, for example "first declared here". */
export interface RelatedSpan {
  readonly span: Span;
  readonly message: string;
}

export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  readonly message: string;
  readonly span: Span;
  readonly hint?: string;
  readonly related?: readonly RelatedSpan[];
}

/** Makes a diagnostic of the catalog. A code that does not exist, or wrong parameters, does not compile. */
export function diagnostic<Code extends DiagnosticCode>(
  code: Code,
  span: Span,
  parameters: DiagnosticParameters<Code>,
  extra: Pick<Diagnostic, "hint" | "related"> = {},
): Diagnostic {
  const { severity, message } = catalog[code];
  return { code, severity, message: fill(message, parameters), span, ...extra };
}

/** The longest piece of source that a message repeats. */
const longestParameter = 1000;

function fill(template: string, parameters: Readonly<Record<string, string | number>>): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const text = String(parameters[name]);
    return text.length > longestParameter ? `${text.slice(0, longestParameter)}…` : text;
  });
}
