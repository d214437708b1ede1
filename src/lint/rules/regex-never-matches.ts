import { isNullable } from "../../runtime/values/regex/checks.js";
import type { ParsedRegex, RegexNode } from "../../runtime/values/regex/nodes.js";
import { parseRegex } from "../../runtime/values/regex/parse.js";
import type { LintContext } from "../lint-context.js";
import { patternUses } from "../support/patterns.js";

/** A pattern that wants something before the beginning or behind the end of the text. */
export function regexNeverMatches(lint: LintContext): void {
  for (const { pattern, expression } of patternUses(lint)) {
    if (!/.\^|\$./.test(pattern)) continue;
    const regex = parseRegex(pattern);
    const reason = impossible(regex, regex.root);
    if (reason !== undefined) lint.report("regex-never-matches", expression.span, { reason });
  }
}

function impossible(regex: ParsedRegex, node: RegexNode): string | undefined {
  switch (node.kind) {
    case "sequence":
      return impossibleSequence(regex, node.items);
    case "alternation": {
      const reasons = node.branches.map((branch) => impossible(regex, branch));
      return reasons.every((reason) => reason !== undefined) ? reasons[0] : undefined;
    }
    case "capture":
    case "atomic":
      return impossible(regex, node.body);
    case "repeat":
      return node.min > 0 ? impossible(regex, node.body) : undefined;
    default:
      return undefined;
  }
}

function impossibleSequence(regex: ParsedRegex, items: readonly RegexNode[]): string | undefined {
  let text = false;
  let ended = false;
  for (const item of items) {
    const inner = impossible(regex, item);
    if (inner !== undefined) return inner;
    if (item.kind === "anchor") {
      if (item.anchor === "start" && text) return "something must stand before its beginning";
      // A final line feed may follow `$`: only `\z` is the very end.
      ended ||= item.anchor === "end" || item.anchor === "endOrFinalNewline";
    } else if (!isNullable(regex, item)) {
      if (ended && !isNewline(item)) return "something must stand behind its end";
      text = true;
    }
  }
  return undefined;
}

function isNewline(node: RegexNode): boolean {
  return node.kind !== "set" || (node.set & (1n << 10n)) !== 0n;
}
