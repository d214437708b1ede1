import { endsFlow } from "../../analyze/ends-flow.js";
import type { LintContext } from "../lint-context.js";

/** Statements behind a return, or behind an if whose branches all return. */
export function unreachableCode(lint: LintContext): void {
  for (const { statements } of lint.nodes("Block")) {
    const end = statements.findIndex(endsFlow);
    const next = statements[end + 1];
    if (end < 0 || next === undefined) continue;
    const related = [{ span: statements[end]!.span, message: "Nothing goes on behind this" }];
    lint.report("unreachable-code", next.span, {}, { related });
  }
}
