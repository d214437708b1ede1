import { analyzeSource, isError, noFiles, type AnalyzeOptions } from "./analyze/analyze-source.js";
import { finishJavaScript, type JavaScriptOutput } from "./codegen/javascript.js";
import { finishModule, type ModuleOutput } from "./codegen/formatted-module.js";
import { generate, type Generated } from "./codegen/generate.js";
import type { GenerateOptions } from "./codegen/options.js";
import type { Mode } from "./codegen/writer.js";
import type { Diagnostic } from "./diagnostics/diagnostic.js";
import { TokenStream } from "./lexer/include.js";
import { parse } from "./parser/parse.js";
import { sourceFromText } from "./source/read-source.js";
import type { SourceFile } from "./source/source-file.js";
import type { VmodFinder } from "./vcc/vmod-finder.js";
import { astDocument, printAst, type AstDocument } from "./views/ast-document.js";
import { callGraph, type CallGraph } from "./views/call-graph.js";
import type { ViewOptions } from "./views/places.js";
import { printTokens, tokenDocument, type TokenDocument } from "./views/token-document.js";

export type CompileOptions = AnalyzeOptions & GenerateOptions;

/** What a compilation made; `output` is there when no diagnostic is an error. */
export interface Compilation<Output> {
  readonly output?: Output;
  readonly diagnostics: readonly Diagnostic[];
}

/** Compiles to a TypeScript module as it is written to disk: formatted, with an exact source map. */
export async function compileToTypeScript(
  main: SourceFile,
  options: CompileOptions,
): Promise<Compilation<ModuleOutput>> {
  const { generated, diagnostics } = emit(main, "typescript", options);
  return generated ? { output: await finishModule(generated), diagnostics } : { diagnostics };
}

/** The same without its types: what Node and bundlers take as it is. The source map leads from the JavaScript straight to the VCL. */
export async function compileToJavaScriptModule(
  main: SourceFile,
  options: CompileOptions,
): Promise<Compilation<ModuleOutput>> {
  const { generated, diagnostics } = emit(main, "javascript", options);
  return generated ? { output: await finishModule(generated), diagnostics } : { diagnostics };
}

/** What `compile` can do without: no VMODs and no includes are found where nothing is said of them. */
export type TextOptions = Partial<CompileOptions> & {
  /** What the source is called in messages and in the module. */
  readonly name?: string;
};

/** Compiles VCL that is held as text (a JavaScript string, not bytes): the whole way in one call. */
export function compile(
  text: string,
  { name = "main.vcl", vmods = noVmods, ...options }: TextOptions = {},
): Promise<Compilation<ModuleOutput>> {
  return compileToTypeScript(sourceFromText(name, text), { ...options, vmods });
}

const noVmods: VmodFinder = { find: () => undefined };

/** Compiles to a function body that `loadJavaScript` turns into a module of this process: same emit, no types, unformatted. */
export function compileToJavaScript(
  main: SourceFile,
  options: CompileOptions,
): Compilation<JavaScriptOutput> {
  const { generated, diagnostics } = emit(main, "body", options);
  return generated ? { output: finishJavaScript(generated), diagnostics } : { diagnostics };
}

/** Checks and writes. The tree of a long program is much larger than its text: whoever formats that, for long, must not hold the tree. */
function emit(
  main: SourceFile,
  mode: Mode,
  options: CompileOptions,
): { readonly generated?: Generated; readonly diagnostics: readonly Diagnostic[] } {
  const { program, diagnostics } = analyzeSource(main, options);
  return program ? { generated: generate(program, mode, options), diagnostics } : { diagnostics };
}

/** What reading the syntax takes. */
export type SyntaxOptions = Pick<AnalyzeOptions, "reader" | "vclPath"> & ViewOptions;

/** The syntax tree as JSON, of a program that the grammar takes; names and types are not looked at. */
export function readAst(main: SourceFile, options: SyntaxOptions = {}): Compilation<AstDocument> {
  const { reader = noFiles, vclPath = [] } = options;
  const { program, diagnostics } = parse(main, { reader, vclPath });
  return diagnostics.some(isError) ? { diagnostics } : { output: astDocument(program, options), diagnostics };
}

/** The tokens as JSON, includes expanded. */
export function readTokens(main: SourceFile, options: SyntaxOptions = {}): Compilation<TokenDocument> {
  const { reader = noFiles, vclPath = [] } = options;
  const stream = new TokenStream(main, { reader, vclPath });
  const output = tokenDocument(main, stream, options);
  const diagnostics = stream.problems.map(({ diagnostic }) => diagnostic);
  return diagnostics.some(isError) ? { diagnostics } : { output, diagnostics };
}

/** Writes a text piece by piece: it may be longer than a string can be. */
export type Printer = (write: (piece: string) => void) => void;

/** The text of the syntax tree (`astText`), to be written piece by piece. */
export function printedAst(main: SourceFile, options: SyntaxOptions): Compilation<Printer> {
  const { reader = noFiles, vclPath = [] } = options;
  const { program, diagnostics } = parse(main, { reader, vclPath });
  if (diagnostics.some(isError)) return { diagnostics };
  return { output: (write) => printAst(program, options, write), diagnostics };
}

/** The text of the tokens (`tokenLines`), to be written line by line. */
export function printedTokens(main: SourceFile, options: SyntaxOptions): Compilation<Printer> {
  const { reader = noFiles, vclPath = [] } = options;
  const open = () => new TokenStream(main, { reader, vclPath });
  const stream = open();
  while (stream.next());
  const diagnostics = stream.problems.map(({ diagnostic }) => diagnostic);
  if (diagnostics.some(isError)) return { diagnostics };
  return { output: (write) => printTokens(main, [open(), open()], options, write), diagnostics };
}

/** Which sub calls which, in a program without errors. */
export function readCallGraph(
  main: SourceFile,
  options: AnalyzeOptions & ViewOptions,
): Compilation<CallGraph> {
  const { program, diagnostics } = analyzeSource(main, options);
  if (!program) return { diagnostics };
  return { output: callGraph(program, options.displayName?.(main) ?? main.name), diagnostics };
}
