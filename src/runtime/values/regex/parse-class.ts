import { negate, posixClasses, range, single, withBothCases, type CharSet } from "./char-set.js";
import { setNode, type RegexNode } from "./nodes.js";
import { byteEscape, classEscape, octalByte, unknownEscape } from "./parse-escape.js";
import type { Options, PatternReader } from "./pattern-reader.js";

/** One element of a class: a byte, which can begin or end a range, or a set, which cannot. */
type Element = { readonly byte: number } | { readonly set: CharSet };

const invalidRange = "invalid range in character class";

/** Reads a class, the reader standing behind its `[`. */
export function parseClass(reader: PatternReader, options: Options): RegexNode {
  const wordEdge = reader.match(/\[:([<>]):\]\]/y)?.[1];
  if (wordEdge) return { kind: "anchor", anchor: wordEdge === "<" ? "wordStart" : "wordEnd" };
  const negated = reader.take("^");
  let set = 0n;
  for (let first = true; ; first = false) {
    skipQuotes(reader, options);
    if (!first && !reader.quoting && reader.take("]")) break;
    if (reader.done) reader.fail("missing terminating ] for character class");
    set |= elementOrRange(reader, options);
  }
  if (options.caseless) set = withBothCases(set);
  return setNode(negated ? negate(set) : set);
}

function skipQuotes(reader: PatternReader, options: Options): void {
  for (;;) {
    if (reader.quoting && reader.take("\\E")) reader.quoting = false;
    else if (!reader.quoting && reader.take("\\Q")) reader.quoting = true;
    else if (!reader.quoting && reader.take("\\E")) continue;
    else if (reader.quoting || options.extended < 2 || !reader.match(/[\t ]+/y)) return;
  }
}

function elementOrRange(reader: PatternReader, options: Options): CharSet {
  const first = element(reader, options);
  skipQuotes(reader, options);
  const dash = reader.position;
  const hyphen = !reader.quoting && reader.take("-");
  if (hyphen) skipQuotes(reader, options);
  if (!hyphen || reader.done || (!reader.quoting && reader.peek() === "]")) {
    reader.position = hyphen ? dash : reader.position;
    return "set" in first ? first.set : single(first.byte);
  }
  if ("set" in first) reader.fail(invalidRange, dash + 1);
  const last = element(reader, options);
  if ("set" in last) reader.fail(invalidRange);
  if (last.byte < first.byte) reader.fail("range out of order in character class", reader.position - 1);
  return range(first.byte, last.byte);
}

function element(reader: PatternReader, options: Options): Element {
  const posix = reader.quoting ? undefined : posixClass(reader, options);
  if (posix !== undefined) return { set: posix };
  const char = reader.next();
  if (char !== "\\" || reader.quoting) return { byte: char.charCodeAt(0) };
  return escapedElement(reader);
}

function escapedElement(reader: PatternReader): Element {
  const letter = reader.next();
  if (letter === "b") return { byte: 0x08 };
  if (/[1-7]/.test(letter)) return { byte: octalByte(reader, letter) };
  if (/[89]/.test(letter)) return { byte: letter.charCodeAt(0) };
  if (letter === "g") return { byte: letter.charCodeAt(0) };
  if (letter !== "" && "ABCGKRXZkz".includes(letter))
    reader.fail("escape sequence is invalid in character class");
  if (letter === "N" && reader.peek() !== "{") {
    reader.fail("\\N is not supported in a class", reader.position + 1);
  }
  const set = classEscape(reader, letter);
  if (set !== undefined) return { set };
  return { byte: (letter === "" ? undefined : byteEscape(reader, letter)) ?? unknownEscape(reader, letter) };
}

/** `[:name:]`; also refuses its relatives `[.x.]` and `[=x=]`. */
function posixClass(reader: PatternReader, options: Options): CharSet | undefined {
  const start = reader.position;
  const match = reader.match(/\[([:.=])((?:(?!\1\])[^\\\]])*)\1\]/y);
  if (!match) return undefined;
  if (match[1] !== ":") reader.fail("POSIX collating elements are not supported", start);
  const text = match[2] ?? "";
  const named = posixClasses.get(text.replace(/^\^/, ""));
  if (named === undefined) reader.fail("unknown POSIX class name", start + 2);
  // Without case, `upper` and `lower` are all letters, also before `^` turns them round.
  const set = options.caseless ? withBothCases(named) : named;
  return text.startsWith("^") ? negate(set) : set;
}
