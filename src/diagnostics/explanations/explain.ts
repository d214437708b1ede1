import { catalog, type DiagnosticCode } from "../catalog.js";
import { shownExample } from "./explanation.js";
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
