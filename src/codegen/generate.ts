import type { AnalyzedProgram, ImportFact } from "../analyze/program.js";
import type { SourceFile } from "../source/source-file.js";
import { emitProgram } from "./emit/Program.js";
import { Module } from "./module.js";
import { baseName, type GenerateOptions } from "./options.js";
import type { Step } from "./step.js";
import type { Mode, WrittenText } from "./writer.js";

/** Generated code before formatting. */
export interface Generated extends WrittenText {
  /** Name of the main source, as it stands in the module. */
  readonly source: string;
  /** Name of the module's file, without folders. */
  readonly fileName: string;
  readonly sourceName: (file: SourceFile) => string;
  /** VMODs that the code uses. */
  readonly imports: readonly ImportFact[];
  readonly steps: readonly Step[];
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
    steps: module.steps,
  };
}
