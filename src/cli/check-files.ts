import { analyzeSource, type AnalyzeOptions } from "../analyze/analyze-source.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { CheckedFile, UnreadableFile } from "../diagnostics/reporters/reporter.js";
import { summary } from "../diagnostics/reporters/text.js";
import { lint } from "../lint/lint.js";
import { applySeverities, type Severities } from "../lint/severities.js";
import type { SourceFile } from "../source/source-file.js";
import type { CheckFlags } from "./commands/check.js";
import { analyzeOptions, openMainFile } from "./analyze-options.js";
import { configFinder } from "./config.js";
import { reporterFor } from "./reporters.js";
import { unreadableIncludes } from "./unreadable-includes.js";

/** Checks every file, also after one that has errors or cannot be read, and prints what was found. Answers with the exit code. */
export async function checkFiles(paths: readonly string[], flags: CheckFlags): Promise<0 | 1 | 2> {
  const reporter = await reporterFor(flags);
  let unreadable = false;
  const sayUnreadable = (what: string) => {
    process.stderr.write(`vclc: ${what}\n`);
    unreadable = true;
  };
  const configFor = configFinder();
  const files: (CheckedFile | UnreadableFile)[] = [];
  for (const path of paths) {
    const file = checkFile(path, flags, (await configFor(path)).severities, sayUnreadable);
    if (!("reason" in file)) process.stdout.write(reporter.file?.(file) ?? "");
    files.push(file);
  }
  process.stdout.write(reporter.end?.(files) ?? "");
  const all = files.flatMap((file) => ("reason" in file ? [] : file.diagnostics));
  if (flags.format === "text" && all.length > 0) process.stderr.write(`\n${summary(all)}\n`);
  if (unreadable) return 2;
  return all.some(({ severity }) => severity === "error") ? 1 : 0;
}

function checkFile(
  path: string,
  flags: CheckFlags,
  severities: Severities,
  sayUnreadable: (what: string) => void,
): CheckedFile | UnreadableFile {
  const main = openMainFile(path);
  if ("error" in main) {
    sayUnreadable(`cannot read ${path}: ${main.error}`);
    return { path, reason: main.error };
  }
  const diagnostics = diagnosticsOf(main, analyzeOptions(path, flags), severities);
  const { lines, others } = unreadableIncludes(diagnostics);
  lines.forEach(sayUnreadable);
  // Text has been told on stderr; a document for programs is to say all of it.
  return { path, diagnostics: flags.format === "text" ? others : diagnostics };
}

/** What the compiler says and, of a program without errors, what the rules say besides. */
function diagnosticsOf(
  main: SourceFile,
  options: AnalyzeOptions,
  severities: Severities,
): readonly Diagnostic[] {
  const { program, diagnostics } = analyzeSource(main, options);
  return program ? lint(program, diagnostics, severities) : applySeverities(diagnostics, severities);
}
