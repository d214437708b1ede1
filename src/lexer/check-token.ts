import type { TokenType } from "chevrotain";
import { diagnostic, type Diagnostic } from "../diagnostics/diagnostic.js";
import type { Span } from "../source/source-file.js";
import { decodeBase64 } from "./literals.js";
import * as t from "./tokens.js";

/** What becomes of a token: whether it stays in the list, and what is wrong with it. */
export interface Verdict {
  readonly keep: boolean;
  readonly problem?: Diagnostic;
}

const fine: Verdict = { keep: true };

type Check = (token: t.VclToken) => Verdict;

/** What is checked after the lexer found where a token ends. A refused literal stays, so that no other error follows from it. */
const checks = new Map<TokenType, Check>([
  [t.BlockComment, checkComment],
  [t.InlineC, (token) => drop(diagnostic("inline-c", whole(token), {}))],
  [t.UnterminatedInlineC, (token) => drop(unterminated(token, "inline C source", 2))],
  [t.SeveralLineString, checkSeveralLines],
  [t.UnterminatedTripleString, (token) => keep(unterminated(token, "long-string", 3))],
  [t.UnterminatedBraceString, (token) => keep(unterminated(token, "long-string", 2))],
  [t.UnterminatedShortString, (token) => keep(unterminated(token, "string", 1))],
  [t.SingleQuotedString, checkSingleQuoted],
  [t.MalformedNumber, checkMalformedNumber],
  [t.Integer, checkInteger],
  [t.Real, checkReal],
  [t.Blob, checkBlob],
  [t.ByteOrderMark, checkByteOrderMark],
  [t.UnexpectedByte, checkUnexpectedByte],
]);

/** Checks one token that is no word. */
export function checkToken(token: t.VclToken): Verdict {
  return checks.get(token.tokenType)?.(token) ?? fine;
}

const keep = (problem: Diagnostic): Verdict => ({ keep: true, problem });
const drop = (problem: Diagnostic): Verdict => ({ keep: false, problem });

function part(token: t.VclToken, from: number, length: number): Span {
  const start = token.startOffset + from;
  return { file: token.payload, start, end: start + length };
}

const whole = (token: t.VclToken): Span => part(token, 0, token.image.length);

function unterminated(token: t.VclToken, kind: string, opener: number): Diagnostic {
  return diagnostic("unterminated-string", part(token, 0, opener), { kind });
}

function checkSeveralLines(token: t.VclToken): Verdict {
  const hint = 'write {"…"} or """…""" around text of several lines';
  return keep(diagnostic("unterminated-string", part(token, 0, 1), { kind: "string" }, { hint }));
}

function checkComment(token: t.VclToken): Verdict {
  const { image } = token;
  const nested = image.indexOf("/*", 2);
  if (nested >= 0) {
    const related = [{ span: part(token, nested, 2), message: "the second one" }];
    return drop(diagnostic("nested-comment", part(token, 0, 2), {}, { related }));
  }
  const closed = image.length >= 4 && image.endsWith("*/");
  return closed ? { keep: false } : drop(diagnostic("unterminated-comment", part(token, 0, 2), {}));
}

function checkSingleQuoted(token: t.VclToken): Verdict {
  const hint = 'strings are written "…", {"…"} or """…"""';
  return keep(diagnostic("single-quoted-string", part(token, 0, 1), {}, { hint }));
}

function checkMalformedNumber(token: t.VclToken): Verdict {
  const at = token.image.search(/[A-Za-z]/);
  const hint = "numbers are decimal and have no exponent";
  return keep(
    diagnostic("malformed-number", part(token, 0, at + 1), { character: token.image[at] ?? "" }, { hint }),
  );
}

const maxIntegerDigits = 15;
const maxRealDigits = { before: 12, after: 3 };

function checkInteger(token: t.VclToken): Verdict {
  if (token.image.length <= maxIntegerDigits) return fine;
  return keep(diagnostic("integer-too-long", whole(token), {}));
}

function checkReal(token: t.VclToken): Verdict {
  const dot = token.image.indexOf(".");
  const after = token.image.length - dot - 1;
  if (dot <= maxRealDigits.before && after <= maxRealDigits.after) return fine;
  return keep(diagnostic("real-too-long", whole(token), {}));
}

function checkBlob(token: t.VclToken): Verdict {
  const { image } = token;
  if (image.length < 2 || !image.endsWith(":")) {
    const atEnd = token.startOffset + image.length >= token.payload.text.length;
    return keep(diagnostic(atEnd ? "blob-unterminated" : "blob-character", whole(token), {}));
  }
  const result = decodeBase64(image.slice(1, -1));
  if (typeof result === "string") return fine;
  return keep(diagnostic(result.error, whole(token), {}));
}

function checkByteOrderMark(token: t.VclToken): Verdict {
  const hint = "save the file as UTF-8 without a byte order mark";
  return drop(diagnostic("byte-order-mark", whole(token), {}, { hint }));
}

function checkUnexpectedByte(token: t.VclToken): Verdict {
  const code = token.image.charCodeAt(0);
  const printable = code > 0x20 && code < 0x7f;
  const byte = printable ? `'${token.image[0]}'` : `byte 0x${code.toString(16).padStart(2, "0")}`;
  const hint = byteHint(token.image.charAt(0));
  const extra = hint === undefined ? {} : { hint };
  return drop(diagnostic("unexpected-byte", part(token, 0, 1), { byte }, extra));
}

function byteHint(byte: string): string | undefined {
  if (byte >= "\x80") return "letters outside ASCII stand only in strings and comments";
  if (byte === "?") return "VCL has no conditional expression: use if";
  if (byte === "_") return "names begin with a letter";
  return undefined;
}
