import type { LintContext } from "../lint-context.js";
import { removal } from "../support/fixes.js";
import { targetName, variableName } from "../support/values.js";

const withoutEffect = /^(?:be)?req\.(?:url|method|proto)$/;

/** `set x = x;` */
export function selfAssignment(lint: LintContext): void {
  lint.visit({
    SetStatement(statement) {
      const target = lint.program.targets.get(statement);
      if (target === undefined || statement.operator !== "=") return;
      const name = targetName(target);
      if (variableName(lint, statement.value) !== name) return;
      // A header that was not set becomes one that is empty, a status brings its reason along, filters stay as they were worked out.
      const fix = withoutEffect.test(name) ? removal(statement) : {};
      lint.report("self-assignment", statement.span, { name }, fix);
    },
  });
}
