import { catalog, diagnosticCodes, type DiagnosticCode } from "../catalog.js";
import { preamble, shownExample, type Explanation } from "./explanation.js";
import { explanations } from "./explanations.js";

/** A code for people at a terminal: severity, message, meaning, a failing and a fixed example. */
export function explainCode(code: DiagnosticCode): string {
  const { severity, message } = catalog[code];
  const { meaning, failing, fixed, files = {} } = explanations[code];
  const parts = [
    `${code} (${severity})\n  ${message}`,
    wrap(meaning),
    `This is wrong:\n\n${indent(shownExample(failing))}`,
    `This is right:\n\n${indent(shownExample(fixed))}`,
    ...Object.entries(files).map(([name, text]) => `with ${name}:\n\n${indent(text)}`),
  ];
  return `${parts.map((part) => part.trimEnd()).join("\n\n")}\n`;
}

/** All codes as a page of documentation: docs/diagnostics.md. */
export function explainInMarkdown(): string {
  const entries = diagnosticCodes.map((code) => markdownEntry(code, explanations[code]));
  return `${markdownHead}\n${entries.join("\n")}`;
}

const markdownHead = `# Diagnostics

<!-- Written by npm run docs:diagnostics from src/diagnostics. Change the tables there, not this page. -->

Every code that \`vclc\` reports; \`vclc explain CODE\` prints the same. Examples that begin with no version stand after

\`\`\`vcl
${preamble}\`\`\`
`;

function markdownEntry(code: DiagnosticCode, { meaning, failing, fixed, files = {} }: Explanation): string {
  const { severity, message } = catalog[code];
  const language = code.startsWith("vcc-") && code !== "vcc-wrong-module" ? "vcc" : "vcl";
  const block = (text: string, kind: string = language) => `\`\`\`${kind}\n${text}\`\`\`\n`;
  const others = Object.entries(files).map(
    ([name, text]) => `\`${name}\` is\n\n${block(text, name.split(".").at(-1))}`,
  );
  return [
    `## ${code}\n`,
    `${markdownCode(message)} (${severity})\n`,
    `${escapeMarkdown(meaning)}\n`,
    `Wrong:\n\n${block(shownExample(failing))}`,
    `Right:\n\n${block(shownExample(fixed))}`,
    ...others,
  ].join("\n");
}

function markdownCode(text: string): string {
  return text.includes("`") ? `\`\` ${text} \`\`` : `\`${text}\``;
}

/** Signs that Markdown would take for its own, outside of what is set as code already. */
function escapeMarkdown(text: string): string {
  return text.replace(/`[^`]*`|[*_<>]/g, (found) => (found.length > 1 ? found : `\\${found}`));
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, "    ");
}

const width = 80;

function wrap(text: string): string {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.join("\n");
}
