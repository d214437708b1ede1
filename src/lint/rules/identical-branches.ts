import type { LintContext } from "../lint-context.js";
import { sourceOf } from "../support/values.js";

/** An if with an else, of which all branches do the same. */
export function identicalBranches(lint: LintContext): void {
  lint.visit({
    IfStatement({ arms, otherwise }) {
      const [first] = arms;
      if (otherwise === undefined || first === undefined || otherwise.statements.length === 0) return;
      const same = sourceOf(otherwise);
      if (!arms.every(({ body }) => sourceOf(body) === same)) return;
      lint.report(
        "identical-branches",
        first.test.span,
        {},
        {
          related: [{ span: otherwise.span, message: "This is the same again" }],
        },
      );
    },
  });
}
