import type { CheckedFile, UnreadableFile } from "../../diagnostics/reporters/reporter.js";
import { summary } from "../../diagnostics/reporters/text.js";
import type { CheckFlags } from "../commands/check.js";
import { CliError } from "../cli-error.js";
import { configFinder } from "../config.js";
import { Progress } from "../progress.js";
import { reporterFor } from "../reporters.js";
import { confinedReader, outside } from "../confined-reader.js";
import { listedFiles, matching, standardInput } from "../vcl-files.js";
import { checkFile } from "./check-file.js";
import { ToldOnce } from "./told-once.js";
import { readerFor, workFor } from "./work.js";

/** Checks every file, also after one that has errors or cannot be read, and prints what was found. Answers with the exit code. */
export async function checkFiles(given: readonly string[], flags: CheckFlags): Promise<0 | 1 | 2> {
  const most = mostWarnings(flags.maxWarnings);
  const all = pathsOf(given, flags);
  const reporter = await reporterFor(flags);
  const files: (CheckedFile | UnreadableFile)[] = [];
  let unreadable = false;
  const progress = new Progress();
  const print = (file: CheckedFile | UnreadableFile) => {
    progress.clear();
    process.stdout.write(reporter.file?.(file) ?? "");
    files.push(file);
  };
  const sayUnreadable = (file: UnreadableFile, what = "read") => {
    progress.clear();
    process.stderr.write(`vclc: cannot ${what} ${file.path}: ${file.reason}\n`);
    unreadable = true;
    print(file);
  };
  const reader = readerFor(all, flags);
  const work = workFor(all, flags, reader, sayUnreadable);
  const configFor = flags.root
    ? configFinder(
        flags.config,
        () => reader,
        (folder) => !reader.holds(folder),
      )
    : configFinder(flags.config, reader.with);
  const once = new ToldOnce(flags.format);
  const counts = { warning: 0, error: 0 };
  for (const [index, { path, name, part }] of work.entries()) {
    progress.step(`checking ${index + 1} of ${work.length}: ${name}`, path);
    const file = checkFile({ path, name, part }, flags, reader, await configFor(name));
    if ("reason" in file) {
      sayUnreadable(file);
      continue;
    }
    unreadable ||= file.diagnostics.some(({ code }) => code === "include-unreadable");
    for (const { severity } of file.diagnostics) counts[severity]++;
    print(once.left(flags.quiet ? withoutWarnings(file) : file));
  }
  progress.clear();
  process.stdout.write(reporter.end?.(files) ?? "");
  if (flags.format === "text") process.stderr.write(closing(files, once));
  if (unreadable) return 2;
  if (counts.warning > most)
    process.stderr.write(`vclc: ${counts.warning} warnings, --max-warnings allows ${most}\n`);
  return counts.warning > most || counts.error > 0 ? 1 : 0;
}

function pathsOf(given: readonly string[], flags: CheckFlags): readonly string[] {
  if (given.length === 0 && flags.filesFrom === undefined) {
    throw new CliError("no files. Name some, or - for standard input, or give a list with --files-from");
  }
  const named = given.flatMap(matching);
  const { filesFrom: list, root } = flags;
  if (list === undefined) return named;
  if (root && list !== standardInput && !confinedReader([], flags).holds(list))
    throw new CliError(`cannot read ${list}: ${outside}`);
  return [...named, ...listedFiles(list)];
}

function closing(files: readonly (CheckedFile | UnreadableFile)[], once: ToldOnce): string {
  const all = files.flatMap((file) => ("reason" in file ? [] : file.diagnostics));
  if (all.length === 0) return once.remark();
  return `\n${summary(all)}\n${once.remark()}`;
}

function withoutWarnings({ path, diagnostics }: CheckedFile): CheckedFile {
  return { path, diagnostics: diagnostics.filter(({ severity }) => severity === "error") };
}

function mostWarnings(text: string | undefined): number {
  if (text === undefined) return Number.POSITIVE_INFINITY;
  if (!/^\d+$/.test(text)) throw new CliError(`--max-warnings takes a number, not "${text}"`);
  return Number(text);
}
