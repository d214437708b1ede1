import { translateRegex } from "../../runtime/values/regex-translate.js";
import type { LintContext } from "../lint-context.js";
import { patternUses } from "../support/patterns.js";

/** Assertions and references: whether they hold depends on the subject. */
const conditional = /\\[bBAzZGK1-9gk]|\(\?[=!<(]|\(\*|\$.|.\^/;

/** A match with a pattern that the empty text matches and that is not bound to both ends. regsub has its uses for such. */
export function regexAlwaysMatches(lint: LintContext): void {
  for (const { pattern, expression, replacement } of patternUses(lint)) {
    if (replacement !== undefined || conditional.test(pattern)) continue;
    if (pattern.startsWith("^") && pattern.endsWith("$") && pattern !== "^.*$") continue;
    const translated = translateRegex(pattern);
    if ("nullable" in translated && translated.nullable)
      lint.report("regex-always-matches", expression.span, {});
  }
}
