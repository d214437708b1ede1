import type { Span } from "../source/source-file.js";
import { catalog, type DiagnosticCode, type DiagnosticParameters } from "./catalog.js";

export type Severity = "error" | "warning";

/** A second place that explains a diagnostic, for example "first declared here". */
export interface RelatedSpan {
  readonly span: Span;
  readonly message: string;
}

/** A change of a source that mends a diagnostic: `text` in place of what is in `span`. */
export interface Fix {
  readonly span: Span;
  readonly text: string;
  /** It changes nothing that the program does. Any other is a guess at what was meant. */
  readonly safe?: true;
}

export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  readonly message: string;
  readonly span: Span;
  readonly hint?: string;
  readonly related?: readonly RelatedSpan[];
  readonly fix?: Fix;
}

/** What a diagnostic may have besides its message. */
export type DiagnosticExtra = Pick<Diagnostic, "hint" | "related" | "fix">;

/** A guess at what was meant in a place. */
export function meant(span: Span, text: string): DiagnosticExtra {
  return { hint: `did you mean '${text}'?`, fix: { span, text } };
}

/** Makes a diagnostic of the catalog. A code that does not exist, or wrong parameters, does not compile. */
export function diagnostic<Code extends DiagnosticCode>(
  code: Code,
  span: Span,
  parameters: DiagnosticParameters<Code>,
  extra: DiagnosticExtra = {},
): Diagnostic {
  const { severity, message } = catalog[code];
  const { hint, related, fix } = extra;
  return {
    code,
    severity,
    message: fill(message, parameters),
    span,
    ...(hint !== undefined && { hint: clipped(hint) }),
    ...(related !== undefined && { related }),
    ...(fix !== undefined && { fix }),
  };
}

/** The longest piece of source that a message repeats: a name may have megabytes. */
const longestText = 1000;

function clipped(text: string): string {
  return text.length > longestText ? `${text.slice(0, longestText)}…` : text;
}

function fill(template: string, parameters: Readonly<Record<string, string | number>>): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => clipped(String(parameters[name])));
}
