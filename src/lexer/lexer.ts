import { Lexer, type IToken } from "chevrotain";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { position } from "../source/position.js";
import type { SourceFile } from "../source/source-file.js";
import { checkToken } from "./check-token.js";
import { exactKeywords, Identifier, statementKeywords, vocabulary, type VclToken } from "./tokens.js";

/** A diagnostic and its place: the index of the token that follows it in the list it was found in. */
export interface Problem {
  readonly index: number;
  readonly diagnostic: Diagnostic;
}

/** Tokens in reading order, without comments and without what was refused, and what was found wrong on the way. */
export interface TokenList {
  readonly tokens: VclToken[];
  readonly problems: Problem[];
}

const lexer = new Lexer(vocabulary, {
  positionTracking: "onlyOffset",
  ensureOptimizations: false,
  skipValidations: true,
});

/** The tokens of one file; its `include` directives are still among them. A NUL byte ends the source. */
export function tokenize(file: SourceFile): TokenList {
  const end = file.text.indexOf("\0");
  const result = lexer.tokenize(end < 0 ? file.text : file.text.slice(0, end));
  const list: TokenList = { tokens: [], problems: [] };
  for (const token of result.tokens) accept(list, token, file);
  return list;
}

function accept(list: TokenList, raw: IToken, file: SourceFile): void {
  const token = raw as VclToken;
  token.payload = file;
  token.index = list.tokens.length;
  if (token.tokenType === Identifier) {
    findKeyword(token);
    list.tokens.push(token);
    return;
  }
  const { keep, problem } = checkToken(token);
  if (problem && !repeatsLast(list, problem))
    list.problems.push({ index: list.tokens.length, diagnostic: problem });
  if (keep) list.tokens.push(token);
}

const longestKeyword = 9;

function findKeyword(token: VclToken): void {
  if (token.image.length > longestKeyword) return;
  const type = exactKeywords.get(token.image) ?? statementKeywords.get(token.image.toLowerCase());
  if (!type) return;
  token.tokenType = type;
  token.tokenTypeIdx = type.tokenTypeIdx!;
}

/** Mistakes that come in pairs: of several in one line the first is reported. `x[0]`, `a ? b : c` and 'a' are one each. */
const paired: ReadonlySet<string> = new Set(["unexpected-byte", "blob-character", "single-quoted-string"]);

function repeatsLast({ problems }: TokenList, { code, span }: Diagnostic): boolean {
  const last = problems.at(-1)?.diagnostic;
  if (!last || !paired.has(last.code) || !paired.has(code)) return false;
  return position(span.file, last.span.end).line === position(span.file, span.start).line;
}
