import type { LintContext } from "../lint-context.js";
import { writing } from "../support/fixes.js";
import { textComparisons } from "../support/comparisons.js";
import { hostNames } from "../support/patterns.js";
import { variableName } from "../support/values.js";

/** The Host header compared with a text that has capital letters. */
export function hostCase(lint: LintContext): void {
  for (const { value, text, literal } of textComparisons(lint)) {
    if (!hostNames.has(variableName(lint, value)) || !/[A-Z]/.test(text)) continue;
    lint.report("host-case", literal.span, { text }, writing(literal, text.toLowerCase()));
  }
}
