import { ConfigFailure } from "./config-reader.js";

/** Lists and maps inside each other, beyond anything that a file can mean. */
const deepest = 100;

/**
 * Parsers call themselves for each level, and their time grows with the square of the depth: levels are counted first, by brackets and by what
 * lines begin with, wherever these stand. Throws a ConfigFailure.
 */
export function refuseDepth(text: string): void {
  const indents: number[] = [];
  let brackets = 0;
  for (let at = 0, lineStart = 0; at < text.length; at++) {
    if (at === lineStart) at = readIndents(text, at, indents);
    const code = text.charCodeAt(at);
    if (code === 0x5b || code === 0x7b) brackets += 1;
    else if ((code === 0x5d || code === 0x7d) && brackets > 0) brackets -= 1;
    else if (code === 0x0a) lineStart = at + 1;
    if (brackets <= deepest && indents.length <= deepest) continue;
    const line = text.slice(0, at).split("\n").length;
    throw new ConfigFailure(
      `more than ${deepest} lists and maps inside each other`,
      line,
      at - text.lastIndexOf("\n", at - 1),
    );
  }
}

/** Steps over the beginning of a line. `indents` are the columns where what it stands in begins: each `-`, `?` and `:` is a level of its own. */
function readIndents(text: string, lineStart: number, indents: number[]): number {
  let at = lineStart;
  let isNested = false;
  for (;;) {
    while (isBlank(text.charCodeAt(at))) at += 1;
    const character = text.charAt(at);
    if (character === "" || character === "\n" || character === "\r" || character === "#") return at;
    const column = at - lineStart;
    if (!isNested) while ((indents.at(-1) ?? -1) >= column) indents.pop();
    indents.push(column);
    if (!"-?:".includes(character) || !isBlank(text.charCodeAt(at + 1)) || indents.length > deepest)
      return at;
    isNested = true;
    at += 1;
  }
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
