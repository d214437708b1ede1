import type { TokenType } from "chevrotain";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { Lexer } from "../lexer/lexer.js";
import type { VclToken } from "../lexer/tokens.js";
import type { SourceFile } from "../source/source-file.js";
import { readGap, type Gap } from "./comments.js";

/** A token with what stands before it. */
export interface FormatToken {
  readonly image: string;
  readonly type: TokenType;
  readonly start: number;
  readonly gap: Gap;
}

/** The tokens of one file, its `include` directives among them, and what stands behind the last. */
export interface FormatTokens {
  readonly tokens: readonly FormatToken[];
  readonly rest: Gap;
}

/** Reads a file's tokens; what the lexer refuses cannot be formatted. */
export function readTokens(file: SourceFile): FormatTokens | { readonly problems: readonly Diagnostic[] } {
  const problems: Diagnostic[] = [];
  const lexer = new Lexer(file, (problem) => problems.push(problem));
  const tokens: FormatToken[] = [];
  let end = 0;
  for (let token: VclToken | undefined = lexer.next(); token; token = lexer.next()) {
    const { image, tokenType: type, startOffset: start } = token;
    tokens.push({ image, type, start, gap: readGap(file.text.slice(end, start), end === 0) });
    end = start + image.length;
  }
  return problems.length > 0 ? { problems } : { tokens, rest: readGap(file.text.slice(end), end === 0) };
}
