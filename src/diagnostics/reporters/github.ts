import { varnishPosition } from "../../source/columns.js";
import { includeStack } from "../../source/position.js";
import type { Diagnostic } from "../diagnostic.js";
import { printable } from "./printable.js";
import { regionOf } from "./region.js";
import type { Reporter, UnreadableFile } from "./reporter.js";

/** Workflow commands of GitHub Actions, one line each: annotations in the changed files of a pull request. */
export const githubReporter: Reporter = {
  file: (file) =>
    "reason" in file
      ? `${unreadable(file)}\n`
      : file.diagnostics.map((diagnostic) => `${annotation(diagnostic)}\n`).join(""),
};

function unreadable({ path, reason }: UnreadableFile): string {
  const file = escapeProperty(printable(path));
  return `::error file=${file},title=unreadable::${escapeData(printable(`cannot read ${path}: ${reason}`))}`;
}

function annotation({ code, severity, message, span, hint, related = [] }: Diagnostic): string {
  const { start, end } = regionOf(span);
  const properties: Record<string, string | number> = {
    file: printable(span.file.name),
    line: start.line,
    endLine: end.line,
    // GitHub knows columns of annotations on one line only.
    ...(start.line === end.line && { col: start.column, endColumn: end.column }),
    title: code,
  };
  const places = [
    ...includeStack(span.file).map((include) => ({ span: include, message: "included from" })),
    ...related,
  ].map((other) => {
    const { line, column } = varnishPosition(other.span.file, other.span.start);
    return `${other.message}: ${other.span.file.name}:${line}:${column}`;
  });
  const text = [message, ...places, ...(hint === undefined ? [] : [`hint: ${hint}`])]
    .map(printable)
    .join("\n");
  const list = Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(String(value))}`);
  return `::${severity} ${list.join(",")}::${escapeData(text)}`;
}

/** The escapes of a workflow command's text: it ends with its line. */
function escapeData(text: string): string {
  return text.replace(/[%\r\n]/g, percent);
}

/** In properties the separators are escaped too. */
function escapeProperty(text: string): string {
  return text.replace(/[%\r\n:,]/g, percent);
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
}
