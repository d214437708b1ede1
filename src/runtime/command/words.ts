/** Why a command cannot be read, in varnishd's words. */
export class CommandSyntaxError extends Error {}

const escapes: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", '"': '"', "\\": "\\" };

/** Splits a line into words as varnishd does: white space separates, `"…"` quotes, and a backslash escapes, inside quotes and outside. */
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

/** The token that ends the text of a command with a here-document, `… << TOKEN`. */
export function hereToken(words: readonly string[]): string | undefined {
  return words.at(-2) === "<<" ? words.at(-1) : undefined;
}

/** The words of a command whose here-document is complete. */
export function withText(words: readonly string[], lines: readonly string[]): string[] {
  return [...words.slice(0, -2), lines.map((line) => `${line}\n`).join("")];
}

function plainWord(line: string, start: number): [word: string, end: number] {
  let word = "";
  let at = start;
  while (at < line.length && !/\s/.test(line.charAt(at))) {
    if (line.charAt(at) === '"') throw new CommandSyntaxError("Invalid '\"'");
    const [char, end] = character(line, at);
    word += char;
    at = end;
  }
  return [word, at];
}

function quotedWord(line: string, start: number): [word: string, end: number] {
  let word = "";
  let at = start;
  while (at < line.length) {
    if (line.charAt(at) === '"') return [word, at + 1];
    const [char, end] = character(line, at);
    word += char;
    at = end;
  }
  throw new CommandSyntaxError("Missing '\"'");
}

/** The character that stands at a place, or that an escape there stands for, and where the next one is. */
function character(line: string, at: number): [char: string, end: number] {
  const char = line.charAt(at);
  if (char !== "\\") return [char, at + 1];
  const [, escape = ""] = /^(x[0-9a-fA-F]{2}|[0-7]{1,3}|[nrt"\\])/.exec(line.slice(at + 1, at + 4)) ?? [];
  if (escape === "") throw new CommandSyntaxError("Invalid backslash sequence");
  const code = escape.startsWith("x") ? parseInt(escape.slice(1), 16) : parseInt(escape, 8) & 0xff;
  return [escapes[escape] ?? String.fromCharCode(code), at + 1 + escape.length];
}
