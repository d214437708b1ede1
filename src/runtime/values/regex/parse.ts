import { allBytes, negate, newline } from "./char-set.js";
import {
  byteNode,
  setNode,
  type BackreferenceNode,
  type CallNode,
  type CaptureNode,
  type GroupName,
  type ParsedRegex,
  type RegexNode,
} from "./nodes.js";
import { parseClass } from "./parse-class.js";
import { byteEscape, classEscape, octalByte, specialEscape, unknownEscape } from "./parse-escape.js";
import { parseGroup } from "./parse-group.js";
import { startVerbs } from "./parse-verb.js";
import { noOptions, PatternReader, type Options } from "./pattern-reader.js";

const anyByte = setNode(allBytes);
const notNewline = setNode(negate(newline));

const nameEnds = { "{": "}", "<": ">", "'": "'" } as const;

/** What one parse gathers and where it stands. Options hold from where they are set to the end of the group around them. */
export class RegexParser {
  readonly reader: PatternReader;
  options: Options = noOptions;
  readonly groups: (CaptureNode | undefined)[] = [undefined];
  readonly names = new Map<string, number>();
  readonly references: { readonly group: GroupName; readonly offset: number }[] = [];
  private depth = 0;
  private refusal: { readonly what: string; readonly offset: number } | undefined;

  constructor(pattern: string) {
    this.reader = new PatternReader(pattern);
  }

  /** Branches up to the end of the group (not consumed) or of the pattern. Options set inside end here. */
  alternation(): RegexNode {
    if (++this.depth > 250) this.reader.fail("parentheses are too deeply nested");
    const outer = this.options;
    const branches = [this.sequence()];
    while (this.reader.take("|")) branches.push(this.sequence());
    this.options = outer;
    this.depth--;
    return branches.length === 1 ? (branches[0] as RegexNode) : { kind: "alternation", branches };
  }

  private sequence(): RegexNode {
    const items: RegexNode[] = [];
    for (;;) {
      this.reader.skipIgnored(this.options);
      if (this.reader.done || (!this.reader.quoting && /[|)]/.test(this.reader.peek()))) break;
      const item = this.item();
      if (item) items.push(this.repeated(item));
    }
    return items.length === 1 ? (items[0] as RegexNode) : { kind: "sequence", items };
  }

  /** One item; undefined when it stands for nothing, such as an option setting. */
  private item(): RegexNode | undefined {
    const { reader } = this;
    const char = reader.next();
    if (reader.quoting) return this.literal(char);
    switch (char) {
      case "\\":
        return this.escape();
      case "[":
        if (/^([:.=])[^\]]*\1\]/.test(reader.text.slice(reader.position))) {
          reader.fail("POSIX named classes are supported only within a class", reader.position - 1);
        }
        return parseClass(reader, this.options);
      case "(":
        return parseGroup(this);
      case ".":
        return this.options.dotAll ? anyByte : notNewline;
      case "^":
        return { kind: "anchor", anchor: this.options.multiline ? "lineStart" : "start" };
      case "$":
        return { kind: "anchor", anchor: this.options.multiline ? "lineEnd" : "endOrFinalNewline" };
      case "*":
      case "+":
      case "?":
        return reader.fail("quantifier does not follow a repeatable item", reader.position - 1);
      default:
        if (char === "{" && braces(reader, reader.position - 1)) {
          reader.fail("quantifier does not follow a repeatable item", reader.position - 1);
        }
        return this.literal(char);
    }
  }

  private literal(char: string): RegexNode {
    return this.byte(char.charCodeAt(0));
  }

  private byte(byte: number): RegexNode {
    return byteNode(byte, this.options.caseless);
  }

  private escape(): RegexNode | undefined {
    const { reader } = this;
    const start = reader.position - 1;
    if (reader.take("Q")) {
      reader.quoting = true;
      return undefined;
    }
    const letter = reader.next();
    if (letter === "") reader.fail("\\ at end of pattern");
    if (letter === "g" || letter === "k") return this.namedReference(letter, start);
    if (/[1-9]/.test(letter)) return this.numericEscape(letter, start);
    const set = classEscape(reader, letter);
    if (set !== undefined) return setNode(set);
    const special = specialEscape(reader, letter);
    if (special) return special;
    const byte = byteEscape(reader, letter);
    return byte === undefined ? unknownEscape(reader, letter) : this.byte(byte);
  }

  /** `\1` … : a reference where there are that many groups before, or where it cannot be octal. */
  private numericEscape(firstDigit: string, start: number): RegexNode {
    const { reader } = this;
    const afterFirst = reader.position;
    const number = Number(firstDigit + (reader.match(/\d*/y)?.[0] ?? ""));
    if (number < 10 || firstDigit >= "8" || number < this.groups.length)
      return this.backreference(number, start);
    reader.position = afterFirst;
    return this.byte(octalByte(reader, firstDigit));
  }

  /** `\g{…}` `\g1` `\k<name>` and the subroutine calls `\g<…>`. */
  private namedReference(letter: "g" | "k", start: number): RegexNode {
    const { reader } = this;
    if (letter === "g") {
      const number = reader.match(/\{([+-]?\d+)\}|([+-]?\d+)/y);
      if (number) return this.backreference(this.relative(number[1] ?? number[2] ?? "", start), start);
      if (reader.take("{")) return this.backreference(this.groupName("}"), start);
      const called = reader.match(/<([+-]?\d+)>|'([+-]?\d+)'/y);
      if (called) return this.call(called[1] ?? called[2] ?? "", start);
      if (reader.match(/[<']/y)) {
        return this.call(this.groupName(reader.text[reader.position - 1] === "<" ? ">" : "'"), start);
      }
      return reader.fail(
        "\\g is not followed by a braced, angle-bracketed, or quoted name/number or by a plain number",
      );
    }
    const open = reader.match(/[{<']/y)?.[0] as keyof typeof nameEnds | undefined;
    if (open) return this.backreference(this.groupName(nameEnds[open]), start);
    return reader.fail("\\k is not followed by a braced, angle-bracketed, or quoted name");
  }

  /** A group's name and what ends it. */
  groupName(end: string): string {
    const { reader } = this;
    if (/\d/.test(reader.peek())) reader.fail("subpattern name must start with a non-digit");
    const name = reader.match(/\w+/y)?.[0];
    if (name === undefined) return reader.fail("subpattern name expected");
    if (name.length > 32) reader.fail("subpattern name is too long (maximum 32 code units)");
    if (!reader.take(end)) reader.fail("syntax error in subpattern name (missing terminator?)");
    return name;
  }

  /** A group number, perhaps counted from here. */
  relative(text: string, offset: number): number {
    const value = Number(text);
    if (/^[+-]/.test(text) && value === 0) this.reader.fail("a relative value of zero is not allowed");
    if (text.startsWith("+")) return this.groups.length - 1 + value;
    const number = value < 0 ? this.groups.length + value : value;
    if (number <= 0) this.missingGroup(offset + 2);
    return number;
  }

  backreference(group: GroupName, offset: number): BackreferenceNode {
    this.refersTo(group);
    return { kind: "backreference", group, caseless: this.options.caseless, offset };
  }

  call(text: string, offset: number): CallNode {
    const group = /^[+-]?\d+$/.test(text) ? (text === "0" ? 0 : this.relative(text, offset)) : text;
    this.refersTo(group);
    return { kind: "call", group, offset };
  }

  /** Remembers, for the check at the end, that there has to be such a group; the reader stands behind the reference. */
  refersTo(group: GroupName): void {
    const length = typeof group === "string" ? group.length : 0;
    this.references.push({ group, offset: this.reader.position - 1 - length });
  }

  /** Refuses the pattern once it is known to have no mistakes. */
  unsupportedLater(what: string, offset: number): RegexNode {
    this.refusal ??= { what, offset };
    return { kind: "empty" };
  }

  private missingGroup(offset: number): never {
    return this.reader.fail("reference to non-existent subpattern", offset);
  }

  /** The item with the quantifier that follows it. */
  private repeated(body: RegexNode): RegexNode {
    const { reader } = this;
    reader.skipIgnored(this.options);
    const wordEdge = body.kind === "anchor" && /^word(?:Start|End)$/.test(body.anchor);
    if (reader.quoting || (body.kind === "anchor" && !wordEdge)) return body;
    const bounds = this.quantifier();
    if (!bounds) return body;
    const lazyByDefault = this.options.ungreedy;
    const suffix = reader.match(/[?+]/y)?.[0];
    if (wordEdge) return this.unsupportedLater("a quantifier after [[:<:]] or [[:>:]]", reader.position);
    const mode = suffix === "+" ? "possessive" : (suffix === "?") === lazyByDefault ? "greedy" : "lazy";
    return { kind: "repeat", body, ...bounds, mode };
  }

  private quantifier(): { min: number; max: number } | undefined {
    const { reader } = this;
    if (reader.take("*")) return { min: 0, max: Number.POSITIVE_INFINITY };
    if (reader.take("+")) return { min: 1, max: Number.POSITIVE_INFINITY };
    if (reader.take("?")) return { min: 0, max: 1 };
    return reader.peek() === "{" ? braces(reader, reader.position) : undefined;
  }

  finish(): ParsedRegex {
    const { reader } = this;
    startVerbs(reader);
    const root = this.alternation();
    if (!reader.done) reader.fail("unmatched closing parenthesis");
    for (const { group, offset } of this.references) {
      const exists = typeof group === "number" ? group < this.groups.length : this.names.has(group);
      if (!exists) this.missingGroup(offset);
    }
    if (this.refusal) reader.unsupported(this.refusal.what, this.refusal.offset);
    const whole: CaptureNode = { kind: "capture", index: 0, body: root };
    return { root, groups: [whole, ...(this.groups.slice(1) as CaptureNode[])], names: this.names };
  }
}

/** `{n}`, `{n,}`, `{n,m}` at a position; any other brace is a literal. Moves the reader behind it. */
function braces(reader: PatternReader, at: number): { min: number; max: number } | undefined {
  const match = /^\{(\d+)(,?)(\d*)\}/.exec(reader.text.slice(at, at + 24));
  if (!match) return undefined;
  reader.position = at + match[0].length;
  const min = Number(match[1]);
  const max = match[2] === "" ? min : match[3] === "" ? Number.POSITIVE_INFINITY : Number(match[3]);
  if (min > 65535 || (Number.isFinite(max) && max > 65535)) {
    reader.fail("number too big in {} quantifier", reader.position - 1);
  }
  if (max < min) reader.fail("numbers out of order in {} quantifier", reader.position - 1);
  return { min, max };
}

/** Parses a pattern; throws a PatternProblem. */
export function parseRegex(pattern: string): ParsedRegex {
  return new RegexParser(pattern).finish();
}
