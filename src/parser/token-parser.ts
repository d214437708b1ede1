import {
  createTokenInstance,
  EmbeddedActionsParser,
  EOF,
  tokenMatcher,
  type IToken,
  type TokenType,
} from "chevrotain";
import { diagnostic } from "../diagnostics/diagnostic.js";
import { spanOf } from "../lexer/token-span.js";
import type { TokenStream } from "../lexer/include.js";
import { LParen, RParen, type VclToken } from "../lexer/tokens.js";
import type { SourceFile, Span } from "../source/source-file.js";
import { maxDepth } from "../language/nesting.js";
import { ParseFailure } from "./failure.js";

/** Operators of one expression that take what is left of them as their operand: each makes the tree one level deeper. */
export const maxOperators = 500;

const endOfInput = createTokenInstance(EOF, "", NaN, NaN, NaN, NaN, NaN, NaN);

/** Tokens after the current one that may be looked at, and the size of the ring that holds them: a power of two above it. */
const ahead = 4;
const ringSize = 8;

/**
 * The part of the parser that is about tokens, their spans, and how deep rules may nest. Chevrotain's parser takes a list of tokens, of
 * which this one stays empty: tokens come from a stream, and of those only the few that can be looked at are kept. The methods that
 * Chevrotain reads tokens with are made to be overridden for that (its `LexerAdapter`).
 */
export abstract class TokenParser extends EmbeddedActionsParser {
  #main: SourceFile | undefined;
  #stream: TokenStream | undefined;
  /** Where the current token is in the ring, counted on from token to token. */
  #at = 0;
  readonly #ring: IToken[] = Array.from({ length: ringSize }, () => endOfInput);
  /** Parentheses that were opened and not closed again, in all that was read. */
  protected openParentheses = 0;
  protected readonly depth = { block: 0, expression: 0 };
  #operators = 0;

  /** Begins with the tokens of another source. */
  protected startTokens(main: SourceFile, stream: TokenStream): void {
    this.input = [];
    this.#main = main;
    this.#stream = stream;
    this.#at = 0;
    this.#ring.fill(endOfInput);
    for (let at = 0; at < ahead; at++) this.#ring[at] = stream.next() ?? endOfInput;
    this.openParentheses = this.depth.block = this.depth.expression = 0;
    this.#operators = 0;
  }

  /** Lets go of the source: the parser is kept. */
  protected endTokens(): void {
    this.#stream = undefined;
    this.#main = undefined;
    this.#ring.fill(endOfInput);
  }

  protected override LA(howFar: number): IToken {
    return this.#ring[(this.#at + howFar - 1) & (ringSize - 1)]!;
  }

  protected override LA_FAST(howFar: number): IToken {
    return this.#ring[(this.#at + howFar - 1) & (ringSize - 1)]!;
  }

  /** Chevrotain calls this where it has matched the current token. */
  protected consumeToken(): void {
    const { tokenType } = this.LA(1);
    if (tokenType === LParen) this.openParentheses++;
    else if (tokenType === RParen) this.openParentheses--;
    this.#ring[(this.#at + ahead) & (ringSize - 1)] = this.#stream!.next() ?? endOfInput;
    this.#at++;
  }

  protected override SKIP_TOKEN(): IToken {
    if (!this.isNext(EOF)) this.consumeToken();
    return this.LA(1);
  }

  /** How Chevrotain sees that a repetition has not moved on. */
  protected getLexerPosition(): number {
    return this.#at;
  }

  // Tokens -------------------------------------------------------------------------------------------------------------------

  protected next(howFar = 1): VclToken {
    return this.LA(howFar) as VclToken;
  }

  protected isNext(type: TokenType, howFar = 1): boolean {
    return tokenMatcher(this.LA(howFar), type);
  }

  /** Index of a token in the stream; the end of input has the index after the last. */
  protected indexOf(token: IToken): number {
    return token.tokenType === EOF ? this.#stream!.count : (token as VclToken).index;
  }

  /** Where a token is; the end of input is at the end of the main source. */
  protected spanOf(token: IToken): Span {
    if (token.tokenType !== EOF) return spanOf(token as VclToken);
    const file = this.#main!;
    return { file, start: file.text.length, end: file.text.length };
  }

  /** The span from a token to the last one that was consumed. */
  protected spanFrom(first: IToken): Span {
    return this.spanFromSpan(this.spanOf(first));
  }

  protected spanFromSpan(first: Span): Span {
    const last = this.LA(0) as VclToken;
    if (last.payload !== first.file) return first;
    const end = last.startOffset + last.image.length;
    return end > first.end ? { file: first.file, start: first.start, end } : first;
  }

  /** True when the token after next begins a line, or comes from another file than the one before it. */
  protected beginsLine(howFar = 1): boolean {
    const token = this.next(howFar);
    const previous = this.next(howFar - 1);
    if (token.tokenType === EOF || previous.tokenType === EOF || token.payload !== previous.payload)
      return true;
    return token.payload.text
      .slice(previous.startOffset + previous.image.length, token.startOffset)
      .includes("\n");
  }

  // Limits -------------------------------------------------------------------------------------------------------------------

  /** Runs a rule that may contain itself. */
  protected nested<Result>(kind: keyof typeof maxDepth, rule: () => Result): Result {
    if (this.RECORDING_PHASE) return rule();
    if (!this.mayNest(kind)) {
      const limit = maxDepth[kind];
      throw new ParseFailure(diagnostic("nested-too-deeply", this.spanOf(this.LA(1)), { limit }));
    }
    this.depth[kind]++;
    const result = rule();
    this.depth[kind]--;
    return result;
  }

  protected mayNest(kind: keyof typeof maxDepth): boolean {
    return this.depth[kind] < maxDepth[kind];
  }

  protected startCounting(): void {
    this.#operators = 0;
  }

  protected countOperator(token: IToken, weight = 1): void {
    this.#operators += weight;
    if (this.#operators <= maxOperators) return;
    throw new ParseFailure(diagnostic("expression-too-long", this.spanOf(token), { limit: maxOperators }));
  }
}

/** A token in a message. */
export function describeToken(token: IToken): string {
  if (token.tokenType === EOF) return "end of input";
  const [line = ""] = token.image.split(/\r?\n/, 1);
  const short = line.length > 40 || line.length < token.image.length ? `${line.slice(0, 40)}…` : line;
  return `'${short}'`;
}
