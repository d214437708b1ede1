import { isError } from "./analyze/analyze-source.js";
import { loadJavaScript } from "./codegen/load.js";
import { compileToJavaScript, type TextOptions } from "./compile.js";
import { diagnostic, type Diagnostic } from "./diagnostics/diagnostic.js";
import * as runtime from "./runtime/index.js";
import type { VclModule } from "./runtime/vcl/vpi.js";
import { sourceFromText } from "./source/read-source.js";
import type { SourceFile } from "./source/source-file.js";

/** What loading takes besides what compiling does. */
export type LoadOptions = TextOptions & {
  /** Implementations of the VMODs that are imported, by the names that they are imported under. */
  readonly implementations?: Readonly<Record<string, object>>;
};

/** A module of this process; `module` is there when no diagnostic is an error. */
export interface Loaded {
  readonly module?: VclModule;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Compiles VCL, a JavaScript string or a source file, and links it with this process's runtime, in one call: what an Instance loads. A VMOD without an
 * implementation is an error like those of the VCL.
 */
export function loadVcl(main: string | SourceFile, options: LoadOptions = {}): Loaded {
  const { name = "main.vcl", implementations = {}, vmods = { find: () => undefined }, ...others } = options;
  const source = typeof main === "string" ? sourceFromText(name, main) : main;
  const { output, diagnostics } = compileToJavaScript(source, { ...others, vmods });
  if (!output) return { diagnostics };
  const missing = output.imports
    .filter(({ alias }) => !Object.hasOwn(implementations, alias))
    .map(({ alias, declaration }) => {
      const reason = `No implementation of VMOD ${alias} is given`;
      return diagnostic("unavailable-vmod", declaration.span, { reason });
    });
  const all = [...diagnostics, ...missing];
  if (all.some(isError)) return { diagnostics: all };
  const linked = new Map(Object.entries(implementations));
  return { module: loadJavaScript(output, { runtime, vmods: linked }), diagnostics: all };
}
