import type { LintContext } from "../lint-context.js";
import { textComparisons } from "../support/comparisons.js";
import { writing } from "../support/fixes.js";
import { patternUses } from "../support/patterns.js";
import { variableName } from "../support/values.js";

const urls: ReadonlySet<string | undefined> = new Set(["req.url", "bereq.url"]);

/** `req.url ~ "^admin"` and `req.url == "admin"`. */
export function urlWithoutSlash(lint: LintContext): void {
  for (const { pattern, expression, subject } of patternUses(lint)) {
    const word = /^\^(\w[\w-]*)(?![*?{])/.exec(pattern)?.[1];
    if (word === undefined || pattern.includes("|") || !urls.has(variableName(lint, subject))) continue;
    if (/^https?/.test(word)) continue;
    lint.report(
      "url-without-slash",
      expression.span,
      { text: word },
      writing(expression, `^/${pattern.slice(1)}`),
    );
  }
  for (const { value, text, literal } of textComparisons(lint)) {
    if (!urls.has(variableName(lint, value)) || !/^\w/.test(text) || /^https?:/.test(text)) continue;
    lint.report("url-without-slash", literal.span, { text }, writing(literal, `/${text}`));
  }
}
