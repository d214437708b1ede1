import { dirname } from "node:path";
import { InvalidArgumentError, Option, type Command } from "commander";
import type { AnalyzeOptions } from "../compile.js";
import { shippedVmodFolder } from "../host/node/shipped-vmods.js";
import { nodeSourceReader } from "../host/node/source-reader.js";
import type { SourceFile } from "../source/source-file.js";
import { vmodFinder } from "../vcc/find-vmods.js";
import type { VmodFinder } from "../vcc/vmod-finder.js";
import { CliError } from "./cli-error.js";

/** What the options that all compiling commands share are parsed to. */
export interface CompilerFlags {
  readonly vclPath?: readonly string[];
  readonly vmodPath?: readonly string[];
  readonly syntax?: 40 | 41;
}

/** Where Varnish looks for included files, after the folder of the main file. */
const systemVclPath = ["/etc/varnish", "/usr/share/varnish/vcl"];

/** Adds `--vcl-path`, `--vmod-path` and `--syntax` to a command. */
export function addCompilerOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        "--vcl-path <dirs>",
        `folders of included files, separated by ":" (default: the file's own, then ${systemVclPath.join(":")})`,
      ).argParser(addFolders),
    )
    .addOption(
      new Option(
        "--vmod-path <dirs>",
        'folders of VMODs (NAME.vcc beside NAME.ts or NAME.js), separated by ":"',
      ).argParser(addFolders),
    )
    .addOption(
      new Option(
        "--syntax <version>",
        "VCL version to compile as, whatever the file declares: 4.0 or 4.1",
      ).argParser(parseSyntax),
    );
}

function addFolders(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, ...value.split(":").filter((folder) => folder !== "")];
}

function parseSyntax(value: string): 40 | 41 {
  if (value === "4.0") return 40;
  if (value === "4.1") return 41;
  throw new InvalidArgumentError("It must be 4.0 or 4.1.");
}

/** The options of one compilation: `path` is the main file. */
export function analyzeOptions(path: string, flags: CompilerFlags): AnalyzeOptions {
  return {
    reader: nodeSourceReader,
    vclPath: flags.vclPath ?? [dirname(path), ...systemVclPath],
    vmods: vmodsFor(flags),
    ...(flags.syntax && { syntax: flags.syntax }),
  };
}

const finders = new WeakMap<CompilerFlags, VmodFinder>();

/** One finder for all files of a command: each interface is read once. */
function vmodsFor(flags: CompilerFlags): VmodFinder {
  const folders = { vmodPath: flags.vmodPath ?? [], shipped: shippedVmodFolder() };
  const finder = finders.get(flags) ?? vmodFinder(nodeSourceReader, folders);
  finders.set(flags, finder);
  return finder;
}

/** Reads a main file, named as given; one that cannot be read ends the command. */
export function readMainFile(path: string): SourceFile {
  const content = nodeSourceReader.read(path);
  if ("error" in content) throw new CliError(`cannot read ${path}: ${content.error}`);
  return { name: path, text: content.text, kind: "file" };
}
