import { VclFailure } from "./failure.js";
import { parseRegex } from "./regex/parse.js";
import { parseReplacement, type Replacement } from "./regex/replacement.js";
import { StepMatcher } from "./regex/step-matcher.js";
import { translateRegex, type TranslatedRegex } from "./regex-translate.js";

/** For matches after the first of a pattern that can match nothing the rest of the subject is looked at from each place. */
const longestLookedThrough = 1500;

/** A REGEX value: a PCRE2 pattern over bytes. */
export class Regex {
  /** As written in VCL. */
  readonly pattern: string;
  private readonly translation: TranslatedRegex;
  private readonly tester: RegExp;
  private first: RegExp | undefined;
  private further: RegExp | undefined;
  private steps: StepMatcher | undefined;
  /** The replacement text is nearly always a constant, so the last one is kept taken apart. */
  private replacement: Replacement | undefined;

  constructor(pattern: string, translation: TranslatedRegex) {
    this.pattern = pattern;
    this.translation = translation;
    this.tester = new RegExp(translation.source, translation.flags);
  }

  /** `subject ~ pattern`; NULL is matched as the empty string. Like the others, fails the task where matching takes too long. */
  matches(subject = ""): boolean {
    if (subject.length > this.translation.longestSubject) return this.byStep().exec(subject) !== undefined;
    return this.tester.test(subject);
  }

  /** regsub: replaces the first match. NULL subject and replacement count as empty. */
  replace(subject: string | undefined, replacement: string | undefined): string {
    const text = subject ?? "";
    if (text.length > this.translation.longestSubject)
      return this.replaceByStep(text, replacement ?? "", false);
    this.first ??= new RegExp(this.translation.exactSource, this.translation.flags);
    const match = this.first.exec(text);
    if (!match) return text;
    return (
      text.slice(0, match.index) +
      this.fill(match, replacement ?? "", 0) +
      text.slice(match.index + match[0].length)
    );
  }

  /** regsuball: replaces every match; after the first, only matches that are not empty. */
  replaceAll(subject: string | undefined, replacement: string | undefined): string {
    const text = subject ?? "";
    const { longestSubject, nullable } = this.translation;
    const longest = nullable ? Math.min(longestSubject, longestLookedThrough) : longestSubject;
    if (text.length > longest) return this.replaceByStep(text, replacement ?? "", true);
    this.first ??= new RegExp(this.translation.exactSource, this.translation.flags);
    let match = this.first.exec(text);
    if (!match) return text;
    const shift = this.translation.nullable ? 1 : 0;
    const further = (this.further ??= this.furtherMatches());
    let result = "";
    let end = 0;
    for (let first = true; match; first = false) {
      result += text.slice(end, match.index) + this.fill(match, replacement ?? "", first ? 0 : shift);
      end = match.index + match[0].length;
      further.lastIndex = end;
      match = end < text.length ? further.exec(text) : null;
    }
    return result + text.slice(end);
  }

  private replaceByStep(text: string, replacement: string, all: boolean): string {
    const matcher = this.byStep();
    let result = "";
    let end = 0;
    try {
      let match = matcher.exec(text);
      while (match) {
        const { start, spans } = match;
        result += text.slice(end, start);
        for (const part of this.partsOf(replacement)) {
          if (typeof part === "string") result += part;
          else if ((spans[2 * part] ?? -1) >= 0) result += text.slice(spans[2 * part], spans[2 * part + 1]);
        }
        end = match.end;
        match = all && end < text.length ? matcher.exec(text, end, false) : undefined;
      }
    } catch (error) {
      throw error instanceof VclFailure ? new VclFailure(`regsub: ${error.message}`) : error;
    }
    return result + text.slice(end);
  }

  private byStep(): StepMatcher {
    return (this.steps ??= new StepMatcher(parseRegex(this.pattern)));
  }

  /**
   * The pattern for matches after the first, which PCRE2 looks for with NOTEMPTY: where it could match nothing, a group in front keeps what is
   * left of the subject, and after the match something else has to be left. The groups' numbers shift by one.
   */
  private furtherMatches(): RegExp {
    const { exactSource, flags, nullable } = this.translation;
    if (!nullable) return new RegExp(exactSource, `${flags}g`);
    const shifted = emitShifted(exactSource);
    return new RegExp(`(?=([^]*))(?:${shifted})(?!\\1$)`, `${flags}g`);
  }

  private fill(match: RegExpExecArray, text: string, shift: number): string {
    const { groups } = this.translation;
    let result = "";
    for (const part of this.partsOf(text)) {
      if (typeof part === "string") result += part;
      else if (part === 0) result += match[0];
      else result += match[(groups[part] ?? Number.NaN) + shift] ?? "";
    }
    return result;
  }

  private partsOf(text: string): Replacement["parts"] {
    if (this.replacement?.text !== text) this.replacement = parseReplacement(text);
    return this.replacement.parts;
  }
}

/** The source with every back-reference one higher. */
function emitShifted(source: string): string {
  return source.replace(/\\([1-9]\d*)|\\[^]/g, (all, group: string | undefined) =>
    group === undefined ? all : `\\${Number(group) + 1}`,
  );
}

/** A REGEX constant. The compiler has checked the pattern; a wrong one is an error of the program that calls this. */
export function regex(pattern: string): Regex {
  const translation = translateRegex(pattern);
  if ("source" in translation) return new Regex(pattern, translation);
  const { message, offset } = "error" in translation ? translation.error : translation.unsupported;
  throw new SyntaxError(`regular expression ${JSON.stringify(pattern)}: ${message} (at offset ${offset})`);
}
