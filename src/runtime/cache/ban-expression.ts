import { lowerName } from "../http/index.js";
import type { HeaderList } from "../http/header-list.js";
import { VclFailure } from "../values/failure.js";
import { parseDuration } from "../values/index.js";
import { Regex } from "../values/regex.js";
import { translateRegex } from "../values/regex-translate.js";
import type { CachedObject } from "./cached-object.js";

/** What a ban sees of the request that comes across an object. */
export interface BanRequest {
  readonly url: string;
  readonly http: HeaderList;
  readonly time: number;
}

/** One condition of a ban. */
export type BanTest = (object: CachedObject, request: BanRequest) => boolean;

type Field = (object: CachedObject, request: BanRequest) => string | number | undefined;

const numericFields: Readonly<Record<string, Field>> = {
  "obj.age": (object, request) => request.time - object.origin,
  "obj.ttl": (object, request) => object.ttl - (request.time - object.origin),
  "obj.grace": (object) => object.grace,
  "obj.keep": (object) => object.keep,
};

const textFields: Readonly<Record<string, Field>> = {
  "req.url": (_, request) => request.url,
  "obj.status": (object) => String(object.status),
};

type Comparison = (order: number) => boolean;

const comparisons: Readonly<Record<string, Comparison>> = {
  "==": (order) => order === 0,
  "!=": (order) => order !== 0,
  ">": (order) => order > 0,
  ">=": (order) => order >= 0,
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
};

/** A ban as it is kept: what it tests, and how `ban.list` shows it. */
export interface ParsedBan {
  readonly tests: readonly BanTest[];
  readonly text: string;
}

/** Reads the words of `FIELD OPERATOR ARGUMENT [&& …]`, which mean themselves, quotes included; a text tells what is wrong. */
export function parseBan(words: readonly string[]): ParsedBan | string {
  const tests: BanTest[] = [];
  const shown: string[] = [];
  for (let i = 0; ; i += 4) {
    const [field, operator, argument] = words.slice(i, i + 3);
    if (field === undefined) return "No ban conditions found.";
    if (operator === undefined) return "Expected comparison operator.";
    if (argument === undefined) return "Expected second operand.";
    const test = parseTest(field, operator, argument);
    if (typeof test === "string") return test;
    tests.push(test);
    shown.push(`${field} ${operator} ${field in numericFields ? shownDuration(argument) : argument}`);
    const and = words[i + 3];
    if (and === undefined) return { tests, text: shown.join(" && ") };
    if (and !== "&&") return `Expected && between conditions, found "${and}"`;
  }
}

/** The words of a ban that VCL writes as one text: white space separates, and nothing else means anything (vcl-lifecycle 10). */
export function banWords(text: string): readonly string[] {
  return text.match(/\S+/g) ?? [];
}

const units = [
  ["y", 365 * 86400],
  ["w", 7 * 86400],
  ["d", 86400],
  ["h", 3600],
  ["m", 60],
] as const;

/** In whole milliseconds, in the largest unit of which it is a multiple. */
function shownDuration(text: string): string {
  const parsed = parseDuration(text);
  if ("error" in parsed) return text;
  const milliseconds = Math.trunc(parsed.value * 1000);
  if (milliseconds % 1000 !== 0)
    return Math.abs(milliseconds) < 1000 ? `${milliseconds}ms` : `${(milliseconds / 1000).toFixed(3)}s`;
  const seconds = milliseconds / 1000;
  const [unit, length] = units.find(([, each]) => seconds !== 0 && seconds % each === 0) ?? ["s", 1];
  return `${seconds / length}${unit}`;
}

function parseTest(field: string, operator: string, argument: string): BanTest | string {
  const numeric = numericFields[field];
  if (numeric) return parseNumericTest(numeric, operator, argument);
  if (/^(req|obj)\.http\.$/.test(field)) return `Missing header name: "${field}"`;
  const text = textFields[field] ?? headerField(field);
  if (!text) return `Unknown or unsupported field "${field}"`;
  return parseTextTest(text, operator, argument);
}

function headerField(field: string): Field | undefined {
  const match = /^(req|obj)\.http\.(.+)$/.exec(field);
  if (!match) return undefined;
  const name = lowerName(match[2] as string);
  return match[1] === "req" ? (_, request) => request.http.get(name) : (object) => object.http.get(name);
}

function parseNumericTest(field: Field, operator: string, argument: string): BanTest | string {
  const holds = comparisons[operator];
  const wanted = parseDuration(argument);
  if (!holds) return `expected conditional (==, !=, >, >=, < or <=) got "${operator}"`;
  if ("error" in wanted) return `expected duration <n.nn>[ms|s|m|h|d|w|y] got "${argument}"`;
  return (object, request) => holds((field(object, request) as number) - wanted.value);
}

function parseTextTest(field: Field, operator: string, argument: string): BanTest | string {
  if (operator === "~" || operator === "!~") return parseMatchTest(field, operator === "~", argument);
  if (operator !== "==" && operator !== "!=")
    return `expected conditional (==, !=, ~ or !~) got "${operator}"`;
  return (object, request) => (field(object, request) === argument) === (operator === "==");
}

function parseMatchTest(field: Field, wanted: boolean, pattern: string): BanTest | string {
  const translation = translateRegex(pattern);
  if (!("source" in translation)) {
    const { message } = "error" in translation ? translation.error : translation.unsupported;
    return `Regex compile error: ${message}`;
  }
  const expression = new Regex(pattern, translation);
  return (object, request) => {
    const value = field(object, request);
    // A header that is not there neither matches nor does not.
    return value !== undefined && matches(expression, String(value)) === wanted;
  };
}

/** A ban has no task that could fail: where matching takes too long, it does not match. */
function matches(expression: Regex, value: string): boolean {
  try {
    return expression.matches(value);
  } catch (error) {
    if (error instanceof VclFailure) return false;
    throw error;
  }
}
