import { createToken, Lexer, type IToken, type ITokenConfig, type TokenType } from "chevrotain";
import type { SourceFile } from "../source/source-file.js";

/** A token of the flat list that is parsed: it knows its file and its place in the list. */
export interface VclToken extends IToken {
  payload: SourceFile;
  index: number;
}

// Words ----------------------------------------------------------------------------------------------------------------------

/** Letters, digits, `_`, `-`. Every keyword is one too: what a word means depends on where it stands. */
export const Identifier = createToken({
  name: "Identifier",
  pattern: /[A-Za-z][A-Za-z0-9_-]*/,
  label: "a name",
});

/** A word of the grammar. It has no pattern of its own: the lexer finds an Identifier and then looks its text up. */
const keyword = (name: string, word: string): TokenType =>
  createToken({ name, pattern: Lexer.NA, categories: [Identifier], label: `'${word}'` });

export const Vcl = keyword("Vcl", "vcl");
export const Import = keyword("Import", "import");
export const As = keyword("As", "as");
export const From = keyword("From", "from");
export const Backend = keyword("Backend", "backend");
export const None = keyword("None", "none");
export const Probe = keyword("Probe", "probe");
export const Acl = keyword("Acl", "acl");
export const Sub = keyword("Sub", "sub");
export const Unused = keyword("Unused", "unused");
export const Include = keyword("Include", "include");
export const Else = keyword("Else", "else");
export const ElseIf = keyword("ElseIf", "elseif");

export const If = keyword("If", "if");
export const SetKeyword = keyword("Set", "set");
export const Unset = keyword("Unset", "unset");
export const Call = keyword("Call", "call");
export const Return = keyword("Return", "return");
export const New = keyword("New", "new");
export const Ban = keyword("Ban", "ban");
export const HashData = keyword("HashData", "hash_data");
export const Synthetic = keyword("Synthetic", "synthetic");

/** Keywords that are written in exactly this way. */
export const exactKeywords: ReadonlyMap<string, TokenType> = new Map([
  ["vcl", Vcl],
  ["import", Import],
  ["as", As],
  ["from", From],
  ["backend", Backend],
  ["none", None],
  ["None", None],
  ["probe", Probe],
  ["acl", Acl],
  ["sub", Sub],
  ["unused", Unused],
  ["include", Include],
  ["else", Else],
  ["elseif", ElseIf],
  ["elsif", ElseIf],
  ["elif", ElseIf],
]);

/** Statement names: found like every other symbol, in any case. */
export const statementKeywords: ReadonlyMap<string, TokenType> = new Map([
  ["if", If],
  ["set", SetKeyword],
  ["unset", Unset],
  ["call", Call],
  ["return", Return],
  ["new", New],
  ["ban", Ban],
  ["hash_data", HashData],
  ["synthetic", Synthetic],
]);

/** The keywords that begin a statement. */
export const statementTokens: ReadonlySet<TokenType> = new Set(statementKeywords.values());

// Literals -------------------------------------------------------------------------------------------------------------------

/** A string in any of its forms. */
export const StringToken = createToken({ name: "String", pattern: Lexer.NA, label: "a string" });

const stringForm = (name: string, pattern: RegExp): TokenType =>
  createToken({ name, pattern, categories: [StringToken], line_breaks: true, label: "a string" });

export const TripleString = stringForm("TripleString", /"""[\s\S]*?"""/);
export const BraceString = stringForm("BraceString", /\{"[\s\S]*?"\}/);
export const ShortString = stringForm("ShortString", /"[^"\r\n]*"/);
/** A short string that goes on over line ends, as far as one can tell: what follows its second quote ends an expression. */
export const SeveralLineString = stringForm("SeveralLineString", /"[^"{};]*"(?=[ \t]*[;),+])/);
export const UnterminatedTripleString = stringForm("UnterminatedTripleString", /"""[\s\S]*/);
export const UnterminatedBraceString = stringForm("UnterminatedBraceString", /\{"[\s\S]*/);
export const UnterminatedShortString = stringForm("UnterminatedShortString", /"[^"\r\n]*/);
export const SingleQuotedString = stringForm("SingleQuotedString", /'[^'\r\n]*'/);

/** A number without its unit. */
export const NumberToken = createToken({ name: "Number", pattern: Lexer.NA, label: "a number" });
/** Digits followed by what looks like an exponent or a hexadecimal number, neither of which exist. */
export const MalformedNumber = createToken({
  name: "MalformedNumber",
  pattern: /\d+(?:\.\d*)?[eE][A-Za-z0-9_-]*|0[xX][A-Za-z0-9_-]*/,
  categories: [NumberToken],
});
export const Real = createToken({
  name: "Real",
  pattern: /\d+\.\d*/,
  categories: [NumberToken],
  label: "a number with a dot",
});
export const Integer = createToken({
  name: "Integer",
  pattern: /\d+/,
  categories: [NumberToken],
  label: "an integer",
});

/** `:base64:`; what is between the colons is checked after the lexer found its end. */
export const Blob = createToken({ name: "Blob", pattern: /:[A-Za-z0-9+/=]*:?/, label: "a blob" });

// Text that is no VCL --------------------------------------------------------------------------------------------------------

/** White space is these five bytes; a form feed is none. */
export const WhiteSpace = createToken({
  name: "WhiteSpace",
  pattern: /[ \t\n\v\r]+/,
  group: Lexer.SKIPPED,
  line_breaks: true,
});
export const LineComment = createToken({
  name: "LineComment",
  pattern: /(?:#|\/\/)[^\n]*/,
  group: Lexer.SKIPPED,
});

/** A block comment, also one that is wrong (nested, unterminated): the lexer takes them out of the list and reports them. */
export const BlockComment = createToken({
  name: "BlockComment",
  pattern: matchBlockComment,
  start_chars_hint: ["/"],
  line_breaks: true,
});

function matchBlockComment(text: string, offset: number): [string] | null {
  if (text[offset] !== "/" || text[offset + 1] !== "*") return null;
  const end = text.indexOf("*/", offset + 2);
  return [end < 0 ? text.slice(offset) : text.slice(offset, end + 2)];
}

export const InlineC = createToken({ name: "InlineC", pattern: /C\{[\s\S]*?\}C/, line_breaks: true });
export const UnterminatedInlineC = createToken({
  name: "UnterminatedInlineC",
  pattern: /C\{[\s\S]*/,
  line_breaks: true,
});
export const ByteOrderMark = createToken({ name: "ByteOrderMark", pattern: /\xef\xbb\xbf/ });
/** A byte, perhaps repeated, or a run of bytes that are not ASCII, that begins no token. */
export const UnexpectedByte = createToken({
  name: "UnexpectedByte",
  pattern: matchUnexpectedBytes,
  line_breaks: true,
});

function matchUnexpectedBytes(text: string, offset: number): [string] {
  const first = text.charCodeAt(offset);
  let end = offset + 1;
  // A regular expression that looks back runs out of stack in a run of some megabytes.
  if (first < 0x80) while (text.charCodeAt(end) === first) end++;
  else while (text.charCodeAt(end) >= 0x80) end++;
  return [text.slice(offset, end)];
}

// Punctuation ----------------------------------------------------------------------------------------------------------------

const punctuation = (name: string, sign: string, more: Partial<ITokenConfig> = {}): TokenType =>
  createToken({ name, pattern: sign, label: `'${sign}'`, ...more });

export const LCurly = punctuation("LCurly", "{");
export const RCurly = punctuation("RCurly", "}");
export const LParen = punctuation("LParen", "(");
export const RParen = punctuation("RParen", ")");
export const Semicolon = punctuation("Semicolon", ";");
export const Comma = punctuation("Comma", ",");
export const Dot = punctuation("Dot", ".");
export const Bang = punctuation("Bang", "!");

export const OrOperator = punctuation("OrOperator", "||");
export const AndOperator = punctuation("AndOperator", "&&");

/** `==`, `<` and their like: at most one of them stands between two sums. */
export const Comparison = createToken({ name: "Comparison", pattern: Lexer.NA, label: "a comparison" });
export const MatchOperator = createToken({ name: "MatchOperator", pattern: Lexer.NA, label: "'~'" });
export const Additive = createToken({ name: "Additive", pattern: Lexer.NA, label: "'+' or '-'" });
export const Multiplicative = createToken({
  name: "Multiplicative",
  pattern: Lexer.NA,
  label: "'*', '/' or '%'",
});
export const AssignmentToken = createToken({
  name: "Assignment",
  pattern: Lexer.NA,
  label: "an assignment operator",
});

export const Equal = punctuation("Equal", "==", { categories: [Comparison] });
export const NotEqual = punctuation("NotEqual", "!=", { categories: [Comparison] });
export const LessEqual = punctuation("LessEqual", "<=", { categories: [Comparison] });
export const GreaterEqual = punctuation("GreaterEqual", ">=", { categories: [Comparison] });
export const Less = punctuation("Less", "<", { categories: [Comparison] });
export const Greater = punctuation("Greater", ">", { categories: [Comparison] });
export const Match = punctuation("Match", "~", { categories: [MatchOperator] });
export const NoMatch = punctuation("NoMatch", "!~", { categories: [MatchOperator] });
export const Plus = punctuation("Plus", "+", { categories: [Additive] });
export const Minus = punctuation("Minus", "-", { categories: [Additive] });
export const Star = punctuation("Star", "*", { categories: [Multiplicative] });
export const Slash = punctuation("Slash", "/", { categories: [Multiplicative] });
export const Percent = punctuation("Percent", "%", { categories: [Multiplicative] });
export const Assign = punctuation("Assign", "=", { categories: [AssignmentToken] });
export const PlusAssign = punctuation("PlusAssign", "+=", { categories: [AssignmentToken] });
export const MinusAssign = punctuation("MinusAssign", "-=", { categories: [AssignmentToken] });
export const StarAssign = punctuation("StarAssign", "*=", { categories: [AssignmentToken] });
export const SlashAssign = punctuation("SlashAssign", "/=", { categories: [AssignmentToken] });

/** Signs that are tokens and that no rule uses: `a ++ b` is an unexpected `++`, not two plus signs. */
const unusedSigns = [
  punctuation("Increment", "++"),
  punctuation("Decrement", "--"),
  punctuation("ShiftRight", ">>"),
  punctuation("ShiftLeft", "<<"),
  punctuation("BitAnd", "&"),
  punctuation("BitOr", "|"),
];

// The whole vocabulary -------------------------------------------------------------------------------------------------------

const categories = [
  StringToken,
  NumberToken,
  Comparison,
  MatchOperator,
  Additive,
  Multiplicative,
  AssignmentToken,
];

const signsLongestFirst = [
  ...unusedSigns.slice(0, 4),
  OrOperator,
  AndOperator,
  ...[Equal, NotEqual, LessEqual, GreaterEqual, NoMatch, PlusAssign, MinusAssign, StarAssign, SlashAssign],
  ...[LCurly, RCurly, LParen, RParen, Semicolon, Comma, Dot, Bang],
  ...[Less, Greater, Match, Plus, Minus, Star, Slash, Percent, Assign],
  ...unusedSigns.slice(4),
];

/** The tokens that are no signs, by what they begin with, in the order in which the lexer tries them. */
const byFirstByte: readonly (readonly [RegExp, readonly TokenType[]])[] = [
  [/[ \t\n\v\r]/, [WhiteSpace]],
  [/[#/]/, [LineComment]],
  [/\//, [BlockComment]],
  [/C/, [InlineC, UnterminatedInlineC]],
  [/[A-Za-z]/, [Identifier]],
  [/"/, [TripleString, UnterminatedTripleString, ShortString, SeveralLineString, UnterminatedShortString]],
  [/\{/, [BraceString, UnterminatedBraceString]],
  [/'/, [SingleQuotedString]],
  [/\d/, [MalformedNumber, Real, Integer]],
  [/:/, [Blob]],
  [/\xef/, [ByteOrderMark]],
];

/** The tokens that a byte may begin, in the order in which the lexer tries them. The last of them always fits. */
export function tokensFrom(byte: string): readonly TokenType[] {
  const signs = signsLongestFirst.filter(({ PATTERN }) => (PATTERN as string).startsWith(byte));
  return [
    ...byFirstByte.flatMap(([first, types]) => (first.test(byte) ? types : [])),
    ...signs,
    UnexpectedByte,
  ];
}

/** Every token there is. */
export const vocabulary: TokenType[] = [
  ...byFirstByte.flatMap(([, types]) => types),
  ...new Set([...exactKeywords.values(), ...statementKeywords.values()]),
  ...signsLongestFirst,
  ...categories,
  UnexpectedByte,
];
