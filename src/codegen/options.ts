import type { ImportFact } from "../analyze/program.js";
import type { SourceFile } from "../source/source-file.js";

export interface GenerateOptions {
  /** The module specifier that a VMOD of the user is imported by; by default the implementation's path with `.js`. */
  readonly vmodSpecifier?: (fact: ImportFact) => string;
  /** How a source is called in the source map; by default its name as given. */
  readonly sourceName?: (file: SourceFile) => string;
  /** How a source is called in the module's text; by default its name as given, of an absolute path the last part. */
  readonly displayName?: (file: SourceFile) => string;
  /** The module specifier of a name of the runtime; by default `vclc/runtime`. */
  readonly runtimeSpecifier?: (name: string) => string;
  /** Whether code that is loaded into this process tells of every step that it takes (`Linkage.step`). */
  readonly steps?: boolean;
  /** Whether it tells of the points that VCL_trace counts instead, through the same call. */
  readonly trace?: boolean;
}

/** The last part of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
