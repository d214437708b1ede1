import type { LintContext } from "../lint-context.js";
import { hostNames, patternUses } from "../support/patterns.js";
import { variableName } from "../support/values.js";

/** A whole host name as a pattern that is bound to neither end. regsub looks for parts on purpose. */
export function hostRegexUnanchored(lint: LintContext): void {
  for (const { pattern, expression, subject, replacement } of patternUses(lint)) {
    if (replacement !== undefined || !hostNames.has(variableName(lint, subject))) continue;
    const text = pattern.replace(/^\(\?i\)/, "");
    if (!/^[a-z0-9-]+(?:\\?\.[a-z0-9-]+)*\\?\.[a-z]{2,}$/i.test(text)) continue;
    const name = text.replaceAll("\\", "");
    const hint = `"^${text}$" matches this host alone, "(^|\\.)${text}$" those below it too`;
    lint.report("host-regex-unanchored", expression.span, { text: name }, { hint });
  }
}
