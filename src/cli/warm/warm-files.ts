import { basename } from "node:path";
import { diagnostic } from "../../diagnostics/diagnostic.js";
import { summary } from "../../diagnostics/reporters/text.js";
import { CommandFailure, type VclState } from "../../runtime/index.js";
import { nodeSourceReader } from "../../host/node/source-reader.js";
import { lineStarts } from "../../source/position.js";
import type { SourceFile, SourceReader, Span } from "../../source/source-file.js";
import { CliError } from "../cli-error.js";
import type { CheckFlags } from "../commands/check.js";
import { readMainFile } from "../analyze-options.js";
import { confinedReader } from "../confined-reader.js";
import { reporterFor } from "../reporters.js";
import { CommandSyntaxError, readCommands, readRequest } from "../../runtime/command/index.js";
import { findFile } from "../run/compile-vcl.js";
import { WarmCheck } from "./warm-check.js";

/** What the options of `vclc warm` are parsed to. */
export interface WarmFlags extends CheckFlags {
  readonly commands?: string;
  readonly label?: readonly string[];
  readonly global?: readonly string[];
  readonly dns: boolean;
  readonly vmodCode: boolean;
}

/** Checks what a file of commands, or a main file with its labels, would do to a proxy, and prints what is wrong. Answers with the exit code. */
export async function warmFiles(main: string | undefined, flags: WarmFlags): Promise<0 | 1> {
  if ((main === undefined) === (flags.commands === undefined)) {
    throw new CliError("nothing to check: give one VCL file, or a file of commands with -I");
  }
  const reporter = await reporterFor(flags);
  const reader = readerOf(main, flags);
  const { global: globals = [], dns, vmodCode } = flags;
  const tell = (what: string) => process.stderr.write(`vclc: ${what}\n`);
  const check = new WarmCheck(flags, { globals, dns, vmodCode, reader, tell });
  if (main !== undefined) await warmMain(check, main, flags, reader);
  else await warmCommands(check, readMainFile(flags.commands as string, reader), flags, reader);
  const files = await check.end();
  for (const file of files) process.stdout.write(reporter.file?.(file) ?? "");
  process.stdout.write(reporter.end?.(files) ?? "");
  const all = files.flatMap(({ diagnostics }) => diagnostics);
  if (flags.format === "text" && all.length > 0) process.stderr.write(`\n${summary(all)}\n`);
  return all.some(({ severity }) => severity === "error") ? 1 : 0;
}

/** What may be read: all of the machine by whoever runs code on it anyway, unless --root names folders; without code the folders of what is given. */
function readerOf(main: string | undefined, flags: WarmFlags): SourceReader {
  if (flags.vmodCode && !flags.root) return nodeSourceReader;
  const files = labelsOf(flags).map(([, file]) => findFile(file, flags));
  return confinedReader([main ?? [], flags.commands ?? [], files].flat(), flags);
}

function labelsOf(flags: WarmFlags): readonly (readonly [label: string, file: string])[] {
  return (flags.label ?? []).map((text) => {
    const [, label = "", file = ""] = /^([^=]+)=(.+)$/.exec(text) ?? [];
    if (file === "") throw new CliError(`--label takes NAME=FILE, not "${text}"`);
    return [label, file];
  });
}

/** The VCLs behind the labels, in the order given, then the main one as `boot`. */
async function warmMain(
  check: WarmCheck,
  path: string,
  flags: WarmFlags,
  reader: SourceReader,
): Promise<void> {
  for (const [label, file] of labelsOf(flags)) {
    const source = readMainFile(findFile(file, flags), reader);
    const name = `${label}_${basename(file).replace(/[^A-Za-z0-9]+/g, "_")}`;
    await check.load(name, source);
    const at = { file: source, start: 0, end: 0 };
    await check.carryOut(`vcl.label ${label}`, at, (instance) => instance.label(label, name));
  }
  await check.load("boot", readMainFile(path, reader));
}

async function warmCommands(
  check: WarmCheck,
  file: SourceFile,
  flags: WarmFlags,
  reader: SourceReader,
): Promise<void> {
  check.note(file.name);
  try {
    for (const { line, words, mayFail } of readCommands(file.text)) {
      if (!mayFail) await warmCommand(check, words, lineSpan(file, line), flags, reader);
    }
  } catch (error) {
    if (!(error instanceof CommandSyntaxError)) throw error;
    const [, line = "1", reason = error.message] = /^line (\d+): (.*)$/s.exec(error.message) ?? [];
    const span = lineSpan(file, Number(line));
    check.note(file.name, diagnostic("refused-command", span, { command: "Syntax error", reason }));
  }
}

/** One command. Those that load, label or use VCLs are checked as far as they go; the others are carried out as the proxy would. */
async function warmCommand(
  check: WarmCheck,
  words: readonly string[],
  at: Span,
  flags: WarmFlags,
  reader: SourceReader,
): Promise<void> {
  const [command = "", name = "", argument = "", state] = words;
  const request = readRequest(words);
  if ("status" in request) {
    check.refused(words, request.body, at);
    return;
  }
  const refusable = (run: Parameters<WarmCheck["carryOut"]>[2]): Promise<void> =>
    check.carryOut(`${command} ${name}`, at, run);
  switch (command) {
    case "vcl.load": {
      let source: SourceFile | undefined;
      let wanted: VclState = "auto";
      await refusable(async () => {
        wanted = stateOf(state);
        source = await Promise.resolve(readMainFile(findFile(argument, flags), reader));
      });
      if (source) await check.load(name, source, wanted, at);
      return;
    }
    case "vcl.inline":
      await refusable(async () => {
        const source: SourceFile = { name: `<${name}>`, text: argument, kind: "inline" };
        await check.load(name, source, stateOf(state), at);
      });
      return;
    case "vcl.label":
      await refusable((instance) => instance.label(name, argument));
      return;
    case "vcl.use":
      await refusable((instance) => instance.use(name));
      return;
    case "vcl.state":
      await refusable(async (instance) => instance.setState(name, stateOf(argument)));
      return;
    case "vcl.discard":
      await refusable((instance) => instance.discard(...words.slice(1)));
      return;
    default:
      await check.command(words, at);
  }
}

function stateOf(text = "auto"): VclState {
  if (text === "auto" || text === "cold" || text === "warm") return text;
  throw new CommandFailure(106, "State must be one of auto, cold or warm.");
}

function lineSpan(file: SourceFile, line: number): Span {
  const start = lineStarts(file)[line - 1] ?? 0;
  const end = file.text.indexOf("\n", start);
  return { file, start, end: end < 0 ? file.text.length : end };
}
