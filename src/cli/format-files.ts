import { reportText } from "../diagnostics/reporters/text.js";
import { defaultFormat, formatVcl, type FormatOptions } from "../format/format.js";
import { openMainFile, openStandardInput } from "./analyze-options.js";
import { CliError } from "./cli-error.js";
import type { FmtFlags } from "./commands/fmt.js";
import { configFinder, formatProblem } from "./config.js";
import { Progress } from "./progress.js";
import { replaceFile } from "./replace-file.js";
import { useColor } from "./use-color.js";
import { matching, standardInput, vclFilesAt } from "./vcl-files.js";

type ExitCode = 0 | 1 | 2;

/** Lays out every file, also after one that cannot be. Answers with the exit code. */
export async function formatFiles(paths: readonly string[], flags: FmtFlags): Promise<ExitCode> {
  const configFor = configFinder();
  const own = optionsOf(flags);
  let worst: ExitCode = 0;
  const files = paths.flatMap(matching).flatMap(vclFilesAt);
  const progress = new Progress();
  for (const [index, path] of files.entries()) {
    const name = path === standardInput ? (flags.stdinFilename ?? "stdin") : path;
    const { format } = await configFor(name);
    progress.step(`laying out ${index + 1} of ${files.length}: ${name}`, path);
    const options = { ...defaultFormat, ...format, ...own };
    const code = await formatFile(path, name, options, { ...flags, progress });
    if (code > worst) worst = code;
  }
  return worst;
}

function optionsOf({ indent, width }: FmtFlags): Partial<FormatOptions> {
  const options: { indent?: number; width?: number } = {};
  for (const [option, text] of Object.entries({ indent, width }) as [
    "indent" | "width",
    string | undefined,
  ][]) {
    if (text === undefined) continue;
    const problem = formatProblem(option, Number(text));
    if (problem !== undefined) throw new CliError(`--${option} ${problem}, not "${text}"`);
    options[option] = Number(text);
  }
  return options;
}

async function formatFile(
  path: string,
  name: string,
  options: FormatOptions,
  { progress, ...flags }: FmtFlags & { readonly progress: Progress },
): Promise<ExitCode> {
  const file = path === standardInput ? openStandardInput(name) : openMainFile(path);
  if ("error" in file) {
    process.stderr.write(`vclc: cannot read ${name}: ${file.error}\n`);
    return 2;
  }
  const { text } = file;
  const result = formatVcl(file, options);
  progress.clear();
  if ("problems" in result) {
    process.stderr.write(reportText(result.problems, { color: useColor(process.stderr, undefined) }));
    return 1;
  }
  const differs = result.text !== text;
  if (flags.diff) {
    if (differs) process.stdout.write(await difference(name, text, result.text), "latin1");
    return differs ? 1 : 0;
  }
  if (flags.check) {
    if (differs) process.stdout.write(`${name}\n`);
    return differs ? 1 : 0;
  }
  if (path === standardInput) process.stdout.write(result.text, "latin1");
  else if (differs) replaceFile(path, result.text);
  return 0;
}

async function difference(name: string, before: string, after: string): Promise<string> {
  const { createTwoFilesPatch } = await import("diff");
  const patch = createTwoFilesPatch(name, name, before, after, "", "", { context: 3 });
  return patch.replace(/^Index: .*\n=+\n/, "").replaceAll(/^(---|\+\+\+) (.*)\t$/gm, "$1 $2");
}
