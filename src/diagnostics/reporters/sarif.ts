import { includeStack } from "../../source/position.js";
import type { SourceFile, Span } from "../../source/source-file.js";
import { catalog, diagnosticCodes } from "../catalog.js";
import type { Diagnostic, Fix } from "../diagnostic.js";
import { explanations } from "../explanations/explanations.js";
import { printable } from "./printable.js";
import { regionOf } from "./region.js";
import type { CheckedFile, Reporter, UnreadableFile } from "./reporter.js";

/** SARIF 2.1.0, one log with one run: what code scanning services take. `version` is that of vclc. */
export function sarifReporter(version: string): Reporter {
  return {
    end: (files) => `${JSON.stringify(sarifLog(files, version), undefined, 2)}\n`,
  };
}

function sarifLog(files: readonly (CheckedFile | UnreadableFile)[], version: string) {
  const unreadable = files.filter((file) => "reason" in file);
  const diagnostics = files.flatMap((file) => ("reason" in file ? [] : file.diagnostics));
  const met = new Set(diagnostics.map(({ code }) => code));
  const rules = diagnosticCodes.filter((code) => met.has(code));
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "vclc",
            semanticVersion: version,
            rules: rules.map((id) => ({
              id,
              shortDescription: { text: catalog[id].message },
              fullDescription: { text: explanations[id].meaning },
              help: { text: `${explanations[id].meaning} "vclc explain ${id}" shows examples.` },
              defaultConfiguration: { level: catalog[id].severity },
            })),
          },
        },
        columnKind: "unicodeCodePoints",
        invocations: [
          {
            executionSuccessful: unreadable.length === 0,
            toolExecutionNotifications: unreadable.map(({ path, reason }) => ({
              level: "error",
              message: { text: `cannot read ${printable(path)}: ${reason}` },
              locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(path) } } }],
            })),
          },
        ],
        artifacts: files.map(({ path }) => ({ location: { uri: uriOf(path) } })),
        results: diagnostics.map((diagnostic) => result(diagnostic, rules.indexOf(diagnostic.code))),
      },
    ],
  };
}

function result({ code, severity, message, span, hint, related = [], fix }: Diagnostic, ruleIndex: number) {
  const others = [
    ...includeStack(span.file).map((include) => ({ span: include, message: "included from here" })),
    ...related,
  ];
  return {
    ruleId: code,
    ruleIndex,
    level: severity,
    message: { text: printable(hint === undefined ? message : `${message}\nHint: ${hint}`) },
    locations: [{ physicalLocation: physicalLocation(span) }],
    ...(others.length > 0 && {
      relatedLocations: others.map((other) => ({
        physicalLocation: physicalLocation(other.span),
        message: { text: printable(other.message) },
      })),
    }),
    ...(fix && { fixes: [sarifFix(fix, hint)] }),
  };
}

function sarifFix({ span, text }: Fix, hint: string | undefined) {
  const description = text === "" ? "take it away" : `write ${text}`;
  return {
    description: { text: printable(hint ?? description) },
    artifactChanges: [
      {
        artifactLocation: { uri: uriOfSource(span.file) },
        replacements: [{ deletedRegion: region(span), insertedContent: { text: printable(text) } }],
      },
    ],
  };
}

function physicalLocation(span: Span) {
  return { artifactLocation: { uri: uriOfSource(span.file) }, region: region(span) };
}

function region(span: Span) {
  const { start, end } = regionOf(span);
  return {
    startLine: start.line,
    startColumn: start.column,
    endLine: end.line,
    endColumn: end.column,
    byteOffset: span.start,
    byteLength: span.end - span.start,
  };
}

function uriOfSource({ kind, name }: SourceFile): string {
  return kind === "file" ? uriOf(printable(name)) : `vclc:${encodeURIComponent(name)}`;
}

/** A path as given: relative ones stay relative, to be found from where vclc ran. */
function uriOf(path: string): string {
  const encoded = path.replace(/^\.\//, "").split("/").map(encodeURIComponent).join("/");
  return path.startsWith("/") ? `file://${encoded}` : encoded;
}
