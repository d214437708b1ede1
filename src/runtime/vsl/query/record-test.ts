import { VclFailure } from "../../values/failure.js";
import { regex } from "../../values/regex.js";

/** What a record has to be like: says so of the part of its text that was selected. */
export type TextTest = (part: string) => boolean;

type Compare = (left: number, right: number) => boolean;

/** The operators that compare numbers. */
export const numberOperators: ReadonlyMap<string, Compare> = new Map<string, Compare>([
  ["==", (left, right) => left === right],
  ["!=", (left, right) => left !== right],
  ["<", (left, right) => left < right],
  ["<=", (left, right) => left <= right],
  [">", (left, right) => left > right],
  [">=", (left, right) => left >= right],
]);

const integer = /^\s*[-+]?(?:0[xX][0-9a-fA-F]+|\d+)$/;
const real = /^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/;

/** The number of a whole number, as C reads it: `0x1f`, `017`. Undefined where the text is none. */
export function readInteger(text: string): number | undefined {
  if (!integer.test(text)) return undefined;
  const [, sign, octal] = /^\s*([-+]?)0([0-7]+)$/.exec(text) ?? [];
  if (octal !== undefined) return (sign === "-" ? -1 : 1) * parseInt(octal, 8);
  const number = Number(text.trim().replace(/^[-+]/, ""));
  return text.trim().startsWith("-") ? -number : number;
}

export function readReal(text: string): number | undefined {
  return real.test(text) ? Number(text) : undefined;
}

/** Of a fraction only the whole part counts where the operand is a whole number; what is no number fits nothing. */
export function numberTest(operator: string, operand: number, isWhole: boolean): TextTest {
  const compare = numberOperators.get(operator) as Compare;
  return (part) => {
    const read = isWhole ? (readInteger(part) ?? truncated(part)) : readReal(part);
    return read !== undefined && compare(read, operand);
  };
}

function truncated(text: string): number | undefined {
  const number = readReal(text);
  return number === undefined ? undefined : Math.trunc(number);
}

export function stringTest(isEqual: boolean, operand: string, caseless: boolean): TextTest {
  const wanted = caseless ? operand.toLowerCase() : operand;
  return (part) => ((caseless ? part.toLowerCase() : part) === wanted) === isEqual;
}

/** Throws a SyntaxError where the pattern is wrong. What reaches the match limit does not match: the text may be a client's. */
export function regexTest(isMatch: boolean, pattern: string, caseless: boolean): TextTest {
  const compiled = regex(caseless ? `(?i)${pattern}` : pattern);
  return (part) => {
    try {
      return compiled.matches(part) === isMatch;
    } catch (error) {
      if (error instanceof VclFailure) return !isMatch;
      throw error;
    }
  };
}

/** What stands behind `prefix:`; undefined where the text does not begin so. */
export function behindPrefix(text: string, prefix: string): string | undefined {
  const { length } = prefix;
  if (text[length] !== ":" || text.slice(0, length).toLowerCase() !== prefix.toLowerCase()) return undefined;
  return text.slice(length + 1).trimStart();
}

/** The nth of the words of a text, from 1; a word may be in double quotes. Undefined where there is none. */
export function fieldOf(text: string, wanted: number): string | undefined {
  const words = /\s*(?:"([^"]*)"(?=\s|$)|([^\s"]\S*))/y;
  let found: RegExpExecArray | null = null;
  for (let at = 0; at < wanted; at++) if (!(found = words.exec(text))) return undefined;
  return found?.[1] ?? found?.[2];
}
