/** The compiler as a library. See `compileToTypeScript` for files and `compileToJavaScript` with `loadJavaScript` for running. */
export {
  analyzeSource,
  compileToJavaScript,
  compileToTypeScript,
  type Analysis,
  type AnalyzeOptions,
  type Compilation,
  type CompileOptions,
} from "./compile.js";
export { loadJavaScript, type Linkage } from "./codegen/load.js";
export type { JavaScriptOutput } from "./codegen/javascript.js";
export type { SourceMap } from "./codegen/source-map.js";
export type { TypeScriptOutput } from "./codegen/typescript.js";
export type { AnalyzedProgram, ImportFact } from "./analyze/program.js";
export type { Diagnostic, RelatedSpan, Severity } from "./diagnostics/diagnostic.js";
export type { DiagnosticCode } from "./diagnostics/catalog.js";
export type { SourceFile, SourceReader, Span } from "./source/source-file.js";
export type { FoundVmod, VmodFinder } from "./vcc/vmod-finder.js";
export type { VmodInterface } from "./vcc/vmod-interface.js";
