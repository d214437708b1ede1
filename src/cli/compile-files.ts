import { basename, dirname, join, resolve } from "node:path";
import { makeFolders } from "../host/node/make-folders.js";
import { reportText } from "../diagnostics/reporters/text.js";
import { keepHeapSmall } from "../host/node/engine-flags.js";
import { systemReason } from "../host/node/system-reason.js";
import { confinedReader } from "./confined-reader.js";
import type { SourceReader } from "../source/source-file.js";
import { CliError } from "./cli-error.js";
import type { CompileFlags } from "./commands/compile.js";
import { analyzeOptions, openMainFile } from "./analyze-options.js";
import { emitterFor, namesFor } from "./emit-kinds.js";
import { differenceOf, writeFiles, writeText, type OutputFile } from "./output-files.js";
import { Progress } from "./progress.js";
import { useColor } from "./use-color.js";

/** Where one source goes. */
interface Target {
  readonly path: string;
  readonly toStdout: boolean;
}

/** Compiles every file, also after one that has errors or cannot be read, and writes what compiled. Answers with the exit code. */
export async function compileFiles(files: readonly string[], flags: CompileFlags): Promise<0 | 1 | 2> {
  const targets = targetsOf(files, flags);
  const reader = confinedReader(files, flags);
  let exitCode: 0 | 1 | 2 = 0;
  let differ = false;
  const progress = new Progress();
  let count = 0;
  for (const [path, target] of targets) {
    progress.step(`compiling ${++count} of ${targets.size}: ${path}`, path);
    const { outputs, unreadable, said } = await compileFile(path, target, flags, reader);
    progress.clear();
    process.stderr.write(said);
    if (unreadable) exitCode = 2;
    else if (!outputs) exitCode ||= 1;
    else if (target.toStdout) print(outputs);
    else if (!flags.check) write(target.path, outputs);
    else if (reportDifferences(path, outputs)) differ = true;
  }
  if (!differ) return exitCode;
  process.stdout.write("Run the same command without --check to write them, and review what changes.\n");
  return exitCode || 1;
}

/** Where what is made of each file goes. Two files for one place are a mistake. */
function targetsOf(files: readonly string[], flags: CompileFlags): ReadonlyMap<string, Target> {
  const { suffix } = emitterFor(flags);
  const { output: folder } = flags;
  const toStdout = folder === "-";
  if (toStdout && flags.check) throw new CliError("--check compares with files: -o - writes none");
  if (toStdout && new Set(files).size > 1) throw new CliError("-o - takes one file");
  const sources = new Map<string, string>();
  const targets = new Map<string, Target>();
  for (const path of new Set(files)) {
    const target = join(
      folder === undefined || toStdout ? dirname(path) : folder,
      `${basename(path)}.${suffix}`,
    );
    const other = sources.get(resolve(target));
    if (other !== undefined) throw new CliError(`${other} and ${path} would both be written to ${target}`);
    sources.set(resolve(target), path);
    targets.set(path, { path: target, toStdout });
  }
  return targets;
}

/** Bytes of a source whose compilation would otherwise take more than half a gigabyte. */
const largeSource = 1024 * 1024;

/** The files that a source compiles to; none when it has errors, or cannot be read; and what is to be said of it. */
async function compileFile(
  path: string,
  target: Target,
  flags: CompileFlags,
  reader: SourceReader,
): Promise<{
  readonly outputs?: readonly OutputFile[];
  readonly unreadable: boolean;
  readonly said: string;
}> {
  const main = openMainFile(path, reader);
  if ("error" in main) {
    return { unreadable: true, said: `vclc: cannot read ${path}: ${main.error}\n` };
  }
  if (main.text.length > largeSource) keepHeapSmall();
  const options = { ...analyzeOptions(path, flags, reader), ...namesFor(path, target.path) };
  const emitted = await emitterFor(flags).emit(main, options, target.toStdout ? undefined : target.path);
  const { diagnostics, output: outputs } = emitted;
  const said = reportText(diagnostics, { color: useColor(process.stderr, flags.color) });
  if (outputs) return { outputs, unreadable: false, said };
  return { said, unreadable: diagnostics.some(({ code }) => code === "include-unreadable") };
}

function print(outputs: readonly OutputFile[]): void {
  for (const { text } of outputs) writeText(text, (piece) => process.stdout.write(piece));
}

function write(target: string, outputs: readonly OutputFile[]): void {
  try {
    makeFolders(dirname(target));
    writeFiles(outputs);
  } catch (error) {
    throw new CliError(`cannot write ${target}: ${systemReason(error)}`);
  }
  process.stdout.write(`${target}\n`);
}

function reportDifferences(source: string, outputs: readonly OutputFile[]): boolean {
  const different = outputs.map((output) => ({ ...output, difference: differenceOf(output) }));
  for (const { path, difference } of different) {
    if (difference) process.stdout.write(`${path} ${says[difference]} ${source}\n`);
  }
  return different.some(({ difference }) => difference !== undefined);
}

const says = { missing: "is missing: it is made of", changed: "is not up to date with" } as const;
