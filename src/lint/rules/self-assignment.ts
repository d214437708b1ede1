import type { LintContext } from "../lint-context.js";
import { removal } from "../support/fixes.js";
import { targetName, variableName } from "../support/values.js";

/** `set x = x;` */
export function selfAssignment(lint: LintContext): void {
  lint.visit({
    SetStatement(statement) {
      const target = lint.program.targets.get(statement);
      if (target === undefined || statement.operator !== "=") return;
      const name = targetName(target);
      if (variableName(lint, statement.value) === name)
        lint.report("self-assignment", statement.span, { name }, { fix: removal(statement) });
    },
  });
}
