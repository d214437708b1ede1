import type { CaptureNode, LookNode, RegexNode } from "./nodes.js";
import type { RegexParser } from "./parse.js";
import { parseVerb } from "./parse-verb.js";
import type { Options } from "./pattern-reader.js";

/** Reads a group, the reader standing behind its `(`. Undefined: it was an option setting or the like. */
export function parseGroup(parser: RegexParser): RegexNode | undefined {
  const { reader } = parser;
  const start = reader.position - 1;
  if (reader.match(/\*(?=[^])/y)) {
    const verb = parseVerb(reader);
    if (typeof verb !== "string") return verb;
    return look(parser, verb, start) ?? atomic(parser, start);
  }
  if (!reader.take("?")) return parser.options.noAutoCapture ? plain(parser) : capture(parser, undefined);
  const special = reader.match(/=|!|<=|<!/y)?.[0];
  const node = special === undefined ? undefined : look(parser, special, start);
  if (node) return node;
  if (reader.take(">")) return atomic(parser, start);
  if (reader.take(":")) return plain(parser);
  if (reader.take("|")) return reader.unsupported("branch reset groups (?|…)", start);
  if (reader.take("(")) return condition(parser, start);
  if (isCallout(parser)) return undefined;
  return namedGroup(parser, start) ?? called(parser, start) ?? optionSetting(parser);
}

/** `(?C5)` calls back the program, which Varnish's does not ask for: nothing happens. */
function isCallout({ reader }: RegexParser): boolean {
  const number = reader.match(/C(\d*)\)/y)?.[1];
  if (Number(number) > 255) reader.fail("number after (?C is greater than 255");
  return number !== undefined;
}

function close(parser: RegexParser): void {
  if (!parser.reader.take(")")) parser.reader.fail("missing closing parenthesis");
}

function plain(parser: RegexParser): RegexNode {
  const body = parser.alternation();
  close(parser);
  // A sequence around it keeps a lone anchor or option-free body apart from the item itself: `(?:^)*` may be repeated, `^*` may not.
  return { kind: "sequence", items: [body] };
}

function capture(parser: RegexParser, name: string | undefined): CaptureNode {
  const index = parser.groups.push(undefined) - 1;
  if (name !== undefined) parser.names.set(name, index);
  const body = parser.alternation();
  close(parser);
  const node: CaptureNode = { kind: "capture", index, body };
  parser.groups[index] = node;
  return node;
}

function look(parser: RegexParser, spelling: string, start: number): LookNode | undefined {
  if (!/^<?[=!]$/.test(spelling)) return undefined;
  const body = parser.alternation();
  close(parser);
  return {
    kind: "look",
    behind: spelling.startsWith("<"),
    negated: spelling.endsWith("!"),
    body,
    offset: start,
  };
}

function atomic(parser: RegexParser, start: number): RegexNode {
  const body = parser.alternation();
  close(parser);
  return { kind: "atomic", body, offset: start };
}

/** `(?<n>…)` `(?'n'…)` `(?P<n>…)` and the references `(?P=n)` `(?P>n)`. */
function namedGroup(parser: RegexParser, start: number): RegexNode | undefined {
  const { reader } = parser;
  const python = reader.take("P");
  if (python && reader.match(/[=>]/y)) {
    const isCall = reader.text[reader.position - 1] === ">";
    const name = parser.groupName(")");
    return isCall ? parser.call(name, start) : parser.backreference(name, start);
  }
  if (reader.take("<") || (!python && reader.take("'"))) {
    const quote = reader.text[reader.position - 1] === "'" ? "'" : ">";
    const name = parser.groupName(quote);
    if (parser.names.has(name)) {
      reader.fail("two named subpatterns have the same name (PCRE2_DUPNAMES not set)");
    }
    return capture(parser, name);
  }
  if (python) reader.fail("unrecognized character after (?P");
  return undefined;
}

/** Subroutine calls `(?1)` `(?-1)` `(?&name)` `(?R)`. */
function called(parser: RegexParser, start: number): RegexNode | undefined {
  const { reader } = parser;
  if (reader.take("R")) {
    if (!reader.take(")")) {
      reader.fail("(?R (recursive pattern call) must be followed by a closing parenthesis");
    }
    return reader.unsupported("recursion (?R)", start);
  }
  if (reader.take("&")) return parser.call(parser.groupName(")"), start);
  const number = reader.match(/([+-]?\d+)\)/y)?.[1];
  if (number !== undefined) return parser.call(number, start);
  if (reader.match(/\+/y)) reader.fail("digit expected after (?+ or (?-");
  return undefined;
}

/** `(?(?=…)yes|no)`; conditions on groups and recursion have no equal in JavaScript. */
function condition(parser: RegexParser, start: number): RegexNode {
  const { reader } = parser;
  if (reader.take("DEFINE)")) {
    if (parser.alternation().kind === "alternation") {
      reader.fail("DEFINE subpattern contains more than one branch", start + 3);
    }
    close(parser);
    return { kind: "empty" };
  }
  const special = reader.match(/\?(=|!|<=|<!)/y)?.[1];
  if (special === undefined) conditionName(parser);
  const test = special === undefined ? undefined : look(parser, special, start);
  const body = parser.alternation();
  close(parser);
  const branches = body.kind === "alternation" ? body.branches : [body];
  if (branches.length > 2) reader.fail("conditional subpattern contains more than two branches", start);
  if (!test) return parser.unsupportedLater("conditions on groups or recursion (?(…)…)", start);
  const [yes, no] = branches as [RegexNode, RegexNode?];
  return { kind: "condition", condition: test, yes, no: no ?? { kind: "empty" } };
}

/** Reads the name of a condition on a group, only to find out whether there is such a group. */
function conditionName(parser: RegexParser): void {
  const { reader } = parser;
  if (reader.done) reader.fail("missing closing parenthesis");
  if (reader.at("?")) reader.fail("assertion expected after (?( or (?(?C)", reader.position);
  if (reader.match(/R(?:\d*|&\w+)\)|VERSION[^)]*\)/y)) return;
  const number = reader.match(/([+-]?\d+)\)/y)?.[1];
  if (number !== undefined) return parser.refersTo(parser.relative(number, reader.position));
  const end = reader.take("<") ? ">" : reader.take("'") ? "'" : ")";
  parser.refersTo(parser.groupName(end));
  if (end !== ")" && !reader.take(")")) reader.fail("missing closing parenthesis for condition");
}

const optionNames = {
  i: (on: boolean) => ({ caseless: on }),
  m: (on: boolean) => ({ multiline: on }),
  s: (on: boolean) => ({ dotAll: on }),
  n: (on: boolean) => ({ noAutoCapture: on }),
  U: (on: boolean) => ({ ungreedy: on }),
} as const satisfies Record<string, (on: boolean) => Partial<Options>>;

/** `(?i)` for the rest of the group around it, `(?i:…)` for its own group, `(?^)` for none but what follows. */
function optionSetting(parser: RegexParser): RegexNode | undefined {
  const { reader } = parser;
  const before = parser.options;
  let options = before;
  const reset = reader.take("^");
  if (reset) {
    options = {
      ...options,
      caseless: false,
      multiline: false,
      dotAll: false,
      extended: 0,
      noAutoCapture: false,
    };
  }
  let on = true;
  for (;;) {
    const char = reader.next();
    if (char === ")") {
      parser.options = options;
      return undefined;
    }
    if (char === ":") {
      parser.options = options;
      const node = plain(parser);
      parser.options = before;
      return node;
    }
    if (char === "") reader.fail("missing closing parenthesis", reader.text.length);
    if (char === "-") {
      if (reset || !on) reader.fail("invalid hyphen in option setting", reader.position - 1);
      on = false;
    } else if (char === "x") {
      options = { ...options, extended: on ? (reader.take("x") ? 2 : 1) : 0 };
      if (!on) reader.take("x");
    } else if (Object.hasOwn(optionNames, char)) {
      options = { ...options, ...optionNames[char as keyof typeof optionNames](on) };
    } else {
      if (char === "J") reader.unsupported("duplicate group names (?J)", reader.position - 1);
      reader.fail("unrecognized character after (? or (?-", reader.position - 1);
    }
  }
}
