import { readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type { AnalyzeOptions } from "../analyze/analyze-source.js";
import { shippedVmodFolder } from "../host/node/shipped-vmods.js";
import { systemReason } from "../host/node/system-reason.js";
import { nodeSourceReader } from "../host/node/source-reader.js";
import type { SourceFile, SourceReader } from "../source/source-file.js";
import { textProblem } from "../source/text-problem.js";
import { vmodFinder } from "../vcc/find-vmods.js";
import type { VmodFinder } from "../vcc/vmod-finder.js";
import { CliError } from "./cli-error.js";
import { isVclTests, testSubs } from "./test/test-subs.js";
import type { ColorWhen } from "./use-color.js";

/** What the options that all compiling commands share are parsed to. */
export interface CompilerFlags {
  readonly vclPath?: readonly string[];
  readonly vmodPath?: readonly string[];
  readonly syntax?: 40 | 41;
  /** The folders that may be read, where a command keeps to some. */
  readonly root?: readonly string[];
  readonly color?: ColorWhen;
}

/** Where Varnish looks for included files, after the folder of the main file. */
export const systemVclPath = ["/etc/varnish", "/usr/share/varnish/vcl"];

/** The options of one compilation: `path` is the main file. A command reads everything with one reader. */
export function analyzeOptions(
  path: string,
  flags: CompilerFlags,
  reader: SourceReader = nodeSourceReader,
): AnalyzeOptions {
  return {
    reader,
    vclPath: flags.vclPath ?? [dirname(path), ...systemVclPath],
    vmods: vmodsFor(flags, reader),
    ...(flags.syntax && { syntax: flags.syntax }),
    ...(isVclTests(path) && { outsideCalls: testSubs }),
  };
}

const finders = new WeakMap<CompilerFlags, VmodFinder>();

/** One finder for all files of a command: each interface is read once. */
function vmodsFor(flags: CompilerFlags, reader: SourceReader): VmodFinder {
  if (!finders.has(flags)) flags.vmodPath?.forEach(expectFolder);
  const folders = { vmodPath: flags.vmodPath ?? [], shipped: shippedVmodFolder() };
  const finder = finders.get(flags) ?? vmodFinder(reader, folders);
  finders.set(flags, finder);
  return finder;
}

/** A folder of VMODs that is not there is a slip: without it, its VMODs would be looked for elsewhere. */
function expectFolder(path: string): void {
  let reason = "Not a directory";
  try {
    if (statSync(path).isDirectory()) return;
  } catch (error) {
    reason = systemReason(error);
  }
  throw new CliError(`cannot read --vmod-path ${path}: ${reason}`);
}

/** Reads a main file, named as given; one that cannot be read ends the command. */
export function readMainFile(path: string, reader?: SourceReader): SourceFile {
  const main = openMainFile(path, reader);
  if ("error" in main) throw new CliError(`cannot read ${path}: ${main.error}`);
  return main;
}

/** Reads standard input as a main file of that name, or says why it cannot be read. */
export function openStandardInput(name: string): SourceFile | { readonly error: string } {
  try {
    const text = readFileSync(0, "latin1");
    const problem = textProblem(text);
    return problem === undefined ? { name, text, kind: "file" } : { error: problem };
  } catch (error) {
    return { error: systemReason(error) };
  }
}

/** Reads a main file, named as given, or says why it cannot be read. */
export function openMainFile(
  path: string,
  reader: SourceReader = nodeSourceReader,
): SourceFile | { readonly error: string } {
  const content = reader.read(path);
  return "error" in content ? content : { name: path, text: content.text, kind: "file" };
}
