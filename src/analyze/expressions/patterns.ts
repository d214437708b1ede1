import { translateRegex, type RegexTranslation } from "../../runtime/values/regex-translate.js";
import type { Analysis } from "../analysis.js";

/** The translation of a pattern; made once for each text of a program. */
export function patternOf(a: Analysis, text: string): RegexTranslation {
  let translated = a.patterns.get(text);
  if (translated === undefined) {
    translated = translateRegex(text);
    a.patterns.set(text, translated);
  }
  return translated;
}
