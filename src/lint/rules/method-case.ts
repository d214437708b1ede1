import type { LintContext } from "../lint-context.js";
import { textComparisons } from "../support/comparisons.js";
import { writing } from "../support/fixes.js";
import { variableName } from "../support/values.js";

const known = /^(?:get|head|post|put|patch|delete|options|trace|connect|purge|ban)$/i;

/** `req.method == "get"` */
export function methodCase(lint: LintContext): void {
  for (const { value, text, literal } of textComparisons(lint)) {
    const name = variableName(lint, value);
    if (name !== "req.method" && name !== "bereq.method") continue;
    if (text === text.toUpperCase() || !known.test(text)) continue;
    lint.report("method-case", literal.span, { text }, writing(literal, text.toUpperCase()));
  }
}
