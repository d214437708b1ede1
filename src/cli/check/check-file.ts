import { realpathSync } from "node:fs";
import { resolve } from "node:path";
import { analyzeSource } from "../../analyze/analyze-source.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import type { CheckedFile, UnreadableFile } from "../../diagnostics/reporters/reporter.js";
import { lint } from "../../lint/lint.js";
import { applySeverities } from "../../lint/severities.js";
import type { SourceFile, SourceReader } from "../../source/source-file.js";
import { analyzeOptions, openMainFile, openStandardInput } from "../analyze-options.js";
import type { CheckFlags } from "../commands/check.js";
import type { Config } from "../config.js";
import { replaceFile } from "../replace-file.js";
import { standardInput } from "../vcl-files.js";
import { fixSource } from "./fix-source.js";
import type { Work } from "./work.js";

/** Checks one program and, with --fix, mends it before. */
export function checkFile(
  { path, name, part }: Work,
  flags: CheckFlags,
  reader: SourceReader,
  config: Config,
): CheckedFile | UnreadableFile {
  const main = path === standardInput ? openStandardInput(name) : openMainFile(path, reader);
  if ("error" in main) return { path: name, reason: main.error };
  const diagnose = (file: SourceFile) => onceEach(diagnosticsOf(file, flags, reader, config));
  if (!flags.fix || part !== undefined) {
    const diagnostics = diagnose(main);
    return { path: name, diagnostics: part === undefined ? diagnostics : within(part, diagnostics) };
  }
  const { text, count } = fixSource(main, diagnose);
  if (count > 0) {
    replaceFile(path, text);
    process.stderr.write(`vclc: mended ${name} in ${count} ${count === 1 ? "place" : "places"}\n`);
  }
  return { path: name, diagnostics: diagnose({ ...main, text }) };
}

/** What the compiler says and, of a program without errors, what the rules say besides. */
function diagnosticsOf(
  main: SourceFile,
  flags: CheckFlags,
  reader: SourceReader,
  { severities, target }: Config,
): readonly Diagnostic[] {
  const { program, diagnostics } = analyzeSource(main, analyzeOptions(main.name, flags, reader));
  if (!program) return applySeverities(diagnostics, severities);
  return lint(program, diagnostics, severities, flags.target ?? target);
}

/** A file that a program includes twice is wrong once. */
function onceEach(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const seen = new Set<string>();
  return diagnostics.filter((one) => {
    if (!one.span.file.includedFrom) return true;
    const key = keyOf(one);
    return !seen.has(key) && seen.add(key);
  });
}

/** What tells a mistake in a file from others, whichever program includes it, and by whichever path. */
export function keyOf({ code, message, span }: Diagnostic): string {
  const file = span.file.kind === "file" ? resolve(span.file.name) : span.file.name;
  return JSON.stringify([file, span.start, span.end, code, message]);
}

function within(part: string, diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const wanted = realpathSync(part);
  const real = new Map<string, boolean>();
  return diagnostics.filter(({ span: { file } }) => {
    if (file.kind !== "file") return false;
    if (!real.has(file.name)) real.set(file.name, realpathSync(file.name) === wanted);
    return real.get(file.name);
  });
}
