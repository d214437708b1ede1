import type * as ast from "../../parser/ast.js";
import type { LintContext } from "../lint-context.js";
import { bare, targetName } from "../support/values.js";

/** Seconds: objects have this much grace when nobody says anything (parameter default_grace). */
const defaultGrace = 10;

/** A long req.grace in a program that gives no object more than the default grace. */
export function reqGraceOnly(lint: LintContext): void {
  const long: ast.SetStatement[] = [];
  let given = false;
  lint.visit({
    SetStatement(statement) {
      const target = lint.program.targets.get(statement);
      const name = target && targetName(target);
      if (name === "beresp.grace") given = true;
      const constant = lint.fact(bare(statement.value))?.constant;
      if (name === "req.grace" && typeof constant === "number" && constant > defaultGrace)
        long.push(statement);
    },
  });
  if (given) return;
  for (const { span } of long) lint.report("req-grace-only", span, {});
}
