import { printer } from "prettier/doc";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { SourceFile } from "../source/source-file.js";
import { fileDoc } from "./layout.js";
import { readTokens } from "./read-tokens.js";
import { statementsOf, type Block } from "./statements.js";

export interface FormatOptions {
  /** Blanks of each level. */
  readonly indent: number;
  /** Bytes that a line has at most, where it can be helped. */
  readonly width: number;
}

export const defaultFormat: FormatOptions = { indent: 4, width: 100 };

/** A file's statements with their comments, or why it cannot be formatted. */
export function formatTree(file: SourceFile): Block | { readonly problems: readonly Diagnostic[] } {
  const tokens = readTokens(file);
  return "problems" in tokens ? tokens : statementsOf(file, tokens);
}

/**
 * Lays a file out anew: its words stay as they are, in their order, and so does its meaning. Comments stay where they belong, empty lines are kept to
 * one. Done twice it changes nothing any more. Included files are files of their own.
 */
export function formatVcl(
  file: SourceFile,
  { indent, width }: FormatOptions = defaultFormat,
): { readonly text: string } | { readonly problems: readonly Diagnostic[] } {
  const tree = formatTree(file);
  if ("problems" in tree) return tree;
  const options = { printWidth: width, tabWidth: indent, useTabs: false, endOfLine: "lf" } as const;
  return { text: printer.printDocToString(fileDoc(tree), options).formatted };
}
