import { mkdirSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { compileToTypeScript, type CompileOptions } from "../compile.js";
import { reportText } from "../diagnostics/reporters/text.js";
import { systemReason } from "../host/node/system-reason.js";
import { CliError } from "./cli-error.js";
import type { CompileFlags } from "./commands/compile.js";
import { analyzeOptions, openMainFile } from "./compiler-options.js";
import { fileDiffers, writeFiles, type OutputFile } from "./output-files.js";
import { unreadableIncludes } from "./unreadable-includes.js";
import { useColor } from "./use-color.js";

/** Compiles every file, also after one that has errors or cannot be read, and writes what compiled. Answers with the exit code. */
export async function compileFiles(files: readonly string[], flags: CompileFlags): Promise<0 | 1 | 2> {
  const targets = targetsOf(files, flags.output);
  let exitCode: 0 | 1 | 2 = 0;
  for (const [path, target] of targets) {
    const { outputs, unreadable } = await compileFile(path, target, flags);
    if (unreadable) exitCode = 2;
    else if (!outputs) exitCode ||= 1;
    else if (!flags.check) write(target, outputs);
    else if (reportDifferences(outputs)) exitCode ||= 1;
  }
  return exitCode;
}

/** Where each file's module goes. Two files for one place, which only `-o` can bring about, are a mistake. */
function targetsOf(files: readonly string[], folder: string | undefined): ReadonlyMap<string, string> {
  const sources = new Map<string, string>();
  const targets = new Map<string, string>();
  for (const path of new Set(files)) {
    const target = join(folder ?? dirname(path), `${basename(path)}.ts`);
    const other = sources.get(resolve(target));
    if (other !== undefined) throw new CliError(`${other} and ${path} would both be written to ${target}`);
    sources.set(resolve(target), path);
    targets.set(path, target);
  }
  return targets;
}

/** The files that a source compiles to; none when it has errors, which are printed like its warnings, or cannot be read. */
async function compileFile(
  path: string,
  target: string,
  flags: CompileFlags,
): Promise<{ readonly outputs?: readonly OutputFile[]; readonly unreadable: boolean }> {
  const main = openMainFile(path);
  if ("error" in main) {
    process.stderr.write(`vclc: cannot read ${path}: ${main.error}\n`);
    return { unreadable: true };
  }
  const options: CompileOptions = {
    ...analyzeOptions(path, flags),
    displayName: (file) => (file.kind === "file" ? relativePath(dirname(path), file.name) : file.name),
    sourceName: (file) => (file.kind === "file" ? relativePath(dirname(target), file.name) : file.name),
    vmodSpecifier: ({ alias, vmod, origin }) => {
      if (origin.kind === "shipped") return `vclc/vmod/${vmod.name || alias}`;
      const specifier = `${relativePath(dirname(target), origin.path)}.js`;
      return specifier.startsWith("../") ? specifier : `./${specifier}`;
    },
  };
  const { output, diagnostics } = await compileToTypeScript(main, options);
  const { lines, others } = unreadableIncludes(diagnostics);
  for (const line of lines) process.stderr.write(`vclc: ${line}\n`);
  if (others.length > 0) {
    process.stderr.write(reportText(others, { color: useColor(process.stderr, flags.color) }));
  }
  if (!output) return { unreadable: lines.length > 0 };
  const name = basename(target);
  const outputs = [
    { path: target, text: `${output.text}//# sourceMappingURL=${encodeURIComponent(name)}.map\n` },
    { path: `${target}.map`, text: `${JSON.stringify({ ...output.map, file: name })}\n` },
  ];
  return { outputs, unreadable: false };
}

function write(target: string, outputs: readonly OutputFile[]): void {
  try {
    mkdirSync(dirname(target), { recursive: true });
    writeFiles(outputs);
  } catch (error) {
    throw new CliError(`cannot write ${target}: ${systemReason(error)}`);
  }
  process.stdout.write(`${target}\n`);
}

function reportDifferences(outputs: readonly OutputFile[]): boolean {
  const different = outputs.filter(fileDiffers);
  for (const { path } of different) process.stdout.write(`${path} is not what its VCL compiles to\n`);
  return different.length > 0;
}

/** With slashes on every system: it is written into files that are compared. */
function relativePath(from: string, to: string): string {
  return relative(from, to).split(sep).join("/");
}
