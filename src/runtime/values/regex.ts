import { parseReplacement, type Replacement } from "./regex/replacement.js";
import { translateRegex, type TranslatedRegex } from "./regex-translate.js";

/** A REGEX value: a PCRE2 pattern over bytes. */
export class Regex {
  /** As written in VCL. */
  readonly pattern: string;
  private readonly translation: TranslatedRegex;
  private readonly tester: RegExp;
  private first: RegExp | undefined;
  private further: RegExp | undefined;
  /** The replacement text is nearly always a constant, so the last one is kept taken apart. */
  private replacement: Replacement | undefined;

  constructor(pattern: string, translation: TranslatedRegex) {
    this.pattern = pattern;
    this.translation = translation;
    this.tester = new RegExp(translation.source, translation.flags);
  }

  /** `subject ~ pattern`; NULL is matched as the empty string. */
  matches(subject: string | undefined): boolean {
    return this.tester.test(subject ?? "");
  }

  /** regsub: replaces the first match. NULL subject and replacement count as empty. */
  replace(subject: string | undefined, replacement: string | undefined): string {
    const text = subject ?? "";
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
    if (this.replacement?.text !== text) this.replacement = parseReplacement(text);
    const { groups } = this.translation;
    let result = "";
    for (const part of this.replacement.parts) {
      if (typeof part === "string") result += part;
      else if (part === 0) result += match[0];
      else result += match[(groups[part] ?? Number.NaN) + shift] ?? "";
    }
    return result;
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
