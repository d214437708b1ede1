import { EOF, isRecognitionException, type IParserConfig, type IToken, type TokenType } from "chevrotain";
import { diagnostic, type Diagnostic, type RelatedSpan } from "../diagnostics/diagnostic.js";
import { DiagnosticLimit } from "../diagnostics/limit.js";
import type { Problem, TokenStream } from "../lexer/include.js";
import * as t from "../lexer/tokens.js";
import type { SourceFile } from "../source/source-file.js";
import { ParseFailure } from "./failure.js";
import { declarationHint, hintFor } from "./hints.js";
import { expectedMessages } from "./messages.js";
import { describeToken, TokenParser } from "./token-parser.js";

/** What a list of statements, fields or declarations knows about getting over a mistake in one of its items. */
export interface ListItem<Node> {
  /** Parses one item. */
  readonly parse: () => Node | undefined;
  /** What could have stood here: for the message where nothing fits. */
  readonly expected: string;
  /** Whether the current token may begin an item: there skipping ends. */
  readonly mayBegin: () => boolean;
  /** Whether, in an item that went wrong, the current `{` begins a block that is worth parsing. */
  readonly hasBlock?: (first: IToken) => boolean;
}

/** Where an item of a list begins. */
interface ItemStart {
  readonly token: IToken;
  readonly index: number;
  /** How many parentheses were open there. */
  readonly openParentheses: number;
}

/**
 * The part of the parser that is about mistakes. Chevrotain's own recovery repairs single tokens and knows no statements; here a
 * rule simply fails, and the innermost list of statements, fields or declarations reports that, skips to the end of the item and
 * goes on. No diagnostic is a consequence of another: at most one for an item, none for an item with a token that the lexer
 * refused, none for braces that an earlier mistake left over.
 */
export abstract class RecoveringParser extends TokenParser {
  protected readonly problems: Problem[] = [];
  #lexical: readonly Problem[] = [];
  #limit = new DiagnosticLimit();
  #lastReported = -1;
  #recoveredTo = -1;
  /** Blocks whose `}` was reported missing, to be forgiven where it turns up later. */
  protected missingBraces = 0;

  constructor(config: IParserConfig) {
    super(t.vocabulary, { maxLookahead: 2, errorMessageProvider: expectedMessages, ...config });
  }

  /** Begins with the tokens of another source. */
  protected start(main: SourceFile, stream: TokenStream): void {
    this.startTokens(main, stream);
    this.problems.length = 0;
    this.#limit = new DiagnosticLimit();
    this.#lexical = stream.problems;
    this.#lastReported = -1;
    this.#recoveredTo = -1;
    this.missingBraces = 0;
  }

  // Reporting ----------------------------------------------------------------------------------------------------------------

  protected fail(problem: Diagnostic): never {
    throw new ParseFailure(problem);
  }

  protected report(token: IToken, problem: Diagnostic): void {
    const index = this.indexOf(token);
    if (index === this.#lastReported) return;
    this.#lastReported = index;
    const reported = this.#limit.admit(problem);
    if (reported) this.problems.push({ index, diagnostic: reported });
  }

  /** Reports what is wrong with a token, unless the lexer refused something right before it. */
  protected reportItem(token: IToken, problem: Diagnostic): void {
    const index = this.indexOf(token);
    if (!this.#damaged(index, index)) this.report(token, problem);
  }

  /** `Expected … got …` at a token. */
  protected unexpected(token: IToken, expected: string): Diagnostic {
    const previous = this.LA(0);
    const forgotten = expected === "';'" && previous.tokenType !== EOF && this.beginsLine();
    const related: RelatedSpan[] = [];
    if (forgotten) {
      const { file, end } = this.spanOf(previous);
      related.push({ span: { file, start: end, end }, message: "a ';' belongs here" });
    }
    const hint = forgotten ? undefined : this.#hint(token, previous, expected);
    return diagnostic(
      "unexpected-token",
      this.spanOf(token),
      { expected, found: describeToken(token) },
      { ...(hint !== undefined && { hint }), ...(related.length > 0 && { related }) },
    );
  }

  #hint(token: IToken, previous: IToken, expected: string): string | undefined {
    return this.depth.block > 0 ? hintFor(token, previous, expected) : declarationHint(token, expected);
  }

  // Recovery -----------------------------------------------------------------------------------------------------------------

  /**
   * Goes on as if a token stood before the current one: reports it missing when `isMissing` says that it was merely forgotten.
   * Returns whether it did; otherwise the caller consumes the token, or fails.
   */
  protected insert(type: TokenType, isMissing: () => boolean): boolean {
    if (this.RECORDING_PHASE || this.isNext(type) || !isMissing()) return false;
    const token = this.LA(1);
    if (!this.#damaged(this.indexOf(this.LA(0)), this.indexOf(token))) {
      this.report(token, this.unexpected(token, type.LABEL ?? type.name));
    }
    return true;
  }

  /** Parses an item of a list. A mistake in it is reported, the rest of the item skipped, and the result undefined. */
  protected recoverable<Node>(item: ListItem<Node>): Node | undefined {
    if (this.RECORDING_PHASE) return item.parse();
    const start = this.#start();
    this.startCounting();
    const leftOver = this.#isLeftOver(item);
    const { block } = this.depth;
    try {
      return item.parse();
    } catch (error) {
      this.depth.block = block;
      this.depth.expression = 0;
      this.#recover(start, this.#asDiagnostic(error), item, leftOver);
      return undefined;
    }
  }

  /** Reports and skips what begins no item. Returns false at the end of the list. */
  protected skipUnexpected(item: ListItem<unknown>): boolean {
    if (this.RECORDING_PHASE || this.isNext(t.RCurly) || this.isNext(EOF)) return false;
    const token = this.LA(1);
    this.#recover(this.#start(), this.unexpected(token, item.expected), item, this.#isLeftOver(item));
    return true;
  }

  #asDiagnostic(error: unknown): Diagnostic {
    if (error instanceof ParseFailure) return error.diagnostic;
    if (!(error instanceof Error) || !isRecognitionException(error)) throw error;
    return this.unexpected((error as Error & { token: IToken }).token, error.message);
  }

  /** What follows right after a skipped item and begins none is the rest of that item. */
  #isLeftOver(item: ListItem<unknown>): boolean {
    return this.indexOf(this.LA(1)) === this.#recoveredTo && !item.mayBegin();
  }

  #start(): ItemStart {
    const token = this.LA(1);
    return { token, index: this.indexOf(token), openParentheses: this.openParentheses };
  }

  /** Whether what was skipped ended in a `;` that stood in no parentheses. */
  #isComplete(start: ItemStart): boolean {
    return this.LA(0).tokenType === t.Semicolon && this.openParentheses <= start.openParentheses;
  }

  #recover(start: ItemStart, problem: Diagnostic, item: ListItem<unknown>, leftOver: boolean): void {
    const at = this.LA(1);
    this.#skipItem(start, item);
    this.#recoveredTo = this.#isComplete(start) ? -1 : this.indexOf(this.LA(1));
    if (leftOver) return;
    if (!this.#damaged(start.index, this.indexOf(this.LA(1)))) this.report(at, problem);
  }

  /** Whether the lexer refused something between two tokens. */
  #damaged(first: number, last: number): boolean {
    return (this.#lexical[this.#firstProblemFrom(first)]?.index ?? Infinity) <= last;
  }

  /** Whether a string or comment without an end, or the end of what is read, may have swallowed braces after a token. */
  protected swallowedSince(first: number): boolean {
    for (let at = this.#lexical.length - 1; at >= 0 && this.#lexical[at]!.index >= first; at--) {
      const { code } = this.#lexical[at]!.diagnostic;
      if (code.startsWith("unterminated-") || code === "source-too-long") return true;
    }
    return false;
  }

  #firstProblemFrom(index: number): number {
    let low = 0;
    let high = this.#lexical.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#lexical[middle]!.index < index) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Skips to after a `;`, or to a `}`, to a `{` that may be a block's, or to what begins the next item on a line of its own. */
  #skipItem(start: ItemStart, item: ListItem<unknown>): void {
    for (;;) {
      if (this.isNext(EOF) || this.isNext(t.RCurly)) return;
      const moved = this.indexOf(this.LA(1)) > start.index;
      if (moved && this.isNext(t.LCurly) && item.hasBlock?.(start.token)) return;
      if (moved && item.mayBegin() && (this.beginsLine() || this.isStatementKeyword())) return;
      if (this.isNext(t.LCurly)) {
        if (this.skipBraces()) return;
        continue;
      }
      const ends = this.isNext(t.Semicolon);
      this.SKIP_TOKEN();
      if (ends) return;
    }
  }

  protected isStatementKeyword(): boolean {
    return false;
  }

  /** Skips `{ … }`. Returns whether that ends an item: not when a `;` follows. */
  protected skipBraces(): boolean {
    let open = 0;
    do {
      if (this.isNext(t.LCurly)) open++;
      else if (this.isNext(t.RCurly)) open--;
      this.SKIP_TOKEN();
    } while (open > 0 && !this.isNext(EOF));
    return !this.isNext(t.Semicolon);
  }
}
