import { analyzeSource } from "../compile.js";
import type { CheckedFile, UnreadableFile } from "../diagnostics/reporters/reporter.js";
import { summary } from "../diagnostics/reporters/text.js";
import type { CheckFlags } from "./commands/check.js";
import { analyzeOptions, openMainFile } from "./compiler-options.js";
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
  const files = paths.map((path) => {
    const file = checkFile(path, flags, sayUnreadable);
    if (!("reason" in file)) process.stdout.write(reporter.file?.(file) ?? "");
    return file;
  });
  process.stdout.write(reporter.end?.(files) ?? "");
  const all = files.flatMap((file) => ("reason" in file ? [] : file.diagnostics));
  if (flags.format === "text" && all.length > 0) process.stderr.write(`\n${summary(all)}\n`);
  if (unreadable) return 2;
  return all.some(({ severity }) => severity === "error") ? 1 : 0;
}

function checkFile(
  path: string,
  flags: CheckFlags,
  sayUnreadable: (what: string) => void,
): CheckedFile | UnreadableFile {
  const main = openMainFile(path);
  if ("error" in main) {
    sayUnreadable(`cannot read ${path}: ${main.error}`);
    return { path, reason: main.error };
  }
  const { diagnostics } = analyzeSource(main, analyzeOptions(path, flags));
  const { lines, others } = unreadableIncludes(diagnostics);
  lines.forEach(sayUnreadable);
  // Text has been told on stderr; a document for programs is to say all of it.
  return { path, diagnostics: flags.format === "text" ? others : diagnostics };
}
