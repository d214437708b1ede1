import { existsSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { pathToFileURL } from "node:url";
import { compileToJavaScript } from "../../compile.js";
import type { JavaScriptOutput } from "../../codegen/javascript.js";
import type { Step } from "../../codegen/step.js";
import { varnishPosition } from "../../source/columns.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import { reportText } from "../../diagnostics/reporters/text.js";
import { nodeSourceReader } from "../../host/node/source-reader.js";
import { builtinVcl } from "../../language/builtin-vcl.js";
import type { ShownSource } from "../../runtime/command/index.js";
import type { SourceFile, SourceReader } from "../../source/source-file.js";
import type { VmodOrigin } from "../../vcc/vmod-finder.js";
import type { VmodInterface } from "../../vcc/vmod-interface.js";
import { CliError } from "../cli-error.js";
import { varnishReport } from "./varnish-report.js";
import { analyzeOptions, readMainFile, type CompilerFlags } from "../analyze-options.js";
import { unreadableIncludes } from "../unreadable-includes.js";

/** A VCL to compile: a file by its path, or text under the name that messages give it. */
export type CompileJob = ({ readonly path: string } | { readonly name: string; readonly text: string }) & {
  readonly settings?: CompileSettings;
};

/** What parameters say about compiling, as they are when a job is given. */
export interface CompileSettings {
  readonly unused: "error" | "warning";
  readonly vclPath: readonly string[];
  /** Absent where the command line's counts. */
  readonly vmodPath?: readonly string[];
  /** Steps through VCL are logged. */
  readonly trace?: boolean;
}

/** A VMOD that a module is linked with. */
export interface LinkedImport {
  readonly alias: string;
  readonly name: string;
  readonly origin: VmodOrigin;
  /** Of a user's VMOD: what its implementation is checked against. */
  readonly vmod?: VmodInterface;
}

/** A module's code and what it is to be linked with. */
export interface LinkableCode {
  readonly code: string;
  readonly imports: readonly LinkedImport[];
  /** Of code that is traced: what VCL_trace says of each of its points, behind the VCL's name. */
  readonly points?: readonly string[];
}

/** What came of a job: plain data, so that it can be done on another thread. */
export interface CompileResult {
  /** The main source first, then what it includes, then the built-in VCL. */
  readonly sources: readonly ShownSource[];
  /** Errors and warnings as they are printed; empty when there are none. */
  readonly diagnosed: string;
  /** There unless `problem` says why not. */
  readonly output?: LinkableCode;
  readonly problem?: { readonly message: string; readonly exitCode: 1 | 2 };
}

interface CompileMode {
  readonly report: (diagnostics: readonly Diagnostic[]) => string;
  readonly unused: "error" | "warning";
  readonly trace: boolean;
}

/** Compiles for loading into this process. Bad input gives a problem, never an exception. */
export function compileVcl(job: CompileJob, flags: CompilerFlags, color: boolean): CompileResult {
  const sources: ShownSource[] = [];
  try {
    const { unused = "error", trace = false, ...paths } = job.settings ?? {};
    const all = job.settings ? { ...flags, ...paths } : flags;
    const report = job.settings
      ? varnishReport
      : (found: readonly Diagnostic[]) => reportText(found, { color });
    return compileSource(sourceOf(job, all), sources, all, { report, unused, trace });
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return { sources, diagnosed: "", problem: { message: error.message, exitCode: error.exitCode } };
  }
}

/** What linking needs of a compiled module. */
export function linkable({ code, imports }: JavaScriptOutput): LinkableCode {
  return {
    code,
    imports: imports.map(({ alias, vmod, origin }) => ({
      alias,
      name: vmod.name,
      origin,
      ...(origin.kind !== "shipped" && { vmod }),
    })),
  };
}

/** A relative path is looked for in the current folder, then in those of `--vcl-path`. */
export function findFile(path: string, flags: CompilerFlags): string {
  if (isAbsolute(path) || existsSync(path)) return path;
  return (
    flags.vclPath?.map((folder) => join(folder, path)).find((candidate) => existsSync(candidate)) ?? path
  );
}

function sourceOf(job: CompileJob, flags: CompilerFlags): SourceFile {
  return "path" in job ? readMainFile(findFile(job.path, flags)) : { ...job, kind: "inline" };
}

function compileSource(
  source: SourceFile,
  sources: ShownSource[],
  flags: CompilerFlags,
  { report, unused, trace }: CompileMode,
): CompileResult {
  sources.push({ name: source.name, text: source.text });
  const options = {
    ...analyzeOptions(source.name, flags),
    reader: noting(sources),
    sourceName: debuggerName,
    unused,
    ...(trace && { trace, builtin: "inline" as const }),
  };
  const { output, diagnostics } = compileToJavaScript(source, options);
  const { lines, others } = unreadableIncludes(diagnostics);
  const diagnosed = others.length > 0 ? report(others) : "";
  if (lines.length > 0)
    return { sources, diagnosed, problem: { message: lines.join("\nvclc: "), exitCode: 2 } };
  if (!output)
    return { sources, diagnosed, problem: { message: `${source.name} does not compile`, exitCode: 1 } };
  sources.push({ name: "<builtin>", text: builtinVcl });
  const code = linkable(output);
  return {
    sources,
    diagnosed,
    output: trace ? { ...code, points: pointTexts(output.steps, sources) } : code,
  };
}

/** Number from 1, then source, line and column, as Varnish has them. */
function pointTexts(steps: readonly Step[], sources: readonly ShownSource[]): readonly string[] {
  const numbers = new Map(sources.map(({ name }, index) => [name, index]));
  return steps.map(({ span }, index) => {
    const { line, column } = varnishPosition(span.file, span.start);
    return `${index + 1} ${numbers.get(span.file.name) ?? 0}.${line}.${column}`;
  });
}

/** A source by the URL that debuggers know its file by: a breakpoint in an editor is one in the loaded code. */
function debuggerName({ kind, name }: SourceFile): string {
  return kind === "file" ? pathToFileURL(name).href : name;
}

/** Reads included files, and notes them for `vcl.show`. */
function noting(sources: ShownSource[]): SourceReader {
  return {
    ...nodeSourceReader,
    read(path) {
      const content = nodeSourceReader.read(path);
      if ("text" in content) sources.push({ name: path, text: content.text });
      return content;
    },
  };
}
