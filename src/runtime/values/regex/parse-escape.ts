import { allBytes, escapeClasses, negate, newline, type CharSet } from "./char-set.js";
import { setNode, type Anchor, type RegexNode } from "./nodes.js";
import type { PatternReader } from "./pattern-reader.js";

/** Escapes that stand for one byte, in and out of classes. */
const simpleEscapes: ReadonlyMap<string, number> = new Map([
  ["a", 0x07],
  ["e", 0x1b],
  ["f", 0x0c],
  ["n", 0x0a],
  ["r", 0x0d],
  ["t", 0x09],
]);

const anchorEscapes: ReadonlyMap<string, Anchor> = new Map([
  ["A", "start"],
  ["b", "wordBoundary"],
  ["B", "noWordBoundary"],
  ["z", "end"],
  ["Z", "endOrFinalNewline"],
]);

const tooLarge = "character code point value in \\x{} or \\o{} is too large";
const noDigits = "digits missing in \\x{} or \\o{} or \\N{U+}";

/** The byte that an escape stands for, the reader standing behind `\` and the escape's letter; undefined: the letter is something else. */
export function byteEscape(reader: PatternReader, letter: string): number | undefined {
  if (/[^0-9A-Za-z]/.test(letter)) return letter.charCodeAt(0);
  switch (letter) {
    case "c":
      return controlByte(reader);
    case "o":
      if (!reader.take("{")) reader.fail("missing opening brace after \\o");
      return bracedByte(reader, /([0-7]*)\}/y, 8, "non-octal character in \\o{} (closing brace missing?)");
    case "x":
      if (reader.take("{")) {
        return bracedByte(
          reader,
          /([\da-fA-F]*)\}/y,
          16,
          "non-hex character in \\x{} (closing brace missing?)",
        );
      }
      return parseInt(`0${reader.match(/[\da-fA-F]{0,2}/y)?.[0] ?? ""}`, 16);
    case "0":
      return parseInt(`0${reader.match(/[0-7]{0,2}/y)?.[0] ?? ""}`, 8);
    default:
      return simpleEscapes.get(letter);
  }
}

function controlByte(reader: PatternReader): number {
  if (reader.done) reader.fail("\\c at end of pattern");
  const char = reader.peek();
  if (!/[ -~]/.test(char)) reader.fail("\\c must be followed by a printable ASCII character");
  reader.position++;
  return char.toUpperCase().charCodeAt(0) ^ 0x40;
}

function bracedByte(reader: PatternReader, form: RegExp, radix: number, malformed: string): number {
  if (reader.done) reader.fail(noDigits);
  const digits = reader.match(form)?.[1];
  if (digits === undefined) reader.fail(malformed);
  if (digits === "") reader.fail(noDigits, reader.position - 1);
  const value = parseInt(digits, radix);
  if (value > 255) reader.fail(tooLarge, reader.position - 1);
  return value;
}

/** An octal escape whose first digit, 1 to 7, has been read. */
export function octalByte(reader: PatternReader, firstDigit: string): number {
  const value = parseInt(firstDigit + (reader.match(/[0-7]{0,2}/y)?.[0] ?? ""), 8);
  if (value > 255) reader.fail("octal value is greater than \\377 in 8-bit non-UTF-8 mode");
  return value;
}

/** The set that an escape stands for, in and out of classes. */
export function classEscape(reader: PatternReader, letter: string): CharSet | undefined {
  if (letter === "p" || letter === "P")
    reader.unsupported("Unicode properties (\\p, \\P)", reader.position - 2);
  return escapeClasses.get(letter);
}

/** Refuses the letters that mean nothing. */
export function unknownEscape(reader: PatternReader, letter: string): never {
  if (letter === "") reader.fail("\\ at end of pattern");
  if (letter === "N" && reader.take("{U+")) {
    reader.fail("\\N{U+dddd} is supported only in Unicode (UTF) mode", reader.position - 3);
  }
  if ("FLlNUu".includes(letter)) reader.fail("PCRE2 does not support \\F, \\L, \\l, \\N{name}, \\U, or \\u");
  reader.fail("unrecognized character follows \\", reader.position - 1);
}

/** What follows `\N` when it is not the set: a name in braces, which are no quantifier. */
const namedCharacter = /^\{(?!\d+(?:,\d*)?\})/;

/** Escapes outside classes that are no bytes, sets or references. */
export function specialEscape(reader: PatternReader, letter: string): RegexNode | undefined {
  const anchor = anchorEscapes.get(letter);
  if (anchor) return { kind: "anchor", anchor };
  const start = reader.position - 2;
  switch (letter) {
    case "C":
      return setNode(allBytes);
    case "N":
      return namedCharacter.test(reader.text.slice(reader.position)) ? undefined : setNode(negate(newline));
    case "R":
      return { kind: "lineBreak" };
    case "G":
      return reader.unsupported("\\G", start);
    case "K":
      return reader.unsupported("\\K", start);
    case "X":
      return reader.unsupported("\\X", start);
    default:
      return undefined;
  }
}
