import { analyze } from "./analyze.js";
import type { OutsideCalls } from "./outside-calls.js";
import type { AnalyzedProgram } from "./program.js";
import { inSourceOrder } from "./source-order.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { parse } from "../parser/parse.js";
import type { SourceFile, SourceReader } from "../source/source-file.js";
import type { VmodFinder } from "../vcc/vmod-finder.js";

/** Where a compilation finds what the main source names. */
export interface AnalyzeOptions {
  /** Finds the interfaces of imported VMODs. */
  readonly vmods: VmodFinder;
  /** Reads included files; without one, every `include` is an error. */
  readonly reader?: SourceReader;
  /** Folders that relative includes are looked for in. */
  readonly vclPath?: readonly string[];
  /** The language version times ten to compile as, whatever the source declares. */
  readonly syntax?: 40 | 41;
  /** Subs that are called from outside, as tests are. */
  readonly outsideCalls?: OutsideCalls;
  /** What is declared and never named: an error unless said otherwise. */
  readonly unused?: "error" | "warning";
  /** `inline`: every built-in sub gets into the module, also where that of the runtime does the same. */
  readonly builtin?: "append" | "inline";
}

/** Diagnostics in source order; `program` is there when none of them is an error. */
export interface Analysis {
  readonly program?: AnalyzedProgram;
  readonly diagnostics: readonly Diagnostic[];
}

/** Parses and checks a program: everything that can be known before loading. Bad input gives diagnostics, never an exception. */
export function analyzeSource(main: SourceFile, options: AnalyzeOptions): Analysis {
  const { reader = noFiles, vclPath = [], vmods, outsideCalls, builtin, unused } = options;
  const parsed = parse(main, { reader, vclPath });
  const incomplete = parsed.diagnostics.some(isError);
  const version = options.syntax ?? parsed.program.version;
  const analyzed = analyze(
    { ...parsed.program, version },
    {
      vmods,
      incomplete,
      ...(builtin && { builtin }),
      ...(unused && { unused }),
      ...(outsideCalls && { outsideCalls }),
    },
  );
  const diagnostics = inSourceOrder([...parsed.diagnostics, ...analyzed.diagnostics]);
  return diagnostics.some(isError) || !analyzed.program
    ? { diagnostics }
    : { program: analyzed.program, diagnostics };
}

/** Whether a program with this diagnostic is refused. */
export function isError({ severity }: Diagnostic): boolean {
  return severity === "error";
}

/** Where no reader is given: there are no files to include. */
export const noFiles: SourceReader = {
  read: () => ({ error: "No such file or directory" }),
  glob: () => [],
};
