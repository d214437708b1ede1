import { realpathSync, statSync } from "node:fs";
import { basename, dirname, join, sep } from "node:path";
import { nodeSourceReader } from "../host/node/source-reader.js";
import { shippedVmodFolder } from "../host/node/shipped-vmods.js";
import { systemReason } from "../host/node/system-reason.js";
import type { SourceReader } from "../source/source-file.js";
import { systemVclPath, type CompilerFlags } from "./analyze-options.js";
import { CliError } from "./cli-error.js";
import { isFolder } from "./vcl-files.js";

export const outside = "Outside of the folders that may be read; --root names them";

/** Reads only what lies in some folders, whichever way a path leads there. */
export interface ConfinedReader extends SourceReader {
  /** Whether what a path leads to may be read. */
  holds(path: string): boolean;
  /** The same, with one more folder. */
  with(folder: string): SourceReader;
}

/**
 * The reader of a command that is given these paths: what `--root` names, else the folders given, those of the files given, and those of `--vcl-path` and
 * `--vmod-path`. VCL that somebody else wrote is then no way to the other files of the machine, whose lines messages would show.
 */
export function confinedReader(given: readonly string[], flags: CompilerFlags): ConfinedReader {
  flags.root?.forEach(expectRoot);
  const folders = flags.root ?? [
    ...given.map((path) => (isFolder(path) ? path : dirname(path))),
    ...(flags.vclPath ?? []),
    ...(flags.vmodPath ?? []),
  ];
  // The system's folders hold other things than VCL too, such as the secret of the command port.
  const onlyVcl = flags.root || flags.vclPath ? [] : systemVclPath;
  return readerIn([...folders, shippedVmodFolder()], onlyVcl);
}

/** Reads what lies in some folders, and the `*.vcl` of others. */
export function readerIn(folders: readonly string[], onlyVcl: readonly string[] = []): ConfinedReader {
  const roots = folders.flatMap(realPath);
  const vclRoots = onlyVcl.flatMap(realPath);
  const isIn = (path: string) => (root: string) =>
    path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);
  const holds = (path: string) =>
    roots.some(isIn(path)) || (path.endsWith(".vcl") && vclRoots.some(isIn(path)));
  return {
    read(path) {
      const target = targetOf(path);
      // Whether there is anything outside is not told either. What was looked at is what is read: a path may lead elsewhere meanwhile.
      if (!holds(target)) return { error: outside, exists: true };
      return nodeSourceReader.read(target);
    },
    glob(pattern) {
      const beforeSigns = pattern.replace(/[^/]*[*?[\\].*$/s, "");
      if (!holds(targetOf(join(beforeSigns, "x.vcl")))) return [pattern];
      return nodeSourceReader
        .glob(pattern)
        .filter((path) => holds(join(targetOf(dirname(path)), basename(path))));
    },
    holds: (path) => holds(targetOf(path)),
    with: (folder) => readerIn([...folders, folder], onlyVcl),
  };
}

/** Where a path leads, links followed as the system does; where nothing is there, as far as something is. */
function targetOf(path: string): string {
  const [real] = realPath(path);
  if (real !== undefined) return real;
  const parent = dirname(path);
  return parent === path ? path : join(targetOf(parent), basename(path));
}

function realPath(path: string): readonly string[] {
  try {
    return [realpathSync.native(path)];
  } catch {
    return [];
  }
}

function expectRoot(path: string): void {
  let reason = "Not a directory";
  try {
    if (statSync(path).isDirectory()) return;
  } catch (error) {
    reason = systemReason(error);
  }
  throw new CliError(`cannot read --root ${path}: ${reason}`);
}
