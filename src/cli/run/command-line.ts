/** Why a line of commands cannot be read, in varnishd's words. */
export class CommandSyntaxError extends Error {}

const escapes: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", '"': '"', "\\": "\\" };

/** Splits a line into words: white space separates, `"…"` quotes, and inside quotes a backslash escapes (vcl-lifecycle 6.2). */
export function splitCommand(line: string): string[] {
  const words: string[] = [];
  let at = 0;
  for (;;) {
    while (at < line.length && /\s/.test(line.charAt(at))) at++;
    if (at >= line.length) return words;
    const [word, end] = line.charAt(at) === '"' ? quotedWord(line, at + 1) : plainWord(line, at);
    words.push(word);
    at = end;
    if (at < line.length && !/\s/.test(line.charAt(at))) {
      throw new CommandSyntaxError("Missing separator between arguments");
    }
  }
}

function plainWord(line: string, start: number): [word: string, end: number] {
  const word = /^[^\s"]+/.exec(line.slice(start))?.[0] ?? "";
  if (line.charAt(start + word.length) === '"') throw new CommandSyntaxError("Invalid '\"'");
  return [word, start + word.length];
}

function quotedWord(line: string, start: number): [word: string, end: number] {
  let word = "";
  for (let at = start; at < line.length; at++) {
    const char = line.charAt(at);
    if (char === '"') return [word, at + 1];
    if (char !== "\\") {
      word += char;
      continue;
    }
    const [, escape = ""] = /^(x[0-9a-fA-F]{2}|[0-7]{3}|[nrt"\\])/.exec(line.slice(at + 1)) ?? [];
    if (escape === "") throw new CommandSyntaxError("Invalid backslash sequence");
    word +=
      escapes[escape] ??
      String.fromCharCode(escape.startsWith("x") ? parseInt(escape.slice(1), 16) : parseInt(escape, 8));
    at += escape.length;
  }
  throw new CommandSyntaxError("Missing '\"'");
}

/** A command of a file, with its line for messages. */
export interface CommandLine {
  readonly line: number;
  readonly words: readonly string[];
  /** Began with `-`: its failure does not matter. */
  readonly mayFail: boolean;
}

/**
 * Reads a file of commands, one a line; empty lines and lines that begin with `#` do not count. `… << TOKEN` takes the lines up to
 * one that is TOKEN as the last word.
 */
export function readCommands(text: string): CommandLine[] {
  const lines = text.split(/\r?\n/);
  const commands: CommandLine[] = [];
  for (let index = 0; index < lines.length; index++) {
    const line = index + 1;
    const content = (lines[index] as string).trim();
    if (content === "" || content.startsWith("#")) continue;
    const words = inLine(line, () => splitCommand(content.replace(/^-/, "")));
    if (words.at(-2) === "<<") {
      const token = words.at(-1) as string;
      const end = lines.indexOf(token, index + 1);
      if (end < 0) throw new CommandSyntaxError(`line ${line}: no line ${token} ends the text`);
      words.splice(-2, 2, `${lines.slice(index + 1, end).join("\n")}\n`);
      index = end;
    }
    commands.push({ line, words, mayFail: content.startsWith("-") });
  }
  return commands;
}

function inLine<T>(line: number, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof CommandSyntaxError
      ? new CommandSyntaxError(`line ${line}: ${error.message}`)
      : error;
  }
}
