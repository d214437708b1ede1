import { CommandSyntaxError, hereToken, splitCommand, withText } from "./words.js";

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
    let words = inLine(line, () => splitCommand(content.replace(/^-/, "")));
    const token = hereToken(words);
    if (token !== undefined) {
      const end = lines.indexOf(token, index + 1);
      if (end < 0) throw new CommandSyntaxError(`line ${line}: no line ${token} ends the text`);
      words = withText(words, lines.slice(index + 1, end));
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
