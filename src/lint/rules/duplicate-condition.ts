import type * as ast from "../../parser/ast.js";
import type { LintContext } from "../lint-context.js";
import { callsVmod, sourceOf } from "../support/values.js";

/** A condition that an earlier arm of the same if has asked already. */
export function duplicateCondition(lint: LintContext): void {
  lint.visit({
    IfStatement({ arms }) {
      const asked = new Map<string, ast.Expression>();
      for (const { test } of arms) {
        const source = sourceOf(test);
        const first = asked.get(source);
        if (first === undefined) asked.set(source, test);
        else if (!callsVmod(lint, test)) {
          const related = [{ span: first.span, message: "It was asked here" }];
          lint.report("duplicate-condition", test.span, {}, { related });
        }
      }
    },
  });
}
