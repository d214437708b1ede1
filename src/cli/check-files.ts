import { analyzeSource, type AnalyzeOptions } from "../analyze/analyze-source.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { CheckedFile, UnreadableFile } from "../diagnostics/reporters/reporter.js";
import { summary } from "../diagnostics/reporters/text.js";
import { lint } from "../lint/lint.js";
import { applySeverities } from "../lint/severities.js";
import type { SourceFile, SourceReader } from "../source/source-file.js";
import type { CheckFlags } from "./commands/check.js";
import { analyzeOptions, openMainFile, openStandardInput } from "./analyze-options.js";
import { CliError } from "./cli-error.js";
import { confinedReader } from "./confined-reader.js";
import { configFinder, type Config } from "./config.js";
import { reporterFor } from "./reporters.js";
import { unreadableIncludes } from "./unreadable-includes.js";
import { listedFiles, programsAt, standardInput } from "./vcl-files.js";

/** Checks every file, also after one that has errors or cannot be read, and prints what was found. Answers with the exit code. */
export async function checkFiles(given: readonly string[], flags: CheckFlags): Promise<0 | 1 | 2> {
  const most = mostWarnings(flags.maxWarnings);
  const listed = flags.filesFrom === undefined ? [] : listedFiles(flags.filesFrom);
  if (given.length === 0 && flags.filesFrom === undefined) {
    throw new CliError("no files. Name some, or - for standard input, or give a list with --files-from");
  }
  const reporter = await reporterFor(flags);
  let unreadable = false;
  const sayUnreadable = (what: string) => {
    process.stderr.write(`vclc: ${what}\n`);
    unreadable = true;
  };
  const reader = confinedReader([...given, ...listed, ...[flags.stdinFilename ?? []].flat()], flags);
  const paths = [...given, ...listed].flatMap((path) => programsAt(path, reader, sayUnreadable));
  const configFor = configFinder(flags.config, reader.with);
  const files: (CheckedFile | UnreadableFile)[] = [];
  let warnings = 0;
  for (const path of paths) {
    const name = path === standardInput ? (flags.stdinFilename ?? "stdin") : path;
    const file = checkFile(path, name, flags, reader, await configFor(name), sayUnreadable);
    if ("reason" in file) {
      files.push(file);
      continue;
    }
    warnings += file.diagnostics.filter(({ severity }) => severity === "warning").length;
    const shown = flags.quiet ? withoutWarnings(file) : file;
    process.stdout.write(reporter.file?.(shown) ?? "");
    files.push(shown);
  }
  process.stdout.write(reporter.end?.(files) ?? "");
  const all = files.flatMap((file) => ("reason" in file ? [] : file.diagnostics));
  if (flags.format === "text" && all.length > 0) process.stderr.write(`\n${summary(all)}\n`);
  if (unreadable) return 2;
  if (warnings > most) process.stderr.write(`vclc: ${warnings} warnings, --max-warnings allows ${most}\n`);
  return warnings > most || all.some(({ severity }) => severity === "error") ? 1 : 0;
}

function withoutWarnings({ path, diagnostics }: CheckedFile): CheckedFile {
  return { path, diagnostics: diagnostics.filter(({ severity }) => severity === "error") };
}

function mostWarnings(text: string | undefined): number {
  if (text === undefined) return Number.POSITIVE_INFINITY;
  if (!/^\d+$/.test(text)) throw new CliError(`--max-warnings takes a number, not "${text}"`);
  return Number(text);
}

function checkFile(
  path: string,
  name: string,
  flags: CheckFlags,
  reader: SourceReader,
  config: Config,
  sayUnreadable: (what: string) => void,
): CheckedFile | UnreadableFile {
  const main = path === standardInput ? openStandardInput(name) : openMainFile(path, reader);
  if ("error" in main) {
    sayUnreadable(`cannot read ${name}: ${main.error}`);
    return { path: name, reason: main.error };
  }
  const diagnostics = diagnosticsOf(main, analyzeOptions(name, flags, reader), {
    ...config,
    ...(flags.target && { target: flags.target }),
  });
  const { lines, others } = unreadableIncludes(diagnostics);
  lines.forEach(sayUnreadable);
  // Text has been told on stderr; a document for programs is to say all of it.
  return { path: name, diagnostics: flags.format === "text" ? others : diagnostics };
}

/** What the compiler says and, of a program without errors, what the rules say besides. */
function diagnosticsOf(
  main: SourceFile,
  options: AnalyzeOptions,
  { severities, target }: Config,
): readonly Diagnostic[] {
  const { program, diagnostics } = analyzeSource(main, options);
  return program ? lint(program, diagnostics, severities, target) : applySeverities(diagnostics, severities);
}
