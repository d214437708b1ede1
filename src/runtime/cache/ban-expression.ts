import { lowerName } from "../http/index.js";
import type { HeaderList } from "../http/header-list.js";
import { parseDuration, regex } from "../values/index.js";
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

/** Reads `FIELD OPERATOR ARGUMENT [&& …]`; a text tells what is wrong. */
export function parseBan(expression: string): readonly BanTest[] | string {
  const words = expression.match(/"(?:[^"\\]|\\.)*"|\S+/g) ?? [];
  if (words.length === 0) return "Missing arguments";
  const tests: BanTest[] = [];
  for (let i = 0; ; i += 4) {
    const [field, operator, argument] = words.slice(i, i + 3);
    if (field === undefined || operator === undefined || argument === undefined) return "Missing arguments";
    const test = parseTest(field, operator, unquote(argument));
    if (typeof test === "string") return test;
    tests.push(test);
    const and = words[i + 3];
    if (and === undefined) return tests;
    if (and !== "&&") return `Found "${and}" expected &&`;
  }
}

function unquote(word: string): string {
  return word.startsWith('"') && word.endsWith('"') && word.length > 1
    ? word.slice(1, -1).replace(/\\(.)/g, "$1")
    : word;
}

function parseTest(field: string, operator: string, argument: string): BanTest | string {
  const numeric = numericFields[field];
  if (numeric) return parseNumericTest(numeric, operator, argument);
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
  try {
    const expression = regex(pattern);
    return (object, request) => expression.matches(field(object, request)?.toString()) === wanted;
  } catch (error) {
    return error instanceof Error ? error.message : "Regex compile error";
  }
}
