import { fileURLToPath } from "node:url";
import { analyze, type AnalyzeOptions } from "../../src/analyze/analyze.js";
import type { AnalyzedProgram } from "../../src/analyze/program.js";
import { inSourceOrder } from "../../src/analyze/source-order.js";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.js";
import { nodeSourceReader as reader } from "../../src/host/node/source-reader.js";
import { parse } from "../../src/parser/parse.js";
import { position } from "../../src/source/position.js";
import { sourceFromText } from "../../src/source/read-source.js";
import type { SourceFile, Span } from "../../src/source/source-file.js";
import { vmodFinder } from "../../src/vcc/find-vmods.js";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

const findIn = (vmodPath: string[]) => vmodFinder(reader, { vmodPath, shipped: path("../../src/vmod") });

/** Interfaces are read once for all tests of a file. */
const testVmods = findIn([path("vcc")]);

/** What analysis says of a text: its facts, or its diagnostics. */
export interface Checked {
  readonly program: AnalyzedProgram | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** Parses and analyzes a source with the shipped VMODs and those of test/support/vcc. */
export function check(
  source: SourceFile | string,
  options: Partial<AnalyzeOptions> & { readonly folder?: string } = {},
): Checked {
  const main = typeof source === "string" ? sourceFromText("main.vcl", source) : source;
  const { folder, ...rest } = options;
  const parsed = parse(main, { reader, vclPath: folder === undefined ? [] : [folder] });
  const vmods = folder === undefined ? testVmods : findIn([path("vcc"), folder]);
  const incomplete = parsed.diagnostics.some(({ severity }) => severity === "error");
  const result = analyze(parsed.program, { vmods, incomplete, ...rest });
  const diagnostics = inSourceOrder([...parsed.diagnostics, ...result.diagnostics]);
  return { program: incomplete ? undefined : result.program, diagnostics };
}

/** A program around the body of vcl_recv. */
export function inRecv(body: string, before = ""): string {
  return `vcl 4.1;\nimport std;\nimport debug;\nbackend default none;\n${before}\nsub vcl_recv {\n${body}\n}\n`;
}

/** The facts of a program that must be right. */
export function factsOf(text: string): AnalyzedProgram {
  const { program, diagnostics } = check(text);
  if (program === undefined) throw new Error(diagnostics.map(printDiagnostic).join(""));
  return program;
}

/** The codes of what is wrong with a text, in order. */
export function codesOf(text: string): string[] {
  return check(text).diagnostics.map(({ code }) => code);
}

/** A diagnostic as the golden files show it. */
export function printDiagnostic({ code, severity, message, span, hint, related = [] }: Diagnostic): string {
  const lines = [`${place(span)} ${severity} ${code}: ${message}`];
  if (hint !== undefined) lines.push(`    hint: ${hint}`);
  for (const other of related) lines.push(`    ${place(other.span)} ${other.message}`);
  return lines.map((line) => `${line}\n`).join("");
}

function place(span: Span): string {
  const start = position(span.file, span.start);
  const end = position(span.file, span.end);
  const last = start.line === end.line ? `${end.column}` : `${end.line}:${end.column}`;
  return `${span.file.name}:${start.line}:${start.column}-${last}`;
}
