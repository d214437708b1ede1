import type * as ast from "../../parser/ast.js";
import type { LintContext } from "../lint-context.js";
import { namesIn } from "../support/values.js";

const counters = { restart: "req.restarts", retry: "bereq.retries" } as const;

/** `return (restart)` or `return (retry)` in a program that never looks how often it did so: it ends with max_restarts, as an error. */
export function restartUnguarded(lint: LintContext): void {
  const names = namesIn(lint, lint.program.syntax);
  const seen = new Map<string, ast.ReturnStatement>();
  lint.visit({
    ReturnStatement(statement) {
      const action = lint.program.returns.get(statement)?.action;
      if (action !== undefined && !seen.has(action)) seen.set(action, statement);
    },
  });
  for (const [action, counter] of Object.entries(counters)) {
    const statement = seen.get(action);
    if (statement && !names.has(counter)) {
      const hint = `without a bound, as in if (${counter} == 0), it goes round until it fails`;
      lint.report("restart-unguarded", statement.span, { counter }, { hint });
    }
  }
}
