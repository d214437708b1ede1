import type { Diagnostic } from "../../src/diagnostics/diagnostic.js";
import type { Node } from "../../src/parser/ast.js";
import { walk } from "../../src/parser/visit.js";
import { position } from "../../src/source/position.js";
import type { SourceReader, Span } from "../../src/source/source-file.js";

/** The nodes directly in a node, in source order. */
export function children(node: Node): Node[] {
  const found: Node[] = [];
  walk(node, (each) => each === node || (found.push(each), false));
  return found;
}

/** `line:column-line:column`, with the file's name where it is not the main one. */
export function printSpan({ file, start, end }: Span): string {
  const from = position(file, start);
  const to = position(file, end);
  const name = file.includedFrom ? `${file.name} ` : "";
  return `${name}${from.line}:${from.column}-${to.line}:${to.column}`;
}

/** A tree as indented lines: kind, what the node itself says, span. */
export function printTree(node: Node, indent = ""): string {
  const head = `${indent}${node.kind}${printValues(node)} [${printSpan(node.span)}]\n`;
  return (
    head +
    children(node)
      .map((child) => printTree(child, `${indent}  `))
      .join("")
  );
}

function printValues(node: Node): string {
  const values = Object.entries(node).filter(([, value]) =>
    ["string", "number", "boolean"].includes(typeof value),
  );
  return values
    .filter(([key]) => key !== "kind")
    .map(([key, value]) => ` ${key}=${JSON.stringify(value)}`)
    .join("");
}

/** Diagnostics, one a line, with their hints and related places below them. */
export function printDiagnostics(diagnostics: readonly Diagnostic[]): string {
  return diagnostics
    .map(({ span, severity, code, message, hint, related = [] }) =>
      [
        `${printSpan(span)} ${severity} ${code}: ${message}\n`,
        hint === undefined ? "" : `  hint: ${hint}\n`,
        ...related.map((other) => `  ${printSpan(other.span)} ${other.message}\n`),
      ].join(""),
    )
    .join("");
}

/** Files in memory, by absolute path. A pattern's `*` matches within one folder. */
export function memoryReader(files: Readonly<Record<string, string>> = {}): SourceReader {
  return {
    read: (path) => {
      const text = files[path];
      return text === undefined ? { error: "No such file or directory" } : { text };
    },
    glob: (pattern) => {
      const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&").replaceAll("*", "[^/]*");
      return Object.keys(files)
        .filter((path) => new RegExp(`^${escaped}$`).test(path))
        .sort();
    },
  };
}
