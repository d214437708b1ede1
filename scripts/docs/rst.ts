import { code, escapeMarkdown, fenced } from "./markdown.js";

/**
 * The documentation of a `.vcc`, which is reStructuredText, as Markdown: underlined headings, blocks of code behind `::`, code within a line.
 * What else reStructuredText has stands as it is.
 */
export function rstToMarkdown(text: string): string {
  const lines = text.split("\n");
  const out: string[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? "";
    if (/^([=~-])\1{2,}$/.test(lines[at + 1] ?? "") && line.trim() !== "") {
      out.push(`## ${sentenceCase(line.trim())}`);
      at += 1;
    } else if (line.endsWith("::")) {
      const end = endOfBlock(lines, at + 1);
      out.push(`${inline(line.slice(0, -1)).trimEnd()}`, "", fenced(dedent(lines.slice(at + 1, end))));
      at = end - 1;
    } else out.push(inline(line));
  }
  return `${out
    .join("\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim()}\n`;
}

/** The line behind an indented block that begins at `start`, blank lines around it included. */
function endOfBlock(lines: readonly string[], start: number): number {
  let at = start;
  while (at < lines.length && /^(?:\s|$)/.test(lines[at] ?? "")) at += 1;
  return at;
}

function dedent(lines: readonly string[]): string {
  const indents = lines.filter((line) => line.trim() !== "").map((line) => line.search(/\S/));
  const common = Math.min(...indents);
  return lines
    .map((line) => line.slice(common))
    .join("\n")
    .replace(/^\n+|\s+$/g, "");
}

function inline(line: string): string {
  return line
    .split(/(``.+?``|`[^`]+`)/)
    .map((part, index) => {
      if (index % 2 === 0) return escapeMarkdown(part);
      return part.startsWith("``") ? code(part.slice(2, -2)) : part;
    })
    .join("");
}

function sentenceCase(title: string): string {
  return title.charAt(0) + title.slice(1).toLowerCase();
}
