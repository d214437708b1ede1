import { varnishPosition } from "../../source/columns.js";
import type { Position } from "../../source/position.js";
import type { Span } from "../../source/source-file.js";
import type { Diagnostic } from "../diagnostic.js";
import { printable } from "./printable.js";

/** A place in a JSON report: line and column as in the text report (a tab moves on to the next multiple of eight), and the byte offset. */
export interface JsonPosition extends Position {
  readonly offset: number;
}

interface JsonSpan {
  /** Given where the place is in another file than the one that was checked. */
  readonly file?: string;
  readonly start: JsonPosition;
  /** The first place after the span. */
  readonly end: JsonPosition;
}

export interface JsonDiagnostic extends JsonSpan {
  readonly code: string;
  readonly severity: "error" | "warning";
  readonly message: string;
  readonly hint?: string;
  readonly related?: readonly (JsonSpan & { readonly message: string })[];
  /** What may stand in place of a span; `safe`: `--fix` does it. */
  readonly fix?: JsonSpan & { readonly text: string; readonly safe: boolean };
}

/** What `vclc check --format json` prints for each file, on one line. */
export interface JsonReport {
  readonly file: string;
  /** No errors; there may be warnings. */
  readonly ok: boolean;
  readonly diagnostics: readonly JsonDiagnostic[];
  /** Why the file could not be read; it has no diagnostics then. */
  readonly unreadable?: string;
}

/** The report of a file that could not be read. */
export function reportUnreadable(file: string, reason: string): JsonReport {
  return { file, ok: false, diagnostics: [], unreadable: reason };
}

/** The report of one checked file, to be printed on one line with `JSON.stringify`. */
export function reportJson(file: string, diagnostics: readonly Diagnostic[]): JsonReport {
  return {
    file,
    ok: !diagnostics.some(({ severity }) => severity === "error"),
    diagnostics: diagnostics.map(({ code, severity, message, span, hint, related, fix }) => ({
      code,
      severity,
      message: printable(message),
      ...jsonSpan(span, file),
      ...(hint !== undefined && { hint: printable(hint) }),
      ...(related?.length && {
        related: related.map((other) => ({
          message: printable(other.message),
          ...jsonSpan(other.span, file),
        })),
      }),
      ...(fix && {
        fix: { ...jsonSpan(fix.span, file), text: printable(fix.text), safe: fix.safe === true },
      }),
    })),
  };
}

function jsonSpan(span: Span, checked: string): JsonSpan {
  return {
    ...(span.file.name !== checked && { file: span.file.name }),
    start: jsonPosition(span, span.start),
    end: jsonPosition(span, span.end),
  };
}

function jsonPosition(span: Span, offset: number): JsonPosition {
  return { ...varnishPosition(span.file, offset), offset };
}
