/** A block of code in Markdown; its fence is longer than any in the text. */
export function fenced(text: string, language = ""): string {
  const longest = Math.max(2, ...[...text.matchAll(/^`{3,}/gm)].map(([fence]) => fence.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${text.replace(/\n*$/, "\n")}${fence}\n`;
}

/** Text as code within a line. */
export function code(text: string): string {
  return text.includes("`") ? `\`\` ${text} \`\`` : `\`${text}\``;
}

/** Signs that Markdown would take for its own, outside of what is set as code already. */
export function escapeMarkdown(text: string): string {
  return text.replace(/`[^`]*`|[*<>]|\b_|_\b/g, (found) => (found.length > 1 ? found : `\\${found}`));
}

/** The comment at the head of a page that a script writes. */
export function generatedFrom(source: string): string {
  return `<!-- Written by npm run docs from ${source}. Change that, not this page. -->\n`;
}
