import type * as ast from "../../parser/ast.js";
import { visit } from "../../parser/visit.js";
import type { LintContext } from "../lint-context.js";
import { isCalled } from "../support/access.js";
import { forEachUnmarked, userBodies } from "../support/bodies.js";
import { namesIn, targetName } from "../support/values.js";

/** What counts the rounds, and whose headers and URL stay from one round to the next. */
const rounds = {
  restart: { counter: "req.restarts", message: "req." },
  retry: { counter: "bereq.retries", message: "bereq." },
} as const;

/**
 * `return (restart)` or `return (retry)` that nothing bounds: neither is the counter looked at anywhere, nor does the way there depend on
 * a header (or the like) that the program changes. It ends with max_restarts, as an error.
 */
export function restartUnguarded(lint: LintContext): void {
  const returned = new Set([...lint.program.returns.values()].map(({ action }) => action));
  if (!Object.keys(rounds).some((action) => returned.has(action))) return;
  const names = namesIn(lint, lint.program.syntax);
  const written = writtenNames(lint);
  for (const [action, { counter, message }] of Object.entries(rounds)) {
    if (names.has(counter) || !returned.has(action)) continue;
    const marks = (test: ast.Expression) =>
      [...namesIn(lint, test)].some((name) => name.startsWith(message) && written.has(name));
    const hint = `without a bound, as in if (${counter} == 0), it goes round until it fails`;
    for (const { span } of unmarked(lint, action, marks)) {
      lint.report("restart-unguarded", span, { counter }, { hint });
    }
  }
}

/** The returns of an action on whose way no condition looks at a mark. */
function unmarked(
  lint: LintContext,
  action: string,
  marks: (test: ast.Expression) => boolean,
): readonly ast.ReturnStatement[] {
  const found: ast.ReturnStatement[] = [];
  let marksAnywhere: boolean | undefined;
  for (const { sub, body } of userBodies(lint.program)) {
    let leftBefore = false;
    forEachUnmarked(body.body, marks, (statement) => {
      if (statement.kind === "IfStatement") {
        leftBefore ||= statement.arms.some((arm) => returns(arm.body) && marks(arm.test));
      }
      if (statement.kind !== "ReturnStatement" || leftBefore) return;
      if (lint.program.returns.get(statement)?.action !== action) return;
      // What calls a sub may have asked.
      marksAnywhere ??= lint.nodes("IfArm").some(({ test }) => marks(test));
      if (!marksAnywhere || !isCalled(lint.program, sub.name)) found.push(statement);
    });
  }
  return found;
}

function returns(block: ast.Block): boolean {
  let found = false;
  visit(block, { ReturnStatement: () => (found = true) });
  return found;
}

function writtenNames(lint: LintContext): ReadonlySet<string> {
  const names = new Set<string>();
  const note = (statement: ast.SetStatement | ast.UnsetStatement) => {
    const target = lint.program.targets.get(statement);
    if (target) names.add(targetName(target));
  };
  lint.visit({ SetStatement: note, UnsetStatement: note });
  return names;
}
