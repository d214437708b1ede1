import type { AnalyzedProgram, ImportFact } from "../analyze/program.js";
import type { SourceFile } from "../source/source-file.js";
import { emitProgram } from "./emit/Program.js";
import { Module } from "./module.js";
import type { Mode, WrittenText } from "./writer.js";

export interface GenerateOptions {
  /** The module specifier that a VMOD of the user is imported by; by default the implementation's path with `.js`. */
  readonly vmodSpecifier?: (fact: ImportFact) => string;
  /** How a source is called in the source map; by default its name as given. */
  readonly sourceName?: (file: SourceFile) => string;
  /** The module specifier of a name of the runtime; by default `vclc/runtime`. */
  readonly runtimeSpecifier?: (name: string) => string;
}

/** Generated code before formatting. */
export interface Generated extends WrittenText {
  /** Name of the main source, as it stands in the module. */
  readonly source: string;
  /** Name of the module's file, without folders. */
  readonly fileName: string;
  readonly sourceName: (file: SourceFile) => string;
  /** VMODs that the code uses. */
  readonly imports: readonly ImportFact[];
}

/** Writes a checked program as a module. The same program gives the same bytes, wherever and whenever it is compiled. */
export function generate(program: AnalyzedProgram, mode: Mode, options: GenerateOptions = {}): Generated {
  const module = new Module(program, mode, options);
  const written = emitProgram(module);
  return {
    ...written,
    source: module.source,
    fileName: `${baseName(module.source).replace(/\.vcl$/, "")}.${mode === "typescript" ? "ts" : "js"}`,
    sourceName: options.sourceName ?? ((file) => file.name),
    imports: module.usedImports,
  };
}

/** The last part of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
