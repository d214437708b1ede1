import { translateRegex } from "../../runtime/values/regex-translate.js";
import { parseReplacement } from "../../runtime/values/regex/replacement.js";
import type { LintContext } from "../lint-context.js";
import { patternUses } from "../support/patterns.js";
import { constantText } from "../support/values.js";

/** `regsub(x, "a", "\1")` */
export function missingGroup(lint: LintContext): void {
  for (const { pattern, replacement } of patternUses(lint)) {
    const text = replacement && constantText(lint, replacement);
    if (replacement === undefined || text === undefined) continue;
    const translated = translateRegex(pattern);
    if (!("groups" in translated)) continue;
    const groups = translated.groups.length - 1;
    const group = parseReplacement(text).parts.find((part) => typeof part === "number" && part > groups);
    if (group === undefined) continue;
    const count = groups === 0 ? "none" : `only ${groups}`;
    lint.report("missing-group", replacement.span, { group, count });
  }
}
