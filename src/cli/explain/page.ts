import type { RuntimeLimit } from "../../language/limits.js";

/** Characters of a line. */
const width = 80;
const nameWidth = 10;

/** A fact with its name in front: `read in   every client sub`. */
export function row(name: string, text: string): string {
  const lines = wrapped(text, width - nameWidth);
  return lines.map((line, index) => `${(index === 0 ? name : "").padEnd(nameWidth)}${line}\n`).join("");
}

/** Where vclc itself does less than Varnish: what becomes of it, and what to do. */
export function limitRow(limit: RuntimeLimit | undefined, begin = ""): string {
  return limit ? row("with vclc", `${begin}${limit.effect}; ${limit.instead}`) : "";
}

/** Paragraphs as lines of a terminal, without the heading of the first; what is indented is laid out already. */
export function paragraphs(text: string): string {
  return text
    .trim()
    .replace(/^DESCRIPTION\n=+\n/, "")
    .split(/\n\s*\n/)
    .map((part) => (/^\s/m.test(part) ? part : wrapped(part.replaceAll("``", "`"), width).join("\n")))
    .join("\n\n");
}

function wrapped(text: string, most: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= most)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
