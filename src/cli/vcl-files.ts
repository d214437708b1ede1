import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { nodeSourceReader } from "../host/node/source-reader.js";
import { systemReason } from "../host/node/system-reason.js";
import type { UnreadableFile } from "../diagnostics/reporters/reporter.js";
import type { SourceReader } from "../source/source-file.js";
import { CliError } from "./cli-error.js";

/** What stands for standard input among files. */
export const standardInput = "-";

/** A file is itself, a folder is the *.vcl below it, in order; what is hidden or a package's is left out. */
export function vclFilesAt(path: string): readonly string[] {
  return isFolder(path) ? inFolder(path) : [path];
}

/** A pattern that the shell left as it was, because it stood in quotes, is the files that match it. */
export function matching(path: string): readonly string[] {
  if (!/[*?[]/.test(path) || existsSync(path)) return [path];
  if (path.includes("**"))
    throw new CliError(`** of ${path} is not understood: name the folder, it is the programs below it`);
  const found = nodeSourceReader.glob(path);
  if (found.every((name) => !existsSync(name))) throw new CliError(`no file matches ${path}`);
  return found;
}

/** Is told of a path that could not be read, or otherwise be used. */
export type SayUnreadable = (file: UnreadableFile, what?: "read" | "check") => void;

/**
 * The same, but of a folder only those that are programs: one without `vcl 4.1;` is a part of others, which include it. A folder without any is told to
 * `say`.
 */
export function programsAt(path: string, reader: SourceReader, say: SayUnreadable): readonly string[] {
  if (!isFolder(path)) return [path];
  const found = inFolder(path);
  const programs = found.filter((file) => isProgram(file, reader));
  if (programs.length > 0) return programs;
  const what = found.length === 0 ? "no *.vcl in it" : "no program in it, no *.vcl begins with vcl 4.1;";
  say({ path, reason: what }, "check");
  return [];
}

/** The names in a file, one on a line; `-` reads them from standard input. */
export function listedFiles(path: string): readonly string[] {
  try {
    const text = readFileSync(path === standardInput ? 0 : path, "utf8");
    return text.split(/\r?\n|\0/).filter((line) => line.trim() !== "");
  } catch (error) {
    throw new CliError(`cannot read ${path}: ${systemReason(error)}`);
  }
}

/** Whether a path is that of a folder, and not standard input. */
export function isFolder(path: string): boolean {
  return path !== standardInput && statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function inFolder(path: string): readonly string[] {
  return filesBelow(path, (name) => name.endsWith(".vcl"));
}

/** The files below a folder whose names are wanted, in order; what is hidden or a package's is left out. */
export function filesBelow(path: string, isWanted: (name: string) => boolean): readonly string[] {
  return readdirSync(path, { withFileTypes: true })
    .filter(({ name }) => !name.startsWith(".") && name !== "node_modules")
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      if (entry.isDirectory()) return filesBelow(join(path, entry.name), isWanted);
      return isWanted(entry.name) ? [join(path, entry.name)] : [];
    });
}

/** Whether its first word is `vcl`; one that cannot be read is told of when it is. */
export function isProgram(path: string, reader: SourceReader): boolean {
  const content = reader.read(path);
  return "error" in content || /^(?:\s|#[^\n]*\n|\/\/[^\n]*\n|\/\*[^]*?\*\/)*vcl\b/.test(content.text);
}
