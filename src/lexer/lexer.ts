import { Lexer as Chevrotain, type TokenType } from "chevrotain";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { position } from "../source/position.js";
import type { SourceFile } from "../source/source-file.js";
import { checkToken } from "./check-token.js";
import {
  exactKeywords,
  Identifier,
  statementKeywords,
  tokensFrom,
  vocabulary,
  type VclToken,
} from "./tokens.js";

/** Finds where a token of one type ends that begins at an offset; 0 where none begins. */
type Scan = (text: string, offset: number) => number;

const scans = new Map<TokenType, Scan>(vocabulary.map((type) => [type, scanFor(type)]));

/** For each byte the token types that it may begin, in the order in which they are tried. */
const candidates = Array.from({ length: 256 }, (_, byte) =>
  tokensFrom(String.fromCharCode(byte)).map((type) => ({ type, scan: scans.get(type)! })),
);

function scanFor({ PATTERN }: TokenType): Scan {
  if (typeof PATTERN === "string") {
    return (text, offset) => (text.startsWith(PATTERN, offset) ? offset + PATTERN.length : 0);
  }
  if (typeof PATTERN === "function") {
    return (text, offset) => {
      const found = PATTERN(text, offset, [], {});
      return found ? offset + found[0].length : 0;
    };
  }
  const sticky = new RegExp(PATTERN as RegExp, "y");
  return (text, offset) => {
    sticky.lastIndex = offset;
    return sticky.test(text) ? sticky.lastIndex : 0;
  };
}

/**
 * The tokens of one file, one after the other, without comments and without what was refused; its `include` directives are still among
 * them. A text of many megabytes would not fit into memory as tokens: they are made when they are asked for. A NUL byte ends the source.
 */
export class Lexer {
  readonly #file: SourceFile;
  readonly #text: string;
  readonly #report: (problem: Diagnostic) => void;
  #at = 0;
  #lastProblem: Diagnostic | undefined;

  /** `report` is told what is wrong before the token that follows is handed out. */
  constructor(file: SourceFile, report: (problem: Diagnostic) => void) {
    const end = file.text.indexOf("\0");
    this.#file = file;
    this.#text = end < 0 ? file.text : file.text.slice(0, end);
    this.#report = report;
  }

  /** The next token, or undefined at the end. */
  next(): VclToken | undefined {
    while (this.#at < this.#text.length) {
      const token = this.#scan();
      if (token && this.#accept(token)) return token;
    }
    return undefined;
  }

  /** What begins here; undefined for white space and comments. */
  #scan(): VclToken | undefined {
    const text = this.#text;
    const start = this.#at;
    for (const { type, scan } of candidates[text.charCodeAt(start)]!) {
      const end = scan(text, start);
      if (end === 0) continue;
      this.#at = end;
      return type.GROUP === Chevrotain.SKIPPED ? undefined : this.#token(type, start);
    }
    throw new Error("some token begins with every byte");
  }

  #token(type: TokenType, start: number): VclToken {
    const image = typeof type.PATTERN === "string" ? type.PATTERN : this.#text.slice(start, this.#at);
    const tokenType = type === Identifier ? keywordOr(image) : type;
    return {
      image,
      startOffset: start,
      tokenTypeIdx: tokenType.tokenTypeIdx!,
      tokenType,
      payload: this.#file,
      index: 0,
    };
  }

  #accept(token: VclToken): boolean {
    const { keep, problem } = checkToken(token);
    if (problem && !this.#repeatsLast(problem)) {
      this.#lastProblem = problem;
      this.#report(problem);
    }
    return keep;
  }

  #repeatsLast({ code, span }: Diagnostic): boolean {
    const last = this.#lastProblem;
    if (!last || !paired.has(last.code) || !paired.has(code)) return false;
    return position(span.file, last.span.end).line === position(span.file, span.start).line;
  }
}

const longestKeyword = 9;

function keywordOr(image: string): TokenType {
  if (image.length > longestKeyword) return Identifier;
  return exactKeywords.get(image) ?? statementKeywords.get(image.toLowerCase()) ?? Identifier;
}

/** Mistakes that come in pairs: of several in one line the first is reported. `x[0]`, `a ? b : c` and 'a' are one each. */
const paired: ReadonlySet<string> = new Set(["unexpected-byte", "blob-character", "single-quoted-string"]);
