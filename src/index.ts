/**
 * The compiler as a library. `compile` takes text; `compileToTypeScript` takes a source file and finds includes and VMODs;
 * `compileToJavaScript` and `loadJavaScript` make a module of the running process.
 * `loadVcl` does the latter in one call. `reportText` and the reporters print diagnostics, `varnishPosition` and `characterPosition` tell lines and columns.
 * `lint` tells of a program without errors what `vclc check` says besides.
 * `readAst`, `readTokens` and `readCallGraph` are for tools. Wrong VCL gives diagnostics, never an exception.
 */
export { analyzeSource, type Analysis, type AnalyzeOptions } from "./analyze/analyze-source.js";
export {
  compile,
  compileToJavaScript,
  compileToJavaScriptModule,
  compileToTypeScript,
  readAst,
  readCallGraph,
  readTokens,
  type Compilation,
  type CompileOptions,
  type SyntaxOptions,
  type TextOptions,
} from "./compile.js";
export { loadVcl, type Loaded, type LoadOptions } from "./load.js";
export { loadJavaScript, type Linkage } from "./codegen/load.js";
export type { JavaScriptOutput } from "./codegen/javascript.js";
export type { SourceMap } from "./codegen/source-map.js";
export type { ModuleOutput } from "./codegen/formatted-module.js";
export type * as ast from "./parser/ast.js";
export { astText, type AstDocument, type AstJson } from "./views/ast-document.js";
export type { CallGraph, GraphCall, GraphLabel, GraphSub } from "./views/call-graph.js";
export { graphviz, mermaid } from "./views/drawings.js";
export type { ViewFile, ViewOptions, ViewPosition, ViewSpan } from "./views/places.js";
export { tokenLines, type TokenDocument, type TokenJson } from "./views/token-document.js";
export { lint } from "./lint/lint.js";
export type { Level, Severities } from "./lint/severities.js";
export type { AnalyzedProgram, ImportFact } from "./analyze/program.js";
export type { Diagnostic, Fix, RelatedSpan, Severity } from "./diagnostics/diagnostic.js";
export { reportText, type TextOptions as ReportTextOptions } from "./diagnostics/reporters/text.js";
export { reportJson, type JsonDiagnostic, type JsonReport } from "./diagnostics/reporters/json.js";
export { githubReporter } from "./diagnostics/reporters/github.js";
export { junitReporter } from "./diagnostics/reporters/junit.js";
export { sarifReporter } from "./diagnostics/reporters/sarif.js";
export type { CheckedFile, Reporter, UnreadableFile } from "./diagnostics/reporters/reporter.js";
export { characterPosition, varnishPosition } from "./source/columns.js";
export type { Position } from "./source/position.js";
export type { DiagnosticCode } from "./diagnostics/catalog.js";
export { readSource, sourceFromText } from "./source/read-source.js";
export type { SourceFile, SourceReader, Span } from "./source/source-file.js";
export { vmodFinder, type VmodFolders } from "./vcc/find-vmods.js";
export type { FoundVmod, VmodFinder } from "./vcc/vmod-finder.js";
export type { VmodInterface } from "./vcc/vmod-interface.js";
