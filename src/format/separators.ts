import { tokenMatcher, type TokenType } from "chevrotain";
import * as t from "../lexer/tokens.js";
import type { FormatToken } from "./read-tokens.js";

/** What is between two words: nothing, a blank, or a place where a long line may end. */
export type Separator = "" | " " | "line";

/** What words around them depend on. */
export interface Surroundings {
  /** They are entries of an ACL: `"10.0.0.0"/8`. */
  readonly inAcl: boolean;
  /** The first of them; `+` and `-` are flags behind `acl` and `include`. */
  readonly first: FormatToken;
}

/** Words that a parenthesis does not belong to. */
const standAlone: ReadonlySet<TokenType> = new Set([t.If, t.ElseIf, t.Else, t.Return]);

export function separator(
  left: FormatToken | undefined,
  right: FormatToken,
  beforeLeft: FormatToken | undefined,
  surroundings: Surroundings,
): Separator {
  if (!left || left.type === t.LParen || left.image === "") return "";
  if (isOne(right.type, t.Semicolon, t.Comma, t.RParen)) return "";
  if (left.type === t.Comma) return "line";
  if (left.type === t.Bang || left.type === t.Dot) return "";
  if (right.type === t.LParen) return opensCall(left) ? "" : " ";
  if (right.type === t.Dot) return right.gap.isEmpty ? "" : " ";
  if (is(left, t.NumberToken) && is(right, t.Identifier)) return right.gap.isEmpty ? "" : " ";
  if (surroundings.inAcl && (left.type === t.Slash || right.type === t.Slash)) return "";
  if (is(left, t.Additive)) {
    // Between the sign of a flag and its name a blank is a mistake, which stays one.
    if (isFlag(surroundings.first)) return right.gap.isEmpty ? "" : " ";
    return isOperand(beforeLeft) ? " " : "";
  }
  if (is(right, t.Additive)) return isFlag(surroundings.first) || !isOperand(left) ? " " : "line";
  if (right.type === t.AndOperator || right.type === t.OrOperator) return "line";
  if (is(left, t.StringToken) && is(right, t.StringToken)) return "line";
  return " ";
}

function opensCall(left: FormatToken): boolean {
  return left.type === t.LParen || (isWord(left) && !standAlone.has(left.type));
}

/** Whether what follows `+` or `-` is added to it. */
function isOperand(token: FormatToken | undefined): boolean {
  if (!token) return false;
  return token.type === t.RParen || isWord(token) || is(token, t.StringToken) || is(token, t.NumberToken);
}

const isFlag = ({ image, type }: FormatToken): boolean => image === "acl" || type === t.Include;
const isWord = ({ image }: FormatToken): boolean => /^[A-Za-z]/.test(image);
const is = (token: FormatToken, category: TokenType): boolean =>
  token.type === category || tokenMatcher({ tokenTypeIdx: token.type.tokenTypeIdx! } as never, category);
const isOne = (type: TokenType, ...types: readonly TokenType[]): boolean => types.includes(type);
