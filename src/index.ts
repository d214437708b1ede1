/**
 * The compiler as a library. `compile` takes text; `compileToTypeScript` takes a source file and finds includes and VMODs;
 * `compileToJavaScript` and `loadJavaScript` make a module of the running process. Wrong VCL gives diagnostics, never an exception.
 */
export {
  analyzeSource,
  compile,
  compileToJavaScript,
  compileToTypeScript,
  type Analysis,
  type AnalyzeOptions,
  type Compilation,
  type CompileOptions,
  type TextOptions,
} from "./compile.js";
export { loadJavaScript, type Linkage } from "./codegen/load.js";
export type { JavaScriptOutput } from "./codegen/javascript.js";
export type { SourceMap } from "./codegen/source-map.js";
export type { TypeScriptOutput } from "./codegen/typescript.js";
export type { AnalyzedProgram, ImportFact } from "./analyze/program.js";
export type { Diagnostic, RelatedSpan, Severity } from "./diagnostics/diagnostic.js";
export type { DiagnosticCode } from "./diagnostics/catalog.js";
export { readSource, sourceFromText } from "./source/read-source.js";
export type { SourceFile, SourceReader, Span } from "./source/source-file.js";
export { vmodFinder, type VmodFolders } from "./vcc/find-vmods.js";
export type { FoundVmod, VmodFinder } from "./vcc/vmod-finder.js";
export type { VmodInterface } from "./vcc/vmod-interface.js";
