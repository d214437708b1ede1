import { diagnostic, type Diagnostic } from "../diagnostics/diagnostic.js";
import { maxDepth } from "../language/nesting.js";
import * as t from "../lexer/tokens.js";
import type { SourceFile } from "../source/source-file.js";
import type { Comment, Gap } from "./comments.js";
import type { FormatToken, FormatTokens } from "./read-tokens.js";

/** Statements between braces, or those of the whole file. */
export interface Block {
  readonly statements: readonly Statement[];
  /** Comments on the line of the opening brace. */
  readonly opening: readonly Comment[];
  /** Comments on lines of their own before the closing one. */
  readonly closing: readonly Comment[];
}

/** Words, and the block behind them where there is one. */
export interface Part {
  /** Comments between the block before and these words. */
  readonly before: readonly Comment[];
  readonly words: readonly FormatToken[];
  readonly block: Block | undefined;
}

/** A declaration or a statement: `set …;`, `sub x { … }`, or `if (…) { … } else { … }` with several parts. */
export interface Statement {
  readonly leading: readonly Comment[];
  /** What is between the last of them and the statement. */
  readonly gap: Gap;
  /** There is an empty line before all of it. */
  readonly isApart: boolean;
  readonly parts: readonly Part[];
  /** Comments behind it, on its last line. */
  readonly trailing: readonly Comment[];
}

type Writable<Type> = { -readonly [Name in keyof Type]: Type[Name] };

/** Why a file cannot be taken apart: a brace that has no partner, words that end nowhere, or something in too deep. */
class Refusal extends Error {
  readonly token: FormatToken | undefined;
  /** Levels that there may be, where there are more. */
  readonly limit: number | undefined;

  constructor(token: FormatToken | undefined, limit?: number) {
    super("cannot be taken apart");
    this.token = token;
    this.limit = limit;
  }
}

/** Takes a file apart into statements, as far as braces and semicolons tell. */
export function statementsOf(
  file: SourceFile,
  tokens: FormatTokens,
): Block | { readonly problems: readonly Diagnostic[] } {
  try {
    return new Reader(tokens).file();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { problems: [problemOf(file, error)] };
  }
}

function problemOf(file: SourceFile, { token, limit }: Refusal): Diagnostic {
  const start = token?.start ?? file.text.length;
  const span = { file, start, end: start + (token?.image.length ?? 0) };
  if (limit !== undefined) return diagnostic("nested-too-deeply", span, { limit });
  return token
    ? diagnostic("unexpected-token", span, { expected: "a statement", found: `'${token.image}'` })
    : diagnostic("unclosed-block", span, { found: "end of file" });
}

class Reader {
  readonly #tokens: readonly FormatToken[];
  readonly #rest: Gap;
  #at = 0;
  #depth = 0;

  constructor({ tokens, rest }: FormatTokens) {
    this.#tokens = tokens;
    this.#rest = rest;
  }

  file(): Block {
    const block = this.#block(this.#rest);
    if (this.#at < this.#tokens.length) throw new Refusal(this.#tokens[this.#at]);
    return block;
  }

  /** Up to a closing brace, which is not taken, or the end of the file. */
  #block(end: Gap): Block {
    const statements: Writable<Statement>[] = [];
    let opening: readonly Comment[] = [];
    const giveBack = (comments: readonly Comment[]): void => {
      const last = statements.at(-1);
      if (last) last.trailing = [...last.trailing, ...comments];
      else opening = comments;
    };
    for (;;) {
      const token = this.#tokens[this.#at];
      const gap = token?.gap ?? end;
      const own = gap.comments.findIndex(({ isOnLine }) => !isOnLine);
      const leading = own < 0 ? [] : gap.comments.slice(own);
      giveBack(own < 0 ? gap.comments : gap.comments.slice(0, own));
      if (!token || token.type === t.RCurly) return { statements, opening, closing: leading };
      const isApart = leading[0]?.isApart ?? gap.lines > 1;
      const parts = this.#parts();
      statements.push({ leading, gap, isApart, parts, trailing: [] });
    }
  }

  #parts(): Part[] {
    const parts: Part[] = [];
    do parts.push(this.#part(parts.length > 0));
    while (isElse(this.#tokens[this.#at]) && parts.at(-1)?.block);
    return parts;
  }

  #part(isContinued: boolean): Part {
    const before = isContinued ? (this.#tokens[this.#at]?.gap.comments ?? []) : [];
    const words: FormatToken[] = [];
    let open = 0;
    for (;;) {
      const token = this.#tokens[this.#at];
      if (!token || token.type === t.RCurly) throw new Refusal(token);
      this.#at++;
      if (token.type === t.LParen && ++open > maxDepth.expression)
        throw new Refusal(token, maxDepth.expression);
      if (token.type === t.RParen) open--;
      if (token.type !== t.LCurly) words.push(token);
      if (token.type === t.Semicolon) return { before, words, block: undefined };
      if (token.type !== t.LCurly) continue;
      // Comments before the brace stay before it.
      if (token.gap.comments.length > 0) words.push({ ...token, image: "" });
      if (++this.#depth > maxDepth.block) throw new Refusal(token, maxDepth.block);
      const block = this.#block(this.#rest);
      this.#depth--;
      if (this.#tokens[this.#at]?.type !== t.RCurly) throw new Refusal(this.#tokens[this.#at]);
      this.#at++;
      return { before, words, block };
    }
  }
}

function isElse(token: FormatToken | undefined): boolean {
  return token?.type === t.Else || token?.type === t.ElseIf;
}
