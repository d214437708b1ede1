import { analyzeSource } from "../compile.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { reportJson } from "../diagnostics/reporters/json.js";
import { reportText, summary } from "../diagnostics/reporters/text.js";
import { CliError } from "./cli-error.js";
import type { CheckFlags } from "./commands/check.js";
import { analyzeOptions, readMainFile } from "./compiler-options.js";
import { useColor } from "./use-color.js";

/** Checks every file, also after one that has errors or cannot be read, and prints what was found. Answers with the exit code. */
export function checkFiles(files: readonly string[], flags: CheckFlags): 0 | 1 | 2 {
  const all: Diagnostic[] = [];
  let unreadable = false;
  for (const path of files) {
    try {
      const { diagnostics } = analyzeSource(readMainFile(path), analyzeOptions(path, flags));
      all.push(...diagnostics);
      print(path, diagnostics, flags.format);
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      process.stderr.write(`vclc: ${error.message}\n`);
      unreadable = true;
    }
  }
  if (flags.format === "text" && all.length > 0) process.stderr.write(`\n${summary(all)}\n`);
  if (unreadable) return 2;
  return all.some(({ severity }) => severity === "error") ? 1 : 0;
}

function print(path: string, diagnostics: readonly Diagnostic[], format: CheckFlags["format"]): void {
  if (format === "json") process.stdout.write(`${JSON.stringify(reportJson(path, diagnostics))}\n`);
  else process.stdout.write(reportText(diagnostics, { color: useColor(process.stdout) }));
}
