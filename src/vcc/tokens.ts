import type { Span } from "../source/source-file.js";

/** A token of a signature. Words may hold any character that separates nothing: `-5`, `.method`, `name:cname`. */
export interface VccToken {
  readonly kind: "word" | "separator" | "quoted" | "unterminated";
  /** As written; quoted tokens with their quotes. */
  readonly text: string;
  readonly span: Span;
}

const tokenPattern = /[[\](){},=]|"[^"]*"|'[^']*'|["'][^]*|[^\s[\](){},="']+/g;

/** The tokens of a signature. There are no comments and no escapes: a quoted text ends at the next quote of its kind. */
export function tokenize(signature: Span): readonly VccToken[] {
  const { file, start, end } = signature;
  return [...file.text.slice(start, end).matchAll(tokenPattern)].map(({ 0: text, index }) => ({
    kind: kindOf(text),
    text,
    span: { file, start: start + index, end: start + index + text.length },
  }));
}

function kindOf(text: string): VccToken["kind"] {
  const first = text.charAt(0);
  if (first === '"' || first === "'") {
    return text.length > 1 && text.endsWith(first) ? "quoted" : "unterminated";
  }
  return "[](){},=".includes(first) ? "separator" : "word";
}

/** The text of a word, or of a quoted token without its quotes. */
export function unquote(token: VccToken): string {
  return token.kind === "quoted" ? token.text.slice(1, -1) : token.text;
}
