import type { LintContext } from "../lint-context.js";
import { hostNames, patternUses } from "../support/patterns.js";
import { variableName } from "../support/values.js";

/** `req.http.host ~ "^www.example.com$"`: an unescaped dot between letters of a host name. */
export function hostRegexDot(lint: LintContext): void {
  for (const { pattern, expression, subject } of patternUses(lint)) {
    if (!hostNames.has(variableName(lint, subject))) continue;
    const withoutClasses = pattern.replace(/\\./g, "\\_").replace(/\[[^\]]*\]/g, "[]");
    if (!/[a-z0-9)]\.[a-z0-9(](?![*+?{])/i.test(withoutClasses)) continue;
    lint.report("host-regex-dot", expression.span, {}, { hint: "write '\\.' where a dot is meant" });
  }
}
