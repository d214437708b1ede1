import { hasAmbiguousLoop, isNullable, largestProgram, programSize } from "./regex/checks.js";
import { placeCost, searchCost } from "./regex/cost.js";
import { emitRegex } from "./regex/emit.js";
import type { ParsedRegex } from "./regex/nodes.js";
import { parseRegex } from "./regex/parse.js";
import { PatternProblem } from "./regex/pattern-reader.js";

/** A PCRE2 pattern as JavaScript. */
export interface TranslatedRegex {
  /** For `RegExp.prototype.test`. */
  readonly source: string;
  readonly flags: string;
  /** The same pattern where it matters what matched: a `$` does not swallow the final newline here. */
  readonly exactSource: string;
  /** Number of each PCRE2 group in `exactSource`; index 0 is the whole match. */
  readonly groups: readonly number[];
  /** Groups whose captured text can differ from PCRE2's (0: the whole match); whether the pattern matches never does. */
  readonly unstableGroups: readonly number[];
  /** Whether it can match the empty text. */
  readonly nullable: boolean;
  /** A hostile subject can make it take exponential time, so that the match is given up. A rule of thumb: true is right, false may be wrong. */
  readonly backtracks: boolean;
  /** Bytes of a subject that JavaScript's engine is given; longer ones are matched step by step, with a limit. */
  readonly longestSubject: number;
}

/** Why a pattern could not be translated; `offset` is a byte of the pattern. */
export interface RegexProblem {
  readonly offset: number;
  readonly message: string;
}

export type RegexTranslation =
  | TranslatedRegex
  /** A mistake; PCRE2 refuses the pattern too, with this message. */
  | { readonly error: RegexProblem }
  /** PCRE2 takes the pattern, but JavaScript has nothing that means the same. */
  | { readonly unsupported: RegexProblem };

/** The analyzer, the loader and every reload translate the same patterns. */
const translations = new Map<string, RegexTranslation>();
const keptTranslations = 4000;

/** Translates a PCRE2 pattern (default options, bytes) to JavaScript. Never throws. */
export function translateRegex(pattern: string): RegexTranslation {
  let translation = translations.get(pattern);
  if (translation === undefined) {
    translation = translate(pattern);
    if (translations.size >= keptTranslations) translations.clear();
    translations.set(pattern, translation);
  }
  return translation;
}

const tooLarge = "regular expression is too large";

/** Bytes of a pattern that is not even looked at: only one of nearly nothing but comments would fit into a program. */
const longestPattern = 2 ** 20;

function translate(pattern: string): RegexTranslation {
  if (pattern.length > longestPattern) return { error: { offset: pattern.length, message: tooLarge } };
  try {
    const regex = parseRegex(pattern);
    if (programSize(regex.root) > largestProgram) {
      return { error: { offset: pattern.length, message: tooLarge } };
    }
    const exact = emitRegex(regex, false);
    // The two differ in nothing but how they write a `$`.
    const { source, flags } = exact.source.includes("$") ? emitRegex(regex, true) : exact;
    return {
      source,
      flags,
      exactSource: exact.source,
      groups: exact.groups,
      unstableGroups: exact.unstableGroups,
      nullable: isNullable(regex, regex.root),
      backtracks: hasAmbiguousLoop(regex),
      longestSubject: longestSubject(regex),
    };
  } catch (problem) {
    if (!(problem instanceof PatternProblem)) throw problem;
    const { offset, message } = problem;
    return problem.kind === "error" ? { error: { offset, message } } : { unsupported: { offset, message } };
  }
}

/** Steps of JavaScript's engine that take some milliseconds. */
const stepsAtOnce = 4_000_000;

/** Up to this length no subject can keep JavaScript's engine busy for long: its time grows with a power of the length that is known. */
function longestSubject(regex: ParsedRegex): number {
  const exponent = Math.max(1, searchCost(regex));
  if (exponent === Number.POSITIVE_INFINITY) return 0;
  return Math.floor((stepsAtOnce / placeCost(regex)) ** (1 / exponent));
}
