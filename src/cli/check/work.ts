import type { SourceReader } from "../../source/source-file.js";
import type { CheckFlags } from "../commands/check.js";
import { confinedReader, type ConfinedReader } from "../confined-reader.js";
import { isFolder, isProgram, programsAt, standardInput, type SayUnreadable } from "../vcl-files.js";
import { foldersAbove, programsWith } from "./fragments.js";

/** One program to check. */
export interface Work {
  /** What is read: a path, or `-`. */
  readonly path: string;
  /** What it is called. */
  readonly name: string;
  /** The file that was given in its place: only what is wrong there is told. */
  readonly part: string | undefined;
}

/** What may be read for some paths: their folders and, for a part of programs, those above it that its programs are looked for in. */
export function readerFor(paths: readonly string[], flags: CheckFlags): ConfinedReader {
  const named = paths.map((path) => (path === standardInput ? (flags.stdinFilename ?? path) : path));
  const reader = confinedReader(named, flags);
  const parts = paths.filter((path) => path !== standardInput && !isFolder(path) && !isProgram(path, reader));
  return parts.length === 0 ? reader : confinedReader([...named, ...parts.flatMap(foldersAbove)], flags);
}

/** The programs to check for some paths: a file itself, those of a folder, and for a part of programs those that include it. */
export function workFor(
  paths: readonly string[],
  flags: CheckFlags,
  reader: SourceReader,
  sayUnreadable: SayUnreadable,
): readonly Work[] {
  const programs = paths.flatMap((path) => programsAt(path, reader, sayUnreadable));
  return programs.flatMap((path): readonly Work[] => {
    if (path === standardInput) return [{ path, name: flags.stdinFilename ?? "stdin", part: undefined }];
    const whole = { path, name: path, part: undefined };
    if (isProgram(path, reader)) return [whole];
    const others = programsWith(path, flags, reader);
    const told = others.filter((other) => !programs.includes(other));
    if (others.length === 0) return [whole];
    if (flags.format === "text") process.stderr.write(`vclc: ${path} is a part of ${listed(others)}\n`);
    if (flags.fix)
      process.stderr.write(`vclc: ${path} stays as it is: --fix mends programs, not their parts\n`);
    return told.map((other) => ({ path: other, name: other, part: path }));
  });
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
